"""``sidecar detect``: which format files are in, how sure that is, and what to write for it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from sidecar import display, sample
from sidecar.config import Source
from sidecar.formats import FORMATS, detection, doubts
from sidecar.formats.detection import Finding, Spot, Tally, Verdict
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Format
from sidecar.inputs import InputError, day_written, opened
from sidecar.sample import LINES, Sample
from sidecar.wiring import format_options

#: So many lines that did not fit are shown, and so much of each.
_UNFIT, _UNFIT_CHARACTERS = 5, 160

#: From this share of control characters on a file may be no text.
_BINARY = 0.05


class Report(NamedTuple):
    """What is told of a file.

    Attributes:
        name: as it was given.
        source: what the command line said; of ``format``, a layout or a name.
        sampled: its sample.
        finding: what was found in it.
        notes: what a person should know besides, a sentence each.
        options: keys of a source that differ from their defaults, ``format`` first.
    """

    name: str
    source: Source
    sampled: Sample
    finding: Finding
    notes: Sequence[str]
    options: Mapping[str, Any]


def run(names: Sequence[str], source: Source, *, lines: int = LINES, as_json: bool) -> int:
    """Report on every file, in order.

    Args:
        names: the files; ``-`` is standard input.
        source: how they are read: a layout to be tried beside the formats, or the one that is
            asked; encoding, zone, unit.
        lines: size of the sample.
        as_json: an object a file, and not words.

    Returns:
        0: each is in some format; 1: of one nothing is claimed, or it could not be read.
    """
    failed = False
    for number, name in enumerate(names):
        try:
            report = _report(name, source, lines)
        except InputError as error:
            print(f"sidecar: {name}: {error}", file=sys.stderr)  # noqa: T201
            failed = True
            continue
        failed = failed or report.finding.verdict is Verdict.NONE
        said = [orjson.dumps(_members(report)).decode()] if as_json else [*_words(report)]
        between = "\n" if number and not as_json else ""
        sys.stdout.buffer.write((between + "\n".join(said) + "\n").encode())
        sys.stdout.flush()
    return int(failed)


def _report(name: str, source: Source, lines: int) -> Report:
    with opened(name, sample.BLOCK_BYTES) as (raw, unpacked):
        day = day_written(os.fstat(raw.fileno()))
        whole = unpacked is raw and raw.seekable()
        file, more = (raw, False) if whole else sample.held(unpacked)
        sampled = sample.take(file, lines, source.encoding)
    finding = _find(sampled, source, day)
    answers = [*_answers(sampled, finding)]
    notes = [*_notes(sampled, finding, more=more), *(one.text for one in answers)]
    unit = next((one.unit for one in answers if one.unit), source.duration_unit)
    return Report(name, source, sampled, finding, notes, _options(finding, sampled, source, unit))


def _find(sampled: Sample, source: Source, day: int) -> Finding:
    options = format_options(source, ())
    formats: Sequence[Format] = FORMATS
    if not options.layout and options.format != "auto":
        formats = tuple(one for one in FORMATS if one.name == options.format or one is RAW)
    given = options if options.layout else None
    parts = [one.part for one in sampled.blocks]
    return detection.detect(parts, options.reading, formats, given, day, options.tell)


def _answers(sampled: Sample, finding: Finding) -> Iterator[doubts.Answer]:
    asked = {Verdict.NONE: 0, Verdict.FORMAT: 1, Verdict.MIXED: len(finding.scores)}
    for score in finding.scores[: asked[finding.verdict]]:
        heads = [_line(sampled, place) for place in score.tally.fitting]
        yield from doubts.answers(score.format, heads)


def _line(sampled: Sample, place: Spot) -> bytes:
    return sampled.blocks[place.part].lines[place.line]


def _notes(sampled: Sample, finding: Finding, *, more: bool) -> Iterator[str]:
    encoding = sampled.encoding
    if sampled.marked:
        yield f"it begins with a byte order mark: {encoding}, whatever encoding is given"
    if sampled.guessed:
        yield f"every other byte is NUL: this is {encoding} without a byte order mark"
    if sampled.invalid:
        yield (
            f"{sampled.invalid} of {_count(sampled.lines, 'line')} with bytes that {encoding} has "
            "not: another encoding, such as cp1252, cp949 or shift_jis, or characters that were cut"
        )
    if sampled.controls >= _BINARY:
        yield f"{_percent(sampled.controls)} of the bytes are control characters: is it a text?"
    if sampled.colours:
        yield "colours were taken out, as strip_ansi does"
    if sampled.endless:
        yield f"{sampled.endless} of 3 places had no end of a line in {_size(sample.BLOCK_BYTES)}"
    if more:
        yield f"only the first {_size(sample.STREAM_BYTES)} were read"
    if finding.best and finding.best.tally.misread:
        count = finding.best.tally.misread
        yield (
            f"{_count(count, 'line')} would be {finding.best.format.name}, but for a value that "
            "cannot be read; sidecar explain says which"
        )


def _options(finding: Finding, sampled: Sample, source: Source, unit: str) -> dict[str, Any]:
    """Give the keys that a source needs to read the file so."""
    layout = None if isinstance(source.format, str) else source.format
    chosen: Any = finding.chosen
    if (
        layout
        and finding.best
        and finding.best.format is layout.format
        and chosen == layout.grammar
    ):
        chosen = layout.spec
    options = {
        "format": chosen,
        "encoding": sampled.encoding if sampled.guessed else source.encoding,
        "timezone": source.timezone,
        "duration_unit": unit,
        "strip_ansi": bool(sampled.colours),
    }
    default = Source()._replace(format="")
    return {name: value for name, value in options.items() if value != getattr(default, name)}


def _use(report: Report) -> tuple[str, str]:
    """Give a command that converts the file, and a source of a configuration; "" for neither."""
    flags = []
    for name, value in report.options.items():
        if isinstance(value, Mapping):
            grammar, *others = value
            flags += [] if others else ["--format", grammar, "--layout", value[grammar]]
        elif not isinstance(value, bool):
            flags += [f"--{name.replace('_', '-')}", str(value)]
    simple = "--format" in flags and True not in report.options.values()
    command = shlex.join(["sidecar", "convert", *flags, _text(report.name)]) if simple else ""
    include = [] if report.name == "-" else [_text(os.path.abspath(report.name))]
    line = orjson.dumps({"include": include, **report.options}, default=dict).decode()
    return command, f"- {line}" if include else ""


def _text(name: str) -> str:
    """Give a file's name with U+FFFD for what is no UTF-8 in it."""
    return os.fsencode(name).decode("utf-8", "replace")


