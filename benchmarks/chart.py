"""The chart of a run: CPU seconds for 100 MB of each log, as SVG that fits light and dark pages.

It is written by hand: a drawing library would weigh more than all that is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from benchmarks import peers
from benchmarks.corpora import KINDS
from benchmarks.report import Report

#: What is shown of each log, and what it is called.
_SHOWN = {
    "convert": "sidecar",
    "line": "loop by hand, line",
    "fields": "loop by hand, fields",
    **{name: name for name in peers.NAMES},
}

_WIDTH, _LEFT, _RIGHT = 720, 150, 60
_TOP, _BAR, _PITCH, _TITLE = 34, 12, 17, 24

_STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.of { fill: #59636e }
rect { fill: #afb8c1 }
.own { fill: #1a7f37 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .of { fill: #9198a1 }
  rect { fill: #4d5560 }
  .own { fill: #3fb950 }
}"""


def svg(report: Report) -> str:
    """Draw a run.

    Raises:
        ValueError: it has no conversion to draw.
    """
    groups = _groups(report)
    if not groups:
        raise ValueError("no conversion of a plain log was measured")
    longest = max(value for bars in groups.values() for value in bars.values())
    body = "\n".join(_drawn(groups, (_WIDTH - _LEFT - _RIGHT) / longest))
    bars = sum(len(group) for group in groups.values())
    height = _TOP + _TITLE * len(groups) + _PITCH * bars + 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img">\n'
        f"<title>CPU seconds for 100 MB, less is better</title>\n<style>\n{_STYLE}\n</style>\n"
        f'<text class="title" x="0" y="16">CPU seconds for 100 MB, user and system, of the whole '
        f"process; less is better</text>\n{body}\n</svg>\n"
    )


def _groups(report: Report) -> Mapping[str, Mapping[str, float]]:
    """Give the CPU seconds for 100 MB of each log, by what converted it."""
    groups: dict[str, dict[str, float]] = {}
    for row in report.rows:
        if row.bench in KINDS and row.what in _SHOWN:
            groups.setdefault(row.bench, {})[row.what] = 100 / row.figures["mb_per_cpu_s"]
    return {
        kind: {what: group[what] for what in _SHOWN if what in group}
        for kind, group in groups.items()
        if "convert" in group
    }


def _drawn(groups: Mapping[str, Mapping[str, float]], scale: float) -> Iterator[str]:
    y = _TOP
    for kind, bars in groups.items():
        y += _TITLE
        yield (
            f'<text class="title" x="0" y="{y - 6}">{kind} '
            f'<tspan class="of" font-weight="400">{escape(KINDS[kind])}</tspan></text>'
        )
        for what, value in bars.items():
            own = ' class="own"' if what == "convert" else ""
            width = max(value * scale, 1)
            yield f'<text x="{_LEFT - 8}" y="{y + 10}" text-anchor="end">{_SHOWN[what]}</text>'
            yield f'<rect{own} x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}"/>'
            yield f'<text x="{_LEFT + width + 6:.1f}" y="{y + 10}">{value:.2f}</text>'
            y += _PITCH
