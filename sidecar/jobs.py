"""A big file converted by several processes, in order and with the same bytes as by one.

The file is cut into ranges of fixed size; each process takes every so manieth. What it made of its
range it holds until its turn comes, so a process holds one range and no more. With the turn comes
the seam at which the range before ended: a range that began elsewhere, or under another state, is
made once more from there. Whoever has the turn writes to the output itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection

from sidecar import seams
from sidecar.errors import WorkError
from sidecar.flow import State
from sidecar.pipeline import Counts
from sidecar.seams import Seam


@dataclass(frozen=True, slots=True)
class Done:
    """What a range became, once it was written.

    Attributes:
        end: its last seam.
        counts: what was made.
        error: why it could not be read to its end, or "".
        failure: of the output: number and text of the error; 0 and "" where there was none.
    """

    end: Seam
    counts: Counts
    error: str = ""
    failure: tuple[int, str] = (0, "")


@dataclass(frozen=True, slots=True)
class Job:
    """A file to convert.

    Attributes:
        make: gives a pipeline of it.
        path: of it.
        output: descriptor to write to.
        jobs: how many processes.
    """

    make: seams.Make
    path: str
    output: int
    jobs: int


def convert(job: Job, size: int) -> Iterator[Done]:
    """Convert a file of ``size`` bytes, or as many as it has by then.

    Yields:
        What each range became, in order; the last has an error where reading failed.

    Raises:
        OSError: the output cannot be written.
        WorkError: a process ended before its time.
    """
    stops = [*range(seams.RANGE_BYTES, size, seams.RANGE_BYTES), None]
    forks = multiprocessing.get_context("fork")
    with ExitStack() as stack:
        channels: list[Connection] = []
        for number in range(min(job.jobs, len(stops))):
            ours, theirs = forks.Pipe()
            channels.append(stack.enter_context(ours))
            mine = range(number, len(stops), job.jobs)
            args = (job, stops, mine, theirs, [*channels])
            process = forks.Process(target=_work, args=args, daemon=True)
            process.start()
            theirs.close()
            stack.callback(process.join)
            stack.callback(process.terminate)
        known = Seam(0, State())
        for number in range(len(stops)):
            done = _turn(channels[number % job.jobs], known)
            if done.failure[0]:
                raise OSError(*done.failure)
            yield done
            if done.error:
                return
            known = done.end


def _turn(channel: Connection, known: Seam) -> Done:
    try:
        channel.send(known)
        done: Done = channel.recv()
    except (EOFError, ConnectionError) as error:
        raise WorkError("a process of the conversion ended before its time") from error
    return done


def _work(
    job: Job,
    stops: Sequence[int | None],
    mine: range,
    channel: Connection,
    others: Sequence[Connection],
) -> None:
    """Convert every range that is this process's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us is interrupted too, and ends us
    for one in others:
        one.close()  # so that we see it end
    with open(job.path, "rb", buffering=0) as file, channel:

        def read(offset: int, size: int) -> bytes:
            return os.pread(file.fileno(), size, offset)

        state = seams.convert(job.make, read, Seam(0, State()), 1).end.state
        for number in mine:
            near = stops[number - 1] if number else 0
            begin = Seam(0, State())
            if near:
                begin = seams.guess(job.make, read, state.of_file, near, seams.RUN_UP_BYTES)
            part = seams.convert(job.make, read, begin, stops[number])
            try:
                known: Seam = channel.recv()
                if known != begin:
                    part.json.clear()
                    part = seams.convert(job.make, read, known, stops[number])
                failure = _write(job.output, part.json)
                channel.send(Done(part.end, part.counts, part.error, failure))
            except (EOFError, ConnectionError):  # who started us has gone
                return
            part.json.clear()
            state = part.end.state


def _write(output: int, pieces: Sequence[bytes]) -> tuple[int, str]:
    """Write everything; gives number and text of the error that prevented it, or 0 and ""."""
    try:
        for piece in pieces:
            left = memoryview(piece)
            while left:
                left = left[os.write(output, left) :]
    except OSError as error:
        return error.errno or 0, error.strerror or str(error)
    return 0, ""
