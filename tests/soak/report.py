"""What a soak has shown: a verdict, in words and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from tests.soak.run import LATE_S, Outcome, Sample

#: Memory and descriptors may grow by so much, and no more.
MEMORY_MB = 5.0
DESCRIPTORS = 3

#: Resident at most.
PEAK_MB = 64.0

#: What a life's first seconds allocate is no growth.
_WARM_S, _WARM_PART = 30.0, 0.1

#: A life of fewer seconds than this, past its first, does not tell whether memory grows.
_TELLING = 60

#: Nor do so few say what is usual.
_FEW = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One question, and whether the answer was right."""

    name: str
    ok: bool
    words: str


def checks(outcome: Outcome) -> list[Check]:
    """Judge a run."""
    tally = outcome.tally
    counts = {
        "lost": outcome.lost,
        "doubled": tally.doubled,
        "corrupted": tally.corrupted,
        "invalid JSON": tally.invalid,
        "out of order in a file": tally.misordered,
    }
    found = [Check(name, count == 0, str(count)) for name, count in counts.items()]
    trouble = "; ".join(outcome.trouble) or "none"
    return [*found, *_memory(outcome), *_descriptors(outcome), _no("trouble", trouble)]


def _no(name: str, words: str) -> Check:
    return Check(name, words == "none", words)


def warm(outcome: Outcome) -> list[Sample]:
    """Give the samples of lives that are past their first moments."""
    least = min(_WARM_S, _WARM_PART * outcome.options.seconds)
    return [one for one in outcome.samples if one.held and one.age_s >= least]


def _memory(outcome: Outcome) -> list[Check]:
    """Compare the longest life's beginning with its end, and with the lives after it."""
    lives: dict[int, list[float]] = {}
    for one in warm(outcome):
        if one.held:
            lives.setdefault(one.life, []).append(one.held.rss / 1e6)
    which = max(lives, key=lambda life: len(lives[life]), default=0)
    longest = lives.get(which, [])
    all_of_it = [median(life[at : at + 3]) for life in lives.values() for at in range(len(life))]
    steady = max(all_of_it, default=0.0)
    peak = max((max(life) for life in lives.values()), default=0.0)
    words = f"{steady:.1f} MB in two seconds of three, {peak:.1f} MB in a single one"
    most = Check("memory at most", 0 < steady <= PEAK_MB, words)
    if len(longest) < _TELLING:
        return [most]
    before, after = _ends(longest)
    after_it = [life for number, life in lives.items() if number > which and len(life) >= _FEW]
    later = max(map(median, after_it), default=0.0)
    return [
        most,
        Check(
            "memory of the longest life",
            after - before <= MEMORY_MB,
            f"{before:.1f} MB in its first quarter, {after:.1f} MB in its last (medians, "
            f"{len(longest)} s)",
        ),
        Check(
            "memory of the lives after it",
            later <= after + MEMORY_MB,
            f"{later:.1f} MB at most (medians of lives)",
        ),
    ]


def _ends(values: Sequence[float]) -> tuple[float, float]:
    quarter = len(values) // 4
    return median(values[:quarter]), median(values[-quarter:])


def _descriptors(outcome: Outcome) -> list[Check]:
    held = [(one.held, one.files) for one in warm(outcome) if one.held]
    own = [one.own for one, _ in held] or [0]
    beyond = [one.logs - files for one, files in held]
    deleted = max((one.deleted for one, _ in held), default=0)
    return [
        Check(
            "descriptors of its own",
            0 < max(own) - min(own) + 1 <= DESCRIPTORS + 1,
            f"{min(own)} to {max(own)}",
        ),
        Check(
            "descriptors of logs",
            max(beyond, default=1) <= 0,
            f"{min((one.logs for one, _ in held), default=0)} to "
            f"{max((one.logs for one, _ in held), default=0)}, never more than files there were",
        ),
        Check(
            "descriptors of deleted files",
            deleted <= 4 * outcome.options.writers,
            f"{deleted} at most",
        ),
    ]


def in_words(outcome: Outcome) -> str:
    """Give the report that is read."""
    tally, options = outcome.tally, outcome.options
    kinds = [kind for _, kind in outcome.ends]
    delays = [one.delay_s for one in outcome.samples if one.held and one.delay_s] or [0.0]
    late = any(one.late for one in outcome.samples)
    words = [f"{'ok  ' if one.ok else 'FAIL'} {one.name}: {one.words}" for one in checks(outcome)]
    return f"""\
{options.writers} writers, seed {options.seed}, {outcome.took_s:.0f} s: \
{outcome.written:,} events, {outcome.written_bytes / 1e6:.1f} MB written, \
{outcome.output_bytes / 1e6:.1f} MB came out
{chr(10).join(f"{count:7} times {name}" for name, count in outcome.rotations.items())}
stopped {kinds.count("stop")} times, the longest stop took {outcome.stop_s:.1f} s; \
killed {kinds.count("kill")} times
after kills {tally.repeated} events came again, which had left {outcome.reach_s:.2f} s before at \
most; {outcome.cut} lines were cut by a kill, and came whole later
from writing to arrival a second's slowest event took {median(delays):.2f} s (median), \
{max(delays):.1f} s (worst: it waits for a trace's or a line's end, or for a start)
{"some events were" if late else "no event was"} missing for {LATE_S:.0f} s
the daemon's own figures, in bytes: {outcome.figures}; its warnings: {outcome.said or "none"}

{chr(10).join(words)}
{"".join(f"     {told}{chr(10)}" for told in outcome.told)}"""


def as_json(outcome: Outcome) -> str:
    """Give the report that is computed with: the outcome, and the checks."""
    found = {**asdict(outcome), "checks": [asdict(one) for one in checks(outcome)]}
    return json.dumps(found, indent=1) + "\n"


def passed(outcome: Outcome) -> bool:
    """Tell whether every check is right."""
    return all(one.ok for one in checks(outcome))
