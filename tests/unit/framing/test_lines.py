"""From a file's bytes to UTF-8 text in whole lines."""

from __future__ import annotations

import codecs
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.framing.lines import MARKS, Decoder

UTF8 = ("utf-8",)
WIDE = ("utf-16-le", "utf-16-be")
SINGLE = ("latin-1", "cp1252", "koi8-r", "cp037")
DOUBLE = ("cp949", "euc_kr", "shift_jis", "gb18030", "big5")
ENCODINGS = (*UTF8, *WIDE, *SINGLE, *DOUBLE)

#: Bytes in which newlines, carriage returns, escapes and lead bytes are frequent.
noise = st.lists(
    st.sampled_from([b"\n", b"\r", b"\r\n", b"\0", b"a", b"0", b"\x81", b"\xd8", b"\xdc", b"\xff"])
    | st.binary(max_size=3)
).map(b"".join)

plain = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff"), max_size=20)


def ends(decoder: Decoder, source: bytes) -> list[int]:
    """Give the end of each whole line."""
    found = []
    place = 0
    while (place := decoder.first_end(source, place)) >= 0:
        found.append(place)
    return found


# -- where lines end ---------------------------------------------------------------------------

ENDS = [
    ("utf-8", b"", []),
    ("utf-8", b"no end", []),
    ("utf-8", b"\n", [1]),
    ("utf-8", b"one\n", [4]),
    ("utf-8", b"one\ntw", [4]),
    ("utf-8", b"one\r\ntwo\r\n", [5, 10]),
    ("utf-8", b"a\rb\rc", []),
    ("utf-8", b"\n\n\n", [1, 2, 3]),
    ("utf-8", "a\u2028b\u0085c\x0b\x0c\x1c".encode(), []),
    ("utf-8", b"\xff\n\xfe\n", [2, 4]),
    ("latin-1", b"caf\xe9\n\x85", [5]),
    ("utf-16-le", b"", []),
    ("utf-16-le", b"\n", []),
    ("utf-16-le", b"\n\0", [2]),
    ("utf-16-le", "a\nb".encode("utf-16-le"), [4]),
    ("utf-16-le", "Ċ\n".encode("utf-16-le"), [4]),  # 0A 01, 0A 00
    ("utf-16-le", "\u0a00\u000a".encode("utf-16-le"), [4]),  # 00 0A, 0A 00
    ("utf-16-le", "\u0a61\u0062".encode("utf-16-le"), []),  # 61 0A, 62 00
    ("utf-16-le", "\u0a61\u0000\n".encode("utf-16-le"), [6]),  # 0A 00 across two units
    ("utf-16-be", b"\0\n", [2]),
    ("utf-16-be", b"\0\n\0", [2]),
    ("utf-16-be", "a\nb\n".encode("utf-16-be"), [4, 8]),
    ("utf-16-be", "\u0100\u0a00\n".encode("utf-16-be"), [6]),  # 00 0A across two units
    ("cp037", b"\x25\x0a\x25", [1, 3]),  # EBCDIC has its own newline
    ("utf-8-sig", b"one\n", [4]),
    ("utf-16", "one\n".encode("utf-16-le"), [8]),
    ("utf-32", "a\n".encode("utf-32-le"), [8]),
]


@pytest.mark.parametrize(("encoding", "source", "expected"), ENDS)
def test_line_ends_at_the_newline_of_its_encoding(
    encoding: str, source: bytes, expected: list[int]
) -> None:
    decoder = Decoder(encoding)
    assert ends(decoder, source) == expected
    assert decoder.last_end(source) == (expected[-1] if expected else 0)


@given(source=noise, encoding=st.sampled_from(ENCODINGS))
def test_last_end_is_the_last_of_all_ends(source: bytes, encoding: str) -> None:
    decoder = Decoder(encoding)
    assert decoder.last_end(source) == max(ends(decoder, source), default=0)


