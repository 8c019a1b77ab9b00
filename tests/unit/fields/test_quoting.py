r"""Text between a server's double quotes, as the client sent it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import quoting

TABLE = [
    ("nothing_escaped", rb"/shop?a=1&b=%20", "/shop?a=1&b=%20"),
    ("empty", b"", ""),
    ("text_beyond_ascii_as_it_stands", "/주문".encode(), "/주문"),
    ("quote", rb"a\"b", 'a"b'),
    ("backslash", rb"a\\b", "a\\b"),
    ("backslash_and_quote", rb"a\\\"b", 'a\\"b'),
    ("two_backslashes_and_a_letter", rb"a\\nb", r"a\nb"),
    ("slash_of_json", rb"a\/b", "a/b"),
    ("newline", rb"a\nb", "a\nb"),
    ("tab_return_feed", rb"\t\r\f", "\t\r\f"),
    ("backspace_and_vertical_tab", rb"\b\v", "\b\v"),
    ("tomcats_control_character", rb"\u001b[0m", "\x1b[0m"),
    ("tomcats_null", rb"\u0000", "\0"),
    ("tomcats_letter", rb"caf\u00E9", "café"),
    ("tomcats_pair_of_surrogates", rb"\uD83D\uDE00", "😀"),
    ("half_a_pair", rb"a\uD83Db", "a\ufffdb"),
    ("halves_the_wrong_way_round", rb"\uDE00\uD83D", "\ufffd\ufffd"),
    ("byte", rb"\x41", "A"),
    ("nginxs_quote", rb"\x22", '"'),
    ("tls_handshake", rb"\x16\x03\x01", "\x16\x03\x01"),
    ("bytes_of_one_character", rb"caf\xC3\xA9", "café"),
    ("bytes_in_lower_case", rb"\xe2\x82\xac", "€"),
    ("bytes_of_four", rb"\xF0\x9F\x98\x80", "😀"),
    ("byte_that_is_no_text", rb"a\xFFb", "a\ufffdb"),
    ("bytes_cut_short", rb"\xE2\x82", "\ufffd"),
    ("character_half_escaped", b"\\xC3\xa9", "é"),
    ("unknown_letter_stays", rb"a\qb", r"a\qb"),
    ("short_byte_stays", rb"\x4g", r"\x4g"),
    ("short_unit_stays", rb"\u12g4", r"\u12g4"),
    ("last_backslash_stays", b"a\\", "a\\"),
    ("plus_and_percent_stay", rb"a+b%41", "a+b%41"),
]


@pytest.mark.parametrize(
    ("escaped", "text"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_escape_is_undone(escaped: bytes, text: str) -> None:
    assert quoting.unescape(escaped).decode() == text


def as_tomcat(text: str) -> bytes:
    """Escape as AbstractAccessLogValve does."""
    out = []
    for unit in text:
        if unit in '"\\':
            out.append(f"\\{unit}")
        elif unit in "\n\t\r\f":
            out.append({"\n": r"\n", "\t": r"\t", "\r": r"\r", "\f": r"\f"}[unit])
        elif unit < " " or unit > "~":
            units = unit.encode("utf-16-be")
            out.append("".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2)))
        else:
            out.append(unit)
    return "".join(out).encode()


APACHES = {
    ord(plain): f"\\{letter}" for plain, letter in zip('\b\n\r\t\v"\\', 'bnrtv"\\', strict=True)
}


def as_apache(text: str) -> bytes:
    """Escape as ap_escape_logitem does."""
    return "".join(
        APACHES.get(byte, chr(byte) if 32 <= byte <= 126 else f"\\x{byte:02x}")
        for byte in text.encode()
    ).encode()


def as_nginx(text: str) -> bytes:
    """Escape as ngx_http_log_escape does."""
    return b"".join(
        b"\\x%02X" % byte if byte < 32 or byte > 126 or byte in b'"\\' else bytes((byte,))
        for byte in text.encode()
    )


@pytest.mark.parametrize("escape", [as_tomcat, as_apache, as_nginx])
@given(text=st.text(st.characters(codec="utf-8")))
def test_what_a_server_escaped_comes_back(escape: Callable[[str], bytes], text: str) -> None:
    assert quoting.unescape(escape(text)).decode() == text


@given(st.binary())
def test_result_is_always_valid_text(escaped: bytes) -> None:
    if b"\\" in escaped:
        quoting.unescape(escaped).decode()
    else:
        assert quoting.unescape(escaped) == escaped
