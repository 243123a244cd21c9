"""Several networks and a line, weighed on rows they never saw, are one network."""

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import Dense, Dropout, Network, load
from neurona.data.split import k_folds
from neurona.errors import DataError, OptionError
from neurona.nn import Add, Clip
from neurona.table import by_folds
from neurona.table import seen as seen_before
from neurona.table.bins import find_bins, network_with_bins
from neurona.table.blend import best_temperature, blend
from neurona.table.by_folds import answers_unseen
from neurona.table.ensemble import Share, join_networks, mean_history
from neurona.table.fold_watch import FoldWatch
from neurona.table.line import fit_line, mean_line
from neurona.table.members import first_member, train_member_again
from neurona.table.options import TrainOptions
from neurona.table.quality import choose_quality
from neurona.table.rare import find_rare_class
from neurona.table.train import fold_task, plan_training, train_plan
from neurona.train import many
from neurona.train.callback import Callback, Moment
from neurona.train.history import Epoch, History

GOOD = choose_quality(TrainOptions(quality="good"), 1_000)
ROUNDED = 1e-5  # sums of a few float32 products in another order


def table(rows=120, classes=0, seed=0):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, rows))
    y = a - 2 * b + 0.3 * rng.normal(size=rows)
    columns = {"a": a, "b": b}
    if classes:
        edges = np.quantile(y, np.linspace(0, 1, classes + 1)[1:-1])
        columns["y"] = [f"k{int(n)}" for n in np.searchsorted(edges, y)]
    else:
        columns["y"] = y
    return pl.DataFrame(columns)


def trained(data, **options):
    asked = TrainOptions(
        target=("y",), quality="good", **{"epochs": 3, "hidden": (4,), **options}
    )
    return train_plan(plan_training(data, asked))


class TestBlend:
    @given(st.integers(0, 2**32 - 1), st.integers(1, 5))
    def test_it_is_at_least_as_good_as_the_best_single_answer(self, seed, count):
        rng = np.random.default_rng(seed)
        truth = rng.normal(size=(9, 2))
        outputs = [truth + rng.normal(size=truth.shape) for _one in range(count)]

        def loss(z):
            return float(np.mean((z - truth) ** 2))

        shares = blend(outputs, loss)
        assert sum(shares) == pytest.approx(1)
        joined = np.tensordot(shares, np.stack(outputs), axes=1)
        assert loss(joined) <= min(map(loss, outputs)) * (1 + 1e-12)

    def test_the_temperature_of_logits_that_are_twice_too_sure_is_two(self):
        # Of 100 rows with the logit 2 · ln 3, 75 are of class 1: ln 3 would be true.
        z = np.full((100, 1), 2 * np.log(3.0))
        hits = np.arange(100) < 75

        def loss(logits):
            p = 1 / (1 + np.exp(-logits[:, 0]))
            return float(-np.mean(np.where(hits, np.log(p), np.log(1 - p))))

        # The grid's neighbours are 6 % apart.
        assert best_temperature(z, loss) == pytest.approx(2, rel=0.03)


class TestLine:
    def test_a_ridge_finds_the_line_that_numbers_lie_on(self):
        X = np.random.default_rng(0).normal(size=(40, 3))
        truth = np.array([[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]])
        line = fit_line(X, X @ truth + [5, -5], "real", 2)
        assert line.weight == pytest.approx(truth, abs=1e-3)
        assert line.bias == pytest.approx([5, -5], abs=1e-3)

    @pytest.mark.parametrize("units", [2, 3])
    def test_logits_order_classes_as_they_lie(self, units):
        X = np.linspace(-1, 1, 60)[:, None]
        labels = np.searchsorted(np.linspace(-1, 1, units + 1)[1:-1], X[:, 0])
        found = fit_line(X, labels, "classes", units)(X)
        assert found.shape == (60, units)
        assert np.mean(found.argmax(axis=1) == labels) > 0.9

    def test_a_class_without_rows_has_a_low_logit(self):
        X = np.array([[-1.0], [1.0]] * 10)
        found = fit_line(X, np.array([0, 2] * 10), "classes", 3)(X)
        assert set(found.argmax(axis=1)) == {0, 2}
        assert (found[:, 1] == -5).all()

    def test_the_mean_of_lines_answers_their_mean(self):
        X = np.random.default_rng(1).normal(size=(20, 2))
        lines = [fit_line(X, X[:, i], "real", 1) for i in (0, 1)]
        assert mean_line(lines)(X) == pytest.approx((lines[0](X) + lines[1](X)) / 2)


