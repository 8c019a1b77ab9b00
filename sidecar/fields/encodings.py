"""Names of the encodings that text files are written in, as Python's codecs have them."""

from __future__ import annotations

import codecs

#: Text encodings of Python's that no file is written in.
_NO_FILES = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}


def name(text: str) -> str:
    """Give an encoding's one name: ``windows-1252`` -> ``cp1252``.

    Raises:
        LookupError: Python has none of that name, or it is of no text.
    """
    try:
        found = codecs.lookup(text).name
    except ValueError as error:  # a NUL character
        raise LookupError(text) from error
    # Codecs that are no text encodings refuse to encode text.
    if found in _NO_FILES or not "\n".encode(found):
        raise LookupError(text)
    return found
