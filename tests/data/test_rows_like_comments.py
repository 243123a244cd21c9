"""A line that has the cells of a row is no comment, whatever it starts with."""

import pytest

from neurona.data.sources.read import read_table
from neurona.errors import DataError

ROWS = ['"1,5";"a";"2"', '"2,5";"b";"3"', '"3,5";"a";"4"']


def table(tmp_path, *lines):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(['"x";"k";"y"', *lines, ""]))
    return read_table(path)


@pytest.mark.parametrize("above", [[], ['# 5" pipe']])
def test_an_odd_quote_in_it_is_an_error_and_no_comment(tmp_path, above):
    with pytest.raises(DataError, match="quote"):
        list(table(tmp_path, *above, *ROWS, '%1,5";"a";"2"', *ROWS).batches())


def test_an_odd_quote_in_a_comment_hides_no_row(tmp_path):
    assert table(tmp_path, '# 5" pipe', *ROWS).rows == 3
