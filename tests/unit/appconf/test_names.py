"""Names that stand for text, and those that stand for themselves."""

from __future__ import annotations

import pytest

from sidecar.appconf import names

KNOWN = {
    "dir": "/var/log",
    "app": "shop",
    "shop.dir": "${dir}/shop",
    "loop": "${pool}",
    "pool": "${loop}",
    "bomb": "${b1}${b1}",
    **{f"b{n}": f"${{b{n + 1}}}${{b{n + 1}}}" for n in range(1, 18)},
    "b18": "x" * 10,
}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("${dir}/a.log", "/var/log/a.log"),
        ("${none:-${dir}}/a", "/var/log/a"),
        ("${none:-}/a", "/a"),
        ("${dir:-x}", "/var/log"),
        ("${${app}.dir}/a", "/var/log/shop/a"),
        ("${none}/a", "${none}/a"),
        ("${none:-a:-b}", "a:-b"),
        ("$dir ${ {x} }", "$dir ${ {x} }"),
        ("${open", "${open"),
        ("", ""),
    ],
)
def test_names_are_expanded(text: str, expanded: str) -> None:
    assert names.expand(text, KNOWN.get) == expanded


def test_springs_defaults_stand_behind_a_colon() -> None:
    assert names.expand("${none:/tmp}/${app:x}", KNOWN.get, ":") == "/tmp/shop"


@pytest.mark.parametrize("text", ["${loop}", "${none:-${loop}}", "${bomb}"])
def test_name_without_end_is_refused(text: str) -> None:
    with pytest.raises(names.EndlessError):
        names.expand(text, KNOWN.get)


def test_names_that_nobody_knows_are_told_once() -> None:
    assert names.unknown("${a}/${b}/${a}") == ["a", "b"]
