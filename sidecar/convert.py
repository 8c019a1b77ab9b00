"""The converter: files or standard input through the daemon's pipeline to stdout, once."""

from __future__ import annotations

import os
import sys
import time
from typing import BinaryIO, Self

from sidecar.config import ConvertOptions
from sidecar.formats.parser import parser
from sidecar.pipeline import Counts, Pipeline
from sidecar.tail.tailer import CHUNK_BYTES
from sidecar.wiring import format_options, pipeline_options


def run(options: ConvertOptions) -> int:
    """Convert every input, in order.

    Returns:
        0: done; 1: an input could not be read; 3: ``strict``, and lines did not fit.

    Raises:
        BrokenPipeError: nobody reads the output any more.
        OSError: the output cannot be written.
    """
    started = time.perf_counter()
    lines = parser(format_options(options.source, options.out.add))
    shape = pipeline_options(options.source, options.out.add, options.out.max_event_bytes)
    counts = Counts()
    failed = read = 0
    size = sum(os.path.getsize(one) for one in options.inputs if os.path.isfile(one))
    with _Progress(size, quiet=options.quiet) as progress, _output(options.output) as output:
        for name in options.inputs:
            try:
                source = _input(name)
            except OSError as error:
                print(f"sidecar: {name}: {error.strerror}", file=sys.stderr)  # noqa: T201
                failed += 1
                continue
            with source:
                shown = os.fstat(source.fileno())
                pipeline = Pipeline(
                    lines,
                    shape,
                    path=name,
                    identity=f"{shown.st_dev:x}-{shown.st_ino:x}",
                    counts=counts,
                )
                try:
                    while data := os.read(source.fileno(), CHUNK_BYTES):
                        read += len(data)
                        for batch in pipeline.feed(data):
                            output.write(batch.json)
                        progress.update(len(data))
                except IsADirectoryError as error:
                    print(f"sidecar: {name}: {error.strerror}", file=sys.stderr)  # noqa: T201
                    failed += 1
                for batch in pipeline.flush(last=True):
                    output.write(batch.json)
    misfits = sum(counts.misfits.values())
    if not options.quiet:
        _summary(counts, read, misfits, time.perf_counter() - started)
    if failed:
        return 1
    return 3 if options.strict and misfits else 0


def _input(name: str) -> BinaryIO:
    if name == "-":
        return os.fdopen(os.dup(0), "rb", buffering=0)
    return open(name, "rb", buffering=0)


def _output(name: str | None) -> BinaryIO:
    if name is None or name == "-":
        return os.fdopen(os.dup(1), "wb", buffering=CHUNK_BYTES * 2)
    return open(name, "wb", buffering=CHUNK_BYTES * 2)


def _summary(counts: Counts, read: int, misfits: int, seconds: float) -> None:
    by_format: dict[str, int] = {}
    for (format_, _), count in counts.events.items():
        by_format[format_] = by_format.get(format_, 0) + count
    events = ", ".join(f"{count} {name}" for name, count in sorted(by_format.items())) or "none"
    rate = read / max(seconds, 1e-9) / 1e6
    print(  # noqa: T201
        f"sidecar: {read} bytes, events: {events}; did not fit: {misfits}; "
        f"{seconds:.2f} s, {rate:.0f} MB/s",
        file=sys.stderr,
    )


class _Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._bar = None
        if not quiet and total > 10_000_000 and sys.stderr.isatty():
            from tqdm import tqdm  # noqa: PLC0415 - only a person at a terminal pays for it

            self._bar = tqdm(total=total, unit="B", unit_scale=True, leave=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def update(self, count: int) -> None:
        """Move on by so many bytes."""
        if self._bar is not None:
            self._bar.update(count)
