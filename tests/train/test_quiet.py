"""Warnings kept quiet by several threads at once."""

import os
import threading
import warnings

import pytest

from neurona.errors import DivergenceWarning
from neurona.train.quiet import quiet


def test_only_what_is_named_is_quiet():
    with quiet(UserWarning, "the first"), quiet(DivergenceWarning):
        warnings.warn("the first word", stacklevel=1)
        warnings.warn("no matter", DivergenceWarning, stacklevel=1)
        with pytest.warns(UserWarning, match="another"):
            warnings.warn("another word", stacklevel=1)


def test_filters_are_restored_by_the_last_who_leaves():
    before = list(warnings.filters)
    entered, left = threading.Event(), threading.Event()

    def other():
        with quiet(UserWarning):
            entered.set()
            left.wait()
            warnings.warn("not heard", stacklevel=1)

    thread = threading.Thread(target=other)
    with quiet(DivergenceWarning):
        thread.start()
        entered.wait()
    left.set()
    thread.join()
    assert warnings.filters == before


def heard_in_child():
    """Whether a child process forked now hears a warning."""
    heard, tell = os.pipe()
    child = os.fork()
    if not child:
        with warnings.catch_warnings(record=True) as found:
            warnings.warn("is anybody there", UserWarning, stacklevel=1)
        os.write(tell, bytes([len(found)]))
        os._exit(0)
    os.waitpid(child, 0)
    return os.read(heard, 1) == b"\1"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("default", "ignore:.*fork:DeprecationWarning")
def test_a_child_process_hears_what_another_thread_kept_quiet():
    entered, leave = threading.Event(), threading.Event()

    def other():
        with quiet(UserWarning):
            entered.set()
            leave.wait()

    thread = threading.Thread(target=other)
    thread.start()
    entered.wait()
    try:
        assert heard_in_child()
    finally:
        leave.set()
        thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("default")
def test_a_child_process_of_who_is_inside_is_inside():
    with quiet(UserWarning):
        assert not heard_in_child()
    assert heard_in_child()
