r"""Grok: ``%{IP:client_ip} %{WORD:method} %{NUMBER:status:int}``, with a small library of patterns.

Defined by logstash's filter and by logstash-patterns-core, whose names these are. Text between the
names is a regular expression; names put in, the whole is one (``regex``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sidecar.errors import LayoutError
from sidecar.layouts import regex
from sidecar.layouts.declare import Declaration
from sidecar.layouts.risk import Risk

SOURCE = "https://github.com/logstash-plugins/logstash-patterns-core"

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]{2,6})?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]{1,6})?"
_IPV4 = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV6 = (
    r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?"
    r"(?:%[0-9A-Za-z]{1,16})?"
)
_HOST = r"[0-9A-Za-z](?:[0-9A-Za-z_-]{0,62})(?:\.[0-9A-Za-z][0-9A-Za-z_-]{0,62})*\.?"

PATTERNS: Mapping[str, str] = {
    "USERNAME": r"[a-zA-Z0-9._-]+",
    "USER": r"%{USERNAME}",
    "EMAILADDRESS": r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[0-9A-Za-z.-]{1,253}",
    "INT": r"[+-]?\d{1,18}",
    "BASE10NUM": r"[+-]?(?:\d{1,18}(?:\.\d{1,18})?|\.\d{1,18})",
    "NUMBER": r"%{BASE10NUM}",
    "BASE16NUM": r"[+-]?(?:0x)?[0-9A-Fa-f]{1,32}",
    "POSINT": r"[1-9]\d{0,17}",
    "NONNEGINT": r"\d{1,18}",
    "WORD": r"\w+",
    "NOTSPACE": r"\S+",
    "SPACE": r"\s*",
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "QUOTEDSTRING": r"(?:\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^'\\]*(?:\\.[^'\\]*)*')",
    "QS": r"%{QUOTEDSTRING}",
    "UUID": r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "MAC": r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}",
    "IPV4": _IPV4,
    "IPV6": _IPV6,
    "IP": f"(?:{_IPV6}|{_IPV4})",
    "HOSTNAME": _HOST,
    "IPORHOST": f"(?:{_IPV6}|{_IPV4}|{_HOST})",
    "HOSTPORT": r"%{IPORHOST}:%{POSINT}",
    "PATH": r"(?:%{UNIXPATH}|%{WINPATH})",
    "UNIXPATH": r"/[^\s]*",
    "WINPATH": r"(?:[A-Za-z]:|\\)\\[^\s]*",
    "URIPROTO": r"[A-Za-z][A-Za-z0-9+.-]{0,20}",
    "URIHOST": r"%{IPORHOST}(?::%{POSINT})?",
    "URIPATH": r"/[^\s?#]*",
    "URIPARAM": r"\?[^\s]*",
    "URIPATHPARAM": r"/[^\s]*",
    "URI": r"%{URIPROTO}://[^\s]*",
    "MONTH": _MONTH,
    "MONTHNUM": r"(?:0?[1-9]|1[0-2])",
    "MONTHNUM2": r"(?:0[1-9]|1[0-2])",
    "MONTHDAY": r"(?:0[1-9]|[12]\d|3[01]|[ ]?[1-9])",
    "DAY": _DAY,
    "YEAR": r"(?:\d\d){1,2}",
    "HOUR": r"(?:2[0-3]|[01]?\d)",
    "MINUTE": r"[0-5]\d",
    "SECOND": r"(?:[0-5]?\d|60)(?:[:.,]\d{1,9})?",
    "TIME": r"(?:2[0-3]|[01]?\d):[0-5]\d(?::(?:[0-5]?\d|60)(?:[:.,]\d{1,9})?)?",
    "TZ": r"[A-Z]{3,5}",
    "ISO8601_TIMEZONE": r"(?:Z|[+-]\d\d(?::?\d\d)?)",
    "DATE_US": r"%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}",
    "DATE_EU": r"%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}",
    "TIMESTAMP_ISO8601": r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d{1,9})?)?"
    r"(?:Z|[+-]\d\d(?::?\d\d)?)?",
    "HTTPDATE": rf"\d\d/{_MONTH}/\d{{4}}:\d\d:\d\d:\d\d [+-]\d{{4}}",
    "SYSLOGTIMESTAMP": rf"{_MONTH} +\d{{1,2}} \d\d:\d\d:\d\d",
    "DATESTAMP_RFC822": rf"{_DAY} {_MONTH} \d{{1,2}} \d{{4}} \d\d:\d\d:\d\d [A-Z]{{3,5}}",
    "PROG": r"[!-Z\\^-~]+",
    "SYSLOGPROG": r"%{PROG:program}(?:\[%{POSINT:pid}\])?",
    "SYSLOGHOST": r"%{IPORHOST}",
    "LOGLEVEL": r"(?:[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo|INFO"
    r"|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?"
    r"|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?|[Ee]merg(?:ency)?)",
    "JAVACLASS": r"(?:[a-zA-Z$_][a-zA-Z0-9$_]*\.)*[a-zA-Z$_][a-zA-Z0-9$_]*",
    "JAVAFILE": r"[A-Za-z0-9_.$ -]+",
    "JAVAMETHOD": r"(?:<(?:cl)?init>|[a-zA-Z$_][a-zA-Z0-9$_]*)",
    "COMMONAPACHELOG": r"%{IPORHOST:client_ip} %{NOTSPACE:ident} %{NOTSPACE:user} "
    r'\[%{HTTPDATE:timestamp}\] "(?:%{WORD:method} %{NOTSPACE:path}(?: (?P<protocol>HTTP/[0-9.]+))?'
    r'|(?P<request>[^"]*))" (?:-|%{INT:status:int}) (?:-|%{INT:bytes:int})',
    "COMBINEDAPACHELOG": r'%{COMMONAPACHELOG} "(?P<referer>[^"\\]*(?:\\.[^"\\]*)*)" '
    r'"(?P<user_agent>[^"\\]*(?:\\.[^"\\]*)*)"',
}

#: Pattern of the library -> how a stamp of it is read.
_STAMPS = {
    "HTTPDATE": "dd/MMM/yyyy:HH:mm:ss Z",
    "TIMESTAMP_ISO8601": "iso8601",
}

_TYPES = {
    "int": "integer", "long": "integer", "float": "number", "double": "number",
    "string": "text", "keyword": "text", "boolean": "text",
}  # fmt: skip

_NAME = re.compile(
    r"%\{(?P<pattern>\w+)(?::(?P<field>[^:}]+))?(?::(?P<type>\w+))?\}|(?P<odd>%\{[^}]*\}?)"
)


def read(
    layout: str,
    time: str = "",
    types: Mapping[str, str] | None = None,
    patterns: Mapping[str, str] | None = None,
    engine: str = "re",
) -> Declaration:
    """Make the declaration of a grok pattern.

    Args:
        layout: the pattern; it begins at the line's start, and what follows it is read over.
        time: as for ``regex``.
        types: as for ``regex``; a type in the layout wins.
        patterns: the user's own, by name, before the library's.
        engine: as for ``regex``.

    Raises:
        LayoutError: a pattern is not known, or what ``regex`` raises.
    """
    known = {**PATTERNS, **(patterns or {})}
    given = dict(types or {})
    names: set[str] = set()

    def put(found: re.Match[str]) -> str:
        if found["odd"]:
            raise LayoutError(
                "grok", layout, layout.find(found["odd"]) + 1, f'"{found["odd"]}"',
                "%{PATTERN:field:type}",
            )  # fmt: skip
        name = found["pattern"]
        if name not in known:
            raise LayoutError(
                "grok", layout, layout.find(found[0]) + 1, f'"{found[0]}"',
                f"one of {' '.join(sorted(known))}", "add it under patterns",
            )  # fmt: skip
        inside = _NAME.sub(put, known[name])
        if not found["field"]:
            return f"(?:{inside})"
        field = _group(found["field"], names)
        if found["type"]:
            given[field] = _TYPES.get(found["type"], found["type"])
        elif name in _STAMPS and field in regex.STAMPS and not time and field not in given:
            given[field] = _STAMPS[name]
        elif name == "LOGLEVEL":
            given.setdefault(field, "level")
        return f"(?P<{field}>{inside})"

    expression, begins = "", []  # where each name, and what stands between two, begins in both
    for found in re.finditer(rf"{_NAME.pattern}|(?P<other>(?:(?!%\{{).)+)", layout, re.DOTALL):
        begins.append((len(expression), found))
        expression += found[0] if found["other"] else put(found)
    open_end = not expression.endswith((".*)", ".*", "$"))
    made = regex.read(expression + (".*" if open_end else ""), time, given, engine, grammar="grok")
    return replace(made, risks=tuple(_placed(one, begins) for one in made.risks))


def _placed(risk: Risk, begins: Sequence[tuple[int, re.Match[str]]]) -> Risk:
    """Give a risk with its place in the pattern, and the name whose expression it stands in."""
    begin, found = [one for one in begins if one[0] <= risk.place][-1]
    if found["other"]:
        return risk._replace(place=found.start() + risk.place - begin)
    return risk._replace(place=found.start(), text=f"{risk.text} of {found[0]}")


def _group(field: str, names: set[str]) -> str:
    """Give the group of a field: ``[source][ip]`` and ``source.ip`` are ``source_ip``."""
    plain = re.sub(r"\W+", "_", field).strip("_") or "value"
    name, number = plain, 1
    while name in names:
        number += 1
        name = f"{plain}_{number}"
    names.add(name)
    return name
