"""The compiled road and the plain one say the same, byte for byte."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.formats import BY_NAME, FORMATS, reference
from sidecar.formats.options import FormatOptions
from sidecar.formats.parser import parser
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Format, Sample
from tests import strategies

CONSTANTS: list[dict[str, Any]] = [{}, {"app": "shop"}, {"user": 'u%"\\', "n": 1, "message": "m"}]


def plain(lines: list[bytes], options: FormatOptions) -> bytes:
    tried = [one for one in FORMATS if one is not RAW]
    formats = tried if options.format == "auto" else [BY_NAME[options.format]]
    return b"".join(reference.records(lines, formats, RAW, options))


def compiled(lines: list[bytes], options: FormatOptions) -> bytes:
    text = b"".join(line + b"\n" for line in lines)
    return b"".join(done.json for done, _ in parser(options).render(text, ""))


@settings(max_examples=400, deadline=None)
@given(
    lines=strategies.logs,
    name=st.sampled_from(["auto", "auto", *BY_NAME]),
    constants=st.sampled_from(CONSTANTS),
    rule=st.sampled_from([(b"", False)] * 4 + [(rb"\[|\d", False), (b"", True)]),
)
def test_compiled_and_plain_road_give_the_same_bytes(
    lines: list[bytes], name: str, constants: dict[str, Any], rule: tuple[bytes, bool]
) -> None:
    options = FormatOptions(format=name, constants=constants, start=rule[0], lone=rule[1])
    expected = plain(lines, options)
    assert compiled(lines, options) == expected
    for line in expected.splitlines():
        assert isinstance(orjson.loads(line), dict)


@pytest.mark.parametrize("name", ["auto", *BY_NAME])
def test_events_are_counted_as_they_are_written(name: str) -> None:
    lines = [line.encode() for one in FORMATS for s in one.samples for line in s.event.split("\n")]
    text = b"".join(line + b"\n" for line in lines * 3)
    made = [done for done, _ in parser(FormatOptions(format=name)).render(text, "")]
    written = b"".join(done.json for done in made).count(b"\n")
    assert sum(done.events for done in made) == written
    assert sum(sum(done.levels.values()) for done in made) == written


SAMPLES = [(form, sample) for form in FORMATS for sample in form.samples]


@pytest.mark.parametrize(("form", "sample"), SAMPLES, ids=lambda one: getattr(one, "name", ""))
def test_sample_becomes_its_record(form: Format, sample: Sample) -> None:
    made = compiled([line.encode() for line in sample.event.split("\n")], FormatOptions(form.name))
    assert [orjson.loads(line) for line in made.splitlines()] == [dict(sample.record)]
    assert list(orjson.loads(made)) == list(sample.record)


@pytest.mark.parametrize(("form", "sample"), SAMPLES, ids=lambda one: getattr(one, "name", ""))
def test_auto_finds_the_format_of_a_sample(form: Format, sample: Sample) -> None:
    text = sample.event.encode() + b"\n"
    runs = list(parser(FormatOptions()).render(text, ""))
    assert [name or "raw" for _, name in runs] == [form.name]


def test_unreadable_stamp_leaves_the_event_whole() -> None:
    lines = [b"99-Foo-2026 00:00:00.1 INFO [x] a.b c", b"\tat d"]
    (record,) = compiled(lines, FormatOptions("juli")).splitlines()
    assert orjson.loads(record) == {
        "message": "99-Foo-2026 00:00:00.1 INFO [x] a.b c\n\tat d",
        "parse_error": "juli",
    }


def test_joining_line_before_any_head_is_an_event_of_its_own() -> None:
    made = compiled([b"\tat a", b"\tat b"], FormatOptions("juli")).splitlines()
    assert [orjson.loads(one)["message"] for one in made] == ["\tat a", "\tat b"]


def test_format_that_fits_takes_over_under_auto() -> None:
    juli = b"23-Nov-2026 21:46:01.123 INFO [main] a.b up"
    access = b'192.0.2.7 - - [23/Nov/2026:21:46:01 +0000] "GET / HTTP/1.1" 200 1'
    made = compiled([juli, b"\tat x", access, b"\tat y", juli], FormatOptions()).splitlines()
    records = [orjson.loads(one) for one in made]
    assert records[0]["message"] == "up\n\tat x"
    assert records[1]["status"] == 200
    assert records[2] == {"message": "\tat y", "parse_error": "access"}
    assert records[3]["logger"] == "a.b"
