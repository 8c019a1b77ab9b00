r"""Text that a server has escaped between double quotes, as the client sent it.

Tomcat's access valve writes ``\"``, ``\\``, ``\n`` and kin, and ``\uXXXX`` (class
``AbstractAccessLogValve``); Apache httpd and nginx write ``\xHH`` a byte (``mod_log_config``,
``log_format``). One reader serves all three: no escape means two things.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"(\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.))", re.DOTALL)
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"f": b"\f", b"b": b"\b", b"v": b"\v"}

#: So many different escapes are remembered.
_MANY = 4096


class _Undone(dict[bytes, bytes]):
    """Escape -> what it means."""

    def __missing__(self, escape: bytes) -> bytes:
        if len(self) >= _MANY:
            self.clear()
        self[escape] = undone = _undo(escape)
        return undone


_UNDONE = _Undone()


def unescape(text: bytes) -> bytes:
    r"""Undo the escapes; what is none stays. The result is valid UTF-8.

    ``\xHH`` gives bytes and may not make valid UTF-8; such bytes become U+FFFD, as do halves of
    surrogate pairs.
    """
    if b"\\" not in text:
        return text
    parts = _ESCAPE.split(text)
    parts[1::2] = map(_UNDONE.__getitem__, parts[1::2])
    plain = b"".join(parts)
    # Surrogate halves written as \uD83D\uDE00 meet here and become the character they mean.
    joined = plain.decode("utf-8", "surrogatepass") if _valid(plain) else None
    if joined is None:
        joined = plain.decode("utf-8", "replace")
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _undo(escape: bytes) -> bytes:
    kind, digits = escape[1:2], escape[2:]
    if digits and kind == b"u":
        return chr(int(digits, 16)).encode("utf-8", "surrogatepass")
    if digits:
        return bytes((int(digits, 16),))
    return kind if kind in b'"\\/' else _LETTERS.get(kind, escape)


def _valid(text: bytes) -> bool:
    try:
        text.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