def fitted(layers, seed, epochs=2):
    network = Network(layers, n_inputs=3, seed=seed)
    rng = np.random.default_rng(seed)
    network.fit(rng.normal(size=(20, 3)), rng.normal(size=20), epochs=epochs)
    return network


class TestJoin:
    def test_the_whole_answers_the_weighted_sum_of_its_parts(self, tmp_path):
        one = fitted([Dense(4, "relu"), Dropout(0.5), Dense(1)], 1)
        two = fitted([Dense(5, "tanh"), Dense(1)], 2)
        X = np.random.default_rng(3).normal(size=(7, 3))
        line = fit_line(X, X[:, 0], "real", 1)
        shares = [Share(one, 0.5), Share(line, 0.2), Share(two, 0.3)]
        whole = join_networks(shares, one, mean_history([one.history], 1.0), seed=0)
        wanted = 0.5 * one.predict(X) + 0.2 * line(X) + 0.3 * two.predict(X)
        assert whole.predict(X) == pytest.approx(wanted, abs=ROUNDED)
        whole.save(tmp_path / "whole.safetensors")
        again = load(tmp_path / "whole.safetensors")
        assert np.array_equal(again.predict(X), whole.predict(X))
        assert again.parameters["member_1_dense_2.bias"].shape == (1,)

    def test_the_whole_can_be_trained_on(self):
        one = fitted([Dense(4, "relu"), Dense(1)], 1)
        X = np.random.default_rng(3).normal(size=(30, 3))
        line = fit_line(X, X[:, 1], "real", 1)
        whole = join_networks(
            [Share(one, 0.5), Share(line, 0.5)], one, one.history, seed=0
        )
        whole.fit(X, X[:, 0], epochs=50, optimizer="adam")
        assert whole.history.loss[-1] < whole.history.loss[0]

    def test_the_course_of_several_is_the_mean_of_those_under_way(self):
        def course(*losses):
            epochs = [Epoch(i + 1, v, None, {}, 0.1, 1.0) for i, v in enumerate(losses)]
            return History(epochs, 1, "epochs")

        found = mean_history([course(4, 2, 1), course(2, 4)], 6.0)
        assert found.loss == [3, 3, 1]
        assert (found.best_epoch, found.seconds) == (3, 6.0)


class TestBins:
    def test_shares_say_where_a_number_lies_among_the_others(self):
        X = np.stack([np.arange(13.0), np.arange(13) % 2.0], axis=1)
        network = network_with_bins([], find_bins(X), seed=0, dtype="float64")
        # Edges 0, 2, …, 12: at 5 two bins are full, the third is half full. The second
        # column has two numbers only and is not cut; the last bin has no end.
        rows = np.array([[5.0, 1.0], [-3.0, 0.0], [14.0, 0.0]])
        assert network.predict(rows).tolist() == [
            [5, 1, 0.5, 0.5, 0, -0.5, -0.5, -0.5],
            [-3, 0, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5],
            [14, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 1.5],
        ]

    def test_columns_that_cannot_be_cut_have_none(self):
        assert find_bins(np.array([[0.0, 1.0], [1.0, 1.0]] * 9)) is None
        wide = np.random.default_rng(0).normal(size=(30, 60))
        assert find_bins(wide) is None

    def test_they_are_not_trained_and_stand_once_in_the_whole(self):
        bins = find_bins(np.random.default_rng(0).normal(size=(40, 3)))
        rng = np.random.default_rng(1)
        parts = []
        for seed in (0, 1):
            part = network_with_bins([Dense(1)], bins, seed=seed, dtype="float64")
            part.fit(rng.normal(size=(40, 3)), rng.normal(size=40), epochs=2)
            parts.append(part)
        course = mean_history([part.history for part in parts], 1.0)
        shares = [Share(part, 0.5) for part in parts]
        whole = join_networks(shares, parts[0], course, seed=0)
        names = {name.rpartition(".")[0] for name in whole.parameters}
        # Two dense layers stand before it, the frozen ones.
        assert names == {"ramps", "bins", "member_1_dense_3", "member_2_dense_3"}
        for name, array in bins.parameters().items():
            assert np.array_equal(whole.parameters[name], array)
        X = rng.normal(size=(9, 3))
        wanted = (parts[0].predict(X) + parts[1].predict(X)) / 2
        assert whole.predict(X) == pytest.approx(wanted, abs=ROUNDED)


