"""From a file's bytes to UTF-8 text in whole lines.

A line ends at a newline of the file's encoding; a carriage return before it belongs to the
terminator. Text is valid UTF-8 afterwards, whatever the file held, and has as many lines as the
source it came from, so a place in one is found in the other by counting lines.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_ANSI = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")

#: Byte order marks, and the encodings they tell.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: Encodings that begin with a mark, and what they are without it: here a mark is no part of text.
_UNMARKED = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()


class Decoder:
    """One encoding, read a block of lines at a time.

    Args:
        encoding: as Python names it; one in which a newline's bytes mean nothing else.
        strip_ansi: leave colours and cursor moves (ECMA-48 control sequences) out.
    """

    def __init__(self, encoding: str, *, strip_ansi: bool = False) -> None:
        name = codecs.lookup(encoding).name
        self.encoding = _UNMARKED.get(name, name)
        self._newline = "\n".encode(self.encoding)
        self._return = "\r".encode(self.encoding)
        self._width = len(self._newline)
        self._strip_ansi = strip_ansi
        self.invalid = 0  # bytes or units that became U+FFFD
        self.ended = False  # no byte will follow

    @property
    def wide(self) -> bool:
        """Whether a NUL byte may be part of a character."""
        return self._width > 1

    def last_end(self, source: bytes) -> int:
        """Give where the last whole line ends, 0 where there is none."""
        end = source.rfind(self._newline)
        while end > 0 and end % self._width:
            end = source.rfind(self._newline, 0, end + self._width - 1)
        return end + self._width if end >= 0 else 0

    def first_end(self, source: bytes, start: int) -> int:
        """Give where the line at ``start`` ends, -1 where it has not ended."""
        end = source.find(self._newline, start)
        while end >= 0 and (end - start) % self._width:
            end = source.find(self._newline, end + 1)
        return end + self._width if end >= 0 else -1

    def reach(self, source: bytes, start: int) -> int:
        """Give how far the line at ``start``, which has not ended, surely goes."""
        return len(source)

    def back(self, source: bytes, end: int, lines: int) -> int:
        """Give where the last ``lines`` lines before ``end`` begin."""
        for _ in range(lines):
            end = self.last_end(source[: end - self._width])
        return end

    def cut(self, source: bytes, limit: int) -> int:
        """Give the last place up to ``limit`` that splits neither a character nor a terminator."""
        if self.encoding == "utf-8":
            for place in range(limit, max(0, limit - 4), -1):  # a character has up to four bytes
                if source[place] & 0xC0 != 0x80:
                    limit = place
                    break
        else:
            reader = codecs.getincrementaldecoder(self.encoding)("replace")
            reader.decode(source[:limit])
            limit -= len(reader.getstate()[0])  # the beginning of a character
        if source.endswith(self._return, 0, limit):  # what follows may not have come yet
            limit -= self._width
        return limit

    def unended(self, source: bytes, limit: int) -> int:
        """Give the last place up to ``limit`` that has no terminator before it."""
        ends = (self._newline, self._return)
        while limit > self._width and source.endswith(ends, 0, limit):
            limit -= self._width
        return limit

    def turn(self, source: bytes, start: int, end: int, stream: str = "") -> int:
        """Give where the first line is that is not of the stream of those before, or the end.

        Args:
            source: where it begins, a line does.
            start: where a line begins.
            end: where one ends, or the source does.
            stream: of the line before; "": as the source's first line, or not known.
        """
        return end

    def stream(self, source: bytes) -> str:
        """Give the stream of the line the source begins with, or "": of one there is only one."""
        return ""

    def one_stream(self, source: bytes) -> str:
        """Give the stream if every line of whole ones is a record of it; else ""."""
        return ""

    def around(self, source: bytes, start: int) -> Iterable[tuple[str, bytes]]:
        """Give the members, name and JSON, that stand around the line at ``start``."""
        return ()

    def lines(self, source: bytes) -> bytes:
        """Give whole lines as ``text`` does, though their source alone may not show their end."""
        return self.text(source)

    def text(self, source: bytes) -> bytes:
        r"""Give the lines as UTF-8, each ending in ``\\n`` alone."""
        text = source
        if self.encoding != "utf-8":
            text = self._repair(source)
        elif not source.isascii():
            try:
                source.decode()
            except UnicodeDecodeError:
                text = self._repair(source)
        if b"\r" in text:
            # Most often all lines end alike; to look for single bytes takes half as long.
            bare = text.replace(b"\r", b"")
            alike = bare.replace(b"\n", b"\r\n") == text
            text = bare if alike else text.replace(b"\r\n", b"\n")
        if self._strip_ansi and b"\x1b" in text:
            text = _ANSI.sub(b"", text)
        return text

    def _repair(self, source: bytes) -> bytes:
        if self.encoding == "utf-8":
            text = source.decode("utf-8", "replace").encode()
            self.invalid += text.count(_REPLACEMENT) - source.count(_REPLACEMENT)
            return text
        try:
            return source.decode(self.encoding).encode("utf-8", "replace")
        except UnicodeDecodeError:
            return b"\n".join(self._repaired_lines(source))

    def _repaired_lines(self, source: bytes) -> Iterator[bytes]:
        """Decode each line apart from its newline, which a character cut short would swallow."""
        start = 0
        while start >= 0:
            end = self.first_end(source, start)
            line = source[start : end - self._width if end >= 0 else None]
            text = line.decode(self.encoding, "replace").encode("utf-8", "replace")
            self.invalid += text.count(_REPLACEMENT)
            yield text
            start = end
