"""Layouts as people paste them, the records their lines become, and what is told of bad ones."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from sidecar import layouts
from sidecar.config import Multiline, Source
from sidecar.errors import LayoutError
from sidecar.fields.reading import Reading
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from tests.roads import ROADS


def records(spec: Mapping[str, Any], *lines: str) -> list[dict[str, Any]]:
    """Give what lines become, the same on every road."""
    source = Source(format=layouts.read(spec))
    data = "".join(line + "\n" for line in lines).encode()
    made = {name: road(data, source) for name, road in ROADS.items()}
    assert len({*made.values()}) == 1, made
    return [orjson.loads(line) for line in made["whole"].splitlines()]


STAMP = "[23/Nov/2026:21:46:01 +0100]"
UTC_STAMP = "2026-11-23T20:46:01Z"

ERROR_LOG = "[%{u}t] [%-m:%l] [pid %P:tid %T] %7F: %E: [client\\ %a] %M% ,\\ referer\\ %{Referer}i"

ERROR = "[Thu May 12 08:28:57.652118 2011] [core:error] [pid 87:tid 43]"

NGINX_JSON = """log_format x escape=json
  '{"at":"$time_iso8601","ua":'
  '"$http_user_agent","took":$request_time}';"""

SPRING_BOOT = (
    "%clr(%d{${F:-yyyy-MM-dd'T'HH:mm:ss.SSSXXX}}){faint} %clr(${L:-%5p}) "
    "%clr(${PID:- }){magenta} %clr(---){faint} %clr(${LOGGED_APPLICATION_NAME:-}"
    "[%15.15t]){faint} %clr(${LOG_CORRELATION_PATTERN:-}){faint}"
    "%clr(%-40.40logger{39}){cyan} %clr(:){faint} %m%n${W:-%wEx}"
)

TRACE, SPAN = "803b448a0489f84084905d3093480352", "3425f23bb2432450"

CASES: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    (
        {"tomcat": "combined"},
        f'::1 - an n {STAMP} "GET /a b HTTP/1.1" 200 - "-" "x \\"y\\""',
        {"timestamp": UTC_STAMP, "client_ip": "::1", "user": "an n", "method": "GET",
         "path": "/a b", "protocol": "HTTP/1.1", "status": 200, "user_agent": 'x "y"'},
    ),
    (
        {"tomcat": "%a %U%q %{local}p|%v:%p %X"},
        "1.2.3.4 /a?b=c 80|::1:8080 -",
        {"client_ip": "1.2.3.4", "path": "/a", "query": "?b=c", "server_port": 80,
         "virtual_host": "::1", "server_port_2": 8080, "connection_status": "-"},
    ),
    ({"tomcat": "%U%q %s"}, "/a 200", {"status": 200, "path": "/a"}),
    ({"tomcat": "%U%q %s"}, "/a- 200", {"status": 200, "path": "/a"}),
    ({"tomcat": "%a %D", "version": 9}, "::1 1500", {"client_ip": "::1", "duration": 1.5}),
    ({"tomcat": "%a %D", "version": 11}, "::1 1500", {"client_ip": "::1", "duration": 0.0015}),
    ({"tomcat": "%a %D", "unit": "s"}, "::1 1500", {"client_ip": "::1", "duration": 1500}),
    ({"tomcat": "%a %T"}, "::1 0.015", {"client_ip": "::1", "duration": 0.015}),
    (
        {"tomcat": "#Fields: date time cs-uri-stem cs(User-Agent) time-taken"},
        '2026-11-23 21:46:01 /x "a ""b"" c" 0.25',
        {"timestamp": "2026-11-23T21:46:01Z", "path": "/x", "user_agent": 'a "b" c',
         "duration": 0.25},
    ),
    (
        {"tomcat": "#Fields: date time s-sitename cs(User-Agent) sc-win32-status time-taken"},
        "2026-11-23 21:46:01 W3SVC1 Mozilla/5.0+(X11) 0 250",
        {"timestamp": "2026-11-23T21:46:01Z", "site": "W3SVC1", "user_agent": "Mozilla/5.0+(X11)",
         "win32_status": 0, "duration": 0.25},
    ),
    (
        {"tomcat": '%h %t "%r" %s %{us}T %{X-Id}i %{sid}c', "valve": "json"},
        (f'{{"host":"::1","time":"{STAMP}","request":"GET /a HTTP/1.1","statusCode":"200",'
        '"elapsedTimeS-us":"1500","cookies": {"sid":"-"},"requestHeaders": {"X-Id":"a \\"b\\""}}'),
        {"timestamp": UTC_STAMP, "client_ip": "::1", "method": "GET", "path": "/a",
         "protocol": "HTTP/1.1", "status": 200, "duration": 0.0015, "header_x_id": 'a "b"'},
    ),
    (
        {"apache": 'LogFormat "%h %l %u %t \\"%r\\" %>s %b" common'},
        f'::1 - "" {STAMP} "-" 408 -',
        {"timestamp": UTC_STAMP, "client_ip": "::1", "status": 408},
    ),
    (
        {"apache": ERROR_LOG},
        f"{ERROR} (13)Permission denied: [client ::1:58619] AH00035: no, referer http://x/",
        {"timestamp": "2011-05-12T08:28:57.652118Z", "module": "core", "level": "ERROR", "pid": 87,
         "tid": 43, "error": "(13)Permission denied", "client_ip": "::1", "client_port": 58619,
         "message": "AH00035: no", "referer": "http://x/"},
    ),
    (
        # A process without threads leaves out all between the blanks.
        {"apache": ERROR_LOG},
        "[Thu May 12 08:28:57.652118 2011] [core:error] [pid 87:tid [client ::1:58619] AH00035: no",
        {"timestamp": "2011-05-12T08:28:57.652118Z", "module": "core", "level": "ERROR", "pid": 87,
         "client_ip": "::1", "client_port": 58619, "message": "AH00035: no"},
    ),
    (
        {"nginx": NGINX_JSON},
        '{"at":"2026-11-23T21:46:01+01:00","ua":"a \\"b\\"","took":0.005}',
        {"timestamp": UTC_STAMP, "user_agent": 'a "b"', "duration": 0.005},
    ),
    (
        {"nginx": "$msec $uri$is_args$args $request_uri"},
        "1795466761.250 /a?b=c /a?b=c",
        {"timestamp": "2026-11-23T20:46:01.250Z", "uri": "/a", "query": "b=c", "path": "/a?b=c"},
    ),
    (
        {"nginx": "$status $uri$is_args$args $request_method"},
        "200 /a-- GET",
        {"status": 200, "uri": "/a-", "method": "GET"},
    ),
    (
        {"nginx": "$status $uri$is_args$args $request_method", "escape": "json"},
        "200 /a- GET",
        {"status": 200, "uri": "/a-", "method": "GET"},
    ),
    (
        {"log4j": "%d{HH:mm:ss.SSS} [%thread] %-5level %logger{36} - %msg%n"},
        "21:46:01.123 [a] b] WARN  a.B - x - y",
        {"time": "21:46:01.123", "thread": "a] b", "level": "WARN", "logger": "a.B",
         "message": "x - y"},
    ),
    (
        {"log4j": "%d %m (%F:%L)%n"},
        "2026-11-23 21:46:01,500 it (is) (A.java:12)",
        {"timestamp": "2026-11-23T21:46:01.500Z", "message": "it (is)", "file": "A.java",
         "line": 12},
    ),
    (
        {"logback": SPRING_BOOT},
        ("2026-11-23T21:46:01.123+01:00  INFO 42 --- [shop] [           main] "
         f"[{TRACE}-{SPAN}] {'o.s.b.Application':40} : up : now"),
        {"timestamp": "2026-11-23T20:46:01.123Z", "level": "INFO", "pid": 42, "app": "shop",
         "thread": "main", "trace": TRACE,
         "span": SPAN, "logger": "o.s.b.Application", "message": "up : now"},
    ),
    (
        {"log4j": "%d %p %X | %X{a} %m%n"},
        "2026-11-23 21:46:01,500 INFO {a=b c, d={e f}} | - up",
        {"timestamp": "2026-11-23T21:46:01.500Z", "level": "INFO", "mdc": "{a=b c, d={e f}}",
         "message": "up"},
    ),
    (
        {"log4j": '{"at":"%d","msg":"%enc{%m}{JSON}"}%n%ex{none}'},
        '{"at":"2026-11-23 21:46:01,500","msg":"up"}',
        {"timestamp": "2026-11-23T21:46:01.500Z", "message": "up"},
    ),
    (
        {"logback": "%d [%X{none}] %m%n%nopex"},
        "2026-11-23 21:46:01,500 [a] up",
        {"timestamp": "2026-11-23T21:46:01.500Z", "mdc_none": "a", "message": "up"},
    ),
    (
        {"logback": "%d %p %property{PID}: %m%n"},
        "2026-11-23 21:46:01,500 INFO 42: up",
        {"timestamp": "2026-11-23T21:46:01.500Z", "level": "INFO", "pid": 42, "message": "up"},
    ),
    (
        {"jul": "%1$tF %1$tT %2$s %4$s: %5$s%6$s%n"},
        "2026-11-23 21:46:01 org.x.Y start LE PLUS FIN: no: up",
        {"timestamp": "2026-11-23T21:46:01Z", "logger": "org.x.Y start", "level": "TRACE",
         "message": "no: up"},
    ),
    (
        {"jul": "%1$tF %1$tT %4$.1s %5$s%6$s%n"},
        "2026-11-23 21:46:01 S no",
        {"timestamp": "2026-11-23T21:46:01Z", "level": "ERROR", "message": "no"},
    ),
    (
        {"jboss": "%K{level}%d{HH:mm:ss,SSS} %-5p [%c] (%t) %s%e%n"},
        "\x1b[0m21:46:01,123 INFO  [org.x] (Service Pool -- 5) up",
        {"time": "21:46:01,123", "level": "INFO", "logger": "org.x",
         "thread": "Service Pool -- 5", "message": "up"},
    ),
    (
        {"python": "[%(asctime)s] %(levelname)-8s %(name)s:%(lineno)d - %(message)s"},
        "[2018-01-01 01:01:01,123] WARNING  foo.bar:12 - x",
        {"timestamp": "2018-01-01T01:01:01.123Z", "level": "WARN", "logger": "foo.bar", "line": 12,
         "message": "x"},
    ),
    ({"python": "%(levelprefix)s %(message)s"}, "INFO:     up", {"level": "INFO", "message": "up"}),
    (
        {"python": "%(created)f %(levelno)s %(message)s"},
        "1795466761.250000 40 no",
        {"timestamp": "2026-11-23T20:46:01.250000Z", "level": "ERROR", "message": "no"},
    ),
    (
        {"postgresql": "%m [%p] %q%u@%d "},
        "2026-11-23 21:46:01.123 UTC [12] LOG:  ready",
        {"timestamp": "2026-11-23T21:46:01.123Z", "pid": 12, "level": "INFO", "message": "ready"},
    ),
    (
        {"python": "{levelname[0]} {user.name} {message}"},
        "C jo - up",
        {"level": "CRITICAL", "attr_user_name": "jo", "message": "- up"},
    ),
    (
        {"postgresql": "%m %Q %u "},
        "2026-11-23 21:46:01.123 UTC -3168983332448683863 bob LOG:  ready",
        {"timestamp": "2026-11-23T21:46:01.123Z", "query_id": "-3168983332448683863",
         "user": "bob", "level": "INFO", "message": "ready"},
    ),
    (
        {"jetty": "extended"},
        f'::1 - - {STAMP} "GET /a HTTP/1.1" 200 11 "-" "curl"',
        {"timestamp": UTC_STAMP, "client_ip": "::1", "method": "GET", "path": "/a",
         "protocol": "HTTP/1.1", "status": 200, "bytes": 11, "user_agent": "curl"},
    ),
    (
        {"jetty": '%a %t "%{User-Agent}i" %T'},
        f'shop {STAMP} "say "hi" \\x" 2',
        {"timestamp": UTC_STAMP, "virtual_host": "shop", "user_agent": 'say "hi" \\x',
         "duration": 2},
    ),
    (
        {"grok": "%{COMBINEDAPACHELOG}"},
        f'::1 - - {STAMP} "GET /a HTTP/1.1" 200 11 "-" "curl"',
        {"timestamp": UTC_STAMP, "client_ip": "::1", "method": "GET", "path": "/a",
         "protocol": "HTTP/1.1", "status": 200, "bytes": 11, "user_agent": "curl"},
    ),
    (
        {"grok": "%{ID:id} %{IP:[source][ip]} %{NUMBER:took:ms}",
         "patterns": {"ID": "[0-9a-f]{4}"}},
        "00ff ::1 1.5 and more",
        {"id": "00ff", "source_ip": "::1", "took": 0.0015},
    ),
    (
        {"dissect": "%{ts} %{+ts} %{n->} %{?no}/%{message}", "time": "yyyy-MM-dd HH:mm:ss"},
        "2026-11-23 21:46:01 x    y/z z",
        {"timestamp": "2026-11-23T21:46:01Z", "n": "x", "message": "z z"},
    ),
    (
        {"regex": r"^(?<time>\S+)\s(?<n>\d+|-) (?P<said>\w+)$", "time": "epoch_ms",
         "types": {"n": "integer"}},
        "1795466761250 - één",
        {"timestamp": "2026-11-23T20:46:01.250Z", "said": "één"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "line", "record"), CASES)
def test_line_becomes_the_record_its_layout_says(
    spec: dict[str, Any], line: str, record: dict[str, Any]
) -> None:
    assert records(spec, line) == [record]


def test_fields_stand_in_the_order_of_the_layout_and_the_message_last() -> None:
    (record,) = records({"log4j": "%t %d %p %c - %m%n"}, "main 2026-11-23 21:46:01,123 INFO a - b")
    assert list(record) == ["timestamp", "thread", "level", "logger", "message"]
    (record,) = records({"log4j": "%d %p [%t] %c - %m%n"}, "2026-11-23 21:46:01,123 INFO [m] a - b")
    assert list(record) == ["timestamp", "level", "thread", "logger", "message"]


# -- events of several lines ---------------------------------------------------------------------


def test_trace_joins_the_head_above_it() -> None:
    head = "2026-11-23 21:46:01,123 [main] ERROR a.B - no"
    trace = ["java.lang.IllegalStateException: x", "\tat a.B.c(B.java:1)", "", "Caused by: y"]
    first, second = records({"log4j": "%d [%t] %p %c - %m%n%ex"}, head, *trace, head)
    assert first["message"] == "\n".join(["no", *trace])
    assert second["message"] == "no"


def test_level_alone_tells_a_head_where_it_is_one_that_loggers_print() -> None:
    first, second = records(
        {"python": "basic"}, "ERROR:root:no", "Traceback (most recent call last):",
        "ValueError: a:b", "INFO:a.b:up",
    )  # fmt: skip
    assert first["message"] == "no\nTraceback (most recent call last):\nValueError: a:b"
    assert second == {"level": "INFO", "logger": "a.b", "message": "up"}


def test_line_that_shows_nothing_is_a_head_unless_it_continues_a_trace() -> None:
    first, second = records({"log4j": "%c: %m%n"}, "a.B: no", "\tat a.B.c(B.java:1)", "x: y")
    assert first == {"logger": "a.B", "message": "no\n\tat a.B.c(B.java:1)"}
    assert second == {"logger": "x", "message": "y"}


def test_record_of_two_lines_is_one_event_and_its_first_line_alone_is_too() -> None:
    made = records(
        {"jul": "default"},
        "Nov 23, 2026 9:46:01 PM org.x.Y start", "WARNING: no", "java.lang.X: y", "\tat z",
        "Nov 23, 2026 9:46:02 PM org.x.Y go",
        "Nov 23, 2026 9:46:03 PM org.x.Y go", "INFO: up",
    )  # fmt: skip
    assert [one.get("level") for one in made] == ["WARN", None, "INFO"]
    assert [one["message"] for one in made] == ["no\njava.lang.X: y\n\tat z", "", "up"]


def test_line_of_a_record_of_two_has_what_it_shows_where_lines_stand_alone() -> None:
    source = Source(format=layouts.read({"jul": "default"}), multiline=Multiline("none"))
    data = b"Nov 23, 2026 9:46:01 PM org.x.Y start\nWARNING: no\n"
    made = {name: road(data, source) for name, road in ROADS.items()}
    assert len({*made.values()}) == 1, made
    first, second = (orjson.loads(one) for one in made["whole"].splitlines())
    assert first == {"timestamp": "2026-11-23T21:46:01Z", "logger": "org.x.Y start"}
    assert second == {"message": "WARNING: no", "parse_error": "jul"}


def test_stamp_may_lack_with_the_rest_of_a_session() -> None:
    prefix = "2026-11-23 21:46:01.123 UTC bob"
    first, second = records({"postgresql": "%p %q%m %u "}, f"7 {prefix} LOG:  a", "8 LOG:  b")
    assert first == {"pid": 7, "timestamp": "2026-11-23T21:46:01.123Z", "user": "bob",
                     "level": "INFO", "message": "a"}  # fmt: skip
    assert second == {"pid": 8, "level": "INFO", "message": "b"}


def test_details_of_postgresql_belong_to_the_message_above() -> None:
    prefix = "2026-11-23 21:46:01.123 UTC [12] "
    first, second = records(
        {"postgresql": "%m [%p] "}, f"{prefix}ERROR:  no", f"{prefix}STATEMENT:  select",
        "\tfrom t", f"{prefix}LOG:  up",
    )  # fmt: skip
    assert first["message"] == f"no\n{prefix}STATEMENT:  select\n\tfrom t"
    assert second["message"] == "up"


def test_statement_of_postgresql_may_name_a_level() -> None:
    prefix = "2026-11-23 21:46:01.123 UTC bob "
    (record,) = records(
        {"postgresql": "%m %u "}, f"{prefix}ERROR:  no", f"{prefix}STATEMENT:  select ' LOG:  x'"
    )
    assert record["user"] == "bob"
    assert record["message"] == f"no\n{prefix}STATEMENT:  select ' LOG:  x'"


def test_line_whose_stamp_is_none_begins_no_event() -> None:
    spec = {"regex": r"^(?P<time>\S+ \S+) (?P<message>.*)$", "time": "%Y-%m-%d %H:%M:%S"}
    (record,) = records(spec, "2026-11-23 21:46:01 no", "Traceback (most recent call last):")
    assert record["message"] == "no\nTraceback (most recent call last):"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-23T21:46:01Z", "2026-11-23T21:46:01Z"),
        ("2026-11-23 21:46:01,5", "2026-11-23T21:46:01.5Z"),
        ("2026-11-23T21:46:01.123456+01:00", "2026-11-23T20:46:01.123456Z"),
    ],
)
def test_iso8601_has_a_fraction_and_an_offset_or_not(text: str, read: str) -> None:
    spec = {"grok": "%{TIMESTAMP_ISO8601:timestamp} %{GREEDYDATA:message}"}
    assert records(spec, f"{text} x") == [{"timestamp": read, "message": "x"}]


def test_event_start_says_where_an_event_begins() -> None:
    spec = {"regex": r"(?P<id>\d+) (?P<message>.*)", "event_start": r"\d+ "}
    layout = layouts.read(spec)
    options = FormatOptions("regex", layout=layout.format, start=layout.start.encode())
    made = b"".join(one.json for one, _ in parser(options).render(b"1 a\nb\n2 c\n", ""))
    assert [orjson.loads(one) for one in made.splitlines()] == [
        {"id": "1", "message": "a\nb"},
        {"id": "2", "message": "c"},
    ]


def test_line_that_no_layout_writes_is_a_misfit_whole() -> None:
    assert records({"nginx": "combined"}, "nothing of the kind") == [
        {"message": "nothing of the kind", "parse_error": "nginx"}
    ]
    assert records({"regex": "(?P<a>x+)", "types": {"a": "integer"}}, "xx") == [
        {"message": "xx", "parse_error": "regex"}
    ]


# -- what is told --------------------------------------------------------------------------------


def test_what_was_decided_is_said() -> None:
    assert layouts.read({"tomcat": "%a %D", "version": 9}).assumed == (
        "%D counts milliseconds, as in Tomcat 9",
    )
    (said,) = layouts.read({"tomcat": "%a %D"}).assumed
    assert "microseconds" in said
    assert "duration_unit" in said
    (said,) = layouts.read({"log4j": "%d{HH:mm:ss.SSSSSS} %m"}).assumed
    assert said.startswith("%d{HH:mm:ss.SSSSSS} writes parts of a second")
    described = layouts.read({"python": "%(asctime)s %(process)d %(message)s"}).described()
    assert described == ["reads timestamp timestamp, pid integer, message text"]


WRONG: list[tuple[dict[str, Any], int, str, str]] = [
    ({"tomcat": "%h%l"}, 3, '"%l"', "a separator between %h and %l"),
    ({"tomcat": "%h %Q"}, 4, '"%Q"', "%a %A %b"),
    ({"tomcat": "%h %{x}z"}, 4, '"%{x}z"', "behind it"),
    ({"tomcat": "%h %{yyyy-ww}t"}, 4, '"%{yyyy-ww}t"', "a date pattern that can be read"),
    ({"tomcat": "plain"}, 1, '"plain"', "a layout with at least one value"),
    ({"tomcat": "#Fields: date x-y"}, 15, '"x-y"', "cs-method"),
    ({"apache": "%{x}p"}, 1, '"%{x}p"', "%{canonical}p or %{local}p"),
    ({"apache": "%b%D"}, 3, '"%D"', "a separator between %b and %D"),
    ({"nginx": "$status$"}, 8, '"$"', "$name or ${name}"),
    ({"nginx": "$status", "escape": "html"}, 1, 'escape="html"', "default, json or none"),
    ({"log4j": "%d %y"}, 4, '"%y"', "%level"),
    ({"log4j": "%m%n%c"}, 5, '"%c"', "nothing but a throwable after the message's line"),
    ({"log4j": "%d %p%m"}, 6, '"%m"', "a separator between %p and %m"),
    ({"logback": "%highlight(%m"}, 12, '"("', 'a ")" that closes it'),
    ({"logback": "%d{HH:mm:ss,SSS} %m"}, 1, '"%d{HH:mm:ss,SSS}"', "a pattern, and a zone"),
    ({"logback": "%levels %m"}, 1, '"%levels"', "%level"),
    ({"jboss": "%Q"}, 1, '"%Q"', "%c"),
    ({"jul": "%7$s"}, 1, '"%7$s"', "%2$s to %6$s"),
    ({"jetty": "%{x}a"}, 1, '"%{x}a"', "%{client}a"),
    ({"python": "%(asctime)s %d"}, 13, '"%d"', "%(name)s"),
    ({"python": "{asctime"}, 1, '"{asctime"', '"}"'),
    ({"postgresql": "%z"}, 1, '"%z"', "%a %u"),
    ({"grok": "%{FOO:x}"}, 1, '"%{FOO:x}"', "HTTPDATE"),
    ({"dissect": "%{a}%{b}"}, 5, '"%{b}"', "a separator between %{a} and %{b}"),
    ({"dissect": "%{*a}=%{&a}"}, 1, '"%{*a}"', "a name that the layout gives"),
    ({"dissect": "%{a} %{b} %{+a}"}, 11, '"%{+a}"', "a text right before it"),
    ({"regex": "(?P<a>x"}, 1, '"(?P<a>x"', "a regular expression"),
    ({"regex": "(?P<a>x)?"}, 1, "no group that every line has", "at least one"),
    ({"regex": r"(a)\1(?P<b>c)"}, 4, r'"\1"', "a group's name"),
    ({"regex": "(?s)(?P<a>.)"}, 1, '"(?s)"', "no flags but i"),
    ({"regex": "(?P<a>.)", "types": {"b": "integer"}}, 1, 'types for "b"', "a group's name: a"),
    ({"regex": "(?P<a>.)", "types": {"a": "int"}}, 1, '"int" as the type of a', "integer"),
    ({"regex": "(?P<a>.)", "tipes": {}}, 1, 'the option "tipes"', "types"),
    ({"tomcat": "%h", "version": "ten"}, 1, "version: 'ten'", "a whole number"),
    ({"tomcat": 7}, 1, "no text", "the layout as a text"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "column", "found", "expected"), WRONG)
def test_layout_that_cannot_be_read_is_told_with_its_place(
    spec: dict[str, Any], column: int, found: str, expected: str
) -> None:
    with pytest.raises(LayoutError) as caught:
        layouts.read(spec)
    assert (caught.value.column, caught.value.found) == (column, found)
    assert expected in caught.value.expected


def test_samples_are_read_and_those_that_fit_are_told_from_those_that_do_not() -> None:
    layout = layouts.read({
        "tomcat": "%a %s",
        "samples": ["::1 200", "no", {"event": "::1 200", "record": {"client_ip": "::1"}}],
    })  # fmt: skip
    tried = list(layout.tried(Reading()))
    assert [fits for _, _, fits in tried] == [True, False, False]
    assert tried[0][:2] == ("::1 200", [{"client_ip": "::1", "status": 200}])


def test_every_grammar_has_options_for_samples_and_the_start_of_events() -> None:
    for grammar in layouts.GRAMMARS:
        assert layouts.options(grammar)[-2:] == ("event_start", "samples")
    assert "version" in layouts.options("tomcat")


# -- what the worst line costs -------------------------------------------------------------------

SIZE = 100_000

COSTLY = [
    ({"tomcat": "combined"}, f'::1 - - {STAMP} "GET /{{}} HTTP/1.1" 200 1 "-" "curl"'),
    ({"tomcat": "%h %u %{X}i|%{Y}i|%r %s"}, "::1 u {} | y|GET / HTTP/1.1 200"),
    ({"apache": "[%t] [%l] [pid %P] %F: %E: [client\\ %a] %M% ,\\ referer\\ %{Referer}i"},
     "[Thu May 12 08:28:57 2011] [error] [pid 1] {}"),
    ({"nginx": "$remote_addr - $remote_user [$time_local] $uri$is_args$args $status"},
     f"::1 - - {STAMP} /{{}} 200"),
    ({"log4j": "%d [%t] %-5p %c{1.} (%F:%L) %X{a} - %m%n"},
     "2026-11-23 21:46:01,123 [{}] INFO  a (b:1) x - y"),
    ({"log4j": "%d [%t] %m [%c] (%F:%L)%n"}, "2026-11-23 21:46:01,123 [a] {} [c] (b:1)"),
    ({"logback": "%d %clr(%-40.40logger{39}){cyan} %clr([%15.15t]){faint} : %m%n"},
     "2026-11-23 21:46:01,123 {} [main] : y"),
    ({"python": "%(asctime)s %(name)20s %(levelname)-8s %(message)s"},
     "2026-11-23 21:46:01,123 {} INFO     y"),
    ({"jul": "default"}, "Nov 23, 2026 9:46:01 PM {}"),
    ({"jul": "%1$tF %1$tT %2$s %4$s: %5$s%6$s%n"}, "2026-11-23 21:46:01 {} INFO: y"),
    ({"log4j": "%d [%t] %X %x - %m%n"}, "2026-11-23 21:46:01,123 [{}] {{a=b}} [] - y"),
    ({"postgresql": "%m [%p] %q%u@%d %a "}, "2026-11-23 21:46:01.123 UTC [1] {}@d a LOG:  y"),
    ({"jetty": "extended"}, f'::1 - {{}} {STAMP} "GET / HTTP/1.1" 200 11 "-" "curl"'),
    ({"dissect": "%{a} - %{b} [%{c}] %{d->} | %{e}"}, "a - {} [c] d | e"),
]  # fmt: skip

#: What might send an expression the wrong way, again and again. Backslashes are not among them: to
#: undo and to write escapes costs more than to match them, in benign lines too.
BAITS = [
    " ", "] ", " - ", '"', ": ", " (", "(a:1) ", "[a] ", "/?", " | ", "1", " HTTP/1.1",
    " [23/Nov/2026:21:46:0", "@", "- ", ", referer ", "INFO ", "2026-11-23 21:46:01,123 ",
]  # fmt: skip


def seconds(spec: dict[str, Any], lines: list[bytes]) -> list[float]:
    """Give the processor's time of each line, the best of some."""
    layout = layouts.read(spec)
    made = parser(FormatOptions(layout.grammar, layout=layout.format))
    list(made.render(b"warm\n", ""))
    best = []
    for line in lines:
        took = []
        for _ in range(4):
            start = time.process_time()
            list(made.render(line, ""))
            took.append(time.process_time() - start)
        best.append(min(took))
    return best


@pytest.mark.parametrize(("spec", "line"), COSTLY)
def test_worst_line_costs_no_more_than_some_benign_ones_of_its_length(
    spec: dict[str, Any], line: str
) -> None:
    texts = [line.format(one) for one in (("the quick fox jumps " * SIZE)[:SIZE], "x" * SIZE)]
    fitting = [one for one in texts if "parse_error" not in records(spec, one)[0]]
    benign = [one.encode() + b"\n" for one in fitting]
    bad = [
        one.encode() + b"\n"
        for bait in BAITS
        for body in [bait * (SIZE // len(bait))]
        for one in (line.format(body), line.format(body)[:-1], body)
    ]
    took = seconds(spec, [*benign, *bad])
    assert benign
    assert max(took) < 50 * max(took[: len(benign)])
