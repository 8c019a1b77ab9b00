"""What a format declares holds: its samples, and what the declaration promises of itself."""

from __future__ import annotations

import re

import orjson
import pytest

from sidecar.config import Source
from sidecar.formats import BY_NAME, FORMATS
from sidecar.formats.raw import RAW
from sidecar.formats.spec import Format, Joins, Kind, Sample
from tests.roads import ROADS

SAMPLES = [
    pytest.param(format_, sample, id=f"{format_.name}-{number}")
    for format_ in FORMATS
    for number, sample in enumerate(format_.samples, 1)
]


#: Formats whose lines are another's too: they are tried before it; once it fitted, it keeps them.
WITHIN = {"juli_json": "json", "docker": "json"}

#: Formats whose file holds lines of others: what they become there, ``test_containers`` tells.
BARE = [one for one in FORMATS if not one.wraps]
BARE_SAMPLES = [one for one in SAMPLES if one.values[0] in BARE]


def ids(format_: Format) -> str:
    return format_.name


# -- samples -----------------------------------------------------------------------------------


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("chosen", ["by name", "auto"])
@pytest.mark.parametrize(("format_", "sample"), BARE_SAMPLES)
def test_sample_becomes_the_record_declared_with_it(
    format_: Format, sample: Sample, chosen: str, road: str
) -> None:
    source = Source(format=format_.name if chosen == "by name" else "auto")
    (line,) = ROADS[road](sample.event.encode() + b"\n", source).splitlines()
    record = orjson.loads(line)
    assert record == dict(sample.record)
    assert list(record) == list(sample.record)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("chosen", ["by name", "auto"])
@pytest.mark.parametrize("format_", BARE, ids=ids)
def test_samples_in_a_row_become_their_records_in_order(
    format_: Format, chosen: str, road: str, newline: bytes
) -> None:
    lines = [line for one in format_.samples for line in one.event.encode().split(b"\n")]
    data = b"".join(line + newline for line in lines * 3)
    made = ROADS[road](data, Source(format=format_.name if chosen == "by name" else "auto"))
    expected = [dict(one.record) for one in format_.samples] * 3
    assert [orjson.loads(line) for line in made.splitlines()] == expected


@pytest.mark.parametrize("road", ROADS)
def test_samples_of_all_formats_in_one_file_keep_their_records(road: str) -> None:
    # Raw lines would join or misfit.
    formats = [one for one in FORMATS if one is not RAW and one.name not in WITHIN]
    samples = [one for format_ in formats for one in format_.samples]
    data = b"".join(one.event.encode() + b"\n" for one in [*samples, *reversed(samples)])
    made = ROADS[road](data, Source()).splitlines()
    expected = [dict(one.record) for one in [*samples, *reversed(samples)]]
    assert [orjson.loads(line) for line in made] == expected


@pytest.mark.parametrize(("format_", "sample"), BARE_SAMPLES)
def test_constant_stands_after_the_fields_and_loses_to_one_of_its_name(
    format_: Format, sample: Sample
) -> None:
    constants = {"message": "never", "app": "shop"}
    for road in ROADS.values():
        source = Source(format=format_.name, fields=constants)
        record = orjson.loads(road(sample.event.encode() + b"\n", source))
        assert record == {**constants, **sample.record}
        kept = [*sample.record, *(name for name in constants if name not in sample.record)]
        if "message" in BY_NAME[format_.name].fields or not sample.record:
            assert list(record) == kept


# -- what a declaration promises -----------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS, ids=ids)
def test_declaration_says_what_it_is_and_where_it_is_defined(format_: Format) -> None:
    assert format_.name == format_.name.lower()
    assert format_.summary
    assert format_.source
    assert format_.samples


def test_names_are_unique_and_raw_comes_last() -> None:
    assert list(BY_NAME) == [format_.name for format_ in FORMATS]
    assert FORMATS[-1] is RAW


@pytest.mark.parametrize("format_", FORMATS, ids=ids)
def test_samples_show_every_field(format_: Format) -> None:
    shown = {name for sample in format_.samples for name in sample.record}
    declared = {name for name, field in format_.fields.items() if field.kind is not Kind.MEMBERS}
    left = declared - shown
    assert left <= {"ident", "request"}  # nobody should send these; the golden files do


@pytest.mark.parametrize(("format_", "sample"), SAMPLES)
def test_head_begins_with_what_the_declaration_says(format_: Format, sample: Sample) -> None:
    event = sample.event.encode()
    assert not format_.starts or re.match(rb"[%b]" % format_.starts, event)
    assert re.match(format_.opens, event)
    assert format_.holds in event.split(b"\n", 1)[0]


@pytest.mark.parametrize("format_", FORMATS, ids=ids)
def test_every_field_has_a_group_and_every_stamp_and_lookup_a_reader(format_: Format) -> None:
    groups = re.compile(format_.pattern).groupindex
    for name, field in format_.fields.items():
        assert name in groups
        assert (field.read is not None) == (field.kind in {Kind.STAMP, Kind.LOOKUP, Kind.MEMBERS})


@pytest.mark.parametrize("format_", FORMATS, ids=ids)
def test_message_is_the_last_group_where_lines_join(format_: Format) -> None:
    if format_.joins is not Joins.NOTHING:
        assert list(re.compile(format_.pattern).groupindex)[-1] == "message"


@pytest.mark.parametrize(("format_", "sample"), SAMPLES)
def test_record_has_its_fields_in_the_order_of_the_declaration(
    format_: Format, sample: Sample
) -> None:
    declared = [name for name in format_.fields if name in sample.record]
    told = [name for name in sample.record if name not in format_.fields]
    assert list(sample.record) == declared + told
    members = any(field.kind is Kind.MEMBERS for field in format_.fields.values())
    assert format_.passes or members or not told


@pytest.mark.parametrize("form", [one for one in FORMATS if one is not RAW], ids=ids)
@pytest.mark.parametrize(("format_", "sample"), SAMPLES)
def test_head_of_one_format_is_no_head_of_another(
    format_: Format, sample: Sample, form: Format
) -> None:
    head = sample.event.split("\n", 1)[0].encode()
    fits = form is format_ or form.name == WITHIN.get(format_.name)
    assert bool(re.fullmatch(form.pattern, head)) == fits


@pytest.mark.parametrize(("name", "wider"), WITHIN.items())
def test_format_within_another_is_tried_before_it(name: str, wider: str) -> None:
    assert list(BY_NAME).index(name) < list(BY_NAME).index(wider)