@given(source=noise, encoding=st.sampled_from(ENCODINGS), start=st.integers(0, 40))
def test_first_end_from_a_line_in_the_middle_is_that_lines_own(
    source: bytes, encoding: str, start: int
) -> None:
    decoder = Decoder(encoding)
    known = [0, *ends(decoder, source)]
    begin = known[min(start, len(known) - 1)]
    rest = source[begin:]
    expected = decoder.first_end(rest, 0)
    assert decoder.first_end(source, begin) == (expected + begin if expected >= 0 else -1)


@given(source=noise, encoding=st.sampled_from(ENCODINGS), count=st.integers(0, 5))
def test_going_back_over_lines_undoes_going_forward(
    source: bytes, encoding: str, count: int
) -> None:
    decoder = Decoder(encoding)
    known = [0, *ends(decoder, source)]
    count = min(count, len(known) - 1)
    assert decoder.back(source, known[-1], count) == known[len(known) - 1 - count]


# -- text --------------------------------------------------------------------------------------

TEXTS = [
    ("utf-8", b"one\ntwo\n", "one\ntwo\n"),
    ("utf-8", b"one\r\ntwo\r\n", "one\ntwo\n"),
    ("utf-8", b"one\r\ntwo\n", "one\ntwo\n"),
    ("utf-8", b"a\rb\n", "a\rb\n"),
    ("utf-8", b"a\r\r\n", "a\r\n"),
    ("utf-8", b"\r\n\r\n", "\n\n"),
    ("utf-8", "주문 é 😀\n".encode(), "주문 é 😀\n"),
    ("utf-8", b"nul \0 byte\n", "nul \0 byte\n"),
    ("utf-8", "\ufeffmark\n".encode(), "\ufeffmark\n"),
    ("utf-8-sig", b"plain\n", "plain\n"),
    ("latin-1", b"caf\xe9\r\n", "café\n"),
    ("latin-1", b"\x80\x85\xff\n", "\x80\x85ÿ\n"),
    ("cp1252", b"\x93quoted\x94 \x80\n", "“quoted” €\n"),
    ("cp949", "주문 완료\r\n".encode("cp949"), "주문 완료\n"),
    ("cp949", "똠방각하\n".encode("cp949"), "똠방각하\n"),
    ("shift_jis", "表示ソ能\n".encode("shift_jis"), "表示ソ能\n"),  # trail bytes of a backslash
    ("gb18030", "汉字😀\n".encode("gb18030"), "汉字😀\n"),
    ("utf-16-le", "é😀\r\nĊ\n".encode("utf-16-le"), "é😀\nĊ\n"),
    ("utf-16-be", "é😀\r\nĊ\n".encode("utf-16-be"), "é😀\nĊ\n"),
    ("utf-16", "one\n".encode("utf-16-le"), "one\n"),
]


@pytest.mark.parametrize(("encoding", "source", "text"), TEXTS)
def test_text_is_the_files_own_as_utf8(encoding: str, source: bytes, text: str) -> None:
    decoder = Decoder(encoding)
    assert decoder.text(source).decode() == text
    assert decoder.invalid == 0


INVALID = [
    ("utf-8", b"a\xffb\n", "a\ufffdb\n", 1),
    ("utf-8", b"\xe2\x82\n", "\ufffd\n", 1),
    ("utf-8", b"\xc0\xaf\n", "\ufffd\ufffd\n", 2),
    ("utf-8", b"\xed\xa0\x80\n", "\ufffd\ufffd\ufffd\n", 3),
    ("utf-8", b"\xf5\n\xff\n", "\ufffd\n\ufffd\n", 2),
    ("utf-8", "\ufffd was there\n".encode(), "\ufffd was there\n", 0),
    ("utf-16-le", "\ufffd was there\n".encode("utf-16-le"), "\ufffd was there\n", 0),
    ("utf-8", "\ufffd and ".encode() + b"\xff\n", "\ufffd and \ufffd\n", 1),
    ("cp1252", b"\x81\n", "\ufffd\n", 1),
    ("cp949", b"\x81\n", "\ufffd\n", 1),
    ("cp949", b"\xff\xff\n", "\ufffd\ufffd\n", 2),
    ("shift_jis", b"\x81\n", "\ufffd\n", 1),
    ("gb18030", b"\x81\x30\n", "\ufffd\n", 1),
    ("gb18030", b"\x81\x30\na\x81\x30\n", "\ufffd\na\ufffd\n", 2),
    ("utf-16-le", b"\x00\xd8\n\0", "\ufffd\n", 1),
    ("utf-16-be", b"\xdc\x00\0\n", "\ufffd\n", 1),
]


