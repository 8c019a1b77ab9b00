"""Which lines only ever continue the line above them."""

from __future__ import annotations

import re
import timeit
from itertools import pairwise

import pytest

from sidecar.fields.stacktraces import ALONE, CONTINUES, WAITS, after, ends, opens

CONTINUING = [
    "\tat org.apache.catalina.core.StandardWrapperValve.invoke(StandardWrapperValve.java:199)",
    "\t\tat shop.Cart.add(Cart.java:7)",
    "at shop.Cart.add(Cart.java:7)",
    "at shop.Cart.<init>(Cart.java:7)",
    "at shop.Cart$Item.lambda$add$0(Cart.java:7)",
    "at java.base/java.lang.Thread.run(Thread.java:1583)",
    "at app//shop.Cart.add(Unknown Source)",
    "at jdk.internal.reflect.DirectMethodHandleAccessor.invoke(Native Method)",
    "at shop-1.0@2/shop.Cart.add(Cart.java)",
    "Caused by: java.io.IOException: Broken pipe",
    "Wrapped by: java.lang.RuntimeException",
    "Suppressed: java.lang.IllegalStateException",
    "\tSuppressed: java.lang.IllegalStateException",
    "... 26 more",
    "... 1 common frames omitted",
    "\t... 26 more",
    "Traceback (most recent call last):",
    '  File "/app/a.py", line 1, in <module>',
    "    raise KeyError(1)",
    "    ~~~~~^^^^",
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
    "   at System.String.Format(String format)",
    " ---> System.ArgumentNullException: Value cannot be null.",
    "--- End of inner exception stack trace ---",
    " ",
    "\t",
    " anything that is indented",
    "[CIRCULAR REFERENCE: java.lang.IllegalStateException: x]",
    "... suppressed 27 lines",
    '"main" #1 prio=5 os_prio=0 cpu=1.5ms tid=0x1 nid=0x2 runnable',
    '"main" #1 [4711] prio=5 os_prio=0',
    '"Signal Dispatcher" #4 daemon prio=9',
    '"VM Thread" os_prio=0 cpu=2.1ms tid=0x1 nid=4718 runnable',
    '"a "quoted" thread" #7 prio=5',
    "Threads class SMR info:",
    "_java_thread_list=0x00007f1c2c0020d0, length=2, elements={",
    "0x00007f1c5c015c70, 0x00007f1c5c0d0e60,",
    "0x00007f1c5c0d2270",
    "JNI global refs: 12, weak refs: 0",
    "goroutine 1 [running]:",
    "goroutine 18 gp=0xc000007340 m=3 mp=0xc000080008 [chan receive, 5 minutes]:",
    "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48f7a6]",
    "runtime stack:",
    "exit status 2",
    "Stack trace:",
    "PHP Stack trace:",
    "PHP   1. {main}() /srv/a.php:0",
    "#0 /srv/index.php(9): Cart->add()",
    "#1 [internal function]: {closure}(Object(Cart))",
    "#2 {main}",
    "Next LogicException: again in /srv/cart.php:20",
    "Next Shop\\NoSeatException in /srv/cart.php:20",
    "[stacktrace]",
    "stack backtrace:",
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "Caused by:",
    "rax    0x0",
    "rflags 0x246",
    "cs     0x33",
    "^",
    "^^^^",
    "}",
    "});",
    "],",
    '"} ',
]

