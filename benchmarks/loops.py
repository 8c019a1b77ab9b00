r"""What a conversion is measured against: floors, and loops that anyone would write by hand.

    read      read the file, do nothing
    split     read the file, split it into lines
    line      decode each line once, match text, ``orjson.dumps`` the groups
    fields    match each line as bytes, decode each group, ``orjson.dumps`` them

The loops join no lines, read no stamps or levels or numbers and follow no state: they are what a
converter cannot do less than, and need not do better than. They are as quick as they can be
spelled on CPython 3.11: methods bound once, the newline left to orjson, one ``write`` a line into a
buffer of 64 KiB. Lists of lines, joined and written at once, were tried: at 8 KiB they take a sixth
more, at 64 KiB three times as much, for a heap as small as theirs is given back to the kernel and
asked for again with every list (700 000 page faults in 100 MB, against 1 900).

    python -m benchmarks.loops line bracket.log
    python -m benchmarks.loops fields localhost_access_log.txt access

It imports little, so that its start costs little too.
"""

import os
import re
import sys
from collections import deque

import orjson

_BUFFER_BYTES = 65_536
_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'

#: How one would write it down for one's own log; a line of another kind is its own message.
PATTERNS = {
    "bracket": (
        r"\[(?P<date>[^\]]+)\] (?P<component>\S+) - (?P<level>\S+) - (?P<subcomponent>\S+) - "
        r"(?P<message>.*)"
    ),
    "access": (
        r"(?P<client_ip>\S+) (?P<ident>\S+) (?P<user>\S+) \[(?P<timestamp>[^\]]+)\] "
        r'"(?P<method>\S+) (?P<path>\S+) (?P<protocol>\S+)" (?P<status>\d+) (?P<bytes>\S+) '
        rf'"(?P<referer>{_QUOTED})" "(?P<user_agent>{_QUOTED})" (?P<duration>\d+)'
    ),
    "juli": (
        r"(?P<timestamp>\d\d-\w{3}-\d{4} [\d:.]+) (?P<level>\w+) \[(?P<thread>[^\]]*)\] "
        r"(?P<logger>\S+) (?P<message>.*)"
    ),
}

#: Lines that fit nothing still have to be tried.
PATTERNS["misfits"] = PATTERNS["bracket"]


def read(path: str, _kind: str) -> None:
    """Read the file."""
    chunk = bytearray(_BUFFER_BYTES)
    with open(path, "rb", buffering=0) as source:
        readinto = source.readinto
        while readinto(chunk):
            pass


def split(path: str, _kind: str) -> None:
    """Read the file line by line."""
    with open(path, "rb", buffering=_BUFFER_BYTES) as source:
        deque(source, maxlen=0)


def line(path: str, kind: str) -> None:
    """Decode a line, match it, dump the groups."""
    match, dumps, newline = (
        re.compile(PATTERNS[kind]).match,
        orjson.dumps,
        orjson.OPT_APPEND_NEWLINE,
    )
    with (
        open(path, "rb", buffering=_BUFFER_BYTES) as source,
        open(1, "wb", buffering=_BUFFER_BYTES, closefd=False) as out,
    ):
        write = out.write
        for raw in source:
            if found := match(text := raw.decode()):
                write(dumps(found.groupdict(), None, newline))
            else:
                write(dumps({"message": text[:-1]}, None, newline))


def fields(path: str, kind: str) -> None:
    """Match a line, decode each group, dump them."""
    pattern = re.compile(PATTERNS[kind].encode())
    names, match, decode = tuple(pattern.groupindex), pattern.match, bytes.decode
    dumps, newline = orjson.dumps, orjson.OPT_APPEND_NEWLINE
    with (
        open(path, "rb", buffering=_BUFFER_BYTES) as source,
        open(1, "wb", buffering=_BUFFER_BYTES, closefd=False) as out,
    ):
        write = out.write
        for raw in source:
            if found := match(raw):
                write(dumps(dict(zip(names, map(decode, found.groups()))), None, newline))  # noqa: B905 - the check would cost
            else:
                write(dumps({"message": raw[:-1].decode()}, None, newline))


LOOPS = {"read": read, "split": split, "line": line, "fields": fields}


def main(argv: list[str]) -> int:
    """Run the loop that is named."""
    kind = argv[2] if len(argv) == 3 else "bracket"
    if len(argv) not in {2, 3} or argv[0] not in LOOPS or kind not in PATTERNS:
        print(
            f"usage: python -m benchmarks.loops {{{','.join(LOOPS)}}} FILE [{'|'.join(PATTERNS)}]",
            file=sys.stderr,
        )
        return 2
    try:
        LOOPS[argv[0]](argv[1], kind)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
