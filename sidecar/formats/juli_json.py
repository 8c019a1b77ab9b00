r"""Tomcat JULI as JSON: ``{"time": "2026-11-24T10:00:00.123Z", "level": "INFO", "thread": ...}``.

Tomcat escapes the message and the throwable alone, so a name with a quote in it is read all the
same. ``logger`` and ``function`` are the class and the method. ``stack_trace`` is the throwable as
Java prints it, but for what JsonFormatter leaves out. Each line is JSON too: the format is tried
before ``json``, which keeps the lines of a file where it has fitted before.
"""

from __future__ import annotations

import orjson

from sidecar.fields.reading import Reading
from sidecar.formats.pieces import LEVEL_FIELD, STAMP, TIMESTAMP_FIELD
from sidecar.formats.spec import Field, Format, Kind, Sample

_STRING = rb'[^"\\\n]*(?:\\.[^"\\\n]*)*+'


def _stack_trace(text: str, _: Reading) -> str:
    """Read the items of the array: a throwable each, its frames behind it, a blank before each."""
    first, *others = orjson.loads(f"[{text}]")
    lines = (f"\n\tat{one}" if one[:1] == " " else f"\nCaused by: {one}" for one in others)
    return "".join((first, *lines))


JULI_JSON = Format(
    name="juli_json",
    summary="Tomcat's logs as JSON (java.util.logging, JsonFormatter)",
    source="https://github.com/apache/tomcat: java/org/apache/juli/JsonFormatter.java",
    pattern=(
        rb'\{"time": "%b", (?P<origin>"level": "(?P<level>[^"\n]+)", '
        rb'"thread": "(?P<thread>[^"\n]*(?>(?:"(?!, "class": ")[^"\n]*)*))", '
        rb'"class": "(?P<logger>[^"\n]*)", "method": "(?P<function>[^"\n]*)"), '
        rb'"message": "(?P<message>%b)"'
        rb'(?:, "throwable": \[(?P<stack_trace>"%b"(?>(?:,"%b")*))\])?\}'
        % (STAMP, _STRING, _STRING, _STRING)
    ),
    fields={
        "timestamp": TIMESTAMP_FIELD,
        "level": LEVEL_FIELD,
        "thread": Field(),
        "logger": Field(),
        "function": Field(),
        "message": Field(Kind.QUOTED),
        "stack_trace": Field(Kind.LOOKUP, _stack_trace, optional=True),
    },
    runs={"origin": frozenset({"level", "thread", "logger", "function"})},
    starts=rb"\{",
    opens=rb'\{"time": "',
    holds=b"{",
    samples=(
        Sample(
            '{"time": "2026-11-24T10:00:00.123Z", "level": "INFO", "thread": "main", '
            '"class": "org.apache.catalina.startup.Catalina", "method": "start", '
            '"message": "Server startup in [1234] milliseconds"}',
            {
                "timestamp": "2026-11-24T10:00:00.123Z",
                "level": "INFO",
                "thread": "main",
                "logger": "org.apache.catalina.startup.Catalina",
                "function": "start",
                "message": "Server startup in [1234] milliseconds",
            },
        ),
        Sample(
            '{"time": "2026-11-24T10:00:01.5+01", "level": "SCHWERWIEGEND", '
            '"thread": "http-nio-8080-exec-1", "class": '
            '"org.apache.catalina.core.StandardWrapperValve", "method": "invoke", '
            '"message": "Servlet.service() for servlet [jsp]\\nthrew", "throwable": '
            '["java.lang.IllegalStateException: no \\"paper\\"",'
            '" org.example.Shop.sell(Shop.java:41)",'
            '"java.io.IOException: jam"," org.example.Tray.pull(Tray.java:7)"]}',
            {
                "timestamp": "2026-11-24T09:00:01.5Z",
                "level": "ERROR",
                "thread": "http-nio-8080-exec-1",
                "logger": "org.apache.catalina.core.StandardWrapperValve",
                "function": "invoke",
                "message": "Servlet.service() for servlet [jsp]\nthrew",
                "stack_trace": 'java.lang.IllegalStateException: no "paper"\n'
                "\tat org.example.Shop.sell(Shop.java:41)\n"
                "Caused by: java.io.IOException: jam\n"
                "\tat org.example.Tray.pull(Tray.java:7)",
            },
        ),
        Sample(
            '{"time": "2026-11-24T10:00:02.000Z", "level": "FINE", "thread": "a "b" c", '
            '"class": "org.example.Shop", "method": "<init>", "message": ""}',
            {
                "timestamp": "2026-11-24T10:00:02.000Z",
                "level": "DEBUG",
                "thread": 'a "b" c',
                "logger": "org.example.Shop",
                "function": "<init>",
                "message": "",
            },
        ),
    ),
)