class TestTraining:
    def test_every_row_is_answered_by_what_never_saw_it(self):
        # Noise: who learned a row by heart knows it, and nobody knows another row.
        # Huber's loss has no line, which would rather say nothing.
        rng = np.random.default_rng(5)
        data = {f"x{i}": rng.normal(size=200) for i in range(20)}
        found = trained(
            pl.DataFrame({**data, "y": rng.normal(size=200)}),
            loss="huber", epochs=200, hidden=(64,), l2=0.0, test=0.0,
        )  # fmt: skip
        assert found.metrics["train"]["r2"] > 0.6
        assert found.metrics["validation"]["r2"] < 0

    def test_the_same_seed_gives_the_same_bits(self):
        vectors = [
            trained(table(classes=3), seed=4).model.network.parameters.vector
            for _twice in range(2)
        ]
        assert np.array_equal(*vectors)

    def test_the_model_file_holds_all_of_it(self, tmp_path):
        found = trained(table(classes=2))
        found.model.network.save(tmp_path / "m.safetensors")
        again = load(tmp_path / "m.safetensors")
        tried = again.preparation["by_folds"]["tried"]
        assert [way["penalty"] for way in tried] == [1.0, 0.3, 0.1, 3.0, None]
        assert sum(way["share"] for way in tried) == pytest.approx(1)
        assert any(isinstance(x, Add) for x in again.architecture.layers)

    def test_shares_come_from_other_rows_than_those_they_answer(self):
        folds = k_folds(20, 4, 0)
        seen = []

        def join(rows):
            seen.append(rows)
            return [float(len(seen)), 0.0], 2.0

        given = [np.ones((20, 1)), np.full((20, 1), 9.0)]
        found = answers_unseen(given, folds, join)
        for number, (fold, rows) in enumerate(zip(folds, seen, strict=True), start=1):
            assert not set(fold.test) & set(rows)
            assert (found[fold.test] == number / 2).all()

    def test_every_member_is_trained_again_to_the_same_bits(self):
        # Huber's loss has no line.
        found = trained(table(), loss="huber", seed=3, patience=2, epochs=6)
        assert len(found.by_folds.members) >= 5
        for number, (_way, fold) in enumerate(found.by_folds.members, start=1):
            again = train_member_again(found.plan, number)
            assert (again.fold, again.folds) == (fold + 1, 5)
            assert set(again.rows) < set(found.by_folds.folds[fold][0])

    @pytest.mark.parametrize(("lines", "words"), [(1, "this model"), (2, "member 1")])
    def test_a_line_has_no_steps_to_replay(self, lines, words):
        plan = trained(table()).plan
        members = [{"way": 4, "fold": None}] * lines
        plan.model.network.preparation["by_folds"]["members"] = members
        with pytest.raises(OptionError, match=f"{words} is a line"):
            train_member_again(plan, 1)

    def test_other_rows_are_found_out(self):
        plan = trained(table(), loss="huber").plan
        other = dataclasses.replace(plan, y=plan.y + 1)
        number = first_member(plan.model)
        with pytest.raises(DataError, match=f"member {number} is not found again"):
            train_member_again(other, number)

    def test_a_penalty_that_was_asked_for_stands(self):
        tried = trained(table(), l2=0.25).by_folds.tried
        assert [way.way and way.way.penalty for way in tried] == [1.0, 1.0, 1.0, None]

    def test_an_activation_that_was_asked_for_stands(self):
        found = trained(table(), activation="tanh")
        assert found.plan.recipe.activation == "tanh"
        kinds = {way.way.activation for way in found.by_folds.tried if way.way}
        assert kinds == {None}

    def test_networks_that_need_too_much_memory_are_not_made(self, monkeypatch):
        monkeypatch.setattr(by_folds, "MOST_NUMBERS", 300)
        # Two inputs, four units, one number: 17 of them for each network at least.
        assert trained(table()).by_folds is None

    def test_the_largest_seed_is_one(self):
        assert trained(table(), seed=2**63 - 1).by_folds is not None

    def test_a_run_without_time_trains_one_network(self, monkeypatch):
        # Networks this small may end before anybody looks at the clock.
        monkeypatch.setattr(many, "LOOK_SECONDS", 1e-4)
        found = trained(table(), epochs=2_000, seconds=1e-6)
        assert found.by_folds is None
        assert len(found.history) == 2_000

    def test_ctrl_c_keeps_what_the_networks_have_learned(self):
        class Stop(Callback):
            def on_progress(self, moment):
                assert moment.fits == (0, 20)
                if moment.epoch > 2:
                    raise KeyboardInterrupt

        data = table()
        asked = TrainOptions(
            target=("y",), quality="good", epochs=100_000, hidden=(4,), test=0.0
        )
        found = train_plan(plan_training(data, asked), [Stop()])
        done = len(found.by_folds.folds)
        assert found.history.stopped == "interrupted"
        assert 1 <= done < 5
        assert f"networks of {done} folds of 5" in found.by_folds.notes[0]
        assert found.by_folds.left_out == 3
        assert len(found.by_folds.answers) == done * 24
        assert np.isfinite(found.metrics["validation"]["loss"])
        assert np.isfinite(found.model.predict(data).columns["prediction"]).all()

    def test_what_cannot_end_in_time_is_given_up_soon(self):
        watch = FoldWatch([], 100.0, dataclasses.replace(GOOD, seconds=60.0))
        moment = Moment(epoch=11, epochs=100, samples=0, samples_per_epoch=9, loss=1.0)
        slow = dataclasses.replace(moment, epoch=2)
        assert not watch.is_hopeless([slow], 0, 105.0)
        assert watch.is_hopeless([slow, slow], 0, 107.0)
        assert not watch.is_hopeless([slow], 1, 107.0)
        assert watch.is_hopeless([slow, moment], 0, 107.0)
        assert not watch.is_hopeless([dataclasses.replace(moment, epoch=13)], 0, 107.0)

    @pytest.mark.parametrize("classes", [0, 3])
    def test_patience_looks_at_no_row_that_the_fold_answers(self, classes):
        found = trained(table(classes=classes), epochs=30, patience=2)
        assert found.history.validation_loss
        task = fold_task(found.plan)
        for fold in task.folds():
            asked = task.options(GOOD.ways[0], fold)
            learned, seen = set(asked["rows"]), set(asked["validation"])
            assert 0.08 < len(seen) / len(fold.train) < 0.12
            assert not learned & seen
            assert learned | seen == set(task.rows[fold.train])

    def test_weights_of_classes_reach_what_is_chosen(self):
        rng = np.random.default_rng(0)
        x = np.r_[rng.normal(0, 1, 180), rng.normal(1.5, 1, 20)]
        data = pl.DataFrame({"x": x, "y": ["often"] * 180 + ["rare"] * 20})
        recalls = {}
        for weight in ("none", "balanced"):
            model = trained(data, class_weight=weight, epochs=30, test=0.0).model
            answers = model.predict(data).columns["prediction"][180:]
            recalls[weight] = np.mean(answers == "rare")
        assert recalls["balanced"] > recalls["none"] + 0.2

    def test_products_of_two_categories_are_learned(self):
        # The file has no noise: what is missed is the model's fault.
        path = Path(__file__).parent / "panel.csv"
        asked = TrainOptions(target=("value",), quality="good")
        found = train_plan(plan_training(path, asked))
        assert found.metrics["validation"]["r2"] > 0.99
        assert found.metrics["test"]["r2"] > 0.99

    def test_a_line_answers_where_many_columns_are_nearly_one(self):
        data = spectra()
        found = train_plan(
            plan_training(data, TrainOptions(target=("fat",), quality="good"))
        )
        *networks, line = found.by_folds.tried
        assert line.way is None
        assert line.share > 0.5
        assert line.loss < min(network.loss for network in networks) / 2
        assert found.metrics["test"]["r2"] > 0.98


