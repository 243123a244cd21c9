"""Many threads at once: each gets what it would get alone, in its own language."""

import sys
import threading
from itertools import count, product

import numpy as np
import pytest

from neurona import Dense, Network, graph, load
from neurona.course import teach
from neurona.errors import OptionError
from neurona.explain import (
    derive_symbols,
    explain_expression,
    matrix_view,
    worked_step,
)
from neurona.graph import BATCH
from neurona.messages import LANGUAGES, language, use_language

THREADS = 8
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0.0, 1.0, 1.0, 0.0])


@pytest.fixture(autouse=True)
def _restless():
    """Threads change places as often as they can; the first speaks English."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    with use_language("en"):
        yield
    sys.setswitchinterval(before)


def together(work, threads=THREADS):
    """What each of some threads gives, all begun at the same moment."""
    found, failed = [None] * threads, []
    start = threading.Barrier(threads)

    def run(number):
        try:
            start.wait()
            found[number] = work(number)
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=run, args=(i,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failed:
        raise failed[0]
    return found


def fitted(seed):
    """A small network after a short fit."""
    network = Network([Dense(2, "tanh"), Dense(1, "sigmoid")], n_inputs=2, seed=seed)
    network.fit(X, Y, epochs=3, batch_size=2, seed=seed)
    return network


def refused(seed):
    """Message of a mistake."""
    try:
        fitted(seed).fit(X, Y, epochs=-1)
    except OptionError as error:
        return str(error)
    raise AssertionError("it was not refused")


EXPLANATIONS = {
    "step": lambda seed: worked_step(fitted(seed), X, Y),
    "matrices": lambda seed: matrix_view(fitted(seed), X, Y),
    "symbols": lambda seed: derive_symbols(fitted(seed)),
    "expression": lambda seed: explain_expression("log(x) + abs(x)", {"x": seed / 2}),
    "lesson": lambda seed: teach("normal-equations"),
}
KINDS = [*EXPLANATIONS, "mistake"]
SEEDS = 3


def told(kind, seed):
    """Page of an explanation, or the message of a mistake."""
    return refused(seed) if kind == "mistake" else EXPLANATIONS[kind](seed).to_html()


def check_pages(rounds, folder):
    """Build, fit, explain and save at once; compare everything with what comes alone.

    Returns
    -------
    int
        Pages that were compared.
    """

    def work(number):
        own = LANGUAGES[number % len(LANGUAGES)]
        use_language(own)
        made = []
        for turn in range(rounds):
            kind, seed = KINDS[(turn + number // 2) % len(KINDS)], turn % SEEDS
            made.append((own, kind, seed, told(kind, seed)))
            network = fitted(seed)
            network.save(folder / f"{number}.safetensors")
            network.save(folder / "shared.safetensors")
            saved = load(folder / f"{number}.safetensors")
            assert saved.parameters.vector.tobytes() == weights_alone[seed]
        assert language() == own
        return made

    weights_alone = [fitted(seed).parameters.vector.tobytes() for seed in range(SEEDS)]
    pages = [page for made in together(work) for page in made]
    alone = {}
    for own in LANGUAGES:
        with use_language(own):
            for kind, seed in product(KINDS, range(SEEDS)):
                alone[own, kind, seed] = told(kind, seed)
    assert all(alone["en", k, 0] != alone["es", k, 0] for k in KINDS)
    mixed = [where for *where, page in pages if page != alone[tuple(where)]]
    assert mixed == []
    last = load(folder / "shared.safetensors").parameters.vector.tobytes()
    assert last in weights_alone
    assert {path.suffix for path in folder.iterdir()} == {".safetensors"}
    return len(pages)


def test_pages_models_and_files_are_those_made_alone(tmp_path):
    assert check_pages(13, tmp_path) == 104


@pytest.mark.slow
def test_of_a_thousand_pages_none_is_mixed(tmp_path):
    assert check_pages(125, tmp_path) == 1000


@pytest.mark.parametrize("kind", EXPLANATIONS)
def test_what_was_made_and_read_in_one_language_is_read_in_another(kind):
    with use_language("es"):
        wanted = EXPLANATIONS[kind](0)
        wanted = wanted.to_html(), wanted.to_json()
    made = EXPLANATIONS[kind](0)
    assert (made.to_html(), made.to_json()) != wanted
    with use_language("es"):
        assert (made.to_html(), made.to_json()) == wanted


def test_threads_that_build_the_same_graph_share_its_nodes():
    x = graph.input("x", (BATCH, 3))

    def build(_number):
        made = x
        for i in range(200):
            made = graph.tanh(made * float(i % 7) + 1.0)
        return made

    for _turn in range(5):
        assert len(set(together(build))) == 1


def test_nodes_that_come_and_go_are_never_lost_between_look_up_and_use():
    x = graph.input("x")
    turns = count()

    def build(_number):
        for _ in range(2000):
            node = graph.exp(x + float(next(turns) // THREADS % 3))
            assert node.operation == "exp"
            assert node.inputs[0].inputs[0] is x

    together(build)
