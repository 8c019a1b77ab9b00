"""How the programs themselves write what their layouts say, from their definitions.

Nothing here knows the product: a conversion is what a layout writes, and a strategy of texts with
the fields they must become. So a layout, and lines of it, can be drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

Fields = dict[str, Any]

#: What one conversion writes, and what it means.
Written = tuple[str, Fields]


@dataclass(frozen=True)
class Conversion:
    """A conversion of some grammar.

    Attributes:
        code: as the layout writes it.
        written: what comes out.
        name: of the field; two of one name stand in no layout together.
        quoted: it may hold blanks and more, so it must stand between quotes.
    """

    code: str
    written: st.SearchStrategy[Written]
    name: str
    quoted: bool = False


@dataclass(frozen=True)
class Grammar:
    """A grammar, as far as layouts are drawn in it.

    Attributes:
        conversions: what stands in any order.
        last: conversions of which one ends every layout; there may be none.
        first: likewise, at the begin.
        separators: what may stand between two.
        options: of the front end.
        literal: how a separator is written in a layout.
    """

    name: str
    conversions: Sequence[Conversion]
    first: Sequence[Conversion] = ()
    last: Sequence[Conversion] = ()
    separators: Sequence[str] = (" ", " | ", " - ", "] [", ", ", "; ")
    options: Mapping[str, Any] = field(default_factory=dict)
    literal: Callable[[str], str] = str


@dataclass(frozen=True)
class Drawn:
    """A layout, lines in it, and the records they must become."""

    layout: str
    lines: list[str]
    records: list[Fields]


@st.composite
def drawn(draw: st.DrawFn, grammar: Grammar) -> Drawn:
    chosen = draw(
        st.lists(st.sampled_from(grammar.conversions), min_size=1, max_size=6,
                 unique_by=lambda one: one.name)
    )  # fmt: skip
    if grammar.first:
        chosen = [draw(st.sampled_from(grammar.first)), *chosen]
    if grammar.last:
        chosen = [*chosen, draw(st.sampled_from(grammar.last))]
    between = [draw(st.sampled_from(grammar.separators)) for _ in chosen[1:]]
    layout = ""
    for place, one in enumerate(chosen):
        layout += grammar.literal(between[place - 1]) if place else ""
        layout += f'"{one.code}"' if one.quoted else one.code
    lines, records = [], []
    for _ in range(draw(st.integers(1, 3))):
        line = ""
        record: Fields = {}
        for place, one in enumerate(chosen):
            text, fields = draw(one.written)
            line += between[place - 1] if place else ""
            line += f'"{text}"' if one.quoted else text
            record |= fields
        lines.append(line)
        records.append(record)
    return Drawn(layout, lines, records)


# -- values --------------------------------------------------------------------------------------

#: Letters that stand in no separator.
PLAIN = st.text("abcXYZ019._/유é$@", min_size=1, max_size=12)

#: What a client may send.
WILD = st.text(st.sampled_from('aZ9 "\\\t\n\x01é유😀-[]|,;'), min_size=1, max_size=12)

MOMENTS = st.integers(10**9 // 10, 4 * 10**9).map(lambda one: datetime.fromtimestamp(one, UTC))

MILLIS = st.integers(0, 999)

OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))


def text(name: str, values: st.SearchStrategy[str] = PLAIN) -> st.SearchStrategy[Written]:
    """Text as it is; ``-`` is none."""
    return values.filter(lambda one: one != "-").map(lambda one: (one, {name: one})) | st.just(
        ("-", {})
    )


def always(name: str, values: st.SearchStrategy[str] = PLAIN) -> st.SearchStrategy[Written]:
    return values.filter(lambda one: one != "-").map(lambda one: (one, {name: one}))


def count(name: str, absent: str = "-") -> st.SearchStrategy[Written]:
    """A whole number; none is ``absent``."""
    return st.integers(1, 10**12).map(lambda one: (str(one), {name: one})) | st.just((absent, {}))


def status(name: str = "status") -> st.SearchStrategy[Written]:
    return st.integers(100, 599).map(lambda one: (str(one), {name: one}))


def scaled(name: str, per_second: int) -> st.SearchStrategy[Written]:
    """A time in parts of a second."""
    return st.integers(0, 10**9).map(lambda one: (str(one), {name: one / per_second}))


def request(escape: Callable[[str], str]) -> st.SearchStrategy[Written]:
    """A request line, or none."""
    target = st.text(st.sampled_from('/aZ9?=& "\\é'), min_size=1, max_size=12).filter(
        lambda one: " HTTP/" not in one
    )
    return st.builds(
        lambda method, path, protocol: (
            f"{method} {escape(path)} {protocol}",
            {"method": method, "path": path, "protocol": protocol},
        ),
        st.sampled_from(["GET", "POST", "M-SEARCH"]),
        target,
        st.sampled_from(["HTTP/1.1", "HTTP/2.0"]),
    ) | st.just(("-", {}))


def stamp(written: Callable[[datetime], str], zone: timezone | None = UTC) -> Any:
    """A stamp; without a zone of its own the zone is drawn, and the writer shows it."""
    offsets = st.just(timedelta()) if zone else OFFSETS
    return st.builds(
        lambda moment, offset: (
            written(moment.astimezone(timezone(offset))),
            {"timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}Z"},
        ),
        MOMENTS,
        offsets,
    )


def fine_stamp(written: Callable[[datetime, int], str]) -> st.SearchStrategy[Written]:
    """A stamp in UTC, with milliseconds."""
    return st.builds(
        lambda moment, millis: (
            written(moment, millis),
            {"timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.{millis:03}Z"},
        ),
        MOMENTS,
        MILLIS,
    )


def clf(moment: datetime) -> str:
    return f"{moment:%d/%b/%Y:%H:%M:%S %z}"


LEVELS = {
    "TRACE": "TRACE", "DEBUG": "DEBUG", "INFO": "INFO", "WARN": "WARN", "ERROR": "ERROR",
    "FATAL": "CRITICAL",
}  # fmt: skip

PYTHON_LEVELS = {
    "DEBUG": "DEBUG", "INFO": "INFO", "WARNING": "WARN", "ERROR": "ERROR", "CRITICAL": "CRITICAL",
    "Level 15": "Level 15",
}  # fmt: skip

JUL_LEVELS = {
    "SEVERE": "ERROR", "WARNING": "WARN", "INFO": "INFO", "CONFIG": "INFO", "FINE": "DEBUG",
    "FINEST": "TRACE", "SCHWERWIEGEND": "ERROR", "LE PLUS FIN": "TRACE",
}  # fmt: skip


def level(names: Mapping[str, str], pad: Callable[[str], str] = str) -> st.SearchStrategy[Written]:
    return st.sampled_from([*names]).map(lambda one: (pad(one), {"level": names[one]}))


#: A message holds what it likes; further lines are a trace.
MESSAGES = st.builds(
    lambda first, more: ("\n".join([first, *more]), {"message": "\n".join([first, *more])}),
    # Blanks at its begin could be those of a padded value before it.
    st.text("ab |-[],;:%é", min_size=0, max_size=20).map(str.lstrip),
    st.lists(
        st.sampled_from(
            ["java.lang.IllegalStateException: x", "\tat a.b.C.d(C.java:1)", "Caused by: y",
             "Traceback (most recent call last):", '  File "a.py", line 1, in <module>', ""]
        ),
        max_size=3,
    ),
)  # fmt: skip


# -- escapes -------------------------------------------------------------------------------------


def tomcat_escape(value: str) -> str:
    """As AbstractAccessLogValve.escapeAndAppend writes."""
    named = {'"': '\\"', "\\": "\\\\", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    units = value.encode("utf-16-be")
    written = ""
    for place in range(0, len(units), 2):
        unit = int.from_bytes(units[place : place + 2], "big")
        letter = chr(unit)
        if letter in named:
            written += named[letter]
        elif 32 <= unit < 127:
            written += letter
        else:
            written += f"\\u{unit:04x}"
    return written


def apache_escape(value: str) -> str:
    """As ap_escape_logitem writes."""
    named = {
        '"': '\\"',
        "\\": "\\\\",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\v": "\\v",
    }
    return "".join(
        named.get(chr(byte)) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}")
        for byte in value.encode()
    )


def nginx_escape(value: str) -> str:
    """As ngx_http_log_escape writes."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02X}"
        for byte in value.encode()
    )


