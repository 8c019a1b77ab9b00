"""A real Tomcat, its real logs, another user beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.harness import Sidecar
from tests.e2e.nginx import wait_until
from tests.e2e.servers import SIDECAR_UID, Tomcat, status

REQUESTS = 500

HEAD = re.compile(r"\d\d-\w{3}-\d{4} [\d:.]{12} [A-Z]+ \[.*?\] \S+ (.*)")

#: The deepest cause that a page throws or logs, and what stands below it.
DEEPEST = re.compile(
    r"\n\t(java.lang.IllegalArgument|Caused by: java.io.IO)Exception: .*\n\t\t(at|\.\.\.) "
)

TOLD = """<%!
  void fail(String id) {
    throw new IllegalStateException("told " + id, new java.io.IOException("deeper " + id));
  }
%><%
  try { fail(request.getParameter("id")); }
  catch (IllegalStateException e) {
    application.log("told " + request.getParameter("id"), e);
    response.sendError(503);
  }
%>
"""


class Shop:
    """Requests for pages, some of which throw, and what Tomcat's own files say of them.

    ``boom`` throws out of the page, and the container logs the root cause; ``told`` logs an
    exception with its cause.
    """

    def __init__(self, tomcat: Tomcat) -> None:
        self.tomcat = tomcat
        self.asked: dict[str, list[int]] = {"ok": [], "boom": [], "told": []}
        self._next = 0
        (tomcat.base / "webapps" / "ROOT" / "told.jsp").write_text(TOLD)

    @property
    def globs(self) -> tuple[str, str]:
        """Globs that its files match, and what rotation makes of them."""
        return str(self.tomcat.logs / "*.log*"), str(self.tomcat.logs / "*.txt*")

    def visit(self, count: int) -> None:
        """Ask for so many pages: every tenth throws, in turns."""
        for _ in range(count):
            number, self._next = self._next, self._next + 1
            page = "ok" if number % 10 else ("boom", "told")[number // 10 % 2]
            wanted = {"ok": 200, "boom": 500, "told": 503}[page]
            assert status(f"{self.tomcat.url}/{page}.jsp?id={number}") == wanted
            self.asked[page].append(number)

    def lines(self) -> list[str]:
        """Give the request targets in the access logs, as Tomcat wrote them."""
        text = "".join(path.read_text() for path in self.tomcat.logs.glob("*.txt*"))
        return re.findall(r'"GET (\S+) HTTP', text)

    def messages(self) -> list[str]:
        """Give the messages in the other logs, whole, as Tomcat wrote them."""
        found: list[str] = []
        for path in self.tomcat.logs.glob("*.log*"):
            for line in path.read_text().splitlines():
                head = HEAD.fullmatch(line)
                if head:
                    found.append(head[1])
                else:
                    found[-1] += f"\n{line}"
        return found

    def settle(self) -> None:
        """Wait until its files tell of every request: a line is written after the answer."""
        throws = len(self.asked["boom"]) + len(self.asked["told"])
        before: list[str] = []

        def settled() -> bool:
            nonlocal before
            seen, before = before, self.messages()
            causes = sum(bool(DEEPEST.search(one)) for one in before)
            return len(self.lines()) > self._next and causes >= throws and seen == before

        wait_until(settled)

    def check(self, records: list[dict[str, Any]]) -> None:
        """Hold what arrived against what was asked for and against Tomcat's own files."""
        assert not [one for one in records if "parse_error" in one]
        paths = [one["path"] for one in records if "path" in one]
        asked = [f"/{page}.jsp?id={one}" for page, ones in self.asked.items() for one in ones]
        assert Counter(paths) == Counter([*asked, "/ok.jsp?id=start"]) == Counter(self.lines())
        messages = [one["message"] for one in records if "path" not in one]
        assert Counter(messages) == Counter(self.messages())
        assert sorted(root_causes(records)) == self.asked["boom"]
        assert sorted(causes(records)) == self.asked["told"]


def root_causes(records: list[dict[str, Any]]) -> list[int]:
    """Give the ids of what pages threw, each with its whole trace in one event."""
    found = []
    for one in records:
        parts = one.get("message", "").partition("java.lang.IllegalArgumentException: cause of ")
        if parts[1]:
            assert one["level"] == "ERROR"
            number, *frames = parts[2].split("\n")
            assert len(frames) > 15
            assert all(frame.lstrip().startswith("at ") for frame in frames if frame)
            found.append(int(number))
    return found


def causes(records: list[dict[str, Any]]) -> list[int]:
    """Give the ids of what pages logged, each with its frames, its cause and the cause's frames."""
    found = []
    for one in records:
        told = re.fullmatch(
            r"told (\d+)\n"
            r"\tjava\.lang\.IllegalStateException: told \1(\n\t\tat .*){15,}\n"
            r"\tCaused by: java\.io\.IOException: deeper \1(\n\t\t(at .*|\.\.\. \d+ more))+",
            one.get("message", ""),
        )
        if told:
            assert one["level"] == "ERROR"
            found.append(int(told[1]))
    return found


def test_every_request_and_every_exception_is_one_event(
    tomcat: Tomcat, open_path: Path, other_user: Callable[..., Sidecar]
) -> None:
    shop = Shop(tomcat)
    one = other_user(*shop.globs).ready()
    shop.visit(REQUESTS)
    shop.settle()
    one.wait_lines(len(shop.lines()) + len(shop.messages()))
    assert one.stop() == 0
    shop.check(one.records)
    assert tomcat.base.stat().st_mode & 0o777 == 0o750
    assert {path.stat().st_mode & 0o777 for path in tomcat.logs.iterdir()} == {0o640}
    assert (open_path / "state" / "checkpoint.json").stat().st_uid == SIDECAR_UID