@pytest.mark.parametrize(("encoding", "source", "text", "count"), INVALID)
def test_bytes_that_are_no_text_are_replaced_and_counted(
    encoding: str, source: bytes, text: str, count: int
) -> None:
    decoder = Decoder(encoding)
    assert decoder.text(source).decode() == text
    assert decoder.invalid == count


def test_count_of_what_was_replaced_goes_on() -> None:
    decoder = Decoder("utf-8")
    for _ in range(3):
        decoder.text(b"\xff\n")
    assert decoder.invalid == 3


@given(source=noise, encoding=st.sampled_from(ENCODINGS))
def test_text_has_as_many_lines_as_its_source(source: bytes, encoding: str) -> None:
    decoder = Decoder(encoding)
    known = ends(decoder, source)
    text = decoder.text(source[: known[-1] if known else 0])
    assert text.count(b"\n") == len(known)
    text.decode()  # and it is valid


@given(source=noise, encoding=st.sampled_from(ENCODINGS))
def test_text_of_lines_taken_one_by_one_is_the_text_of_all(source: bytes, encoding: str) -> None:
    one, many = Decoder(encoding), Decoder(encoding)
    known = [0, *ends(one, source)]
    whole = one.text(source[: known[-1]])
    apart = [many.text(source[a:b]) for a, b in pairwise(known)]
    assert b"".join(apart) == whole
    assert many.invalid == one.invalid


@given(st.lists(plain, max_size=5), st.sampled_from(["utf-8", *WIDE, "gb18030"]))
def test_text_comes_back_whatever_encoding_it_was_written_in(
    lines: list[str], encoding: str
) -> None:
    text = "".join(f"{line}\n" for line in lines)
    for newline in ("\n", "\r\n"):
        source = text.replace("\n", newline).encode(encoding)
        assert Decoder(encoding).text(source).decode() == text


# -- colours -----------------------------------------------------------------------------------

ANSI = [
    ("\x1b[31mred\x1b[0m\n", "red\n"),
    ("\x1b[1;38;5;196mINFO\x1b[m x\n", "INFO x\n"),
    ("a\x1b[2Kb\x1b[?25lc\n", "abc\n"),
    ("a\x1b[ qb\n", "ab\n"),
    ("\x1b[31m\r\n", "\n"),
    ("\x1b[31\n", "\x1b[31\n"),  # it never ended
    ("\x1b]0;title\x07\n", "\x1b]0;title\x07\n"),  # no control sequence
    ("[31m\n", "[31m\n"),
    ("é\x1b[0m주\n", "é주\n"),
]


@pytest.mark.parametrize(("source", "text"), ANSI)
def test_colours_are_left_out_where_that_was_asked(source: str, text: str) -> None:
    assert Decoder("utf-8", strip_ansi=True).text(source.encode()).decode() == text


@pytest.mark.parametrize("source", [source for source, _ in ANSI])
def test_colours_stay_unless_asked(source: str) -> None:
    text = Decoder("utf-8").text(source.encode()).decode()
    assert text == source.replace("\r\n", "\n")


def test_colours_are_left_out_of_wide_text() -> None:
    source = "\x1b[31mé\x1b[0m\n".encode("utf-16-le")
    assert Decoder("utf-16-le", strip_ansi=True).text(source) == "é\n".encode()


