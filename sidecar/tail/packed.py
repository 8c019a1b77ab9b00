"""Compressed files, told by how they begin; a rotation leaves them beside the log they were."""

from __future__ import annotations

import os

_MAGICS = {
    "gzip": (b"\x1f\x8b\x08",),  # RFC 1952, section 2.3.1; deflate is its only method
    "compress": (b"\x1f\x9d",),  # the manual page of compress(1), ncompress
    "bzip2": tuple(b"BZh%d1AY&SY" % size for size in range(1, 10)),  # as bzip2(1) writes it
    "xz": (b"\xfd7zXZ\x00",),  # the .xz file format 1.2, section 2.1.1.1
    "zstd": (b"\x28\xb5\x2f\xfd",),  # RFC 8878, section 3.1.1
    "lz4": (b"\x04\x22\x4d\x18",),  # LZ4 frame format 1.6
    "zip": (b"PK\x03\x04",),  # APPNOTE.TXT 4.3.7
}

_LONGEST = max(len(magic) for magics in _MAGICS.values() for magic in magics)


def kind(fd: int) -> str:
    """Give what a file is packed with; "" for one that is not."""
    head = os.pread(fd, _LONGEST, 0)
    return next((name for name, magics in _MAGICS.items() if head.startswith(magics)), "")
