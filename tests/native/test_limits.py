"""What the engine may take: threads, memory, and other processes."""

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from neurona import Dense, Network
from neurona import graph as g
from neurona.errors import OptionError
from neurona.native.execute import NativeProgram
from neurona.native.lower import lower_graph_to_program
from neurona.native.memory import require_memory
from neurona.native.threads import MOST_THREADS, allowed_threads
from neurona.train.engines import resolve_engine

native_only = pytest.mark.skipif(
    resolve_engine("auto") != "native", reason="the engine is not built"
)


def as_if_many_processors(monkeypatch, count=6):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(count)))


@pytest.mark.parametrize(
    ("limit", "wanted"), [("1", 1), ("3", 3), ("99", 6), ("2,4", 2), ("", 6), ("x", 6)]
)
def test_omp_num_threads_is_a_limit(monkeypatch, limit, wanted):
    as_if_many_processors(monkeypatch)
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.setenv("OMP_NUM_THREADS", limit)
    assert allowed_threads() == wanted


def test_no_more_threads_than_processors_or_than_blocks(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    as_if_many_processors(monkeypatch, 2)
    assert allowed_threads() == 2
    as_if_many_processors(monkeypatch, 64)
    assert allowed_threads() == MOST_THREADS


def test_a_limit_of_threadpoolctl_is_one_here_too(monkeypatch):
    as_if_many_processors(monkeypatch)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with threadpool_limits(1):
        assert allowed_threads() == 1


def fitted(_number=0, *, threads=2):
    """Weights after a short fit on a few threads."""
    X = np.random.default_rng(0).normal(size=(400, 3))
    network = Network([Dense(16, "relu"), Dense(2)], n_inputs=3, seed=1)
    network.fit(X, (X[:, 0] > 0).astype(int), epochs=3, batch_size=128, threads=threads)
    return network.parameters.vector.tobytes() + network.predict(X).tobytes()


@native_only
@pytest.mark.parametrize("method", ["fork", "spawn"])
# A child of a process with threads is what is tested.
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_a_child_process_fits_as_its_parent_did(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("this system cannot")
    here = fitted()
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply_async(fitted, (0,)).get(timeout=60) == here


@native_only
def test_a_child_forked_during_a_fit_is_not_blocked_by_it():
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot")
    code = """
import os, threading, time
from tests.native.test_limits import fitted
import warnings; warnings.simplefilter("ignore")
fitted()
threading.Thread(target=lambda: [fitted() for _ in range(20)], daemon=True).start()
for _ in range(5):
    time.sleep(0.01)
    child = os.fork()
    if child == 0:
        fitted()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
print("done")
"""
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([p for p in sys.path if p])},
    )  # fmt: skip
    assert found.stdout == "done\n", found.stderr


@native_only
def test_where_the_system_grants_few_threads_those_do_the_work():
    resource = pytest.importorskip("resource")
    if not sys.platform.startswith("linux"):
        pytest.skip("this system limits no address space")
    code = f"""
import resource
from tests.native.test_limits import fitted
alone = fitted()
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * {resource.getpagesize()}
# Room for the stacks of a few of them.
resource.setrlimit(resource.RLIMIT_AS, (used + 2**25, used + 2**25))
assert fitted(threads=64) == alone
print("done")
"""
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([p for p in sys.path if p])},
    )  # fmt: skip
    assert found.stdout == "done\n", found.stderr


@pytest.mark.parametrize("threads", [0, -1, 2.5, "2", True])
def test_threads_that_are_no_number_of_them_are_refused(threads):
    with pytest.raises(OptionError, match="threads must be a whole number"):
        fitted(threads=threads)


def test_memory_that_no_machine_has_is_an_error_that_says_how_much():
    with pytest.raises(MemoryError, match=r"9,000,000,000,000,000 bytes.*7 rows"):
        require_memory(9 * 10**15, rows=7)


@native_only
def test_a_program_too_large_for_the_machine_is_refused_before_it_runs():
    x = g.input("x", (g.BATCH, 1000))
    program = lower_graph_to_program(
        g.Graph({"y": g.exp(x) * 2.0}), dtype="float32", most_rows=10**11
    )
    with pytest.raises(MemoryError, match="100,000,000,000 rows"):
        NativeProgram(program, np.float32)


def threads_of_this_process():
    return len(os.listdir("/proc/self/task"))


linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux lists a process's threads"
)


@native_only
@linux_only
def test_many_fits_use_the_same_threads():
    fitted(threads=3)
    before = threads_of_this_process()
    for _ in range(20):
        fitted(threads=3)
    assert threads_of_this_process() == before


@native_only
def test_fits_at_the_same_time_have_threads_of_their_own():
    alone = fitted(threads=2)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: fitted(threads=2), range(12)))
    assert found == [alone] * 12


@native_only
@linux_only
def test_threads_leave_the_processors_that_they_may_use_as_they_were():
    allowed = os.sched_getaffinity(0)
    fitted(threads=len(allowed))
    assert {
        frozenset(os.sched_getaffinity(int(task)))
        for task in os.listdir("/proc/self/task")
    } == {frozenset(allowed)}