#: A line, the line below it that tells, and one that does not.
TOLD = [
    ("main.(*Cart).Add(...)", "\t/src/cart.go:12", "\t/src/cart.rs:12"),
    ("main.main()", "\t/src/main.go:9 +0x1d", "main.main()"),
    ("panic({0x6b2b40?, 0x7d5e10?})", "\t/src/runtime/panic.go:884 +0x212", ""),
    ("created by main.f in goroutine 1", "\t/src/main.go:9 +0x1d", "/src/main.go:9"),
    ("created by net/http.(*Server).Serve", "\t/src/server.go:9 +0x1d", " /src/server.go:9"),
    ("runtime.goexit()", "\t/src/runtime/asm_amd64.s:1598 +0x1", "\tnote.s"),
    ("main.add", "\t/src/cart.go:12", "\tcart.go"),
    ("", "goroutine 1 [running]:", "goroutine pool is full"),
    ("", "Traceback (most recent call last):", "Traceback"),
    ("", "During handling of the above exception, another exception occurred:", "During lunch"),
    ("", '"main" #1 prio=5 os_prio=0', '"main" street'),
    ("", "   Locked ownable synchronizers:", "   indented"),
    ("", "Next LogicException: again in /srv/cart.php:20", "Next: shop"),
    ("", "Caused by:", "Caused by nothing"),
    ("", "Caused by: java.io.IOException", "Caused by nothing"),
    ("", "\tat shop.Cart.add(Cart.java:7)", "\tat home"),
    (
        "index out of bounds: the len is 3 but the index is 7",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        "note: x",
    ),
    ("called `Option::unwrap()` on a `None` value", "stack backtrace:", "stack"),
    ("assertion `left == right` failed: rows", "  left: 1", "  right: 2"),
    ("throw new Error('no seat');", "^", "^ here"),
    ("throw err;", "      ^^^", "      at"),
]

HEADS = [
    "",
    "java.lang.IllegalStateException: no seat",
    "KeyError: 1",
    "at last the train came (late)",
    "at",
    "at home",
    "Caused by nothing",
    "caused by: lower case",
    "Suppressed",
    "... and so on",
    "... 5",
    "... many more",
    "...",
    "Traceback",
    "2026-11-23 an ordinary line",
    "--- a/file.py",
    "\u3000wide blank",
    "\x0bvertical tab",
    "[INFO] x",
    "exit status 2 of the shop",
    "exit status unknown",
    "Stack trace: none",
    "#1 in sales (this week): books",
    "#2 is a number",
    "PHP 8.3",
    "Next Exception day",
    "goroutine pool is full",
    "goroutine 1",
    "main.main()",
    "created by ann in 2026",
    "panic: x",
    "note: the shop closes at ten",
    "note: run with care",
    "thread 'main' panicked at src/main.rs:3:5:",
    "Full thread dump OpenJDK 64-Bit Server VM (21.0.1+12-LTS mixed mode, sharing):",
    '"quoted" is a word',
    '"quoted" prio',
    '"main"',
    '"',
    "{",
    "} else",
    "[]x",
    "0x1f",
    "0x00007f1c5c0d2270 is where",
    "JNI",
    "Node.js v20.11.0",
    "app.rb:3:in `add': no seat (RuntimeError)",
    "rax is a register",
    "cs     0x33 and more",
    "^ here",
]


@pytest.mark.parametrize("line", CONTINUING)
def test_line_of_a_trace_continues_the_line_above(line: str) -> None:
    for below in ("", "\n", "\nordinary", "\n\tindented"):
        assert re.match(CONTINUES, (line + below).encode())
        assert re.match(ALONE, (line + below).encode())


@pytest.mark.parametrize("line", HEADS)
def test_any_other_line_begins_anew(line: str) -> None:
    for below in ("", "\n", "\nordinary", "\n\tindented"):
        assert not re.match(CONTINUES, (line + below).encode())


@pytest.mark.parametrize(("line", "teller", "other"), TOLD)
def test_line_below_tells_of_few_and_they_are_waited_for(
    line: str, teller: str, other: str
) -> None:
    assert re.match(CONTINUES, f"{line}\n{teller}".encode())
    assert re.match(CONTINUES, f"{line}\n{teller}\nmore\n".encode())
    assert not re.match(CONTINUES, f"{line}\n{other}".encode())
    assert not re.match(CONTINUES, f"{line}\n".encode())
    assert re.fullmatch(WAITS, f"{line}\n".encode())


@pytest.mark.parametrize("teller", [teller for _, teller, _ in TOLD])
def test_line_that_tells_continues_by_itself(teller: str) -> None:
    assert re.match(ALONE, teller.encode())