def spectra(rows=215, channels=100):
    """Sums of four broad peaks on a slanted ground, as of 215 samples of meat."""
    rng = np.random.default_rng(0)
    grid = np.linspace(0, 1, channels)
    peaks = [np.exp(-(((grid - c) / 0.08) ** 2)) for c in (0.2, 0.45, 0.7, 0.85)]
    parts = rng.dirichlet([2, 2, 2, 2], rows)
    ground = rng.normal(size=(rows, 1)) * 0.3 + rng.normal(size=(rows, 1)) * 0.5 * grid
    X = parts @ np.array(peaks) + ground + 0.002 * rng.normal(size=(rows, channels))
    fat = 100 * parts[:, 1] + 0.5 * rng.normal(size=rows)
    return pl.DataFrame({**{f"c{i}": X[:, i] for i in range(channels)}, "fat": fat})


class TestRareClass:
    P = np.array([0.05, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2, 0.3, 0.35, 0.45])
    LABELS = np.array([0, 0, 0, 0, 0, 0, 0, 1, 0, 1])

    @pytest.mark.parametrize("place", [0, 1])
    def test_the_threshold_has_the_highest_f1(self, place):
        # From .30 on: both are found, among three answers, F1 = 2 · 2/(3 + 2) = .8.
        # From .45 on: one of two, alone, F1 = 2 · 1/(1 + 2) = .67.
        p, labels = np.stack([1 - self.P, self.P], 1), self.LABELS
        if place == 0:
            p, labels = p[:, ::-1], 1 - labels
        names = ["often", "rare"] if place else ["rare", "often"]
        found = find_rare_class(p, labels, names)
        assert (found.name, found.share) == ("rare", pytest.approx(0.2))
        assert found.threshold == pytest.approx(0.3)
        assert (found.found, found.found_at_half) == (1, 0)
        assert found.right == pytest.approx(2 / 3)

    def test_two_common_classes_and_a_half_that_finds_all_need_no_word(self):
        p = np.stack([1 - self.P, self.P], 1)
        assert find_rare_class(p, np.arange(10) % 2, "ab") is None
        sure = np.where(self.LABELS, 0.9, 0.1)
        assert find_rare_class(np.stack([1 - sure, sure], 1), self.LABELS, "ab") is None

    def test_it_is_said_of_rows_out_of_fold(self):
        rng = np.random.default_rng(0)
        x = np.r_[rng.normal(0, 1, 180), rng.normal(1.5, 1, 20)]
        words = ["often"] * 180 + ["rare"] * 20
        found = trained(pl.DataFrame({"x": x, "y": words}), epochs=30, test=0.0)
        rare = found.by_folds.rare
        assert rare.share == pytest.approx(0.1)
        assert rare.threshold < 0.5
        assert rare.found > rare.found_at_half
        assert any("rare" in note and "10%" in note for note in found.by_folds.notes)
        kept = found.model.network.preparation["by_folds"]["rare"]
        assert kept["threshold"] == rare.threshold

    def test_there_is_none_among_three_classes_or_numbers(self):
        assert trained(table(classes=3)).by_folds.rare is None
        assert trained(table()).by_folds.rare is None


