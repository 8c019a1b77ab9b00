r"""JSON's escapes for a whole output at once.

Text passes from the log to the record as it stands. Where a block holds bytes that JSON escapes,
its template is written with bytes that UTF-8 never has in the place of JSON's own quotes,
backslashes and newlines; then whatever quote or backslash there is belongs to the data.
"""

from __future__ import annotations

import re

import orjson

_OWN = b'"\\\n'
_HOLDERS = b"\xff\xfd\xfe"
_HOLD = bytes.maketrans(_OWN, _HOLDERS)
_RELEASE = bytes.maketrans(_HOLDERS, _OWN)

_COMMON = ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\t", b"\\t"), (b"\r", b"\\r"))
_RARE = tuple(
    (code, bytes((code,)), orjson.dumps(chr(code))[1:-1])
    for code in range(32)
    if code not in b"\n\t\r"
)

#: A server's own escape that may stand for a control character.
_HIDDEN = re.compile(rb"\\[xufbv]")


def hold(json: bytes) -> bytes:
    """Put holders in the place of JSON's own quotes, backslashes and newlines."""
    return json.translate(_HOLD)


def survey(text: bytes) -> int:
    """Count what escaping would add to the text, its newlines aside; 0: nothing needs it.

    Args:
        text: valid UTF-8.

    Returns:
        Bytes.
    """
    return len(orjson.dumps(text.decode())) - 2 - len(text) - text.count(b"\n")


def has_rare(text: bytes, added: int) -> bool:
    """Tell whether the text may put control characters beyond tab and return into a record.

    Args:
        text: the block.
        added: what ``survey`` said of it.
    """
    common = sum(map(text.count, (b'"', b"\\", b"\t", b"\r")))
    return added != common or (b"\\" in text and _HIDDEN.search(text) is not None)


def finish(json: bytes, *, rare: bool) -> bytes:
    """Escape the data of an output written with holders, then release them."""
    for plain, escaped in _COMMON:
        json = json.replace(plain, escaped)
    if rare:
        for code, plain, escaped in _RARE:
            if code in json:
                json = json.replace(plain, escaped)
    return json.translate(_RELEASE)
