"""Whole records of a text file: its bytes in UTF-8, cut where a row ends."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from neurona.errors import DataError, system_reason
from neurona.messages import _

__all__ = [
    "Block",
    "count_controls",
    "count_fields",
    "read_blocks",
    "read_chunks",
    "record_ends",
    "skip_lines",
    "utf8_chunks",
    "without_controls",
    "without_odd_quotes",
]

CHUNK_BYTES = 2 << 20
"""Bytes read at a time: small enough that a batch of texts costs little memory."""

NEWLINE = 0x0A
TEXT_MARKS = (b"\n", b"\r", b"\t", b"\f")
CONTROLS = bytes(set(range(32)) - set(b"".join(TEXT_MARKS)))


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, through gzip when its name ends in ``.gz``."""
    if path.suffix.lower() == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def read_chunks(path: Path, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Bytes of a file, unpacked; a broken archive is a DataError."""
    try:
        with open_bytes(path) as file:
            while chunk := file.read(size):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            _(
                "{name} is not a whole gzip file; it may have been cut short: "
                "copy or download it again"
            ).format(name=repr(path.name))
        ) from error
    except OSError as error:
        raise DataError(
            _("{name} cannot be read: {reason}").format(
                name=repr(path.name), reason=system_reason(error)
            )
        ) from error


def utf8_chunks(path: Path, encoding: str, mac_lines: bool = False) -> Iterator[bytes]:
    """Contents of a text file as UTF-8 without its byte order mark.

    Parameters
    ----------
    path : Path
    encoding : str
        What the file is written in.
    mac_lines : bool
        Whether lines end in a carriage return alone.

    Raises
    ------
    UnicodeDecodeError
        The file is not written in this encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    same = encoding in ("utf-8", "utf-8-sig")
    mark = codecs.BOM_UTF8 if same else b""
    clean = True
    for chunk in read_chunks(path):
        if same and clean and chunk.isascii():
            text = chunk
        else:
            # The decoder checks; what it gives is written again only for others.
            decoded = decoder.decode(chunk)
            clean = decoder.getstate()[0] == b""
            text = chunk if same else decoded.encode("utf-8", "replace")
        text, mark = text.removeprefix(mark), b""
        yield text.replace(b"\r", b"\n") if mac_lines else text
    decoder.decode(b"", final=True)


def record_ends(block: bytes, quote: str | None) -> NDArray[np.intp]:
    r"""Positions of the line ends that end a record, not those inside quotes.

    Examples
    --------
    >>> record_ends(b'a,"x\ny"\nb,c\n', '"').tolist()
    [7, 11]
    """
    array = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(array == NEWLINE)
    if quote is None or quote.encode() not in block:
        return ends
    return ends[~_inside_quotes(array, quote)[ends]]


def count_fields(
    block: bytes, ends: NDArray[np.intp], separator: str, quote: str | None
) -> NDArray[np.intp]:
    r"""Fields of each record of a block of whole records.

    Examples
    --------
    >>> block = b'a,"x,y"\nb\n'
    >>> count_fields(block, record_ends(block, '"'), ",", '"').tolist()
    [2, 1]
    """
    array = np.frombuffer(block, np.uint8)
    places = np.flatnonzero(array == ord(separator))
    if quote is not None and quote.encode() in block:
        places = places[~_inside_quotes(array, quote)[places]]
    return np.diff(np.searchsorted(places, ends), prepend=0) + 1


def _inside_quotes(array: NDArray[np.uint8], quote: str) -> NDArray[np.bool_]:
    # A doubled quote flips twice, so that the parity alone tells inside from outside.
    return np.logical_xor.accumulate(array == ord(quote))


class Block(NamedTuple):
    """Bytes of whole records, and where each of them ends."""

    data: bytes
    ends: NDArray[np.intp]

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where each record begins."""
        return np.concatenate([np.zeros(1, np.intp), self.ends[:-1] + 1])

    def spans(self) -> NDArray[np.intp]:
        r"""Numbers of the records that go on over several lines.

        Examples
        --------
        >>> block = b'a\n"b\nc"\n'
        >>> Block(block, record_ends(block, '"')).spans().tolist()
        [1]
        """
        if self.data.count(b"\n") == len(self.ends):
            return np.empty(0, np.intp)
        lines = np.flatnonzero(np.frombuffer(self.data, np.uint8) == NEWLINE)
        inner = lines[~np.isin(lines, self.ends, assume_unique=True)]
        return np.unique(np.searchsorted(self.ends, inner))

    def without(self, left_out: NDArray[np.int64]) -> bytes:
        r"""Bytes without the records of these numbers.

        Examples
        --------
        >>> block = b"a\nb\nc\n"
        >>> Block(block, record_ends(block, None)).without(np.array([1]))
        b'a\nc\n'
        """
        if not len(left_out):
            return self.data
        starts = self.starts
        pieces, begin = [], 0
        for number in left_out.tolist():
            pieces.append(self.data[begin : starts[number]])
            begin = int(self.ends[number]) + 1
        return b"".join([*pieces, self.data[begin:]])


def read_blocks(chunks: Iterable[bytes], quote: str | None) -> Iterator[Block]:
    """Blocks of whole records; the last one gets its missing line end.

    A quote that is never closed leaves a last block without an end.
    """
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        ends = record_ends(block, quote)
        cut = int(ends[-1]) + 1 if len(ends) else 0
        rest = block[cut:]
        if cut:
            yield Block(block[:cut], ends)
    if rest:
        rest += b"\n"
        yield Block(rest, record_ends(rest, quote))


def skip_lines(chunks: Iterable[bytes], count: int) -> Iterator[bytes]:
    r"""Contents without their first lines, whatever these hold.

    Examples
    --------
    >>> b"".join(skip_lines([b"it's\nx", b"\n1\n"], 2))
    b'1\n'
    """
    for chunk in chunks:
        begin = 0
        while count and (end := chunk.find(b"\n", begin)) >= 0:
            begin, count = end + 1, count - 1
        if not count:
            yield chunk[begin:]


def without_odd_quotes(
    chunks: Iterable[bytes],
    marks: Sequence[str],
    quote: str,
    separator: str = "",
    width: int = 1,
) -> Iterator[bytes]:
    r"""Contents in which no comment opens a quote that it does not close.

    Parameters
    ----------
    chunks : iterable of bytes
    marks : sequence of str
        With which comments start.
    quote : str
    separator : str
    width : int
        Cells of a row: a line that has as many is no comment.

    Examples
    --------
    >>> list(without_odd_quotes([b'x\n# 5"', b' pipe\n1\n'], ["#"], '"'))
    [b'x\n', b"# 5' pipe\n1\n", b'']
    """
    alike = b"|".join(re.escape(mark.encode()) for mark in marks)
    comment = re.compile(b"(?m)^(?:" + alike + rb")[^\n]*")
    mark = quote.encode()

    def even(found: re.Match[bytes]) -> bytes:
        line = found[0]
        is_row = width > 1 and line.count(separator.encode()) == width - 1
        return line.replace(mark, b"'") if line.count(mark) % 2 and not is_row else line

    rest = b""
    for chunk in chunks:
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        yield comment.sub(even, rest[:cut])
        rest = rest[cut:]
    yield comment.sub(even, rest)


def count_controls(block: bytes) -> int:
    r"""Characters that no text holds: those below a space, but for tabs and line ends.

    Examples
    --------
    >>> count_controls(b"a\tb\0\r\n\x1a")
    2
    """
    below = int(np.count_nonzero(np.frombuffer(block, np.uint8) < ord(" ")))
    for mark in TEXT_MARKS:
        # Most blocks hold line ends alone, which settles it.
        below -= block.count(mark) if below else 0
    return below


def without_controls(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Contents without the characters that :func:`count_controls` counts."""
    for chunk in chunks:
        yield chunk.translate(None, CONTROLS)
