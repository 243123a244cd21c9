"""One file of tensors and metadata, and everything that can be wrong with it."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neurona.errors import ModelFileError, OptionError, OutputError
from neurona.files import read_tensors, write_tensors

TENSORS = {
    "dense_1.weight": np.array([[1.5, -2.0, 0.1]], dtype=np.float32),
    "mask": np.array([True, False, True]),
    "dense_1.bias": np.array([0.25, np.nan]),
    "scalar": np.array(7, dtype=np.int64),
    "empty": np.zeros((0, 3), dtype=np.uint64),
}
METADATA = {"seed": 0, "columns": ["año", 'a "quote"'], "rate": 0.1}

DTYPES = [
    np.float32,
    np.float64,
    np.int32,
    np.int64,
    np.uint8,
    np.uint32,
    np.uint64,
    np.bool_,
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.safetensors"
    write_tensors(path, TENSORS, METADATA)
    return path


def refused(path, content: bytes, sentence: str = "") -> bool:
    """Whether reading these bytes raises one sentence that names the file."""
    path.write_bytes(content)
    return refused_as_it_stands(path, sentence)


def refused_as_it_stands(path, sentence: str = "") -> bool:
    try:
        read_tensors(path)
    except ModelFileError as error:
        message = str(error)
        return message.startswith(str(path)) and sentence in message
    return False


def sealed(header: object, data: bytes = b"") -> bytes:
    """Build a file by hand whose hash is right, whatever its header claims."""
    text = header if isinstance(header, str) else json.dumps(header)
    raw = text.replace(": ", ":").replace(", ", ",").encode()
    raw += b" " * (-len(raw) % 8)
    start = len(raw).to_bytes(8, "little")
    digest = hashlib.sha256(start + raw + data).hexdigest()
    return start + raw.replace(b"0" * 64, digest.encode(), 1) + data


def header_of(table: dict, **own) -> dict:
    fields = {
        "format": "neurona",
        "format_version": "1",
        "sha256": "0" * 64,
        "metadata": "{}",
    }
    return {"__metadata__": fields | own, **table}


def claim(dtype="F64", shape=(1,), offsets=(0, 8)) -> dict:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def assert_equal_tensors(found, expected):
    assert list(found) == list(expected)
    for name, a in expected.items():
        assert found[name].dtype == a.dtype
        assert found[name].shape == a.shape
        assert found[name].tobytes() == a.tobytes()


def test_tensors_and_metadata_come_back_bit_for_bit(path):
    found = read_tensors(path)
    assert_equal_tensors(found.tensors, TENSORS)
    assert found.metadata == METADATA


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(DTYPES).flatmap(
            lambda dtype: hnp.arrays(
                dtype, hnp.array_shapes(min_dims=0, min_side=0, max_dims=4, max_side=4)
            )
        ),
        max_size=5,
    )
)
def test_any_shape_and_dtype_survives(tmp_path_factory, arrays):
    path = tmp_path_factory.mktemp("any") / "a"
    tensors = {f"tensor {i}": a for i, a in enumerate(arrays)}
    write_tensors(path, tensors, {})
    assert_equal_tensors(read_tensors(path).tensors, tensors)


@pytest.mark.parametrize(
    "a",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.arange(8.0)[::2],
        np.arange(3, dtype=">f8"),
        np.broadcast_to(np.float32(2.0), (2, 3)),
    ],
)
def test_memory_layout_and_byte_order_do_not_matter(tmp_path, a):
    write_tensors(tmp_path / "a", {"a": a}, {})
    found = read_tensors(tmp_path / "a").tensors["a"]
    np.testing.assert_array_equal(found, a)
    assert found.dtype == a.dtype.newbyteorder("<")
    assert found.flags.c_contiguous
    assert found.flags.writeable


def test_the_safetensors_package_reads_the_same(path):
    found = safetensors.numpy.load_file(path)
    assert set(found) == set(TENSORS)
    for name, a in TENSORS.items():
        np.testing.assert_array_equal(found[name], a)
        assert found[name].dtype == a.dtype
    with safetensors.safe_open(path, framework="numpy") as file:
        assert file.metadata()["format"] == "neurona"


def test_equal_content_gives_equal_bytes(path, tmp_path):
    copies = {name: a.copy() for name, a in TENSORS.items()}
    write_tensors(tmp_path / "again", copies, dict(METADATA))
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_tensors_begin_aligned_to_their_items(path):
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    assert length % 8 == 0
    table = json.loads(raw[8 : 8 + length])
    for name, a in TENSORS.items():
        assert table[name]["data_offsets"][0] % a.itemsize == 0


def test_a_file_cut_short_at_any_byte_is_refused(path):
    whole = path.read_bytes()
    read_whole = [n for n in range(len(whole)) if not refused(path, whole[:n])]
    assert read_whole == []


def unnoticed_flips(path, flips: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Flips of (byte, bit), one at a time in place, after which the file is read."""
    whole = path.read_bytes()
    missed = []
    with path.open("r+b", buffering=0) as file:
        for position, bit in flips:
            file.seek(position)
            file.write(bytes([whole[position] ^ 1 << bit]))
            if not refused_as_it_stands(path):
                missed.append((position, bit))
            file.seek(position)
            file.write(whole[position : position + 1])
    assert path.read_bytes() == whole
    return missed


