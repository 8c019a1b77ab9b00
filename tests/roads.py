"""The ways a file's bytes can take to records: the product's, in chunks of any size, and the plain.

Each is (bytes, source) -> JSON lines, and all of them say the same.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from datetime import date

from sidecar.config import Source
from sidecar.formats import BY_NAME, FORMATS, reference
from sidecar.formats.parser import parser
from sidecar.formats.raw import RAW
from sidecar.layouts import Layout
from sidecar.pipeline import Pipeline
from sidecar.wiring import format_options, pipeline_options

Road = Callable[[bytes, Source], bytes]

_LIMIT = 262_144

#: On which every file was last written to.
WRITTEN = date(2026, 11, 30)

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def through(pieces: Iterable[bytes], source: Source) -> bytes:
    """Feed pieces of a file, one by one, then end it."""
    lines = parser(format_options(source, ()))
    day = (WRITTEN - date(1970, 1, 1)).days
    pipeline = Pipeline(lines, pipeline_options(source, (), _LIMIT), day=day)
    batches = [batch for piece in pieces for batch in pipeline.feed(piece)]
    batches += pipeline.flush(last=True)
    return b"".join(batch.json for batch in batches)


def whole(data: bytes, source: Source) -> bytes:
    """The file at once."""
    return through([data], source)


def by_byte(data: bytes, source: Source) -> bytes:
    """A byte at a time."""
    return through((data[place : place + 1] for place in range(len(data))), source)


def by_line(data: bytes, source: Source) -> bytes:
    """A line at a time, as it comes while a file is written."""
    return through(data.splitlines(keepends=True), source)


def plain(data: bytes, source: Source) -> bytes:
    """The reference's: lines as Python's own decoder has them, an event at a time."""
    encoding = source.encoding
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            data, encoding = data.removeprefix(mark), name
            break
    text = data.decode(encoding, "replace").replace("\r\n", "\n")
    if source.strip_ansi:
        text = _ANSI.sub("", text)
    lines = [line.encode() for line in text.removesuffix("\n").split("\n")] if text else []
    tried = [one for one in FORMATS if one is not RAW]
    if isinstance(source.format, Layout):
        lone = source.multiline.mode == "none"
        formats = [source.format.line if lone else source.format.format]
    else:
        formats = tried if source.format == "auto" else [BY_NAME[source.format]]
    options = format_options(source, ())
    options = options._replace(reading=options.reading._replace(until=WRITTEN))
    return b"".join(reference.records(lines, formats, RAW, options))


#: Of these, the first is the product as it runs most often.
ROADS: dict[str, Road] = {"whole": whole, "by_byte": by_byte, "by_line": by_line, "plain": plain}
