"""A soak as one picture: what the daemon held, how far behind it was, what came again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from tests.soak.run import Outcome, Sample

_WIDTH, _LEFT, _RIGHT, _TOP = 900, 64, 16, 56
_PANEL, _GAP = 104, 46
_FONT = "font-family='system-ui,sans-serif'"
_INK, _FAINT, _STOP, _KILL = "#24292f", "#d0d7de", "#8c959f", "#cf222e"

Value = Callable[[Sample], float | None]


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    colour: str
    value: Value


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    lines: tuple[_Line, ...]


_PANELS = (
    _Panel(
        "resident memory, MB",
        (_Line("", "#0969da", lambda one: one.held.rss / 1e6 if one.held else None),),
    ),
    _Panel(
        "descriptors",
        (
            _Line("of logs", "#0969da", lambda one: one.held.logs if one.held else None),
            _Line("of deleted logs", "#bf8700", lambda one: one.held.deleted if one.held else None),
            _Line("all others", "#6e7781", lambda one: one.held.own if one.held else None),
        ),
    ),
    _Panel(
        "events written that have not come out yet",
        (_Line("", "#0969da", lambda one: one.behind),),
    ),
    _Panel(
        "events so far",
        (
            _Line("that came again after a kill", "#0969da", lambda one: one.repeated),
            _Line("missing for 30 s", "#bf8700", lambda one: one.late),
            _Line("doubled, torn or out of order", _KILL, lambda one: one.wrong),
        ),
    ),
)


def svg(outcome: Outcome) -> str:
    """Draw a run; one sample is one point, and a gap where no daemon ran."""
    end_s = max(one.at_s for one in outcome.samples)
    height = _TOP + len(_PANELS) * (_PANEL + _GAP) + 4
    kinds = [kind for _, kind in outcome.ends]
    title = (
        f"{outcome.written:,} events; SIGTERM {kinds.count('stop')} times, "
        f"SIGKILL {kinds.count('kill')} times: {outcome.lost} lost, {outcome.tally.doubled} doubled"
    )
    size = f"width='{_WIDTH}' height='{height}' viewBox='0 0 {_WIDTH} {height}'"
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' {size} {_FONT} font-size='12' fill='{_INK}'>",
        f"<rect width='{_WIDTH}' height='{height}' fill='#fff'/>",
        f"<text x='{_LEFT}' y='22' font-size='15' font-weight='600'>{escape(title)}</text>",
        *_legend(_LEFT, 40, (("SIGTERM", _STOP), ("SIGKILL", _KILL)), upright=True),
    ]
    for number, panel in enumerate(_PANELS):
        top = _TOP + number * (_PANEL + _GAP) + _GAP - 14
        parts += _panel(panel, top, end_s, outcome)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: _Panel, top: int, end_s: float, outcome: Outcome) -> Iterable[str]:
    values = [[line.value(one) for one in outcome.samples] for line in panel.lines]
    most = max((value for line in values for value in line if value is not None), default=1)
    step = _step(most)
    limit = step * (int(most / step) + 1)

    def across(at_s: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * at_s / end_s

    def down(value: float) -> float:
        return top + _PANEL * (1 - value / limit)

    yield f"<text x='{_LEFT}' y='{top - 8}' font-weight='600'>{escape(panel.title)}</text>"
    named = [(line.name, line.colour) for line in panel.lines if line.name]
    yield from _legend(_LEFT + 8 * len(panel.title) + 10, top - 12, named)
    for number in range(round(limit / step) + 1):
        y = down(number * step)
        yield f"<path d='M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}' stroke='{_FAINT}'/>"
        yield f"<text x='{_LEFT - 6}' y='{y + 4:.1f}' text-anchor='end'>{number * step:,.0f}</text>"
    for at_s, kind in outcome.ends:
        colour = _KILL if kind == "kill" else _STOP
        yield (
            f"<path d='M{across(at_s):.1f} {top}v{_PANEL}' stroke='{colour}' "
            "stroke-dasharray='2 3'/>"
        )
    for line, points in zip(panel.lines, values, strict=True):
        path = _path(
            [
                None if value is None else (across(one.at_s), down(value))
                for one, value in zip(outcome.samples, points, strict=True)
            ]
        )
        yield f"<path d='{path}' fill='none' stroke='{line.colour}' stroke-width='1.4'/>"
    seconds = _step(end_s)
    for number in range(int(end_s / seconds) + 1):
        x = across(number * seconds)
        label = f"{number * seconds:.0f} s"
        yield f"<text x='{x:.1f}' y='{top + _PANEL + 14}' text-anchor='middle'>{label}</text>"


def _legend(
    x: float, y: float, entries: Iterable[tuple[str, str]], *, upright: bool = False
) -> Iterable[str]:
    for name, colour in entries:
        mark = f"M{x + 8} {y - 6}v12" if upright else f"M{x} {y}h14"
        dash = " stroke-dasharray='2 3'" if upright else ""
        yield f"<path d='{mark}' stroke='{colour}' stroke-width='1.6'{dash}/>"
        yield f"<text x='{x + 19}' y='{y + 4}'>{escape(name)}</text>"
        x += 34 + 6.5 * len(name)


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Give a path of line pieces, parted where there is no point."""
    words, letter = [], "M"
    for point in points:
        if point is None:
            letter = "M"
            continue
        words.append(f"{letter}{point[0]:.1f} {point[1]:.1f}")
        letter = "L"
    return "".join(words)


def _step(most: float) -> float:
    """Give a round number, a few of which make up ``most``."""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if most / (step * factor) < 5:
                return step * factor
        step *= 10