def test_any_bit_flipped_in_the_header_is_refused(path):
    header_end = 8 + int.from_bytes(path.read_bytes()[:8], "little")
    flips = [(position, bit) for position in range(header_end) for bit in range(8)]
    assert unnoticed_flips(path, flips) == []


def test_a_bit_flipped_in_any_byte_is_refused(path):
    size = path.stat().st_size
    bits = np.random.default_rng(0).integers(8, size=size).tolist()
    assert unnoticed_flips(path, list(zip(range(size), bits, strict=True))) == []


@pytest.mark.parametrize("extra", [b"\0", b" ", b"x" * 100])
def test_bytes_after_the_end_are_refused(path, extra):
    assert refused(path, path.read_bytes() + extra, "is damaged or cut short")


def zip_bytes() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as file:
        file.writestr("weights.txt", "1 2 3")
    return memory.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0",
        zip_bytes(),
        b"sepal,petal,species\n1.0,2.0,setosa\n" * 20,
        b"\0" * 64,
        b"\xff" * 64,
        safetensors.numpy.save({"a": np.zeros(3)}),
        safetensors.numpy.save({"a": np.zeros(3)}, {"format": "pt"}),
    ],
    ids=["empty", "short", "png", "zip", "csv", "zeros", "ones", "foreign", "torch"],
)
def test_files_of_other_kinds_are_said_to_be_no_model(path, content):
    assert refused(path, content, "is not a neurona model")


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(ModelFileError, match=r"there is no file .*gone; check"):
        read_tensors(tmp_path / "gone")


def test_a_folder_is_said_to_be_no_file(tmp_path):
    with pytest.raises(ModelFileError, match="is not a file"):
        read_tensors(tmp_path)


def test_a_path_through_a_file_is_refused(path):
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_tensors(path / "below")


def test_a_hand_made_file_with_a_right_hash_is_read(path):
    path.write_bytes(sealed(header_of({"a": claim()}), bytes(8)))
    assert read_tensors(path).tensors["a"].tolist() == [0.0]


def test_a_newer_version_says_so_even_with_unknown_dtypes(path):
    header = header_of({"a": claim("F8_E4M3")}, format_version="2")
    assert refused(path, sealed(header, bytes(8)), "written by a newer version")


def test_a_newer_version_that_is_damaged_says_damaged(path):
    header = header_of({"a": claim()}, format_version="2")
    changed = sealed(header, bytes(8))[:-1] + b"\1"
    assert refused(path, changed, "is damaged or cut short")


@pytest.mark.parametrize("version", ["0", "", "-1", "1.0", "one", 1, None])
def test_a_version_that_is_no_number_is_refused(path, version):
    assert refused(path, sealed(header_of({}, format_version=version)), "version")


