"""A sample of a file: its first lines, some from its middle, and its last.

The first tell how a program begins, the last how the log is written today, the middle what is in
between. What is held is bounded, whatever the file is: a third of the lines comes from each of
three blocks of at most ``BLOCK_BYTES``, and no more is read; of what cannot be gone about in,
standard input and packed files, ``STREAM_BYTES`` are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from sidecar.formats.detection import Part
from sidecar.framing.lines import MARKS, Decoder

#: So many lines: a format that has one line in a hundred shows some five times in each third.
LINES = 1500

BLOCK_BYTES = 1 << 19

STREAM_BYTES = 16 << 20

#: Control characters that texts are not made of; escape is, in colours.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Block(NamedTuple):
    """Lines that follow each other.

    Attributes:
        lines: in UTF-8, each with its newline, most often alone.
        offsets: where each begins in the file, in bytes.
        number: of the first, from 1; 0 where nobody counted.
        invalid: lines with bytes that the encoding has not, which became U+FFFD.
    """

    lines: Sequence[bytes]
    offsets: Sequence[int]
    number: int
    invalid: int

    @property
    def part(self) -> Part:
        """The same, as formats take it."""
        return Part(b"".join(self.lines), first=self.number == 1)

    def where(self, line: int) -> str:
        """Say where a line stands in the file."""
        return f"line {self.number + line}" if self.number else f"byte {self.offsets[line]}"


class Sample(NamedTuple):
    """A sample.

    Attributes:
        blocks: in the order of the file.
        size: bytes of the file, or those that were read of it.
        whole: every line of the file is in it.
        encoding: what it was read in.
        marked: a byte order mark told the encoding.
        guessed: its NUL bytes did.
        colours: escape sequences, which were taken out.
        invalid: lines with bytes that the encoding has not.
        controls: share of control characters in the bytes, 0 to 1.
        endless: blocks without the end of a line: the line is longer than a block.
    """

    blocks: Sequence[Block]
    size: int
    whole: bool
    encoding: str
    marked: bool
    guessed: bool
    colours: int
    invalid: int
    controls: float
    endless: int

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return sum(len(one.lines) for one in self.blocks)


def take(file: BinaryIO, lines: int = LINES, encoding: str = "utf-8") -> Sample:
    """Take a sample of a file.

    Args:
        file: one that can be gone about in.
        lines: how many at most.
        encoding: of the file; a byte order mark wins, and units of two bytes are noticed.

    Raises:
        OSError: it cannot be read.
    """
    size = file.seek(0, io.SEEK_END)
    head = _read(file, 0, BLOCK_BYTES)
    mark, told = next((one for one in MARKS if head.startswith(one[0])), (b"", ""))
    guess = "" if told else _wide(head)
    decoder = Decoder(told or guess or encoding)
    if size <= BLOCK_BYTES:
        source, begins = _Source(decoder, head, 0), [*_begins(decoder, head, len(mark))]
        blocks = [source.block(begins[one], one.start + 1) for one in _thirds(len(begins), lines)]
        endless, whole = 0, len(begins) <= lines
    else:
        blocks = [one for one in _apart(decoder, file, size, len(mark), lines) if one.lines]
        endless, whole = 3 - len(blocks), False
    text = b"".join(line for one in blocks for line in one.lines)
    colours = text.count(b"\x1b[")
    if colours:
        plain = Decoder("utf-8", strip_ansi=True)
        blocks = [one._replace(lines=[*map(plain.text, one.lines)]) for one in blocks]
    found = text or head
    controls = len(_CONTROLS.findall(found)) / max(1, len(found))
    invalid = sum(one.invalid for one in blocks)
    return Sample(
        blocks, size, whole, decoder.encoding, bool(mark), bool(guess), colours, invalid, controls,
        endless,
    )  # fmt: skip


def held(source: BinaryIO) -> tuple[BinaryIO, bool]:
    """Read of a stream what may be held; gives it, and whether there is more.

    Raises:
        OSError, EOFError, zlib.error: it cannot be read, or not unpacked.
    """
    data = source.read(STREAM_BYTES + 1)
    return io.BytesIO(data[:STREAM_BYTES]), len(data) > STREAM_BYTES


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


def _wide(head: bytes) -> str:
    """Give UTF-16's name where every other byte is NUL, as in Latin text; else ""."""
    head = head[:4096]
    for name, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        nul, other = head[place::2], head[1 - place :: 2]
        if nul.count(0) * 10 > len(nul) * 6 and other.count(0) * 20 < len(other):
            return name
    return ""


def _thirds(length: int, lines: int) -> Iterator[slice]:
    """Give all places of a sequence, or those at its begin, in its middle and at its end."""
    if length <= lines:
        yield slice(0, length)
        return
    last = lines // 3
    middle = (lines - last) // 2
    first = lines - last - middle
    begin = max(first, min((length - middle) // 2, length - last - middle))
    for start, count in ((0, first), (begin, middle), (length - last, last)):
        if count:
            yield slice(start, start + count)


def _apart(decoder: Decoder, file: BinaryIO, size: int, mark: int, lines: int) -> Iterator[Block]:
    """Give the lines at the begin, in the middle and at the end of a big file."""
    width = len("\n".encode(decoder.encoding))
    length = min(BLOCK_BYTES, size // 3) // width * width
    third = max(1, lines // 3)
    middle, last = ((size - length) // part // width * width for part in (2, 1))
    for offset in (0, middle, last):
        data = _read(file, offset, length + width)
        source = _Source(decoder, data, offset)
        if offset + len(data) < size:
            data = data[: decoder.last_end(data)]
        start = max(decoder.first_end(data, 0), 0) if offset else mark
        begins = [*_begins(decoder, data, start)] if start or not offset else []
        begins = begins[-third:] if offset == last else begins[:third]
        yield source.block(begins, int(not offset))


def _begins(decoder: Decoder, data: bytes, start: int) -> Iterator[int]:
    """Give where each line begins."""
    while 0 <= start < len(data):
        yield start
        start = decoder.first_end(data, start)


class _Source(NamedTuple):
    """Bytes of a file, from an offset on."""

    decoder: Decoder
    data: bytes
    offset: int

    def block(self, begins: Sequence[int], number: int) -> Block:
        """Make a block of the lines that begin there; ``number`` is that of the first."""
        lines, invalid = [], 0
        for begin in begins:
            end = self.decoder.first_end(self.data, begin)
            before = self.decoder.invalid
            line = self.decoder.text(self.data[begin : end if end >= 0 else None])
            invalid += self.decoder.invalid > before
            lines.append(line if line.endswith(b"\n") else line + b"\n")
        return Block(lines, [self.offset + begin for begin in begins], number, invalid)
