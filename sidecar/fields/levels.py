"""Severity names of many loggers, on one scale.

The scale is TRACE, DEBUG, INFO, NOTICE, WARN, ERROR, CRITICAL. Sources: java.util.logging.Level,
org.apache.logging.log4j.Level, Python's ``logging`` levels, RFC 5424 section 6.2.1.
"""

from __future__ import annotations

SCALE = ("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRITICAL")

_NAMES = {
    "TRACE": "TRACE FINEST FINER ALL VERBOSE",
    "DEBUG": "DEBUG FINE",
    "INFO": "INFO CONFIG INFORMATION INFORMATIONAL",
    "NOTICE": "NOTICE NOTE",
    "WARN": "WARN WARNING",
    "ERROR": "ERROR ERR SEVERE",
    "CRITICAL": "CRITICAL CRIT FATAL PANIC ALERT EMERG EMERGENCY",
}

CANONICAL = {name: level for level, names in _NAMES.items() for name in names.split()}


def read(text: str) -> str:
    """Give the level's name on the scale; a name nobody knows stays as it is printed."""
    return CANONICAL.get(text.upper(), text)
