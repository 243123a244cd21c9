"""Locks that outlive a fork."""

import os
import threading

import pytest

from neurona.locks import lock_open_in_forks


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot")
# A child of a process with threads is what is tested.
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_a_child_finds_open_what_another_thread_held():
    lock, held, guarded = lock_open_in_forks(), threading.Event(), [0, 0]

    def hold():
        with lock:
            guarded[0] += 1
            held.set()
            # Long enough for the fork to come while it is held.
            threading.Event().wait(0.1)
            guarded[1] += 1

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        os._exit(0 if lock.acquire(timeout=5) and guarded == [1, 1] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    thread.join()
    with lock:
        assert guarded == [1, 1]