def json_escape(value: str) -> str:
    """As ngx_escape_json writes."""
    named = {
        '"': '\\"',
        "\\": "\\\\",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
    return "".join(named.get(one) or (f"\\u{ord(one):04X}" if one < " " else one) for one in value)


# -- grammars ------------------------------------------------------------------------------------


def _wild(code: str, name: str, escape: Callable[[str], str], absent: str = "-") -> Conversion:
    written: st.SearchStrategy[Written] = WILD.filter(lambda one: one != "-").map(
        lambda one: (escape(one), {name: one})
    )
    return Conversion(code, written | st.just((absent, {})), name, quoted=True)


def _bare(code: str, name: str, escape: Callable[[str], str]) -> Conversion:
    written: st.SearchStrategy[Written] = PLAIN.map(
        lambda one: (escape(one), {name: one})
    ) | st.just(("-", {}))
    return Conversion(code, written, name)


TOMCAT = Grammar(
    "tomcat",
    (
        Conversion("%a", text("client_ip"), "client_ip"),
        Conversion("%A", text("server_ip"), "server_ip"),
        Conversion("%b", count("bytes"), "bytes"),
        Conversion("%D", scaled("duration", 1_000_000), "duration"),
        Conversion("%{ms}T", scaled("duration", 1_000), "duration"),
        Conversion("%{ns}T", scaled("duration", 10**9), "duration"),
        Conversion("%F", scaled("first_byte_time", 1_000), "first_byte_time"),
        Conversion("%I", text("thread"), "thread"),
        Conversion("%l", st.just(("-", {})), "ident"),
        Conversion("%p", count("server_port"), "server_port"),
        Conversion("%{remote}p", count("client_port"), "client_port"),
        Conversion("%r", request(tomcat_escape), "path", quoted=True),
        Conversion("%H", text("protocol"), "path"),
        Conversion("%s", status(), "status"),
        Conversion("%S", text("session_id"), "session_id"),
        _bare("%u", "user", tomcat_escape),
        Conversion("%v", text("virtual_host"), "virtual_host"),
        Conversion("%X", always("connection_status", st.sampled_from("X+"))
                   | st.just(("-", {"connection_status": "-"})), "connection_status"),
        _wild("%{User-Agent}i", "user_agent", tomcat_escape),
        _wild("%{X-Request-Id}i", "header_x_request_id", tomcat_escape),
        _wild("%{a.b}r", "attr_a_b", tomcat_escape),
        _wild("%{sid}c", "cookie_sid", tomcat_escape),
    ),
    first=(
        Conversion("%t", stamp(lambda one: f"[{clf(one)}]", None), "timestamp"),
        Conversion("%{sec}t", stamp(lambda one: f"{int(one.timestamp())}"), "timestamp"),
        Conversion(
            "%{yyyy-MM-dd}t %{HH:mm:ss.SSS}t",
            fine_stamp(lambda one, ms: f"{one:%Y-%m-%d %H:%M:%S}.{ms:03}"), "timestamp",
        ),
        Conversion(
            "%{msec}t", fine_stamp(lambda one, ms: f"{int(one.timestamp())}{ms:03}"), "timestamp"
        ),
        Conversion(
            "%{dd/MMM/yyyy:HH:mm:ss}t.%{msec_frac}t %{Z}t",
            fine_stamp(lambda one, ms: f"{one:%d/%b/%Y:%H:%M:%S}.{ms:03} +0000"), "timestamp",
        ),
    ),
    options={"version": 10},
    literal=lambda one: one.replace("%", "%%"),
)  # fmt: skip

APACHE = Grammar(
    "apache",
    (
        Conversion("%h", text("client_ip"), "client_ip"),
        Conversion("%>s", status(), "status"),
        Conversion("%b", count("bytes"), "bytes"),
        Conversion("%O", count("bytes_out"), "bytes_out"),
        Conversion("%D", scaled("duration", 1_000_000), "duration"),
        Conversion("%{ms}T", scaled("duration", 1_000), "duration"),
        Conversion("%k", count("keepalive_requests"), "keepalive_requests"),
        Conversion("%L", text("log_id"), "log_id"),
        Conversion("%P", count("pid"), "pid"),
        Conversion("%{tid}P", count("tid"), "tid"),
        _bare("%u", "user", apache_escape),
        Conversion("%v", text("virtual_host"), "virtual_host"),
        Conversion("%r", request(apache_escape), "path", quoted=True),
        _wild("%{Referer}i", "referer", apache_escape),
        _wild("%!200,304{X-A}i", "header_x_a", apache_escape),
        _wild("%{Foo}o", "response_header_foo", apache_escape),
        _wild("%{UNIQUE_ID}e", "env_unique_id", apache_escape),
        _wild("%{c}n", "note_c", apache_escape),
    ),
    first=(
        Conversion("%t", stamp(lambda one: f"[{clf(one)}]", None), "timestamp"),
        Conversion("%{%Y-%m-%dT%H:%M:%S%z}t", stamp(lambda one: f"{one:%Y-%m-%dT%H:%M:%S%z}", None),
                   "timestamp"),
        Conversion(
            "%{begin:%d/%b/%Y:%T}t.%{begin:msec_frac}t",
            fine_stamp(lambda one, ms: f"{one:%d/%b/%Y:%H:%M:%S}.{ms:03}"), "timestamp",
        ),
        Conversion(
            "%{msec}t", fine_stamp(lambda one, ms: f"{int(one.timestamp())}{ms:03}"), "timestamp"
        ),
    ),
    literal=lambda one: one.replace("%", "%%"),
)  # fmt: skip


def _nginx(escape: Callable[[str], str], absent: str, options: Mapping[str, Any]) -> Grammar:
    def some(code: str, name: str) -> Conversion:
        written: st.SearchStrategy[Written] = PLAIN.map(
            lambda one: (escape(one), {name: one})
        ) | st.just((absent, {}))
        return Conversion(code, written, name, quoted=not absent)

    return Grammar(
        "nginx",
        (
            some("$remote_addr", "client_ip"),
            some("$remote_user", "user"),
            some("${host}", "virtual_host"),
            some("$upstream_cache_status", "upstream_cache_status"),
            Conversion("$status", status(), "status"),
            Conversion("$body_bytes_sent", st.integers(0, 10**9).map(
                lambda one: (str(one), {"bytes": one})), "bytes"),
            Conversion("$request_time", st.integers(0, 10**6).map(
                lambda one: (f"{one / 1000:.3f}", {"duration": one / 1000})), "duration"),
            Conversion("$connection", count("connection"), "connection"),
            Conversion("$request", request(escape).filter(lambda one: one[0] != "-")
                       | st.just((absent, {})), "path", quoted=True),
            _wild("$http_user_agent", "user_agent", escape, absent),
            _wild("$http_x_forwarded_for", "header_x_forwarded_for", escape, absent),
            _wild("$cookie_sid", "cookie_sid", escape, absent),
            _wild("$sent_http_location", "response_header_location", escape, absent),
            _wild("$upstream_response_time", "upstream_response_time", escape, absent),
        ),
        first=(
            Conversion("[$time_local]", stamp(lambda one: f"[{clf(one)}]", None), "timestamp"),
            Conversion("$time_iso8601", stamp(lambda one: one.isoformat(), None), "timestamp"),
            Conversion(
                "$msec", fine_stamp(lambda one, ms: f"{int(one.timestamp())}.{ms:03}"), "timestamp"
            ),
        ),
        options=options,
    )  # fmt: skip


NGINX = _nginx(nginx_escape, "-", {})
NGINX_JSON = _nginx(json_escape, "", {"escape": "json"})

JETTY = Grammar(
    "jetty",
    (
        Conversion("%{client}a", text("client_ip"), "client_ip"),
        Conversion("%{local}p", count("server_port"), "server_port"),
        Conversion("%{CLF}O", count("bytes"), "bytes"),
        Conversion("%D", scaled("duration", 1_000_000), "duration"),
        Conversion("%{ms}T", scaled("duration", 1_000), "duration"),
        Conversion("%s", status(), "status"),
        Conversion("%u", text("user"), "user"),
        # It escapes nothing; a quote before a blank may be the layout's.
        Conversion("%r", request(str).filter(lambda one: '"' not in one[0]), "path", quoted=True),
        Conversion("%{User-Agent}i", text("user_agent"), "user_agent", quoted=True),
        Conversion("%{x}attr", text("attr_x"), "attr_x", quoted=True),
    ),
    first=(
        Conversion("%t", stamp(lambda one: f"[{clf(one)}]", None), "timestamp"),
        Conversion("%{yyyy-MM-dd HH:mm:ss}t", stamp(lambda one: f"[{one:%Y-%m-%d %H:%M:%S}]"),
                   "timestamp"),
    ),
    literal=lambda one: one.replace("%", "%%"),
)  # fmt: skip


def _double(one: str) -> str:
    return one.replace('"', '""')


_HEADERS = st.text('ab "é', min_size=1, max_size=8)

W3C = Grammar(
    "tomcat",
    (
        Conversion("c-ip", text("client_ip"), "client_ip"),
        Conversion("cs-method", text("method"), "method"),
        Conversion("cs-uri-stem", text("path"), "path"),
        Conversion("cs-uri-query", text("query"), "query"),
        Conversion("sc-status", status(), "status"),
        Conversion("bytes", count("bytes"), "bytes"),
        Conversion("time-taken", st.integers(0, 10**6).map(
            lambda one: (f"{one / 1000:.3f}", {"duration": one / 1000})), "duration"),
        Conversion("time-taken-ms", scaled("duration", 1_000), "duration"),
        Conversion("cs(User-Agent)", _HEADERS.map(
            lambda one: (f'"{_double(one)}"', {"user_agent": one})) | st.just(("-", {})),
            "user_agent"),
        Conversion("x-R(a)", _HEADERS.map(
            lambda one: (f'"{_double(one)}"', {"attr_a": one})) | st.just(("-", {})), "attr_a"),
    ),
    first=(Conversion("date time", stamp(lambda one: f"{one:%Y-%m-%d %H:%M:%S}"), "timestamp"),),
    separators=(" ",),
)  # fmt: skip


def _wide(least: int = 0, most: int = 0, *, left: bool = False, cut_end: bool = False) -> Any:
    """Pad and cut as log4j's FormattingInfo and logback's FormatInfo do."""

    def pad(value: str) -> str:
        if most and len(value) > most:
            value = value[:most] if cut_end else value[-most:]
        return value.ljust(least) if left else value.rjust(least)

    return pad


_LOGGERS = st.from_regex(r"[a-z]{1,8}(\.[A-Za-z$]{1,9}){0,3}", fullmatch=True)
_THREADS = (
    st.text("abc019 -#/", min_size=1, max_size=16)
    .map(str.strip)
    .filter(lambda one: one not in {"", "-"} and "  " not in one)
)


def _logger(pad: Callable[[str], str]) -> st.SearchStrategy[Written]:
    return _LOGGERS.map(lambda one: (pad(one), {"logger": pad(one).strip()}))


_ISO_COMMA = fine_stamp(lambda one, ms: f"{one:%Y-%m-%d %H:%M:%S},{ms:03}")
_ISO_T = fine_stamp(lambda one, ms: f"{one:%Y-%m-%dT%H:%M:%S}.{ms:03}+00:00")

_JAVA: tuple[Conversion, ...] = (
    Conversion("%-5p", level(LEVELS, _wide(5, left=True)), "level"),
    Conversion("%5p", level(LEVELS, _wide(5)), "level"),
    Conversion("%c", _logger(str), "logger"),
    Conversion("%.12c", _logger(_wide(0, 12)), "logger"),
    Conversion("%-20.-30c", _logger(_wide(20, 30, left=True, cut_end=True)), "logger"),
    Conversion("(%t)", always("thread", _THREADS).map(lambda one: (f"({one[0]})", one[1])),
               "thread"),
    Conversion("(%15t)", _THREADS.map(lambda one: (f"({one:>15})", {"thread": one})), "thread"),
    Conversion("%L", count("line", "?"), "line"),
    Conversion("%F", always("file", _LOGGERS), "file"),
    Conversion("<%X{user}>", PLAIN.map(lambda one: (f"<{one}>", {"mdc_user": one}))
               | st.just(("<>", {})), "mdc_user"),
    Conversion("<%X{traceId}>", PLAIN.map(lambda one: (f"<{one}>", {"trace": one}))
               | st.just(("<>", {})), "trace"),
    Conversion("%r", count("relative"), "relative"),
)  # fmt: skip

_JAVA_MESSAGES = (Conversion("%m%n", MESSAGES, "message"),)

LOG4J = Grammar(
    "log4j",
    (
        *_JAVA,
        Conversion("%highlight{%-5level}{FATAL=red}",
                   level(LEVELS, lambda one: f"\x1b[31m{one:<5}\x1b[m"), "level"),
        Conversion("%highlight{%-5level}", level(LEVELS, lambda one: f"{one:<5}"), "level"),
        Conversion("%p{length=1}", level(LEVELS, lambda one: one[0]), "level"),
        Conversion("%level{lowerCase=true}", level(LEVELS, str.lower), "level"),
        Conversion("%notEmpty{{%marker}}", PLAIN.map(lambda one: (f"{{{one}}}", {"marker": one}))
                   | st.just(("", {})), "marker"),
        Conversion("%equals{%X{k}}{x}{}", PLAIN.map(lambda one: (one, {"mdc_k": one})), "mdc_k"),
        Conversion("%style{%c{1.}}{cyan}", _logger(lambda one: f"\x1b[36m{one}\x1b[m").map(
            lambda one: (one[0], {"logger": one[0][5:-3]})), "logger"),
    ),
    first=(
        Conversion("%d", _ISO_COMMA, "timestamp"),
        Conversion("%d{ISO8601}", _ISO_COMMA, "timestamp"),
        Conversion("[%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}]", _ISO_T.map(
            lambda one: (f"[{one[0]}]", one[1])), "timestamp"),
        Conversion("%d{UNIX_MILLIS}", fine_stamp(lambda one, ms: f"{int(one.timestamp())}{ms:03}"),
                   "timestamp"),
        Conversion("%d{yyyy-MM-dd HH:mm:ss}{UTC}", stamp(lambda one: f"{one:%Y-%m-%d %H:%M:%S}"),
                   "timestamp"),
    ),
    last=(*_JAVA_MESSAGES, Conversion("%msg%n%ex", MESSAGES, "message")),
)  # fmt: skip

LOGBACK = Grammar(
    "logback",
    (
        # A parenthesis of the layout's own is escaped.
        *(replace(one, code=re.sub(r"([()])", r"\\\1", one.code)) for one in _JAVA),
        Conversion("%clr(%5p){red}", level(LEVELS, lambda one: f"\x1b[31m{one:>5}\x1b[0;39m"),
                   "level"),
        Conversion("%.-1level", level(LEVELS, lambda one: one[0]), "level"),
        Conversion("%X{k:-none}", PLAIN.map(lambda one: (one, {"mdc_k": one})), "mdc_k"),
        Conversion("%-30(%c{1})", _logger(_wide(30, left=True)), "logger"),
        Conversion("${PID:- }", count("pid", ""), "pid"),
        Conversion("\\(%cn\\)", PLAIN.map(lambda one: (f"({one})", {"context": one})), "context"),
    ),
    first=(
        Conversion("%d", _ISO_COMMA, "timestamp"),
        Conversion('%d{"yyyy-MM-dd HH:mm:ss,SSS"}', _ISO_COMMA, "timestamp"),
        Conversion("%d{${P:-yyyy-MM-dd'T'HH:mm:ss.SSSXXX}, UTC}", _ISO_T, "timestamp"),
        Conversion("%epoch", fine_stamp(lambda one, ms: f"{int(one.timestamp())}{ms:03}"),
                   "timestamp"),
    ),
    last=(*_JAVA_MESSAGES, Conversion("%msg%n${X:-%wEx}", MESSAGES, "message")),
)  # fmt: skip
JBOSS = Grammar(
    "jboss",
    (
        *(one for one in _JAVA if "X" not in one.code),
        Conversion("%K{level}%-5p", level(LEVELS, lambda one: f"\x1b[0m{one:<5}"), "level"),
        Conversion("<%X{k}>", PLAIN.map(lambda one: (f"<{one}>", {"mdc_k": one})), "mdc_k"),
        Conversion("%i", count("pid"), "pid"),
        Conversion("%h", always("host"), "host"),
    ),
    first=(Conversion("%d{yyyy-MM-dd HH:mm:ss,SSS}", _ISO_COMMA, "timestamp"),),
    last=(Conversion("%s%e%n", MESSAGES, "message"), Conversion("%m%n", MESSAGES, "message")),
)

JUL = Grammar(
    "jul",
    (
        Conversion("%4$-7s", level(JUL_LEVELS, lambda one: f"{one:<7}"), "level"),
        Conversion("%4$s", level(JUL_LEVELS), "level"),
        Conversion("(%3$s)", _LOGGERS.map(lambda one: (f"({one})", {"logger": one})), "logger"),
    ),
    first=(
        Conversion("%1$tF %1$tT.%1$tL", fine_stamp(
            lambda one, ms: f"{one:%Y-%m-%d %H:%M:%S}.{ms:03}"), "timestamp"),
        Conversion("%1$tb %1$td, %1$tY %1$tl:%1$tM:%1$tS %1$Tp", stamp(
            lambda one: f"{one:%b %d, %Y} {one.hour % 12 or 12}:{one:%M:%S %p}"), "timestamp"),
        Conversion("%tFT%<tT%<tz", stamp(lambda one: f"{one:%Y-%m-%dT%H:%M:%S%z}", None),
                   "timestamp"),
    ),
    last=(Conversion("%5$s%6$s%n", MESSAGES, "message"),),
)  # fmt: skip

JUL_TWO_LINES = Grammar(
    "jul",
    (Conversion(" %2$s", _LOGGERS.map(lambda one: (f" {one}", {"logger": one})), "logger"),),
    first=JUL.first,
    last=(
        Conversion(
            "%n%4$s: %5$s%6$s%n",
            st.tuples(level(JUL_LEVELS), MESSAGES).map(
                lambda two: (f"\n{two[0][0]}: {two[1][0]}", two[0][1] | two[1][1])
            ),
            "message",
        ),
    ),
    separators=("",),
)


def _python(write: Callable[[str, str], str], options: Mapping[str, Any]) -> Grammar:
    """Give the grammar in a style: ``write`` makes a conversion of a name and a format."""
    return Grammar(
        "python",
        (
            Conversion(write("levelname", ""), level(PYTHON_LEVELS), "level"),
            Conversion(write("name", ""), _logger(str), "logger"),
            Conversion(f"({write('threadName', '')})", _THREADS.map(
                lambda one: (f"({one})", {"thread": one})), "thread"),
            Conversion(write("process", ""), st.integers(1, 10**6).map(
                lambda one: (str(one), {"pid": one})), "pid"),
            Conversion(write("lineno", ""), st.integers(1, 10**4).map(
                lambda one: (str(one), {"line": one})), "line"),
            Conversion(write("funcName", ""), always("function"), "function"),
            Conversion(write("request_id", ""), always("request_id"), "request_id"),
        ),
        first=(Conversion(write("asctime", ""), _ISO_COMMA, "timestamp"),),
        last=(Conversion(write("message", ""), MESSAGES, "message"),),
        options=options,
    )  # fmt: skip


PYTHON = _python(lambda name, _: f"%({name})s", {})
PYTHON_BRACES = _python(lambda name, _: f"{{{name}}}", {"style": "{"})
PYTHON_DOLLARS = _python(lambda name, _: f"${{{name}}}", {"style": "$"})

PYTHON_WIDE = Grammar(
    "python",
    (
        Conversion("%(levelname)-8s", level(PYTHON_LEVELS, lambda one: f"{one:<8}"), "level"),
        Conversion("%(name)20.20s", _logger(lambda one: f"{one[:20]:>20}"), "logger"),
        Conversion("%(lineno)5d", st.integers(1, 10**4).map(
            lambda one: (f"{one:5}", {"line": one})), "line"),
    ),
    first=(
        Conversion("%(asctime)s.%(msecs)03d", fine_stamp(
            lambda one, ms: f"{one:%d.%m.%Y %H:%M:%S}.{ms:03}"), "timestamp"),
    ),
    last=(Conversion("%(message)s", MESSAGES, "message"),),
    options={"datefmt": "%d.%m.%Y %H:%M:%S"},
)  # fmt: skip

POSTGRESQL = Grammar(
    "postgresql",
    (
        Conversion("%p", count("pid", ""), "pid"),
        Conversion("%u", always("user") | st.just(("[unknown]", {})), "user"),
        Conversion("%d", always("db"), "db"),
        Conversion("%a", always("app"), "app"),
        Conversion("%e", st.from_regex(r"[0-9A-Z]{5}", fullmatch=True).map(
            lambda one: (one, {"sqlstate": one})), "sqlstate"),
        Conversion("%l", count("session_line"), "session_line"),
        Conversion("%r", st.tuples(PLAIN, st.integers(1, 65535)).map(
            lambda two: (f"{two[0]}({two[1]})", {"client_ip": two[0], "client_port": two[1]}))
            | st.just(("[local]", {"client_ip": "[local]"})), "client_ip"),
    ),
    first=(
        Conversion("%m", fine_stamp(lambda one, ms: f"{one:%Y-%m-%d %H:%M:%S}.{ms:03} UTC"),
                   "timestamp"),
        Conversion("%t", stamp(lambda one: f"{one:%Y-%m-%d %H:%M:%S} UTC"), "timestamp"),
        Conversion("%n", fine_stamp(lambda one, ms: f"{int(one.timestamp())}.{ms:03}"),
                   "timestamp"),
    ),
    last=(
        Conversion(
            " ",
            st.builds(
                lambda name, message: (
                    f" {name}:  {message[0]}",
                    {"level": {"LOG": "INFO", "FATAL": "CRITICAL"}.get(name, name)} | message[1],
                ),
                st.sampled_from(["LOG", "ERROR", "FATAL", "INFO"]),
                st.builds(
                    lambda first, more: (
                        "\n".join([first, *more]), {"message": "\n".join([first, *more])}
                    ),
                    st.text("ab :-[]", max_size=10),
                    st.lists(st.sampled_from(["\tfrom t", "\twhere x"]), max_size=2),
                ),
            ),
            "message",
        ),
    ),
    separators=(" ", "] [", ","),
    literal=lambda one: one.replace("%", "%%"),
)  # fmt: skip

DISSECT = Grammar(
    "dissect",
    (
        Conversion("%{a}", text("a"), "a"),
        Conversion("%{n}", count("n"), "n"),
        Conversion("%{ms}", scaled("ms", 1_000), "ms"),
        Conversion("%{?skipped}", always("skipped").map(lambda one: (one[0], {})), "skipped"),
        Conversion("%{b->}", always("b").map(lambda one: (f"{one[0]}   ", one[1])), "b"),
    ),
    first=(
        Conversion("[%{timestamp}]", fine_stamp(
            lambda one, ms: f"[{one:%Y-%m-%d %H:%M:%S},{ms:03}]"), "timestamp"),
    ),
    last=(Conversion("%{message}", MESSAGES, "message"),),
    options={"time": "yyyy-MM-dd HH:mm:ss,SSS"},
)  # fmt: skip

GROK = Grammar(
    "grok",
    (
        Conversion("%{IP:client_ip}", st.ip_addresses().map(
            lambda one: (str(one), {"client_ip": str(one)})), "client_ip"),
        Conversion("%{WORD:word}", always("word", st.from_regex(r"[a-z]{1,9}", fullmatch=True)),
                   "word"),
        Conversion("%{INT:n:int}", st.integers(-(10**9), 10**9).map(
            lambda one: (str(one), {"n": one})), "n"),
        Conversion("%{NOTSPACE:[a][b]}", always("a_b"), "a_b"),
        Conversion("%{LOGLEVEL:level}", level(LEVELS), "level"),
        Conversion("%{UUID:uuid}", always("uuid", st.uuids().map(str)), "uuid"),
    ),
    first=(
        Conversion(r"\[%{HTTPDATE:timestamp}\]", stamp(lambda one: f"[{clf(one)}]", None),
                   "timestamp"),
        Conversion("%{TIMESTAMP_ISO8601:timestamp}", _ISO_T, "timestamp"),
    ),
    last=(Conversion("%{GREEDYDATA:message}", MESSAGES, "message"),),
    separators=(" ", " - ", ", "),
)  # fmt: skip

REGEX = Grammar(
    "regex",
    (
        Conversion(r"(?P<word>\S+)", always("word"), "word"),
        Conversion(r"(?<n>\d+|-)", count("n"), "n"),
        Conversion(r'"(?P<said>[^"]*)"', st.text("a é", min_size=1, max_size=8).map(
            lambda one: (f'"{one}"', {"said": one})), "said"),
    ),
    first=(
        Conversion(r"^(?P<time>\S+ \S+)", _ISO_COMMA, "timestamp"),
    ),
    last=(Conversion("(?P<message>.*)$", MESSAGES, "message"),),
    separators=(" ", " - ", ", "),
    options={"time": "yyyy-MM-dd HH:mm:ss,SSS"},
)  # fmt: skip

GRAMMARS: Mapping[str, Grammar] = {
    "tomcat": TOMCAT,
    "tomcat extended": W3C,
    "apache": APACHE,
    "nginx": NGINX,
    "nginx json": NGINX_JSON,
    "jetty": JETTY,
    "log4j": LOG4J,
    "logback": LOGBACK,
    "jboss": JBOSS,
    "jul": JUL,
    "jul of two lines": JUL_TWO_LINES,
    "python": PYTHON,
    "python braces": PYTHON_BRACES,
    "python dollars": PYTHON_DOLLARS,
    "python with widths": PYTHON_WIDE,
    "postgresql": POSTGRESQL,
    "dissect": DISSECT,
    "grok": GROK,
    "regex": REGEX,
}
