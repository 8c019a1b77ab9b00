"""Which reader a file is for: by its name, or else by what stands in it."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable

from sidecar.appconf.log import Conf, Found, Given

Read = Callable[[Conf, Given], Found]

#: Names that a walk takes -> the reader's module; "": it is known, and not read.
_NAMES = (
    (r"server\.xml|context\.xml", "tomcat"),
    (r"logging\.properties", "juli"),
    (r"logback(-[\w.-]+)?\.xml", "logback"),
    (r"log4j2(-[\w.-]+)?\.(xml|properties)", "log4j2"),
    (r"log4j2(-[\w.-]+)?\.(ya?ml|jsn|json)|logback(-[\w.-]+)?\.groovy", ""),
    (r"log4j(-[\w.-]+)?\.(xml|properties)", "log4j1"),
    (r"(application|bootstrap)(-[\w.-]+)?\.(properties|ya?ml)", "spring"),
    (r"nginx\.conf", "nginx"),
    (r"(httpd|apache2)\.conf", "httpd"),
    (r"(logging|log)([_-]?conf(ig)?)?\.(ini|conf|cfg|ya?ml|json)", "python"),
)

#: Kinds whose files' names are others' too.
AMBIGUOUS = frozenset(("httpd", "nginx", "python"))

#: What stands in a file of another name. The first that fits has it.
_TEXTS = (
    (rb"<\s*(?:Server|Context|Host|Engine)\b", "tomcat"),
    (rb"<\s*log4j:configuration\b|<!DOCTYPE\s+log4j:configuration", "log4j1"),
    (rb"<\s*(?:configuration|included)\b(?=[\s\S]*<\s*(?:appender|include|property)\b)", "logback"),
    (rb"<\s*(?:log4j:)?(?i:configuration)\b", "log4j2"),
    (rb"(?m)^\s*log4j\.(?:appender|rootLogger|rootCategory)\b", "log4j1"),
    (rb"(?m)^\s*(?:appender\.[\w-]+\.|rootLogger\b)", "log4j2"),
    (rb"(?m)^\s*\.?handlers\s*[=:].*(?:java\.util\.logging|org\.apache\.juli)", "juli"),
    (rb"(?m)^\s*\[(?:loggers|handlers|formatters)\]", "python"),
    (rb"(?m)^\s*[\"']?(?:formatters|handlers)[\"']?\s*:", "python"),
    (rb"(?m)^\s*(?:logging\.(?:file|path|pattern)|server\.tomcat\.accesslog)\b", "spring"),
    (rb"(?m)^(?:logging|server|spring):", "spring"),
    (rb"(?im)^\s*(?:CustomLog|LogFormat|TransferLog|ErrorLog)\s+[\"'|/$\w]", "httpd"),
    (rb"(?m)^\s*(?:access_log|error_log|log_format|server|http)\b[^;{]*[;{]", "nginx"),
)


def by_name(path: str) -> str | None:
    """Give the reader's name of a file that a walk meets; "": none, though it is of logs."""
    name = os.path.basename(path)
    return next((kind for names, kind in _NAMES if re.fullmatch(names, name)), None)


def by_text(conf: Conf) -> str | None:
    """Give the reader's name by what stands in a file."""
    return next((kind for text, kind in _TEXTS if re.search(text, conf.data)), None)


def reader(kind: str) -> Read:
    """Give a reader by its name."""
    read: Read = importlib.import_module(f"sidecar.appconf.{kind}").read
    return read
