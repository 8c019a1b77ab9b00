"""JSON's escapes for many texts at once.

Text passes from the log to the record as it stands; whether any of a column needs escaping is
asked once, of all its texts together, and only a column that does is taken apart again.
"""

from __future__ import annotations

import orjson

#: Control characters that JSON writes as ``\u000H``; one that the texts lack parts them.
_PARTERS = range(8)

_NEWLINE = 10


def clean(text: bytes) -> bool:
    """Tell whether valid UTF-8 stands in a JSON string as it is."""
    return len(orjson.dumps(text.decode())) - 2 == len(text)


def escaped(texts: list[bytes]) -> list[bytes]:
    """Give the texts, valid UTF-8, as the insides of JSON strings."""
    whole = b"".join(texts)
    return escaped_apart(texts, whole, of_several_lines(texts, whole))


def of_several_lines(texts: list[bytes], whole: bytes) -> list[int]:
    """Give the places of the texts, of which ``whole`` is all, that hold a newline."""
    if b"\n" not in whole:
        return []
    return [place for place, one in enumerate(texts) if _NEWLINE in one]


def escaped_apart(texts: list[bytes], whole: bytes, several: list[int]) -> list[bytes]:
    """Do as ``escaped``, knowing the texts of several lines: that they need it bars no other."""
    if not several:
        return texts if clean(whole) else _written(texts, whole)
    done = [*texts]
    for place in several:
        done[place] = b""
    if not clean(whole := b"".join(done)):
        done = _written(done, whole)
    for place in several:  # long as a rule: what a call costs is little against their bytes
        done[place] = orjson.dumps(texts[place].decode())[1:-1]
    return done


def _written(texts: list[bytes], whole: bytes) -> list[bytes]:
    for code in _PARTERS:
        parter, written = b"%c" % code, b"\\u000%d" % code
        if parter not in whole and written not in whole:
            return orjson.dumps(parter.join(texts).decode())[1:-1].split(written)
    return [orjson.dumps(one.decode())[1:-1] for one in texts]
