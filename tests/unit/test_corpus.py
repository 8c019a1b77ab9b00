"""A log of known heads, joining lines and misfits gives exactly the events that it was made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest

from sidecar.config import Source
from sidecar.formats import FORMATS
from sidecar.formats.parser import parser
from sidecar.formats.spec import Joins
from sidecar.pipeline import Pipeline, PipelineOptions
from sidecar.wiring import format_options
from tests import roads

#: The formats to whose events other lines belong.
JOINING = [one.name for one in FORMATS if one.joins is Joins.ANYTHING]

HEADS = {
    "bracket": [
        "[2018-01-01 01:01:01] foo - WARNING - foo.bar - There is something wrong.",
        '[2018-01-01 01:01:01,250] 주문 - INFO - foo.bar - 100 % "quoted" \\ ',
    ],
    "juli": [
        "23-Nov-2026 21:46:01.123 INFO [main] org.apache.catalina.startup.Catalina.start up",
        '23-Nov-2026 21:46:01 SEVERE [a b [c]] a.B.<init> {"no":"json"}',
    ],
    "access": [
        '192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET /a HTTP/1.1" 200 4523',
        '::1 -  -  [23/Nov/2026 21:46:01] "GET / HTTP/1.1" 200 12 "-" "a" "192.0.2.7" ',
        '::1 - ann [23/Nov/2026:21:46:01 +0000] "GET /\\"a\\" HTTP/1.1" 200 - "-" "\\x16" 5',
    ],
    "log4j": [
        "2026-11-24 10:00:00,123 INFO  [main] a.B - up",
        "2026-11-24T10:00:00.123Z [a [b]] WARN a.B - - INFO - ",
    ],
    "spring_boot": ["2026-11-24 10:00:00.123  INFO 1 --- [           main] a.B  : up"],
    "python": ["2026-11-24 10:00:00,123 - 주문 - INFO - up", "2026-11-24 10:00:00 - INFO - up"],
    "jboss": ["2026-11-24 10:00:00,123 INFO  [a.[b c]] (Thread-0 (x)) up"],
    "apache_error": [
        "[Tue Nov 24 10:00:00.123456 2026] [core:error] [pid 1:tid 2] [client ::1:80] up",
        "[Tue Nov 24 10:00:00 2026] [notice] up",
    ],
    "postgresql": ["2026-11-24 10:00:00.123 UTC [1] a@b LOG:  up"],
    "syslog_rfc5424": [
        '<34>1 2026-11-24T10:00:00Z host app 1 - [a b="\\]"] up',
        "<34>1 - - - - - -",
    ],
    "nginx_error": ["2026/11/24 10:00:00 [error] 1#1: *1 up, client: 192.0.2.7, server: _"],
    "haproxy": [
        "192.0.2.7:1 [29/Nov/2026:10:00:00.123] a b/c 0/0/5007 212 -- 0/0/0/0/3 0/0",
        "Nov 29 10:00:00 lb haproxy[7]: ::1:1 [29/Nov/2026:10:00:00.123] a/1: handshake failure",
    ],
    "java_gc": [
        "[2026-11-29T10:00:00.123+0100][0.321s][info ][gc,start     ] GC(0) up",
        "40.054: [GC 12K->2K(20K), 0.0585007 secs]",
    ],
    "mysql_error": [
        "2026-11-29T10:00:00.835618Z 0 [Note] [MY-010253] [Server] up",
        "261129  1:02:03 [Warning] up",
    ],
    "mysql_general": ["2026-11-29T10:00:00.123456Z\t    8 Query\tSELECT 1"],
    "mysql_slow": ["# Time: 2026-11-29T10:00:05.745579Z", "# User@Host: a[a] @ localhost []"],
    "mongodb": [
        "2019-02-13T17:45:01.012+0000 I  NETWORK  [conn12] up",
        "2014-11-03T18:28:32.450-0500 [initandlisten] up",
    ],
    "redis": [
        "1:M 29 Nov 2026 10:00:00.123 * up",
        "1:signal-handler (1795946402) up",
    ],
    "syslog_rfc3164": [
        "Nov 29 10:00:00 mail postfix/smtpd[77]: up",
        "<34>Oct  1 22:14:15 mymachine up",
    ],
    "klog": [
        "I1129 10:00:00.123456       1 a.go:1] up",
        'E1129 10:00:00.123456       1 a.go:1] "up" err="x\\n"',
    ],
    "logfmt": ['level=info msg="up \\"and\\" away"', "ts=1 a=b"],
    "juli_two_line": [
        "Nov 24, 2026 10:00:00 AM a.B c",
        "30. Dez. 2026, 10:00:00 a.B.C",
    ],
    "jetty": ["2026-11-24 10:00:00.123:INFO:a.B:main: up", "2026-11-24 10:00:00.123:WARN :a.B:up"],
    "websphere": [
        "[11/24/26 10:00:00:123 CET] 0000004c Name          A   CODE0001I: up",
        "[2026-11-24T10:00:00.123+0100] 0000004c a.b.C                 R up",
    ],
    "weblogic": [
        "####<Nov 24, 2026> <Info> <a> <b> <> <c> <> <> <> <1637188584316> <[rid: 0] > <id> <up> ",
        "<Nov 24, 2026 3:51:10 PM EST> <Notice> <a> <BEA-000360> <up> ",
    ],
    "access_vhost": ['a.b:443 ::1 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 200 1 "-" "a"'],
    "django": ['[23/Nov/2026 21:46:01] "GET /a HTTP/1.1" 200 4523'],
    "gunicorn": ["[2026-11-24 10:00:00 +0000] [7] [INFO] up", "2026-11-24 10:00:00 [7] [INFO] up"],
    "uvicorn": ["INFO:     up", 'WARNING:  ::1:52345 - "GET /a HTTP/1.1" 200 OK'],
    "celery": ["[2026-11-24 10:00:00,123: INFO/MainProcess] up"],
    "airflow": ["[2026-11-24T10:00:00.123+0000] {a.py:1} INFO - up"],
    "odoo": ["2026-11-24 10:00:00,123 17 INFO ? odoo: up"],
    "oslo": ["2026-11-24 10:00:00.123 17 INFO nova.api [req-1 a b - - -] up"],
    "ruby": ["I, [2026-11-24T10:00:00.123456 #7]  INFO -- : up"],
    "dotnet": ["info: Shop.Cart[14]", "2026-11-24 10:00:00 warn: Shop.Cart`1[A][14] up"],
    "w3c": ["2026-11-24 10:00:00 ::1 GET /a b=c 443 - ::1 curl/8.5.0 - 200 0 0 31"],
    "leveled": ["INFO  [2026-11-24 10:00:00,123] a.B: up", "ERROR 2026-11-24 10:00:00 up"],
    "stamped": ["2026-11-24 10:00:00,123 INFO up", "[2026-11-24T10:00:00Z] [ERROR] up"],
    "json": ['{"level":"info","msg":"up"}', '{"주문":[{}]} ', "{}"],
}

UNREADABLE = {
    "juli": ["31-Nov-2026 21:46:01.123 INFO [main] a.B.c fits, but its stamp is none"],
    "log4j": ["2026-02-30 10:00:00,123 INFO  [main] a.B - up"],
    "apache_error": ["[Tue Feb 30 10:00:00 2026] [notice] up"],
    "postgresql": ["2026-11-24 10:00:00.123 XYZ [1] LOG:  up"],
    "syslog_rfc5424": ["<34>1 2026-02-30T10:00:00Z host app 1 - - up"],
    "jetty": ["2026-11-31 10:00:00.123:INFO:a.B:main: up"],
    "websphere": ["[11/31/26 10:00:00:123 CET] 0000004c Name          A   up"],
    "weblogic": ["<Foo 24, 2026 3:51:10 PM EST> <Notice> <a> <BEA-000360> <up> "],
    "gunicorn": ["[2026-11-31 10:00:00 +0000] [7] [INFO] up"],
    "celery": ["[2026-11-31 10:00:00,123: INFO/MainProcess] up"],
    "airflow": ["[2026-11-31T10:00:00.123+0000] {a.py:1} INFO - up"],
    "odoo": ["2026-11-31 10:00:00,123 17 INFO ? odoo: up"],
    "oslo": ["2026-11-31 10:00:00.123 17 INFO nova.api [-] up"],
    "ruby": ["I, [2026-11-31T10:00:00.123456 #7]  INFO -- : up"],
    "dotnet": ["2026-11-31 10:00:00 warn: Shop.Cart[14] up"],
    "w3c": ["2026-11-31 10:00:00 ::1 GET /a - 443 - ::1 curl/8.5.0 - 200 0 0 31"],
    "leveled": ["INFO 2026-11-31 10:00:00,123 up"],
    "stamped": ["2026-11-31 10:00:00,123 INFO up"],
    "juli_two_line": ["Nov 31, 2026 10:00:00 AM a.B c"],
    "nginx_error": ["2026/02/30 10:00:00 [error] 1#1: *1 up"],
    "access_vhost": ['a.b:443 ::1 - - [23/Foo/2026:21:46:01 +0000] "GET / HTTP/1.1" 200 1'],
    "django": ['[31/Nov/2026 21:46:01] "GET /a HTTP/1.1" 200 4523'],
    "access": ['192.0.2.7 - - [23/Foo/2026:21:46:01 +0000] "GET /a HTTP/1.1" 200 4523'],
}

TRACES = ["\tat shop.Cart.add(Cart.java:42)", "Caused by: x", "  indented 주문", "... 7 more", "\t"]

TEXTS = [
    "out of paper",
    "",
    "[2018-01-01 01:01:01] no head",
    "12 monkeys",
    '{"cut":',
    "\x1b[0m",
    "é",
]


@dataclass
class Tally:
    """What should come out, told while the log is made, by which lines go in.

    Attributes:
        name: the format that the log is read as, or ``auto``.
        events: by the format they are counted under.
        misfits: likewise.
    """

    name: str
    events: Counter[str] = field(default_factory=Counter)
    misfits: Counter[str] = field(default_factory=Counter)
    current: str = "raw"  # under auto: what fitted last
    opened: bool = False  # an event is open that others may join

    def head(self, of: str, *, readable: bool) -> None:
        if self.name in {"auto", of}:
            self.current = of
            self._event(of, fits=readable)
            self.opened = of in JOINING
        else:
            self.other(trace=False)

    def other(self, *, trace: bool) -> None:
        format_ = self.current if self.name == "auto" else self.name
        if self.opened and (trace or format_ in JOINING):
            return
        self._event(format_, fits=format_ == "raw")
        self.opened = format_ == "raw" and not trace

    def _event(self, format_: str, *, fits: bool) -> None:
        self.events[format_] += 1
        if not fits:
            self.misfits[format_] += 1


def compose(random: Random, count: int, *tallies: Tally) -> Iterator[str]:
    """Make a log's lines, runs of one format and mixtures, and tell the tallies."""
    left, line = count, "-"
    while left > 0:
        heads = random.choice([[one] for one in HEADS] + [[*HEADS], []])
        others = random.choice([0.0, 0.3, 0.9])
        for _ in range(min(left, random.randint(1, 80))):
            left -= 1
            if heads and random.random() >= others:
                of = random.choice(heads)
                readable = of not in UNREADABLE or random.random() < 0.9
                for tally in tallies:
                    tally.head(of, readable=readable)
                line = random.choice((HEADS if readable else UNREADABLE)[of])
                yield line
            else:
                trace = random.random() < 0.5
                for tally in tallies:
                    tally.other(trace=trace)
                # Below a blank line a frame or a cause would tell that the blank one joins, too.
                line = random.choice(
                    TRACES[2:] if trace and not line else TRACES if trace else TEXTS
                )
                yield line