class TestFarFromWhatWasSeen:
    """A column that is nearly constant where it is learned from, and then is not."""

    ROWS = 200

    def table(self, classes=False):
        rng = np.random.default_rng(2)
        a, b = rng.normal(size=(2, self.ROWS))
        y = a + b / 2 + 0.3 * rng.normal(size=self.ROWS)
        columns = {"a": a, "b": b, "c": 1e-3 * rng.normal(size=self.ROWS)}
        columns["c"] += 1e-3 * y
        return pl.DataFrame(
            {**columns, "y": np.where(y > 0, "high", "low") if classes else y}
        )

    def test_an_answer_stays_near_those_that_were_seen(self):
        data = self.table()
        model = trained(data, epochs=30, test=0.0).model
        far = data.with_columns(c=pl.Series([1e6, -1e6] * (self.ROWS // 2)))
        y, answers = data["y"].to_numpy(), model.predict(far).columns["prediction"]
        beyond = (y.max() - y.min()) * (1 + ROUNDED)
        assert answers.min() >= y.min() - beyond
        assert answers.max() <= y.max() + beyond
        # What the other columns say still counts.
        assert np.corrcoef(answers[::2], data["a"].to_numpy()[::2])[0, 1] > 0.5

    def test_probabilities_are_not_surer_than_at_the_edge_of_what_was_seen(self):
        data = self.table(classes=True)
        model = trained(data, epochs=30, test=0.0).model
        c = data["c"].to_numpy()
        edge = c.max() + (c.max() - c.min())
        at_edge, far = (
            model.predict(data.with_columns(c=pl.lit(value)), probabilities=True)
            for value in (edge, 1e6)
        )
        for name in ("probability_high", "probability_low"):
            assert far.columns[name] == pytest.approx(at_edge.columns[name], abs=1e-4)

    def test_within_what_was_seen_the_bounds_change_nothing(self, monkeypatch):
        data = self.table()
        answers = []
        for margin in (seen_before.MARGIN, 1e6):
            monkeypatch.setattr(seen_before, "MARGIN", margin)
            model = trained(data, test=0.0).model
            answers.append(model.predict(data).columns["prediction"])
        assert np.array_equal(*answers)

    def test_answers_that_are_logarithms_have_no_bounds_of_numbers(self):
        data = pl.DataFrame({"x": np.arange(60.0), "y": np.arange(60.0)})
        for loss, layers in (("poisson", ["seen"]), ("mae", ["seen", "told"])):
            found = trained(data, loss=loss, test=0.0).model.network.architecture
            clips = [x.name for x in found.layers if isinstance(x, Clip)]
            assert clips == layers

    def test_the_file_holds_the_bounds(self, tmp_path):
        network = trained(self.table()).model.network
        network.save(tmp_path / "m.safetensors")
        again = load(tmp_path / "m.safetensors")
        far = np.full((1, 3), 1e9)
        assert np.array_equal(again.predict(far), network.predict(far))


class TestQuality:
    @pytest.mark.parametrize(
        ("options", "rows", "words"),
        [
            ({"quality": "fast"}, 150, "--quality good"),
            ({"checkpoint": "state"}, 150, "checkpoint"),
            ({"output_activation": "tanh"}, 150, "activation"),
            ({}, 49, "so few rows"),
            ({}, 50_001, "so many rows"),
        ],
    )
    def test_one_network_is_trained_with_a_reason(self, options, rows, words):
        found = choose_quality(TrainOptions(**{"quality": "good", **options}), rows)
        assert (found.name, found.folds) == ("fast", 0)
        assert words in found.reason

    def test_best_tries_more_than_good(self):
        good, best = (
            choose_quality(TrainOptions(quality=q), 150) for q in ("good", "best")
        )
        assert set(good.ways) < set(best.ways)
        assert good.folds < best.folds
        assert good.seconds < best.seconds

    def test_good_takes_at_most_twenty_times_what_one_network_takes(self):
        found = choose_quality(TrainOptions(quality="good"), 1_000)
        whole = found.folds * len(found.ways)
        assert whole * (1 - 1 / found.folds) <= 20
