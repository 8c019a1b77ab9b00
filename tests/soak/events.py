"""Events that can be told from their number: what arrives is checked against what it must be.

Nothing that was written is kept: an event's text follows from (seed, stream, number) and the moment
it was written at, which its message begins with.
"""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_WORDS = (
    "sold one book to a customer",
    "the till is open",
    "GET /shop/basket?item=41&item=42 took 12 ms",
    "grüße aus Köln, 日本語のログ, and an owl 🦉",
    'said "no" \\ and \ttabs, an escape \x1b[31m, \u2028 and a DEL \x7f.',
    "naïve café — “quoted” «thus» …",
    "{}[],: and an = sign; 100 % of it",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz é" * 30_000

_FRAMES = 40

#: One event in so many is over the daemon's limit, 256 KiB; long; or has a stack trace.
_OVER_LONG, _LONG, _TRACE = 1_009, 211, 11


@dataclass(frozen=True, slots=True)
class Events:
    """The events of one stream: an application that writes one file at a time.

    Args:
        seed: of the run.
        stream: which of its streams.
    """

    seed: int
    stream: int

    @property
    def is_juli(self) -> bool:
        """Tell the stream's format: Tomcat's, or bracketed stamps."""
        return self.stream % 2 == 0

    def is_one_line(self, number: int) -> bool:
        """Tell whether an event has no stack trace."""
        return "\n" not in self._body(number)

    def line(self, number: int, at_ms: int) -> bytes:
        """Give an event's bytes, the last line's end included."""
        message = self._message(number, at_ms)
        if self.is_juli:
            stamp = time.strftime("%d-%b-%Y %H:%M:%S", time.gmtime(at_ms // 1000))
            head = f"{stamp}.{at_ms % 1000:03} WARNING [exec-{self.stream}] org.example.Shop.sell"
            return f"{head} {message}\n".encode()
        return f"[{_second(at_ms)}] shop - WARNING - shop.till - {message}\n".encode()

    def record(self, number: int, at_ms: int) -> dict[str, Any]:
        """Give what must come out for it."""
        message = self._message(number, at_ms)
        if self.is_juli:
            return {
                "timestamp": f"{_second(at_ms).replace(' ', 'T')}.{at_ms % 1000:03}Z",
                "level": "WARN",
                "thread": f"exec-{self.stream}",
                "logger": "org.example.Shop.sell",
                "message": message,
            }
        return {
            "date": _second(at_ms),
            "component": "shop",
            "subcomponent": "shop.till",
            "level": "WARNING",
            "message": message,
        }

    def _message(self, number: int, at_ms: int) -> str:
        return f"{self.stream} {number} {at_ms} {self._body(number)}"

    def _body(self, number: int) -> str:
        chance = zlib.crc32(f"{self.seed}/{self.stream}/{number}".encode())
        words = _WORDS[chance % len(_WORDS)]
        if chance % _OVER_LONG == 0:
            return f"{words} {_LETTERS[: 270_000 + chance % 400_000]}."
        if chance % _LONG == 0:
            return f"{words} {_LETTERS[: chance % 60_000]}."
        if chance % _TRACE == 0:
            frames = (f"\t\tat org.example.Shop.f{n}({words})" for n in range(chance % _FRAMES))
            return "\n".join([words, f"\tjava.lang.IllegalStateException: {words}", *frames])
        return words


def parse(message: str) -> tuple[int, int, int]:
    """Read a message's stream, number, and the Unix milliseconds it was written at.

    Raises:
        ValueError: it is no message of ours, or not its beginning.
    """
    stream, number, at_ms, _ = message.split(" ", 3)
    return int(stream), int(number), int(at_ms)


def _second(at_ms: int) -> str:
    return _second_of(at_ms // 1000)


@lru_cache(8)
def _second_of(at_s: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at_s))