# -- marks and names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
def test_byte_order_mark_tells_the_encoding(mark: bytes, encoding: str) -> None:
    assert dict(MARKS)[mark] == encoding


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("UTF8", "utf-8"),
        ("U8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("UTF-16", "utf-16-le"),
        ("Latin1", "iso8859-1"),
        ("ms949", "cp949"),
        ("uhc", "cp949"),
    ],
)
def test_encoding_goes_by_one_name_however_it_is_written(written: str, name: str) -> None:
    assert Decoder(written).encoding == name


# -- cutting -----------------------------------------------------------------------------------

CUTS = [
    # encoding, text, limit in bytes, where it is cut
    ("utf-8", "abcdefgh", 6, 6),
    ("utf-8", "abcd주주", 7, 7),
    ("utf-8", "abcd주주", 6, 4),
    ("utf-8", "abcd주주", 5, 4),
    ("utf-8", "abcd😀😀", 11, 8),
    ("utf-8", "abcde\nfg", 6, 6),
    ("utf-8", "abcde\r\nfg", 7, 7),
    ("utf-8", "abcde\r\nfg", 6, 5),
    ("utf-8", "abcd\r\r\nfg", 6, 5),
    ("utf-8", "ab\n\n\n\nfg", 6, 6),
    ("utf-16-le", "abcdefgh", 6, 6),
    ("utf-16-le", "abcdefgh", 7, 6),
    ("utf-16-le", "ab😀cd", 6, 4),
    ("utf-16-le", "ab😀cd", 8, 8),
    ("utf-16-le", "abc\r\ndef", 10, 10),
    ("utf-16-be", "ab😀cd", 7, 4),
    ("utf-16-be", "abc\r\ndef", 8, 6),
    ("cp949", "ab주문cd", 5, 4),
    ("cp949", "ab주문cd", 6, 6),
    ("shift_jis", "表表表表", 5, 4),
    ("gb18030", "ab😀😀cd", 9, 6),
    ("latin-1", "éééééé", 5, 5),
]


@pytest.mark.parametrize(("encoding", "text", "limit", "place"), CUTS)
def test_cut_splits_neither_a_character_nor_a_terminator(
    encoding: str, text: str, limit: int, place: int
) -> None:
    assert Decoder(encoding).cut(text.encode(encoding), limit) == place


UNENDED = [
    ("utf-8", "abcdefgh", 6, 6),
    ("utf-8", "abcde\nfg", 6, 5),
    ("utf-8", "abcde\nfg", 5, 5),
    ("utf-8", "abcde\r\nfg", 7, 5),
    ("utf-8", "abcde\r\nfg", 6, 5),
    ("utf-8", "ab\n\n\r\nfg", 6, 2),
    ("utf-8", "\n\n\n\n", 3, 1),
    ("utf-16-le", "abc\r\ndef", 10, 6),
    ("utf-16-be", "abc\r\ndef", 8, 6),
    ("utf-16-le", "aĊ\n", 4, 4),
]


@pytest.mark.parametrize(("encoding", "text", "limit", "place"), UNENDED)
def test_terminators_before_a_place_can_be_stepped_over(
    encoding: str, text: str, limit: int, place: int
) -> None:
    assert Decoder(encoding).unended(text.encode(encoding), limit) == place


@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=12),
    encoding=st.sampled_from(["utf-8", *WIDE, "gb18030"]),
    share=st.floats(0, 1),
)
def test_parts_of_a_cut_line_are_text_and_make_the_whole(
    text: str, encoding: str, share: float
) -> None:
    source = text.encode(encoding)
    limit = 8 + int(share * (len(source) - 9))
    place = Decoder(encoding).cut(source, limit)
    assert limit - 4 <= place <= limit
    assert source[:place].decode(encoding) + source[place:].decode(encoding) == text


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("byte", [b"\x80", b"\xbf", b"\xff", b"\x81", b"\0"])
def test_cut_of_bytes_that_are_no_text_stays_near_the_limit(encoding: str, byte: bytes) -> None:
    assert 96 <= Decoder(encoding).cut(byte * 200, 100) <= 100
