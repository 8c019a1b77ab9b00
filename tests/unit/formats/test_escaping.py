"""JSON's escapes for a whole output at once."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.formats import escaping

text = st.text(st.characters(codec="utf-8"))

#: Text in which what JSON escapes is frequent.
dirty = st.lists(
    st.sampled_from(['"', "\\", "\n", "\t", "\r", "\0", "\x1b", "\x1f", "\x7f", "é", "a", "%"])
    | text
).map("".join)


@given(st.lists(dirty.map(lambda one: one.replace("\n", " ")), max_size=6))
def test_data_between_held_templates_is_escaped_and_the_templates_are_not(
    values: list[str],
) -> None:
    held = b"".join(
        escaping.hold(b'{"message":"') + value.encode() + escaping.hold(b'","a\\n":"\\""}\n')
        for value in values
    )
    made = escaping.finish(held, rare=True)
    expected = [{"message": value, "a\n": '"'} for value in values]
    assert [orjson.loads(line) for line in made.splitlines()] == expected
    assert made.count(b"\n") == len(values)


@given(dirty)
def test_escapes_are_those_of_the_json_library(value: str) -> None:
    whole = escaping.hold(b'"') + value.encode() + escaping.hold(b'"')
    assert escaping.finish(whole, rare=True) == orjson.dumps(value)


@given(dirty)
def test_rare_escapes_are_made_only_where_they_may_be_needed(value: str) -> None:
    block = value.encode()
    whole = escaping.hold(b'"') + block + escaping.hold(b'"')
    rare = escaping.has_rare(block, escaping.survey(block))
    assert escaping.finish(whole, rare=rare) == orjson.dumps(value)


@given(dirty)
def test_survey_counts_what_escaping_adds_newlines_aside(value: str) -> None:
    flat = value.replace("\n", "")
    added = len(orjson.dumps(flat)) - 2 - len(flat.encode())
    assert escaping.survey(value.encode()) == added


@pytest.mark.parametrize("value", ["", "plain", "주문 é 😀", "a\nb\n", "\x7f\u2028 % {}"])
def test_clean_text_needs_nothing(value: str) -> None:
    assert escaping.survey(value.encode()) == 0


RARE = [
    ('"', False),
    ("\\", False),
    ("\t\r", False),
    ("\0", True),
    ("\x1b[0m", True),
    ("\b\f", True),
    (r"\x16", True),  # a server's own escapes may turn into control characters
    (r"\u001b", True),
    (r"\f", True),
    (r"\b", True),
    (r"\v", True),
    (r"\n\t\r", False),
    (r"\"", False),
]


@pytest.mark.parametrize(("value", "rare"), RARE)
def test_control_characters_are_seen_even_behind_a_servers_escapes(value: str, rare: bool) -> None:
    block = value.encode()
    assert escaping.has_rare(block, escaping.survey(block)) is rare


def test_holders_are_bytes_that_text_never_has() -> None:
    held = escaping.hold(b'"\\\n')
    assert len(set(held)) == 3
    for byte in held:
        with pytest.raises(UnicodeDecodeError):
            bytes((byte,)).decode()
