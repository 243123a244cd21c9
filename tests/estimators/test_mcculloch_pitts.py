"""The neuron of 1943: sums, vetoes, gates, and the tables that no threshold can be."""

import itertools

import pytest

from neurona import McCullochPitts
from neurona.errors import DataError, OptionError
from neurona.messages import use_language

ROWS = list(itertools.product((0, 1), repeat=2))
XOR = dict(zip(ROWS, (0, 1, 1, 0), strict=True))


def test_case_g2_fires_where_two_of_four_inputs_do():
    # z = 1 + 0 + 0 + 1 = 2 ≥ θ = 2.
    unit = McCullochPitts(threshold=2)
    assert unit.sums([[1, 0, 0, 1]])[0].tolist() == [2]
    assert unit.predict([[1, 0, 0, 1]]).tolist() == [1]


@pytest.mark.parametrize(
    ("threshold", "answers"),
    [(2, (0, 0, 0, 1)), (1, (0, 1, 1, 1)), (0, (1, 1, 1, 1))],
)
def test_case_g2_the_threshold_makes_and_or_and_always(threshold, answers):
    # Sums of 00, 01, 10, 11: 0, 1, 1, 2.
    assert McCullochPitts(threshold).truth_table(2).outputs == answers


def test_case_g2_absolute_vetoes_leave_one_firing_row_of_sixteen():
    table = McCullochPitts(2, inhibitory=(1, 2)).truth_table(4)
    firing = [r for r, y in zip(table.rows, table.outputs, strict=True) if y]
    assert firing == [(1, 0, 0, 1)]
    # The plain sum fires on 6 + 4 + 1 rows, 10 of them wrongly.
    plain = McCullochPitts(2).truth_table(4).outputs
    assert sum(a != b for a, b in zip(plain, table.outputs, strict=True)) == 10


@pytest.mark.parametrize(
    ("row", "answer"), [((1, 0, 0), 0), ((1, 1, 0), 1), ((0, 0, 0), 0)]
)
def test_case_g2b_every_input_counts_the_same(row, answer):
    assert McCullochPitts(2).predict([row]).tolist() == [answer]


def test_a_relative_veto_takes_one_away_and_an_absolute_one_silences():
    row = [[1, 1, 1, 1]]
    # Three excitatory ones and an inhibitory one: 3 − 1 = 2.
    assert McCullochPitts(2, (3,), "relative").predict(row).tolist() == [1]
    assert McCullochPitts(2, (3,), "absolute").predict(row).tolist() == [0]


@pytest.mark.parametrize(
    ("gate", "wanted"),
    [
        ("AND", lambda row: all(row)),
        ("or", any),
        ("nand", lambda row: not all(row)),
        ("not", lambda row: not row[0]),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_gates_answer_as_logic_does(gate, wanted, count):
    if gate == "not" and count > 1:
        with pytest.raises(OptionError, match="NOT cannot have"):
            McCullochPitts.gate(gate, count)
        return
    table = McCullochPitts.gate(gate, count).truth_table(count)
    assert table.outputs == tuple(int(bool(wanted(row))) for row in table.rows)


def test_case_g2_no_neuron_is_xor_and_each_choice_is_refuted():
    found = McCullochPitts.can_represent(XOR)
    assert not found
    assert found.unit is None
    # None, x1, x2, both; the last three by either veto.
    assert len(found.refutations) == 7
    for each in found.refutations:
        # The proof, checked against every threshold that could tell rows apart.
        for tried in (k / 2 for k in range(-6, 7)):
            unit = McCullochPitts(tried, each.inhibitory, each.veto)
            assert unit.truth_table(2).outputs != (0, 1, 1, 0)
        assert XOR[each.fires] == 1
        if each.silent is not None:
            assert XOR[each.silent] == 0
            assert each.fires_sum <= each.silent_sum


def test_all_tables_of_two_inputs_are_judged_as_trying_every_neuron_does():
    units = [
        McCullochPitts(threshold, chosen, veto).truth_table(2).outputs
        for threshold in range(-3, 4)
        for chosen in [(), (0,), (1,), (0, 1)]
        for veto in ("absolute", "relative")
    ]
    for answers in itertools.product((0, 1), repeat=4):
        found = McCullochPitts.can_represent(dict(zip(ROWS, answers, strict=True)))
        assert bool(found) == (answers in units)
        if found:
            assert found.unit.truth_table(2).outputs == answers


def test_rows_that_are_missing_may_be_answered_either_way():
    assert McCullochPitts.can_represent({(0, 1): 1, (1, 0): 1, (1, 1): 0})


def test_tables_and_proofs_are_printed_in_the_language_of_the_reader():
    table = McCullochPitts.gate("not").truth_table()
    lines = str(table).splitlines()
    assert lines[3] == "Fires where z ≥ 0; inhibitory: x1, each takes 1 away."
    assert lines[-2:] == ["  0    0   1", "  1   −1   0"]
    assert "No: of 7 choices" in str(McCullochPitts.can_represent(XOR))
    with use_language("es"):
        assert "Tabla de verdad" in str(table)
        assert "ningún umbral" in str(McCullochPitts.can_represent(XOR))


@pytest.mark.parametrize("X", [[[0, 2]], [[0.5, 1]], [[-1, 1]], [[float("nan"), 1]]])
def test_an_input_that_is_not_binary_is_refused_with_its_place(X):
    with pytest.raises(DataError, match="zeros and ones alone, but row 1 has"):
        McCullochPitts().predict(X)


@pytest.mark.parametrize("X", [[0, 1], [["a", "b"]], [[[1]]]])
def test_what_is_no_table_is_refused(X):
    with pytest.raises(DataError, match="a table of zeros and ones"):
        McCullochPitts().predict(X)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"threshold": "two"}, "threshold must be a finite number"),
        ({"threshold": float("nan")}, "threshold must be a finite number"),
        ({"veto": "weak"}, "veto must be 'absolute' or 'relative'"),
        ({"inhibitory": (-1,)}, "different columns"),
        ({"inhibitory": (1, 1)}, "different columns"),
        ({"inhibitory": "ab"}, "different columns"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, words):
    with pytest.raises(OptionError, match=words):
        McCullochPitts(**settings)


def test_an_inhibitory_input_that_is_not_there_is_refused():
    with pytest.raises(DataError, match="input 3 is inhibitory, but the rows have 2"):
        McCullochPitts(1, (2,)).predict([[0, 1]])


@pytest.mark.parametrize("table", [{}, {(0,): 2}, {(0, 1): 1, (1,): 0}, [1], {1: 1}])
def test_what_is_no_truth_table_is_refused(table):
    with pytest.raises(DataError, match=r"truth table|zeros and ones"):
        McCullochPitts.can_represent(table)


def test_a_truth_table_without_inputs_is_refused():
    with pytest.raises(OptionError, match="1 to 12 inputs, not 0"):
        McCullochPitts(2).truth_table(0)


def test_a_gate_without_a_name_is_answered_with_the_others():
    with pytest.raises(OptionError, match="hoose one of and, or, not, nand"):
        McCullochPitts.gate("xor2")
