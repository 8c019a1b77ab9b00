"""What hypothesis draws from: log lines of every kind, and ways to cut them into chunks."""

from __future__ import annotations

from hypothesis import strategies as st

from sidecar.formats import FORMATS

_SAMPLES = [line for form in FORMATS for one in form.samples for line in one.event.split("\n")]

_ODD = [
    "",
    "",
    "panic: x",
    "goroutine 1 [running]:",
    "main.f(...)",
    "throw err;",
    "^",
    "explicit panic",
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "Caused by: java.io.IOException",
    "rax    0x0",
    "\t/app/main.go:3 +0x1d",
    "During handling of the above exception, another exception occurred:",
    "}",
    "\tat a.b(C.java:1)",
    "Caused by: x",
    '  File "/app/a.py", line 1, in f',
    "KeyError: 1",
    "thread 'main' panicked at src/main.rs:2:5:",
    "    ^",
    "#Fields: date time c-ip sc-status",
    "2026-11-24 10:00:00 ::1 200",
    "plain text",
    'with "quotes" \\ and \x1b[1m control',
    "유니코드 é \u2028",
    "99-Foo-2026 00:00:00.1 INFO [x] a.b a stamp that is none",
    "[2018-01-01 01:01:01] broken",
    "{not json}",
    '{"a":[1',
    "2]}",
    '{"level":"warn","app":"x"}  ',
    '1.2.3.4 - - [99/Foo/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1',
    '::1 - - [10/Oct/2026:00:00:00 +0000] "GET /a\\"b\\x41\\n HTTP/1.1" 200 01 "" "\\x16\\u001b"',
    '1.2.3.4 - - [10/Oct/2026:00:00:00 +0000] "\\x16\\x03" 400 - "-" "-"',
    '[2018-01-01 01:01:01] a - b - c - tab\there "q" \\n',
    "12 monkeys",
]

lines = st.sampled_from(_SAMPLES + _ODD).map(str.encode) | st.text(
    st.characters(blacklist_characters="\n\r", codec="utf-8"), max_size=30
).map(str.encode)


def _broken(line: str, edits: list[tuple[int, str]]) -> list[bytes]:
    """Put characters in the place of some; what a newline parts are lines."""
    chars = list(line)
    for place, char in edits:
        chars[place % len(chars)] = char
    return "".join(chars).encode().split(b"\n")


#: Lines that are almost heads, where one or two characters matter.
nearly = st.builds(
    _broken,
    st.sampled_from([line for line in _SAMPLES if line]),
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from('\n\n "-[]\\\tx9')), max_size=2),
)

#: Lists that draw many lines from few, so that runs of one format come about.
logs = st.lists(nearly | lines.map(lambda one: [one]), min_size=1, max_size=6).flatmap(
    lambda few: st.lists(st.sampled_from(few), min_size=1, max_size=40).map(
        lambda some: [line for one in some for line in one]
    )
)

#: Lengths of the chunks a file is fed in, used round and round.
chunkings = st.lists(st.integers(1, 400), min_size=1, max_size=6)
