import pickle

import numpy as np
import pytest

from neurona.errors import DataError
from neurona.reference.definitions import DEFINITIONS
from neurona.reference.indices import NO_INDEX, WrongIndex, require_indices


def test_a_wrong_index_says_where_it_stands():
    with pytest.raises(DataError, match=r"row 1, column 2: index 5 is outside"):
        require_indices(np.array([[0, 0, 4], [1, 2, 5]]), 5)
    with pytest.raises(DataError, match="row 0, column 0: index -1"):
        require_indices(np.array(-1), 5)


def test_what_is_no_whole_number_is_the_same_on_every_processor():
    cast = DEFINITIONS["cast"]
    found = cast(np.array([np.nan, np.inf, -1e30, 2.0**63, -3.9]), dtype="integer")
    assert found.tolist() == [NO_INDEX] * 4 + [-3]


def test_a_wrong_index_goes_from_one_process_to_another():
    error = pickle.loads(pickle.dumps(WrongIndex(1, 0, 7, 3).in_rows([4, 9])))
    assert str(error) == "row 9, column 0: index 7 is outside the table's 0 to 2"
