"""The converter: files or standard input through the daemon's pipeline to stdout, once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import BinaryIO, Self

from sidecar.config import ConvertOptions
from sidecar.errors import UsageError
from sidecar.flow import State
from sidecar.formats.parser import parser
from sidecar.inputs import GZIP, InputError, day_of, day_written, opened
from sidecar.pipeline import Counts, Pipeline
from sidecar.seams import CHUNK_BYTES, RANGE_BYTES, Make, Seam
from sidecar.wiring import format_options, pipeline_options

#: More than one chunk ever takes, from its bytes to its JSON.
_HEAP_BYTES = 4 << 20


def run(options: ConvertOptions) -> int:
    """Convert every input, in order.

    Returns:
        0: done; 1: an input could not be read; 3: ``strict``, and lines did not fit.

    Raises:
        UsageError: an input is the output too.
        BrokenPipeError: nobody reads the output any more.
        OSError: the output cannot be written.
    """
    started = time.perf_counter()
    _keep_heap()
    _refuse_overwriting(options)
    lines = parser(format_options(options.source, options.out.add))
    shape = pipeline_options(options.source, options.out.add, options.out.max_event_bytes)
    tally = _Tally()
    failed = 0
    size = sum(os.path.getsize(one) for one in options.inputs if os.path.isfile(one))
    with _Progress(size, quiet=options.quiet) as progress, _output(options.output) as output:
        for name in options.inputs:
            identity, day = _identity(name)

            def make(
                seam: Seam,
                counts: Counts,
                name: str = name,
                identity: str = identity,
                day: int = day,
            ) -> Pipeline:
                return Pipeline(
                    lines,
                    shape,
                    start=seam.offset,
                    state=seam.state,
                    path=name,
                    identity=identity,
                    counts=counts,
                    day=day,
                )

            try:
                parted = _size_to_part(name) if options.jobs > 1 else 0
                if parted:
                    output.flush()
                    many = (make, name, output.fileno(), options.jobs)
                    _by_many(many, parted, tally, progress)
                else:
                    _by_one(make, name, tally, output, progress)
            except InputError as error:
                print(f"sidecar: {name}: {error}", file=sys.stderr)  # noqa: T201
                failed += 1
    misfits = sum(tally.counts.misfits.values())
    if not options.quiet:
        _summary(tally, misfits, time.perf_counter() - started)
    if failed:
        return 1
    return 3 if options.strict and misfits else 0


def _keep_heap() -> None:
    """Let what a chunk took be there for the next one.

    glibc gives the top of the heap back to the kernel from twice the size on of the largest piece
    that was mapped and freed (mallopt(3), M_MMAP_THRESHOLD). While that is a chunk, its pages are
    asked for again with the next: 27 000 faults in 60 MB of JULI, and a seventh of the time.
    This piece is never touched, so it takes no memory.
    """
    bytes(_HEAP_BYTES)


class _Tally:
    """What was read and made of all inputs."""

    def __init__(self) -> None:
        self.read = 0
        self.counts = Counts()


def _by_one(make: Make, name: str, tally: _Tally, output: BinaryIO, progress: _Progress) -> None:
    """Convert an input here.

    Raises:
        InputError: it cannot be read, or not to its end; what came before it was converted.
    """
    pipeline = make(Seam(0, State()), tally.counts)
    problem: InputError | None = None
    try:
        for data in _chunks(name, progress):
            tally.read += len(data)
            output.writelines(batch.json for batch in pipeline.feed(data))
            if name == "-":
                output.flush()  # somebody may be looking on
    except InputError as error:
        problem = error
    output.writelines(batch.json for batch in pipeline.flush(last=True))
    if problem:
        raise problem


def _by_many(
    many: tuple[Make, str, int, int], size: int, tally: _Tally, progress: _Progress
) -> None:
    """Convert a file by several processes; ``many`` is what ``jobs.Job`` takes.

    Raises:
        InputError: as for ``_by_one``.
    """
    from sidecar import jobs  # noqa: PLC0415 - its imports cost a fifth of a start

    before, offset = tally.read, 0
    for done in jobs.convert(jobs.Job(*many), size):
        tally.counts.add(done.counts)
        offset = done.end.offset
        tally.read = before + offset
        progress.to(offset)
        if done.error:
            raise InputError(done.error)
    progress.end(offset)


def _size_to_part(name: str) -> int:
    """Give the size of a file that several processes may share, 0 for any other input."""
    if name == "-" or not os.path.isfile(name):
        return 0
    size = os.path.getsize(name)
    if size <= RANGE_BYTES:
        return 0
    try:
        with open(name, "rb") as file:
            return 0 if file.read(2) == GZIP else size
    except OSError:  # which is told where it is read
        return 0


def _refuse_overwriting(options: ConvertOptions) -> None:
    if options.output and os.path.exists(options.output):
        for name in options.inputs:
            if os.path.exists(name) and os.path.samefile(name, options.output):
                raise UsageError(f"{options.output} is an input too; write to another file")


def _identity(name: str) -> tuple[str, int]:
    """Give what ids of events begin with, and the day on which an input was last written to.

    They are "" and today where it cannot be looked at; what comes through a pipe is today's, too.
    """
    try:
        shown = os.fstat(0) if name == "-" else os.stat(name)
    except OSError:
        return "", day_of(time.time())
    return f"{shown.st_dev:x}-{shown.st_ino:x}", day_written(shown)


def _chunks(name: str, progress: _Progress) -> Iterator[bytes]:
    """Give the bytes of an input.

    Raises:
        InputError: it cannot be read, or not to its end.
    """
    with opened(name, CHUNK_BYTES) as (raw, source):
        while data := source.read1(CHUNK_BYTES):
            yield data
            progress.at(raw)
        progress.past(raw)


def _output(name: str | None) -> BinaryIO:
    target = os.dup(1) if name is None or name == "-" else name
    return open(target, "wb", buffering=CHUNK_BYTES)


def _summary(tally: _Tally, misfits: int, seconds: float) -> None:
    by_format: dict[str, int] = {}
    for (format_, _), count in tally.counts.events.items():
        by_format[format_] = by_format.get(format_, 0) + count
    events = ", ".join(f"{count} {name}" for name, count in sorted(by_format.items())) or "none"
    rate = tally.read / max(seconds, 1e-9) / 1e6
    print(  # noqa: T201
        f"sidecar: {tally.read} bytes, events: {events}; did not fit: {misfits}; "
        f"{seconds:.2f} s, {rate:.0f} MB/s",
        file=sys.stderr,
    )


class _Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._bar = None
        self._past = 0
        if not quiet and total > 10_000_000 and sys.stderr.isatty():
            from tqdm import tqdm  # noqa: PLC0415 - only a person at a terminal pays for it

            tqdm.monitor_interval = 0  # no thread: processes may be forked
            self._bar = tqdm(total=total, unit="B", unit_scale=True, leave=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def at(self, raw: BinaryIO) -> None:
        """Show how far an input was read."""
        if self._bar is not None and raw.seekable():
            self.to(raw.tell())

    def past(self, raw: BinaryIO) -> None:
        """Go on to the next input."""
        if self._bar is not None and raw.seekable():
            self.end(raw.tell())

    def to(self, offset: int) -> None:
        """Show that an input was read to an offset."""
        if self._bar is not None:
            self._bar.update(self._past + offset - self._bar.n)

    def end(self, offset: int) -> None:
        """Go on to the next input, this one having ended at an offset."""
        self._past += offset