@pytest.mark.parametrize(
    "wrong",
    [
        claim("F16", (4,)),
        claim("C64"),
        claim(7),
        claim(shape=(2,)),
        claim(shape=(-1,), offsets=(0, -8)),
        claim(shape=(True,)),
        claim(shape=(1.0,)),
        claim(shape=("1",)),
        claim(offsets=(0, 8, 8)),
        claim(offsets=(0, 16), shape=(2,)),
        claim(offsets=(8, 16)),
        claim(offsets=(0, 0), shape=(0,)),
        claim(offsets=(0, 2**62), shape=(2**59,)),
        claim(shape=(2**32, 2**32), offsets=(0, 8)),
        claim(shape=(0, 2**62), offsets=(0, 0)),
        claim(shape=(1,) * 33),
        {"dtype": "F64", "shape": [1]},
        claim() | {"more": 1},
        [],
        None,
    ],
)
def test_wrong_claims_about_a_tensor_are_refused_despite_a_right_hash(path, wrong):
    content = sealed(header_of({"a": wrong}), bytes(8))
    assert refused(path, content, "is damaged or cut short")


@pytest.mark.parametrize("begin", [0, 4, 12])
def test_tensors_that_overlap_or_leave_gaps_are_refused(path, begin):
    table = {"a": claim(), "b": claim(offsets=(begin, begin + 8))}
    content = sealed(header_of(table), bytes(begin + 8))
    assert refused(path, content, "overlap or leave gaps")


def test_a_bool_byte_other_than_0_and_1_is_refused(path):
    table = {"a": claim("BOOL", (8,))}
    assert refused(path, sealed(header_of(table), b"\0\1\0\1\2\0\0\0"), "of bits")


@pytest.mark.parametrize(
    "metadata", ["", "[]", "1", "{", '{"a":1,"a":2}', '{"b":[{"a":1,"a":2}]}', 5, None]
)
def test_metadata_that_are_no_object_of_unique_keys_are_refused(path, metadata):
    content = sealed(header_of({}, metadata=metadata))
    assert refused(path, content, "is damaged or cut short")


def test_a_tensor_named_twice_is_refused(path):
    whole = json.dumps(header_of({"a": claim(), "b": claim()}))
    twice = whole.replace('"b":', '"a":')
    assert refused(path, sealed(twice, bytes(8)), "the key 'a' stands twice")


def test_a_header_longer_than_the_bound_is_refused_unread(path, monkeypatch):
    whole = path.read_bytes()
    monkeypatch.setattr("neurona.files.tensor_file.MOST_HEADER_BYTES", 64)
    assert refused(path, whole, "impossible length")


def test_a_header_that_breaks_the_alignment_is_refused(path):
    raw = json.dumps(header_of({}), separators=(",", ":")).encode()
    raw += b" " * (-len(raw) % 8 + 4)
    assert refused(path, len(raw).to_bytes(8, "little") + raw, "impossible length")


@pytest.mark.parametrize("dtype", ["f2", "i2", "c16", "U3", "O", "M8[s]"])
def test_a_dtype_that_no_file_holds_is_refused_on_writing(tmp_path, dtype):
    with pytest.raises(OptionError, match="tensor 'a' has the dtype"):
        write_tensors(tmp_path / "a", {"a": np.zeros(2, dtype)}, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["__metadata__", "line\nbreak", "\ud800"])
def test_a_name_that_a_header_cannot_hold_is_refused_on_writing(tmp_path, name):
    with pytest.raises(OptionError, match="cannot have the name"):
        write_tensors(tmp_path / "a", {name: np.zeros(2)}, {})


def test_metadata_too_long_for_a_header_are_refused_on_writing(tmp_path, monkeypatch):
    monkeypatch.setattr("neurona.files.header.MOST_HEADER_BYTES", 400)
    with pytest.raises(OptionError, match="do not fit"):
        write_tensors(tmp_path / "a", {}, {"text": "x" * 400})


def test_a_folder_that_is_missing_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="does not exist"):
        write_tensors(tmp_path / "no" / "a", TENSORS, METADATA)
