r"""Which lines only ever continue the line above them: the grammar of stack traces.

Everything indented continues, which is most of any trace. What stands at a line's start besides:

- JVM: ``Throwable.printStackTrace`` and logback's and log4j's wordings of the same; the threads of
  a dump (``JavaThread::print_on`` of HotSpot).
- Python: module ``traceback``.
- Go: ``runtime.goroutineheader`` and ``runtime.traceback``; a frame is told by the line below it, a
  tab and a place in a ``.go`` file.
- .NET: ``Exception.ToString``.
- PHP: ``Throwable::getTraceAsString``, and Monolog's and Xdebug's wordings.
- Rust: ``std::panicking``, ``std::backtrace``, and the causes that anyhow writes.
- Closing brackets alone on a line, which end what is indented above them.

- Node: ``throw`` above the carets that show its place, and these.

A blank line continues where the line below it is one that follows a blank line in a trace: no other
can be told from the blank that parts two events.

A few lines continue because of what is open above them, and nothing on them tells: ``after`` says
what a line leaves open, ``ends`` what ends it. The line that names the exception of a traceback of
Python's stands below its frames, a panic's text below ``thread 'main' panicked at``, an error of
Node's below a blank line and the carets of its excerpt.

Left to begin events of their own, since a false join is worse than a torn trace: more lines of such
a message; other source that Node prints; the line ``Full thread dump`` and the date above it, and
what is said of deadlocks after it.
"""

from __future__ import annotations

import re

#: A frame of Go's: ``main.(*T).M(0xc000012120)``, ``created by main.f in goroutine 1``.
_CALL = rb"[A-Za-z_][^\s(]*+(?:(?<=created) by [^\s(]++)?(?:\([^\n]*+| in goroutine \d+)?"

#: The message of a panic of Rust's own library; others are any text.
_PANIC = (
    rb"(?:called `|index out of bounds: the len is |attempt to |assertion |already |explicit panic"
    rb"|not (?:yet )?implemented|internal error: entered unreachable code)[^\n]*+"
)

#: A thread of a dump: ``"main" #1 prio=5``, ``"VM Thread" os_prio=0``.
_THREAD = rb'"[^\n]*?" (?:#\d+ (?:\[\d+\] )?)?(?:daemon )?(?:os_)?prio=\d'

#: Lines that continue, also where one blank line parts them from those above.
_PARTED = (
    rb"Traceback \(most recent call last\):"
    rb"|During handling of the above exception, another exception occurred:"
    rb"|The above exception was the direct cause of the following exception:"
    rb"|goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\["
    rb"|runtime stack:(?!.)"
    rb"|Next [\w\\]+(?:Exception|Error)(?:: | in )"
    rb"|Threads class SMR info:(?!.)"
    rb"|(?:r(?:[a-d]x|[ds]i|[bs]p|ip|flags|8|9|1[0-5])|[cfg]s) ++0x[0-9a-f]++(?!.)"
    rb"|JNI global ref|Caused by:(?!.)"
)

#: Bytes expression; a line continues that it matches from its start, whatever stands below. Its
#: first character, and then its second, tell at once that most lines do not.
ALONE = (
    rb'(?=[ \t#.\-0CDJNPSTW[^_acefghnrs\])}"])(?:[ \t]'
    rb"|(?=.[\-.\dCHNabcdefhijorstux])(?:"
    rb"at [\w.$<>/@-]+\("
    rb"|Caused by: |Wrapped by: |Suppressed: |\[CIRCULAR REFERENCE:"
    rb"|\.\.\. (?:\d+ (?:more|common frames omitted)|suppressed \d+ lines)"
    rb"|--- End of "
    rb"|\[signal SIG|exit status \d+(?!.)"
    rb"|(?:PHP )?Stack trace:(?!.)|\[stacktrace\](?!.)|PHP   ++\d+\. "
    rb"|#\d+ (?:\{main\}|\[internal function\]: |[^\s(][^\n(]*\(\d+\): )"
    rb"|stack backtrace:(?!.)"
    rb"|note: (?:Some details are omitted, )?run with `RUST_BACKTRACE="
    rb"|_java_thread_list=0x|0x[0-9a-f]{8,16}(?>(?:, 0x[0-9a-f]{8,16})*),?(?!.)"
    rb"|%b)"
    rb'|"(?:%b|[\])}]++[,;]? ?(?!.))'
    rb"|[\])}]++[,;]? ?(?!.)|\^++(?!.))"
) % (_PARTED, _THREAD[1:])

#: What stands below a panic's message.
_PANICKED = (
    rb"note: (?:Some details are omitted, )?run with `RUST_BACKTRACE="
    rb"|stack backtrace:(?!.)|  left: "
)

#: Lines that continue below a blank one, besides those that are parted.
_BELOW_BLANK = rb"   Locked ownable synchronizers:|[ \t]++at [\w.$<>/@-]++\(|Caused by: "

#: The same; or the line below tells, which continues itself by ``ALONE``.
CONTINUES = (
    rb"(?:%b|%b\n\t[^\n]*\.(?:go|s):\d|%b\n(?:%b)|throw [^\n]*+\n *+\^++(?!.)|\n(?:%b|%b|%b))"
) % (ALONE, _CALL, _PANIC, _PANICKED, _PARTED, _THREAD, _BELOW_BLANK)

#: Bytes expression of a whole line, with its newline, of which the line below may tell that it
#: continues.
WAITS = rb"(?:%b|%b|throw [^\n]*+)?\n" % (_CALL, _PANIC)

#: What a line may leave open: a traceback's frames, a panic's text, an excerpt, a blank below it.
_FRAMES, _PANIC_TEXT, _EXCERPT, _ERROR = "frames", "panic", "excerpt", "error"

# Few processes come to need these, which ``re`` keeps once they do.
_FRAME = rb'  File "[^"\n]+", line \d+'
_PANICS = rb"thread '[^'\n]*' (?:\(\d+\) )?panicked at [^\n]+:\d+:\d+:"
_CARETS = rb"[ \t]*\^+"

#: ``KeyError: 1``, ``shop.errors.Empty``, ``TypeError [ERR_INVALID]: x``.
_NAMED = rb"(?s:[A-Za-z_][\w.]*+(?: \[\w+\])?(?::(?: .*)?)?)"


def opens(text: bytes) -> bool:
    """Tell soon whether a line of ``text`` may leave something open."""
    # To look for several bytes takes fifty times as long as for one.
    return (
        (b'"' in text and b'  File "' in text)
        or (b"'" in text and b" panicked at " in text)
        or (b"^" in text and b"^\n" in text)
    )


def after(line: bytes, above: str) -> str:
    """Give what a line leaves open.

    Args:
        line: without its newline.
        above: what those above it do, of the same event; "" for nothing.
    """
    if re.match(_FRAME, line) or (above == _FRAMES and line[:1] in {b" ", b"\t"}):
        return _FRAMES
    if re.fullmatch(_CARETS, line):
        return _EXCERPT
    if above == _EXCERPT and not line:
        return _ERROR
    return _PANIC_TEXT if re.fullmatch(_PANICS, line) else ""


def ends(line: bytes, below: bytes, above: str) -> bool:
    """Tell whether a line continues because of what is open above it.

    Args:
        line: without its newline.
        below: the line below it, or nothing.
        above: as for ``after``.
    """
    if above == _PANIC_TEXT:
        return bool(line)
    if above == _EXCERPT:
        return not line and re.fullmatch(_NAMED, below) is not None
    return above != "" and re.fullmatch(_NAMED, line) is not None