@pytest.mark.parametrize("line", [line for line in CONTINUING if line[0].isalnum()])
def test_line_that_follows_a_blank_one_is_not_waited_for(line: str) -> None:
    blank = re.match(CONTINUES, f"\n{line}".encode())
    assert not (blank and re.fullmatch(WAITS, f"{line}\n".encode()))


@pytest.mark.parametrize(
    "piece", ["a", "(", '"', '" ', "}", "0x00000000, ", "#1 ", "Next ", "a(", "created by "]
)
def test_line_of_any_length_is_judged_in_the_time_it_takes_to_read_it(piece: str) -> None:
    times = []
    for size in (20_000, 160_000):
        line = (piece * size)[:size].encode() + b"\x00\n\t/src/a.go\n"
        times.append(min(timeit.repeat(lambda line=line: re.match(CONTINUES, line), number=3)))  # type: ignore[misc]
    assert times[1] < 32 * times[0] + 0.001


# -- what is open above --------------------------------------------------------------------------

FRAME = '  File "/app/a.py", line 1, in <module>'

#: Lines of one event, and one more that is not of it.
OPEN = [
    ["Traceback (most recent call last):", FRAME, "    x[1]", "    ~^^^", "KeyError: 1", "x"],
    ["Traceback (most recent call last):", FRAME, "shop.errors.Empty", "KeyError: 1"],
    ["boom", FRAME, "KeyboardInterrupt", "next"],
    ["boom", FRAME, "    return f()", "  [Previous line repeated 9 more times]", "E:", "E: x"],
    [FRAME, "    foo(", "       ^", "SyntaxError: '(' was never closed", "SyntaxError: x"],
    [
        "Traceback (most recent call last):", FRAME, "KeyError: 1", "",
        "During handling of the above exception, another exception occurred:", "",
        "Traceback (most recent call last):", FRAME, "ValueError: 2", "done",
    ],
    ["thread 'main' panicked at src/main.rs:2:5:", "out of paper", "out of paper"],
    ["thread 'a b' (4711) panicked at /x y/z.rs:2:5:", "[1, 2]", "note: not of it"],
    ["/app/x.js:3", "    throw 1", "    ^", "", "Error: x", "    at f (/app/x.js:3:1)", "Error: x"],
    ["/app/x.js:3", "^", "", "TypeError [ERR_INVALID_ARG]: x", "Node.js v20"],
]  # fmt: skip

#: Lines of which the last begins an event, whatever is above it.
CLOSED = [
    ["KeyError: 1", "KeyError: 1"],
    ["  |" + FRAME, "  | KeyError: 1", "KeyError: 1"],
    [FRAME, "two words"],
    [FRAME, "two words: x"],
    [FRAME, ""],
    [FRAME, "INFO:root:up"],
    [FRAME, "2026-11-24 10:00:00 up"],
    ['  File "/app/a.txt" was saved', "done"],
    ["thread 'main' panicked at 'text', src/main.rs:2:5", "out of paper"],
    ["thread 'main' panicked at src/main.rs:2:5:", ""],
    ["    ^", "Error: x"],
    ["    ^", "", "two words"],
    ["    ^", "", "", "Error: x"],
]


def continuing(lines: list[str]) -> list[bool]:
    """Tell of each line but the last whether the grammar has it continue the one above."""
    above = ""
    found: list[bool] = []
    for line, below in pairwise([*map(str.encode, lines), b""]):
        joins = bool(found) and (
            re.match(CONTINUES, line + b"\n" + below) is not None or ends(line, below, above)
        )
        above = after(line, above if joins else "")
        found.append(joins)
    return found


@pytest.mark.parametrize("lines", OPEN)
def test_line_that_ends_what_is_open_above_it_continues(lines: list[str]) -> None:
    assert opens("".join(line + "\n" for line in lines).encode())
    first, *joins, other = continuing(lines)
    assert not first
    assert all(joins)
    assert not other


@pytest.mark.parametrize("lines", CLOSED)
def test_line_below_what_is_not_open_begins_anew(lines: list[str]) -> None:
    assert not continuing(lines)[-1]
