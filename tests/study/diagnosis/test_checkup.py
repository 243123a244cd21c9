"""The doctor as a whole: silent on the healthy, ranked, and the same in JSON."""

import json

import numpy as np
import pytest

from neurona import BatchNorm, Dense, Input, Network, Residual
from neurona.optimize import Adam
from neurona.study.diagnosis import CHECKS, Diagnosis, Finding, doctor
from neurona.study.diagnosis.checkup import CAUSES
from neurona.study.diagnosis.finding import SEVERITIES
from neurona.study.diagnosis.one_output import alone
from neurona.study.diagnosis.write_page import titles
from tests.study.diagnosis.ill import fitted, moons, untrained, waves


@pytest.mark.parametrize("seed", range(3))
def test_a_healthy_classifier_gets_no_findings(seed):
    X, y = moons(seed=seed)
    network = fitted(
        [Dense(16, "relu"), Dense(16, "relu"), Dense(1)],
        X,
        y,
        epochs=60,
        optimizer=Adam(learning_rate=0.02),
        rows=np.arange(150),
    )
    found = doctor(network, X, y, rows=np.arange(150), test=np.arange(150, 200))
    assert found.codes() == []
    assert found.is_healthy


def test_a_healthy_regression_gets_no_findings():
    X, y = waves()
    network = fitted(
        [Dense(16, "tanh"), Dense(1)], X, y, epochs=80,
        optimizer=Adam(learning_rate=0.02), rows=np.arange(150),
    )  # fmt: skip
    found = doctor(network, X, y, test=np.arange(150, 200))
    assert found.codes() == []


def test_findings_are_ranked_and_written_as_json():
    X, y = moons()
    network = untrained([Dense(4, "heaviside"), Dense(1)], X * 20)
    found = doctor(network, X * 20, y, thorough=False)
    ranks = [SEVERITIES.index(finding.severity) for finding in found.findings]
    assert ranks == sorted(ranks)
    assert {"zero_slope", "inputs_not_scaled"} <= set(found.codes())
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert document["healthy"] is False
    assert [entry["code"] for entry in document["findings"]] == found.codes()
    assert document["checks"] == list(CHECKS)
    assert all(entry["advice"].endswith(".") for entry in document["findings"])


def test_underfitting_is_left_to_the_finding_that_explains_it():
    X, y = moons()
    layers = [Dense(16, "relu"), Dense(1)]
    network = fitted(layers, X, y, optimizer=Adam(learning_rate=1e-6), epochs=10)
    found = doctor(network, X, y, rows=np.arange(200), thorough=False)
    assert found.codes() == ["learning_rate_too_low", "underfitting"]
    assert "First see to" in found.findings[1].advice


def test_every_code_has_a_title():
    X, y = moons()
    found = doctor(untrained([Dense(4, "heaviside"), Dense(1)], X * 20), X * 20, y)
    assert set(found.codes()) | CAUSES <= set(titles())


def test_each_of_several_outputs_is_judged_by_itself():
    entry = Input("x", 2)
    hidden = Dense(4, "tanh")(entry)
    # The output that is asked about first is written second, as dense_2 of its own.
    outputs = {"size": Dense(1)(hidden), "kind": Dense(1, "sigmoid")(hidden)}
    network = Network(inputs=[entry], outputs=outputs, seed=0)
    X, y = moons(60)
    targets = {"size": 300 + 100 * X[:, 0], "kind": y}
    losses = {"size": "mse", "kind": "mse"}
    network.fit(X, targets, loss=losses, epochs=2, engine="reference")
    found = doctor(network, {"x": X}, targets, thorough=False)
    named = {(f.code, f.evidence.get("output")) for f in found.findings}
    assert ("target_not_scaled", "size") in named
    assert ("head_mismatch", "kind") in named
    assert ("head_mismatch", "size") not in named
    assert all(
        f.what.startswith("Output ") for f in found.findings if "output" in f.evidence
    )


def test_an_output_alone_answers_as_it_did_among_others():
    entry = Input("x", 2)
    hidden = Residual([Dense(2, "tanh"), BatchNorm()])(entry)
    outputs = {"a": Dense(1)(hidden), "b": Dense(3)(hidden)}
    network = Network(inputs=[entry], outputs=outputs, seed=0)
    X, y = moons(60)
    network.fit(X, {"a": y, "b": y}, epochs=2, engine="reference")
    for name in outputs:
        answers = alone(network, name).predict(X)
        assert np.array_equal(answers, network.predict(X)[name])


def test_targets_of_one_output_may_bear_its_name():
    X, y = moons(60)
    network = fitted([Dense(4, "tanh"), Dense(1)], X, y, epochs=2)
    found = doctor(network, {"x": X}, {"output": y}, thorough=False)
    assert found == doctor(network, X, y, thorough=False)


def test_the_page_says_each_finding_and_its_advice():
    finding = Finding("x", "serious", "Something is wrong.", "Do this.", {})
    diagnosis = Diagnosis((finding,), tuple(CHECKS), {"train": 3}, {}, False)
    written = repr(diagnosis.page())
    assert "Something is wrong." in written
    assert "Do this." in written
    healthy = Diagnosis((), tuple(CHECKS), {"train": 3}, {}, False)
    assert "kind='good'" in repr(healthy.page())
