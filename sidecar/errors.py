"""What can go wrong, as one tree.

::

    SidecarError
    ├── UsageError          the command line or the configuration; exit 2
    │   ├── ConfigError     one or more Problems, each with its place, reported together
    │   └── LayoutError     a layout that cannot be read, with the column
    └── WorkError           failed at work; exit 1
        └── OutputClosed    nobody reads our standard output any more
"""

from __future__ import annotations

from typing import NamedTuple


class SidecarError(Exception):
    """Anything the product raises for a person to read."""

    exit_code = 1


class UsageError(SidecarError):
    """The command line or the configuration cannot be used as given."""

    exit_code = 2


class Problem(NamedTuple):
    """One thing wrong with a configuration.

    Attributes:
        where: the place, as ``sidecar.yaml:14``, ``SIDECAR_FORMAT`` or ``--format``.
        key: the dotted key, as ``sources[0].format``.
        found: what stands there, quoted.
        expected: what could stand there.
        hint: how to mend it, or an empty text.
    """

    where: str
    key: str
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.key}: found {self.found}, expected {self.expected}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


class ConfigError(UsageError):
    """A configuration with at least one problem; all of them, in the order of their places."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class LayoutError(UsageError):
    """A layout that cannot be read, or leaves open where one of its values ends.

    Args:
        grammar: whose it is.
        layout: as the user wrote it.
        column: where in it, from 1.
        found: what stands there, quoted.
        expected: what could stand there.
        hint: how to mend it, or an empty text.
    """

    def __init__(
        self, grammar: str, layout: str, column: int, found: str, expected: str, hint: str = ""
    ) -> None:
        text = f"{grammar} layout, column {column}: found {found}, expected {expected}"
        super().__init__(f"{text}\n  hint: {hint}" if hint else text)
        self.grammar, self.layout, self.column = grammar, layout, column
        self.found, self.expected, self.hint = found, expected, hint


class WorkError(SidecarError):
    """Something failed at work."""


class OutputClosed(WorkError):  # noqa: N818 - a state, named as the reader would
    """Standard output was closed at its other end."""
