"""Warnings kept quiet by several threads at once."""

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