# -- what is said ----------------------------------------------------------------------------------


def _words(report: Report) -> Iterator[str]:
    finding, sampled = report.finding, report.sampled
    tally = finding.tally
    yield display.plain(_text(report.name))
    yield _row("format", _verdict(finding))
    if finding.verdict is not Verdict.FORMAT and finding.shares:
        shares = [
            f"{name} {_percent(count / tally.lines)}" for name, count in finding.shares.items()
        ]
        rest = tally.lines - sum(finding.shares.values())
        shares += [f"none {_percent(rest / tally.lines)}"] if rest else []
        yield _row("lines in", ", ".join(shares))
    yield _row("sample", _sampled(sampled))
    if tally.lines:
        yield _row("fit", _fit(tally))
    if tally.events:
        span = f", {_moment(tally.begins)} to {_moment(tally.ends)}" if tally.begins else ""
        yield _row("events", f"{tally.events}{span}")
    for title, place in zip(("no fit", *[""] * _UNFIT), tally.unfit[:_UNFIT], strict=False):
        text = _line(sampled, place).decode().rstrip("\n")
        where = sampled.blocks[place.part].where(place.line)
        yield _row(title, f"{where}: {display.shortened(text, _UNFIT_CHARACTERS)}")
    for note in report.notes:
        yield _row("note", note)
    if finding.verdict is Verdict.NONE:
        yield _row("try", "sidecar explain 'LINE', or the layout of the program that writes it:")
        yield _row("", "sidecar detect --format GRAMMAR --layout 'LAYOUT' FILE")
        return
    for title, text in zip(("command", "source"), _use(report), strict=True):
        if text:
            yield _row(title, text)


