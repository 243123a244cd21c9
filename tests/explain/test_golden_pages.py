"""The pages of G7, G9 and G10 are the ones that were read over by eye."""

import pytest

from tests.explain.golden_pages import FOLDER, WRITTEN, written


@pytest.mark.parametrize(("name", "kind"), WRITTEN)
def test_a_page_is_the_one_that_was_read_over(name, kind):
    kept = (FOLDER / f"{name}.{kind}").read_text(encoding="utf-8")
    assert written(name, kind) == kept
