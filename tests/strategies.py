"""What hypothesis draws from: log lines of every kind, and ways to cut them into chunks."""

from __future__ import annotations

from hypothesis import strategies as st

from sidecar.formats import FORMATS

_SAMPLES = [line for form in FORMATS for one in form.samples for line in one.event.split("\n")]

_ODD = [
    "",
    "\tat a.b(C.java:1)",
    "Caused by: x",
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

#: Lists that draw many lines from few, so that runs of one format come about.
logs = st.lists(lines, min_size=1, max_size=6).flatmap(
    lambda few: st.lists(st.sampled_from(few), min_size=1, max_size=40)
)

#: Lengths of the chunks a file is fed in, used round and round.
chunkings = st.lists(st.integers(1, 400), min_size=1, max_size=6)
