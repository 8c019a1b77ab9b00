"""Severity names of many loggers, on one scale."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from sidecar.fields import levels

TABLE = {
    "TRACE": "TRACE FINEST FINER ALL VERBOSE V T TRC TRCE VRB TRAC BLAT SILLY trace trace1 trace2"
    " trace3 trace4 trace5 trace6 trace7 trace8",
    "DEBUG": "DEBUG FINE D DBG DBUG DEBG debug DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5 D1 D2 D3 D4 D5",
    "INFO": "INFO INFORMATION INFORMATIONAL CONFIG I INF LOG System info Info",
    "NOTICE": "NOTICE NOTE Note notice",
    "WARN": "WARN WARNING W WRN warning Warn",
    "ERROR": "ERROR ERR E SEVERE ERRO EROR erro FAIL error Severe",
    "CRITICAL": "CRITICAL CRIT FATAL F FTL PANIC PNC DPANIC ALERT EMERG EMERGENCY fatal Critical",
}

#: java.util.logging's names: SEVERE, WARNING, INFO, CONFIG, FINE, FINER, FINEST.
LOCALISED = {
    "de": "SCHWERWIEGEND|WARNUNG|INFORMATION|KONFIGURATION|FEIN|FEINER|AM FEINSTEN",
    "fr": "GRAVE|AVERTISSEMENT|INFOS|CONFIG|PRÉCIS|PLUS PRÉCIS|LE PLUS PRÉCIS",
    "es": "GRAVE|ADVERTENCIA|INFORMACIÓN|CONFIGURAR|DETALLADO|MUY DETALLADO|MÁS DETALLADO",
    "pt": "GRAVE|ADVERTÊNCIA|INFORMAÇÕES|CONFIGURAÇÃO|DETALHADO|MAIS DETALHADO|O MAIS DETALHADO",
    "it": "GRAVE|AVVERTENZA|INFORMAZIONI|CONFIGURAZIONE|BUONO|MIGLIORE|OTTIMALE",
    "ko": "심각|경고|정보|구성|미세|보다 미세|가장 미세",
    "ja": "重大|警告|情報|構成|普通|詳細|最も詳細",
    "zh_CN": "严重|警告|信息|配置|详细|较详细|非常详细",
    "zh_TW": "嚴重|警告|資訊|組態|詳細|較詳細|最詳細",
    "de of JDK 6": "SCHWERWIEGEND|WARNUNG|INFO|KONFIG|FEIN|FEINER|AM FEINSTEN",
    "fr of JDK 6": "GRAVE|ATTENTION|INFO|CONFIG|FIN|PLUS FIN|LE PLUS FIN",
    "es of JDK 6": "GRAVE|ADVERTENCIA|INFO|CONFIG|FINA|MÁS FINA|LA MÁS FINA",
    "ko of JDK 6": "심각|경고|정보|구성|자세히|더 자세히|아주 자세히",
    "zh_CN of JDK 6": "严重|警告|信息|配置|良好|较好|最好",
}
JUL = ["ERROR", "WARN", "INFO", "INFO", "DEBUG", "TRACE", "TRACE"]

#: It is FINER to Japanese and FINE to Chinese JVMs.
AMBIGUOUS = "詳細"

ROWS = [(name, level) for level, names in TABLE.items() for name in names.split()]


@pytest.mark.parametrize(("name", "level"), ROWS)
def test_name_stands_for_one_level_of_the_scale(name: str, level: str) -> None:
    assert levels.read(name) == level


def test_scale_runs_from_the_least_to_the_most_severe() -> None:
    assert list(levels.SCALE) == list(TABLE)


def test_every_level_of_the_scale_stands_for_itself() -> None:
    assert [levels.read(level) for level in levels.SCALE] == list(levels.SCALE)


@pytest.mark.parametrize("locale", LOCALISED)
def test_names_of_java_are_known_in_every_language(locale: str) -> None:
    names = LOCALISED[locale].split("|")
    expected = [
        "DEBUG" if name == AMBIGUOUS else level for name, level in zip(names, JUL, strict=True)
    ]
    assert [*map(levels.read, names)] == expected


@pytest.mark.parametrize("name", ["", "AUDIT", "notalevel", "VAROVÁNÍ", "42", " INFO", "-", "."])
def test_name_nobody_knows_stays_as_it_is_printed(name: str) -> None:
    assert levels.read(name) == name


def test_known_names_are_these_and_no_others() -> None:
    localised = {name for names in LOCALISED.values() for name in names.split("|")}
    known = {name.upper() for name, _ in ROWS} | localised | {"詳細レベル(低)"}
    assert set(levels.CANONICAL) == known


OWN = [
    (levels.SYSLOG, "0 1 2 3 4 5 6 7", "CRITICAL CRITICAL CRITICAL ERROR WARN NOTICE INFO DEBUG"),
    (levels.PINO, "10 20 30 40 50 60", "TRACE DEBUG INFO WARN ERROR CRITICAL"),
    (levels.PYTHON, "10 20 30 40 50", "DEBUG INFO WARN ERROR CRITICAL"),
    (levels.REDIS, ". - * #", "DEBUG INFO NOTICE WARN"),
    (
        levels.WEBSPHERE,
        "F E W A I C D O R > < 1 2 3",
        "CRITICAL ERROR WARN NOTICE INFO INFO DEBUG INFO ERROR TRACE TRACE TRACE TRACE TRACE",
    ),
]


@pytest.mark.parametrize(("own", "marks", "expected"), OWN)
def test_marks_of_a_format_win_over_the_names_of_all(
    own: Mapping[str, str], marks: str, expected: str
) -> None:
    assert [levels.read(mark, own) for mark in marks.split()] == expected.split()
    assert levels.read("Warning", own) == "WARN"


@pytest.mark.parametrize("name", [*levels.CANONICAL, "notalevel", "OFF"])
def test_expression_of_levels_fits_every_name_before_what_follows(name: str) -> None:
    fits = re.compile(b"(" + levels.PATTERN + rb") \[main\] (.*)").fullmatch(
        f"{name} [main] x".encode()
    )
    assert fits
    assert fits.groups() == (name.encode(), b"x")


@pytest.mark.parametrize(
    "text", ["INFO main x", "TWO WORDS [main] x", " INFO [main] x", "[main] x"]
)
def test_expression_of_levels_fits_no_other_text_with_blanks(text: str) -> None:
    assert not re.match(levels.PATTERN + rb" \[main\] ", text.encode())
