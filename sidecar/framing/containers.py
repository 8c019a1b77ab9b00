r"""The lines of a container's log without what the runtime put around them.

A record is a line of the file; a line of the program is one record, or several of its stream in a
row, the parts, and the one they lead to. In text there are the program's lines. So a place is
found, here too, by counting lines: those that a file's lines make.

Sources: CRI, Kubernetes' ``pkg/kubelet/kuberuntime/logs/logs.go``: ``stamp stream tags text``, the
first tag ``P`` for a part, ``F`` else. Docker, moby's ``daemon/logger/jsonfilelog/jsonlog``: an
object with ``log``, ``stream``, ``time`` and maybe ``attrs``; a part's ``log`` ends in no newline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

import orjson

from sidecar.fields import iso
from sidecar.fields.reading import Reading
from sidecar.framing.lines import Decoder

_CRI = (
    rb"([12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) "
    rb"([FP])(?::[^ \n]*+)?(?: (.*)|$)"
)

#: A shorter line may be the beginning of a record of CRI's.
_CRI_HEAD = 64

_DOCKER_HEAD = b'{"log":"'


class Record(NamedTuple):
    """A record.

    Attributes:
        text: what the program wrote, without the newline at its end.
        part: the next record of the stream goes on with the line.
        stream: which it wrote to.
        stamp: when, as it stands.
    """

    text: bytes
    part: bool
    stream: str
    stamp: str


@cache
def _cri_fits() -> Callable[[bytes], re.Match[bytes] | None]:
    return re.compile(_CRI, re.DOTALL).fullmatch


def _cri(line: bytes) -> Record | None:
    found = _cri_fits()(line)
    if not found:
        return None
    stamp, stream, tag, text = found.groups()
    return Record(text or b"", tag == b"P", stream.decode(), stamp.decode())


def _docker(line: bytes) -> Record | None:
    try:
        found = orjson.loads(line) if line.startswith(b"{") else None
    except orjson.JSONDecodeError:
        return None
    match found:
        case {"log": str(log), "stream": str(stream), "time": str(stamp)}:
            text = log.removesuffix("\n")
            if "\n" not in text:
                return Record(text.encode(), text == log, stream, stamp)
    return None


#: By the name of what is put around.
RECORDS: dict[str, Callable[[bytes], Record | None]] = {"cri": _cri, "docker": _docker}


def wrapping(line: bytes, names: Sequence[str], *, whole: bool) -> str | None:
    """Tell by a file's first line what is put around its lines.

    Args:
        line: without its newline.
        names: what it may be; one alone is taken at its word.
        whole: its newline has come, or will not.

    Returns:
        The name, "" for nothing, None while the line does not tell yet.
    """
    if len(names) == 1:
        return names[0]
    for name in names:
        if _surely(RECORDS[name], line, whole=whole):
            return name
    if whole:
        return ""
    short = len(line) < _CRI_HEAD and line[:1] in {b"", b"1", b"2"}
    return None if short or line.startswith(_DOCKER_HEAD[: len(line)]) else ""


def _surely(read: Callable[[bytes], Record | None], line: bytes, *, whole: bool) -> Record | None:
    """Give the record of a line, if nothing that may still follow in it can make it none."""
    found = read(line)
    return found if found and (whole or read(line + b"x")) else None


class Unwrapping(Decoder):
    """A decoder of what stands in the records of a container's log.

    A line that is no record is a line as it stands. Where another stream, or no record, follows a
    part, the line ends with it.

    Args:
        name: what is put around.
        encoding: of the text; what JSON holds is decoded already.
        limit: a longer object, in bytes, is no record: there is no telling before it has ended; nor
            is what has begun, has so many bytes and no head yet.
        strip_ansi: as for ``Decoder``.
    """

    def __init__(self, name: str, encoding: str, limit: int, *, strip_ansi: bool = False) -> None:
        super().__init__("utf-8" if name == "docker" else encoding, strip_ansi=strip_ansi)
        self._read = RECORDS[name]
        self._limit = limit
        self._headed = name == "cri"  # its head alone tells what a record is

    def _record(self, line: bytes) -> Record | None:
        return self._read(line) if self._headed or len(line) <= self._limit else None

    def _begun(self, line: bytes) -> Record | None:
        """Give the record that a line surely is whose newline has not come."""
        return _surely(self._record, line, whole=self.ended)

    def first_end(self, source: bytes, start: int) -> int:
        """Do as ``Decoder.first_end``, of a line of the program's."""
        stream = ""
        while (end := source.find(b"\n", start) + 1) > 0:
            found = self._record(source[start : end - 1])
            if stream and (found is None or found.stream != stream):
                return start
            if found is None or not found.part:
                return end
            stream, start = found.stream, end
        return start if stream and self._interrupts(source[start:], stream) else -1

    def reach(self, source: bytes, start: int) -> int:
        """Do as ``Decoder.reach``: as far as records have ended."""
        end = source.rfind(b"\n", start) + 1
        return end if start < end and len(source) - end <= self._limit else len(source)

    def last_end(self, source: bytes) -> int:
        """Do as ``Decoder.last_end``; parts that nothing follows are no whole line."""
        whole = end = source.rfind(b"\n") + 1
        stream = ""
        while end:
            start = source.rfind(b"\n", 0, end - 1) + 1
            found = self._record(source[start : end - 1])
            if found is None or not found.part or found.stream != (stream or found.stream):
                break
            if not stream and self._interrupts(source[whole:], found.stream):
                break
            end, stream = start, found.stream
        return end

    def _interrupts(self, begun: bytes, stream: str) -> bool:
        """Tell whether a record that has begun is known not to go on with a line of a stream."""
        found = self._begun(begun)
        if found:
            return found.stream != stream
        return len(begun) > self._limit or (self.ended and bool(begun))

    def back(self, source: bytes, end: int, lines: int) -> int:
        """Do as ``Decoder.back``."""
        for _ in range(lines):
            start = source.rfind(b"\n", 0, end - 1) + 1
            found = self._record(source[start:end].removesuffix(b"\n"))
            stream = found.stream if found else ""
            while stream and start:
                before = source.rfind(b"\n", 0, start - 1) + 1
                found = self._record(source[before : start - 1])
                if found is None or not found.part or found.stream != stream:
                    break
                start = before
            end = start
        return end

    def cut(self, source: bytes, limit: int) -> int:
        """Do as ``Decoder.cut``; between records if one ends before the limit."""
        return source.rfind(b"\n", 0, limit) + 1 or super().cut(source, limit)

    def unended(self, source: bytes, limit: int) -> int:
        """Do as ``Decoder.unended``; a part has no terminator."""
        start = source.rfind(b"\n", 0, limit - 1) + 1
        found = self._record(source[start:limit].removesuffix(b"\n"))
        return limit if found and found.part else super().unended(source, limit)

    def text(self, source: bytes) -> bytes:
        """Do as ``Decoder.text``; a part at the end is left without a newline."""
        return super().text(b"".join(self._unwrapped(source)))

    def lines(self, source: bytes) -> bytes:
        """Do as ``Decoder.lines``."""
        return super().text(b"".join(self._unwrapped(source, ended=True)))

    def _unwrapped(self, source: bytes, *, ended: bool = False) -> Iterator[bytes]:
        """Give the text of records; ``ended``: a line does with a part that comes last."""
        stream = ""  # of the part before
        for line in _lines(source):
            found = self._record(line.removesuffix(b"\n"))
            if stream and (found is None or found.stream != stream):
                yield b"\n"
            stream = found.stream if found and found.part else ""
            yield line if found is None else found.text
            if found and not found.part and line.endswith(b"\n"):
                yield b"\n"
        if ended and stream:
            yield b"\n"

    def turn(self, source: bytes, start: int, end: int, stream: str = "") -> int:
        """Do as ``Decoder.turn``."""
        if start and not stream:
            stream = self.stream(source)
        while start < end:
            stop = source.find(b"\n", start, end) + 1
            line = source[start : stop - 1 if stop else end]
            found = self._record(line) if stop else self._begun(line)
            if found:
                if stream and found.stream != stream:
                    return start
                stream = found.stream
            start = stop or end
        return end

    def stream(self, source: bytes) -> str:
        """Do as ``Decoder.stream``."""
        found = self._record(source.partition(b"\n")[0])
        return found.stream if found else ""

    def one_stream(self, source: bytes) -> str:
        """Do as ``Decoder.one_stream``."""
        found = [self._record(line) for line in source.removesuffix(b"\n").split(b"\n")]
        streams = {one.stream if one else "" for one in found}
        return streams.pop() if len(streams) == 1 else ""

    def around(self, source: bytes, start: int) -> Iterator[tuple[str, bytes]]:
        """Do as ``Decoder.around``: ``stream`` and, in UTC, ``timestamp``."""
        end = source.find(b"\n", start)
        found = self._record(source[start : end if end >= 0 else None])
        if found:
            yield "stream", orjson.dumps(found.stream)
            with suppress(ValueError):
                yield "timestamp", orjson.dumps(iso.read(found.stamp, Reading()))


def _lines(source: bytes) -> list[bytes]:
    """Part a source at newlines alone, which stay."""
    lines = [line + b"\n" for line in source.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines
