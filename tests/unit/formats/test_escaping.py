"""JSON's escapes for many texts at once."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sidecar.formats import escaping

#: Text in which what JSON escapes is frequent, and what stands for escapes too.
texts = st.lists(
    st.sampled_from(
        ['"', "\\", "\n", "\t", "\r", *map(chr, range(8)), "\\u0000", "\x1b", "\x7f", "é", "a", "%"]
    )
    | st.text(st.characters(codec="utf-8"))
).map("".join)


@given(st.lists(texts, max_size=8))
def test_texts_are_written_as_the_json_library_writes_each(values: list[str]) -> None:
    made = escaping.escaped([value.encode() for value in values])
    assert made == [orjson.dumps(value)[1:-1] for value in values]


@given(texts)
def test_clean_is_what_stands_in_json_as_it_is(value: str) -> None:
    assert escaping.clean(value.encode()) is (orjson.dumps(value) == b'"%b"' % value.encode())


def test_texts_that_leave_no_byte_to_part_them_are_written_one_by_one() -> None:
    values = ["".join(map(chr, range(8))), '"']
    made = escaping.escaped([value.encode() for value in values])
    assert made == [orjson.dumps(value)[1:-1] for value in values]