#: But those whose lines are put around others'.
NAMES = ["auto", *(one.name for one in FORMATS if not one.wraps)]


@pytest.mark.parametrize("seed", range(12))
def test_log_of_known_lines_gives_exactly_the_events_it_was_made_of(seed: int) -> None:
    random = Random(seed)
    tallies = {name: Tally(name) for name in NAMES}
    lines = [*compose(random, 3000, *tallies.values())]
    newline = random.choice(["\n", "\r\n"])
    data = "".join(f"{line}{newline}" for line in lines).encode()
    for name, tally in tallies.items():
        pipeline = Pipeline(parser(format_options(Source(format=name), ())), PipelineOptions())
        made, place = b"", 0
        while place < len(data):
            size = random.choice([1, 100, 4096, 32_768])
            made += b"".join(one.json for one in pipeline.feed(data[place : place + size]))
            place += size
        made += b"".join(one.json for one in pipeline.flush(last=True))
        counted: Counter[str] = Counter()
        for (format_, _), count in pipeline.counts.events.items():
            counted[format_] += count
        assert counted == tally.events, name
        assert +pipeline.counts.misfits == tally.misfits, name
        assert made.count(b"\n") == tally.events.total(), name
        assert made.count(b'"parse_error":') == tally.misfits.total(), name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_log_of_known_lines_is_the_same_on_every_road(name: str, seed: int) -> None:
    tally = Tally(name)
    data = "".join(f"{line}\n" for line in compose(Random(seed), 400, tally)).encode()
    expected = roads.plain(data, Source(format=name))
    assert expected.count(b"\n") == tally.events.total()
    for road in roads.ROADS.values():
        assert road(data, Source(format=name)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_file_of_which_nothing_was_written_gives_no_events(name: str) -> None:
    assert [road(b"", Source(format=name)) for road in roads.ROADS.values()] == [b""] * 4