def _row(title: str, text: str) -> str:
    return f"  {title:<9}{text}"


def _verdict(finding: Finding) -> str:
    best, sure = finding.best, _percent(finding.confidence)
    if finding.verdict is Verdict.MIXED:
        return f"mixed, {sure} sure: auto"
    if finding.verdict is Verdict.NONE:
        near = f"; nearest is {best.format.name} with {sure}" if best else ""
        return f"raw, no claim{near}"
    others = finding.scores[1:]
    next_ = f"then {others[0].format.name}, {_percent(others[0].confidence)}" if others else ""
    return f"{finding.chosen}, {sure} sure; {next_ or 'no line fits another'}"


def _sampled(sampled: Sample) -> str:
    size = _size(sampled.size)
    if sampled.whole:
        return f"all of it, {_count(sampled.lines, 'line')}, {size}"
    counts = " + ".join(str(len(one.lines)) for one in sampled.blocks) or "0"
    return f"{counts} lines of the begin, the middle and the end of {size}"


def _fit(tally: Tally) -> str:
    parts = [
        (tally.heads, _count(tally.heads, "head")),
        (tally.traces, f"{tally.traces} of traces"),
        (tally.texts, f"{tally.texts} of text that joins"),
        (tally.misread, f"{tally.misread} unreadable"),
        (tally.misfits, _count(tally.misfits, "misfit")),
    ]
    shown = ", ".join(text for count, text in parts if count)
    return f"{_percent(tally.joined / tally.lines)} of {_count(tally.lines, 'line')}: {shown}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _percent(share: float) -> str:
    """Give a share in percent; all and none only where it is all, or none."""
    number = round(share * 100)
    if number in {0, 100} and share not in {0, 1}:
        return f"{'<' if number == 0 else '>'}{1 if number == 0 else 99} %"
    return f"{number} %"


def _size(size: int) -> str:
    for unit, least in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= least:
            return f"{size / least:.3g} {unit}"
    return _count(size, "byte")


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _members(report: Report) -> dict[str, Any]:
    """Give the report as an object."""
    finding, sampled, tally = report.finding, report.sampled, report.finding.tally
    command, _ = _use(report)
    claimed = finding.verdict is not Verdict.NONE
    return {
        "file": _text(report.name),
        "verdict": finding.verdict.value,
        "format": finding.chosen,
        "confidence": round(finding.confidence, 3),
        "scores": [
            {"format": one.format.name, "confidence": round(one.confidence, 3)}
            for one in finding.scores
        ],
        "sample": {
            "lines": sampled.lines,
            "bytes": sampled.size,
            "whole": sampled.whole,
            "encoding": sampled.encoding,
            "invalid_lines": sampled.invalid,
        },
        "lines": {
            "heads": tally.heads,
            "traces": tally.traces,
            "texts": tally.texts,
            "unreadable": tally.misread,
            "misfits": tally.misfits,
        },
        "fit": round(tally.joined / tally.lines, 3) if tally.lines else 0.0,
        "events": tally.events,
        "begins": _moment(tally.begins) or None,
        "ends": _moment(tally.ends) or None,
        "shares": dict(finding.shares),
        "unfit": [_unfit(sampled, place) for place in tally.unfit[:_UNFIT]],
        "notes": list(report.notes),
        "source": _plain(report.options) if claimed else None,
        "command": command if claimed and command else None,
    }


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in options.items()
    }


def _unfit(sampled: Sample, place: Spot) -> dict[str, Any]:
    block = sampled.blocks[place.part]
    text = block.lines[place.line].decode().rstrip("\n")
    return {
        "line": block.number + place.line if block.number else None,
        "offset": block.offsets[place.line],
        "text": text[:_UNFIT_CHARACTERS],
    }
