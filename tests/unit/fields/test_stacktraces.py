"""Which lines only ever continue the line above them."""

from __future__ import annotations

import re

import pytest

from sidecar.fields.stacktraces import CONTINUES

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
]


@pytest.mark.parametrize("line", CONTINUING)
def test_line_of_a_trace_continues_the_line_above(line: str) -> None:
    assert re.match(CONTINUES, line.encode())


@pytest.mark.parametrize("line", HEADS)
def test_any_other_line_begins_anew(line: str) -> None:
    assert not re.match(CONTINUES, line.encode())
