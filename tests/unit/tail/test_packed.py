"""Compressed files are told by how they begin."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
from collections.abc import Callable

import pytest

from sidecar.tail import packed


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.log", data)
    return file.getvalue()


def kind_of(content: bytes) -> str:
    fd = os.memfd_create("file")
    try:
        os.write(fd, content)
        return packed.kind(fd)
    finally:
        os.close(fd)


@pytest.mark.parametrize(
    ("pack", "name"),
    [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz"), (zipped, "zip")],
)
def test_packed_file_is_known(pack: Callable[[bytes], bytes], name: str) -> None:
    assert kind_of(pack(b"line\n" * 1000)) == name


@pytest.mark.parametrize("text", [b"", b"B", b"BZh", b"PK is no archive\n", b"(line\n", b"\0\0\n"])
def test_text_is_not_packed(text: bytes) -> None:
    assert kind_of(text) == ""
