"""Logs made from a seed: four kinds, any size, the same bytes every time.

Nothing here is read from a real server, and yet the text is as uneven as theirs: few loggers say
most, most agents are browsers, messages have 3 to 40 words, a second has many lines or none. A
corpus is streamed block by block, and says how many events it must become.

Only ``random.Random.random`` is drawn from, the one generator whose sequence the documentation of
Python promises not to change.

    python -m benchmarks.corpora bracket --size 100 > bracket.log
    python -m benchmarks.corpora access+quotes+crlf --size 0.1 | head
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple, TypeVar

MB = 1_000_000

#: What ``--size`` and the like take: the corpora, and what may be done to each of them.
KINDS = {
    "bracket": "[date] component - LEVEL - subcomponent - message",
    "access": "access log, combined, with a duration",
    "juli": "catalina.out; one event in 20 carries a stack trace of 10 to 40 lines",
    "misfits": "lines that no format fits",
}
VARIANTS = {
    "misfits": "one line in ten where an event may begin fits no format",
    "quotes": "one event in ten holds double quotes and backslashes",
    "unicode": "half of the events hold text beyond ASCII",
    "crlf": "lines end in a carriage return and a newline",
    "flat": "no event carries a stack trace",
}

#: Kinds in which a line that begins no event joins the one above it.
JOINING = frozenset({"bracket", "juli"})

_START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC).timestamp()
_GAP_S = 0.05  # between two events, on average

T = TypeVar("T")


class Block(NamedTuple):
    """Whole events.

    Attributes:
        data: their lines.
        lines: how many.
        events: how many.
    """

    data: bytes
    lines: int
    events: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """A log to be made.

    Attributes:
        kind: one of ``KINDS``.
        size: bytes; reached by the last event, so that it is over by less than one.
        variants: of ``VARIANTS``.
        seed: another seed gives another log of the same nature.
    """

    kind: str
    size: int
    variants: frozenset[str] = frozenset()
    seed: int = 1

    @classmethod
    def named(cls, name: str, size: int, seed: int = 1) -> Corpus:
        """Give the corpus of a name such as ``access`` or ``bracket+misfits+crlf``.

        Raises:
            ValueError: no kind or variant is called so.
        """
        kind, *variants = name.split("+")
        if kind not in KINDS:
            raise ValueError(f"no corpus is called {kind!r}; there are {', '.join(KINDS)}")
        for one in variants:
            if one not in VARIANTS:
                raise ValueError(f"no variant is called {one!r}; there are {', '.join(VARIANTS)}")
        return cls(kind, size, frozenset(variants), seed)

    def blocks(self, block_bytes: int = 65_536) -> Iterator[Block]:
        """Make it, about so many bytes at a time."""
        text = _Text(Random(f"{self.seed} {self.kind}"), self.variants)
        make: Callable[[], Iterator[str]] = {
            "bracket": text.bracket,
            "access": text.access,
            "juli": text.juli,
            "misfits": text.misfits,
        }[self.kind]
        between = text.misfits() if "misfits" in self.variants else None
        newline = "\r\n" if "crlf" in self.variants else "\n"
        draw, joining = Random(f"{self.seed} between").random, self.kind in JOINING
        made: list[bytes] = []
        total = size = lines = events = 0
        for event in make():
            if between and (total or size) and draw() < 1 / 9:
                made.append((next(between) + newline).encode())
                size += len(made[-1])
                lines += 1
                events += not joining
            if size >= block_bytes or total + size >= self.size:
                yield Block(b"".join(made), lines, events)
                total += size
                if total >= self.size:
                    return
                made.clear()
                size = lines = events = 0
            made.append((event.replace("\n", newline) + newline).encode())
            size += len(made[-1])
            lines += made[-1].count(b"\n")
            events += 1

    def write(self, path: str) -> Made:
        """Make it in a file."""
        size = lines = events = 0
        with open(path, "wb") as out:
            for block in self.blocks():
                size += out.write(block.data)
                lines += block.lines
                events += block.events
        return Made(self, path, size, lines, events)


@dataclass(frozen=True, slots=True)
class Made:
    """A corpus in a file: its bytes, its lines, and the events they must become."""

    corpus: Corpus
    path: str
    size: int
    lines: int
    events: int


class _Text:
    """Everything that is drawn, from one generator."""

    def __init__(self, rng: Random, variants: frozenset[str]) -> None:
        self._draw = rng.random
        self._quotes = "quotes" in variants
        self._unicode = "unicode" in variants
        self._traces = 0.0 if "flat" in variants else 0.05
        self._now = _START
        self._messages = [self._message() for _ in range(2_000)]

    # -- one kind each: events without end, lines parted by newlines -----------------------------

    def bracket(self) -> Iterator[str]:
        levels = _weighted(INFO=70, DEBUG=15, WARNING=10, ERROR=4, CRITICAL=1)
        loggers = [
            (component, f"{component}.{part}") for component in _COMPONENTS for part in _PARTS
        ]
        while True:
            component, logger = self._skewed(loggers)
            stamp = self._clock("%Y-%m-%d %H:%M:%S")
            yield f"[{stamp}] {component} - {self._one(levels)} - {logger} - {self._say()}"

    def access(self) -> Iterator[str]:
        clients = [self._client() for _ in range(500)]
        agents = [self._agent() for _ in range(60)]
        users = _weighted(**{"-": 85, "ann": 5, "bob": 4, "deploy": 3, "shop-admin": 3})
        methods = _weighted(GET=80, POST=14, PUT=2, DELETE=1, HEAD=2, OPTIONS=1)
        answers = _weighted(**{"200": 82, "304": 6, "302": 4, "404": 5, "401": 1, "500": 2})
        protocols = _weighted(**{"HTTP/1.1": 90, "HTTP/2.0": 8, "HTTP/1.0": 2})
        while True:
            status = self._one(answers)
            size = "-" if status == "304" else int(self._draw() ** 4 * 400_000)
            agent, path = self._skewed(agents), self._path()
            if self._quotes and self._draw() < 0.1:
                agent += ' \\"Tab\\\\2\\"'
            yield (
                f"{self._skewed(clients)} - {self._one(users)} "
                f"[{self._clock('%d/%b/%Y:%H:%M:%S +0000')}] "
                f'"{self._one(methods)} {path} {self._one(protocols)}" {status} {size} '
                f'"{self._referer()}" "{agent}" {int(self._draw() ** 6 * 3_000)}'
            )

    def juli(self) -> Iterator[str]:
        levels = _weighted(INFO=80, WARNING=9, SEVERE=5, FINE=6)
        threads = ["main", "Catalina-utility-1", "Catalina-utility-2", "localhost-startStop-1"]
        threads += [f"http-nio-8080-exec-{number}" for number in range(1, 26)]
        loggers = [f"{package}.{name}" for package in _PACKAGES for name in _CLASSES]
        while True:
            stamp = self._clock("%d-%b-%Y %H:%M:%S")
            head = (
                f"{stamp}.{int(self._now * 1_000) % 1_000:03} {self._one(levels)} "
                f"[{self._one(threads)}] {self._skewed(loggers)} {self._say()}"
            )
            yield f"{head}\n{self._trace()}" if self._draw() < self._traces else head

    def misfits(self) -> Iterator[str]:
        while True:
            yield f"{self._one(_OPENINGS)} {self._say()}"

    # -- parts ----------------------------------------------------------------------------------

    def _one(self, of: Sequence[T]) -> T:
        return of[int(self._draw() * len(of))]

    def _skewed(self, of: Sequence[T]) -> T:
        """Draw one of many, the first of them far more often than the last."""
        return of[int(self._draw() ** 3 * len(of))]

    def _clock(self, form: str) -> str:
        """Let some time pass, and give it; a busy second has many lines."""
        self._now += self._draw() ** 2 * 3 * _GAP_S
        second = int(self._now)
        if getattr(self, "_second", 0) != second:
            self._second = second
            self._stamp = datetime.fromtimestamp(second, UTC).strftime(form)
        return self._stamp

    def _message(self) -> tuple[str, str]:
        """Make what stands around a number."""
        words = [self._one(_WORDS) for _ in range(3 + int(self._draw() ** 3 * 38))]
        if self._unicode and self._draw() < 0.5:
            words[int(self._draw() * len(words))] = self._one(_BEYOND_ASCII)
        place = int(self._draw() * len(words))
        before, after = " ".join(words[:place]), " ".join(words[place:])
        mark = self._one(("", ".", ".", " ms", " [done]"))
        return f"{before} " if before else "", f" {after}{mark}"

    def _say(self) -> str:
        before, after = self._one(self._messages)
        if self._quotes and self._draw() < 0.1:
            before = f'"C:\\shop\\in" {before}'
        return f"{before}{int(self._draw() * 100_000)}{after}"

    def _client(self) -> str:
        if self._draw() < 0.1:
            return f"2001:db8:{int(self._draw() * 65_536):x}::{int(self._draw() * 65_536):x}"
        return f"198.51.{int(self._draw() * 256)}.{int(self._draw() * 256)}"

    def _agent(self) -> str:
        version = 100 + int(self._draw() * 40)
        return self._one(_AGENTS).format(version)

    def _path(self) -> str:
        parts = [self._skewed(_SEGMENTS) for _ in range(1 + int(self._draw() * 4))]
        path = "/" + "/".join(parts)
        if self._unicode and self._draw() < 0.5:
            path += f"/{self._one(_BEYOND_ASCII)}"
        kind = self._draw()
        if kind < 0.3:
            path += f"/{int(self._draw() * 100_000)}"
        elif kind < 0.5:
            path += f"?page={int(self._draw() * 40)}&sort={self._one(_WORDS)}&q={self._one(_WORDS)}"
        return path

    def _referer(self) -> str:
        kind = self._draw()
        if kind < 0.4:
            return "-"
        return f"https://shop.example.com/{self._skewed(_SEGMENTS)}{'/' if kind < 0.7 else ''}"

    def _trace(self) -> str:
        """Make a stack trace of 10 to 40 lines, as OneLineFormatter indents them."""
        count = 10 + int(self._draw() * 31)
        lines = [f"\t{self._one(_ERRORS)}: {self._say()}"]
        cause = count // 2 if count > 20 else 0
        for number in range(1, count):
            if number == cause:
                lines.append(f"\tCaused by: {self._one(_ERRORS)}: {self._say()}")
            elif number == count - 1 and cause:
                lines.append(f"\t\t... {int(self._draw() * 40) + 1} more")
            else:
                name, line = self._one(_CLASSES), int(self._draw() * 900) + 1
                type_, _, method = name.partition(".")
                where = f"{type_}.java:{line}"
                lines.append(f"\t\tat {self._one(_PACKAGES)}.{type_}.{method}({where})")
        return "\n".join(lines)


def _weighted(**shares: int) -> tuple[str, ...]:
    """Spread names over a hundred places, by their shares."""
    return tuple(name for name, share in shares.items() for _ in range(share))


_COMPONENTS = ("shop", "billing", "gateway", "catalog", "mailer", "scheduler")
_PARTS = ("cart", "db.pool", "http", "session", "search.index", "auth.token", "cache", "worker")
_PACKAGES = (
    "org.apache.catalina.core",
    "org.apache.catalina.startup",
    "org.apache.coyote.http11",
    "org.apache.tomcat.util.net",
    "com.example.shop.cart",
    "com.example.shop.billing.internal",
    "org.springframework.web.servlet",
    "org.hibernate.engine.jdbc.spi",
)
_CLASSES = (
    "StandardWrapperValve.invoke",
    "ApplicationFilterChain.doFilter",
    "Catalina.start",
    "HostConfig.deployDirectory",
    "Http11Processor.service",
    "NioEndpoint.run",
    "CartService.add",
    "InvoiceWriter.<init>",
    "DispatcherServlet.doDispatch",
    "SqlExceptionHelper.logExceptions",
)
_ERRORS = (
    "java.lang.IllegalStateException",
    "java.lang.NullPointerException",
    "java.io.IOException",
    "java.sql.SQLTransientConnectionException",
    "java.util.concurrent.TimeoutException",
    "com.example.shop.cart.SeatTakenException",
)
_SEGMENTS = ("shop", "cart", "static", "api", "v2", "orders", "images", "search", "login", "admin")
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_AGENTS = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/{{0}}.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Version/17.4 Safari/605.1.{{0}}",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
    f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {_WEBKIT} Chrome/{{0}}.0.0.0 Mobile Safari/537.36",
    "kube-probe/1.{0}",
    "curl/8.{0}.0",
)
_PROSE = (
    "accepted after again at attempt basket before buffer cache cancelled client closed commit "
    "connection could customer database delivery discarded empty entry evicted expired failed "
    "feed for found from handler idle in index invoice is item job key late limit loaded lock "
    "message missing not of on open order over page parcel payment pending pool price queue "
    "rebuilt received refused request resent response retry rolled row seat sent server session "
    "slow socket started stock stopped store table thread timeout to token transaction transient "
    "under update upstream user voucher waited warehouse was while with without worker written"
)
_WORDS = _PROSE.split()
_BEYOND_ASCII = ("장바구니", "Größe", "déjà", "注文", "заказ", "→", "café", "🛒")

#: How lines begin that no format fits; some as the lines of formats do.
_OPENINGS = (
    "Listening for transport dt_socket, waiting:",
    "Hibernate: select id, name from basket where",
    "[pool-3] evicted",
    "2026 was the year of",
    "*** order",
    "WARNING: an illegal reflective access,",
    "Using CATALINA_BASE and",
    "Picked up JAVA_TOOL_OPTIONS,",
)


def main(argv: list[str] | None = None) -> int:
    """Write a corpus to standard output."""
    described = [*KINDS.items(), *((f"+{name}", text) for name, text in VARIANTS.items())]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.corpora",
        description="Write a log that is made from a seed to standard output.",
        epilog="\n".join(f"  {name:10} {text}" for name, text in described),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="KIND[+VARIANT…]")
    parser.add_argument("--size", type=float, default=1.0, metavar="MB", help="default: 1")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
    args = parser.parse_args(argv)
    try:
        corpus = Corpus.named(args.name, int(args.size * MB), args.seed)
    except ValueError as error:
        parser.error(str(error))
    try:
        for block in corpus.blocks():
            sys.stdout.buffer.write(block.data)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    return 0


if __name__ == "__main__":
    sys.exit(main())
