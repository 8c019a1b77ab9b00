"""The words of dates, in the languages of Java's logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.fields import names

MONTHS = [
    ("English", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    ("British", "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec"),
    ("German", "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
    ("German of JDK 8", "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez"),
    ("Austrian", "Jän. Feb. März Apr. Mai Juni Juli Aug. Sep. Okt. Nov. Dez."),
    ("French", "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
    ("Spanish", "ene feb mar abr may jun jul ago sept oct nov dic"),
    ("Portuguese", "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."),
    ("Portuguese of JDK 8", "jan fev mar abr mai jun jul ago set out nov dez"),
    ("Italian", "gen feb mar apr mag giu lug ago set ott nov dic"),
    ("Korean", "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월"),
    ("Japanese and Chinese", "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
    ("Japanese of JDK 8", "1 2 3 4 5 6 7 8 9 10 11 12"),
    ("Chinese of JDK 8", "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月"),
]


@pytest.mark.parametrize("row", [row for _, row in MONTHS], ids=[name for name, _ in MONTHS])
def test_short_months_are_known_in_every_language(row: str) -> None:
    assert [names.SHORT_MONTHS[name] for name in row.split()] == [*range(1, 13)]


@pytest.mark.parametrize(
    "row",
    [
        "January February March April May June July August September October November December",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        (
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
            "dicembre"
        ),
        "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
    ],
)
def test_long_months_are_known_in_every_language(row: str) -> None:
    assert [names.LONG_MONTHS[name] for name in row.split()] == [*range(1, 13)]


def test_days_are_counted_from_monday() -> None:
    for row in (
        "Mon Tue Wed Thu Fri Sat Sun",
        "Mo. Di. Mi. Do. Fr. Sa. So.",
        "월 화 수 목 금 토 일",
    ):
        assert [names.SHORT_DAYS[name] for name in row.split()] == [*range(1, 8)]
    for row in ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday",):
        assert [names.LONG_DAYS[name] for name in row.split()] == [*range(1, 8)]


@pytest.mark.parametrize(
    ("before", "after"),
    [("AM", "PM"), ("am", "pm"), ("a.\xa0m.", "p.\xa0m."), ("오전", "오후"), ("午前", "午後")],
)
def test_halves_of_the_day_are_known_in_every_language(before: str, after: str) -> None:
    assert (names.HALVES[before], names.HALVES[after]) == (0, 12)


@pytest.mark.parametrize(
    "tables",
    [
        (names._SHORT_MONTHS, names._LONG_MONTHS),
        (names._SHORT_DAYS, names._LONG_DAYS),
    ],
)
def test_no_word_means_two_things_however_it_is_capitalised(
    tables: Iterable[tuple[str, ...]],
) -> None:
    meant: dict[str, int] = {}
    for table in tables:
        assert len(set(table)) == len(table)
        for row in table:
            for number, word in enumerate(row.split()):
                assert meant.setdefault(word.casefold(), number) == number, word


@given(st.lists(st.text(min_size=1, max_size=4), min_size=1), st.data())
def test_expression_fits_the_longest_of_its_words_and_nothing_else(
    words: list[str], data: st.DataObject
) -> None:
    expression = re.compile(names.any_of(words).encode())
    assert not expression.groups
    text = data.draw(st.lists(st.sampled_from(words) | st.text(max_size=3), max_size=3)).copy()
    whole = "".join(text)
    longest = max((word for word in words if whole.startswith(word)), key=len, default=None)
    fits = expression.match(whole.encode())
    assert (fits and fits[0].decode()) == longest


@pytest.mark.parametrize("table", [names.SHORT_MONTHS, names.LONG_MONTHS, names.HALVES])
def test_expression_of_a_table_fits_all_its_words(table: Mapping[str, int]) -> None:
    expression = re.compile(names.any_of(table).encode())
    for word in table:
        assert expression.fullmatch(word.encode())
