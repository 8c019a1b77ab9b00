"""What in a person's own expression can make a line slow."""

from __future__ import annotations

from typing import NamedTuple

from sidecar.errors import Problem


class Risk(NamedTuple):
    """Repetitions between which a text can be shared out in many ways.

    Attributes:
        place: where the first begins in the expression, from 0.
        text: the first.
        other: the one inside or behind it; "": it is the same, or itself again.
        exponential: the ways double with each character; else they are as many as characters.
    """

    place: int
    text: str
    other: str
    exponential: bool

    def problem(self, where: str, key: str, of: str) -> Problem:
        """Say it in words.

        Args:
            where: as for ``Problem``.
            key: as for ``Problem``.
            of: what the place is counted in.
        """
        shared = f'and "{self.other}" take the same text' if self.other else "takes the same text"
        ways = "double with each character" if self.exponential else "grow with its length"
        found = f'"{self.text}" {shared} in ways that {ways}, at column {self.place + 1} of {of}'
        return Problem(where, key, found, "repetitions that share no text", _MEND)


_MEND = (
    "make the inner or the first possessive, (a*+) or (?>a*), or narrower; or give the layout "
    "engine: re2"
)
