"""The words of dates, as Java writes them in the locales its logs are written in.

Every month, weekday and half of the day that ``SimpleDateFormat`` and ``DateTimeFormatter`` print
in the locales of English, German, French, Spanish, Portuguese, Italian, Korean, Japanese and
Chinese: by the Unicode CLDR, which JDK 9 and later take, and by the tables of JDK 8, which JDK 9
to 22 know as ``COMPAT``. One row is one way of writing all twelve months, or all seven days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

#: ``MMM``, January first.
_SHORT_MONTHS = (
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec",
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "Jan. Feb. Mar. Apr. May Jun. Jul. Aug. Sep. Oct. Nov. Dec.",
    "Jän. Feb. März Apr. Mai Juni Juli Aug. Sep. Okt. Nov. Dez.",
    "Jän Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "jan. fév. mar. avr. mai jui. juil. août sept. oct. nov. déc.",
    "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.",
    "ene. feb. mar. abr. may. jun. jul. ago. sep. oct. nov. dic.",
    "ene feb mar abr may jun jul ago sept oct nov dic",
    "ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic.",
    "ene. feb. mar. abr. may. jun. jul. ago. set. oct. nov. dic.",
    "Ene. Feb. Mar. Abr. May. Jun. Jul. Ago. Set. Oct. Nov. Dic.",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
    "1 2 3 4 5 6 7 8 9 10 11 12",
    "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
)

#: ``MMMM``.
_LONG_MONTHS = (
    "January February March April May June July August September October November December",
    "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
    "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Setiembre Octubre Noviembre Diciembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Janeiro Fevereiro Março Abril Maio Junho Julho Agosto Setembro Outubro Novembro Dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Gennaio Febbraio Marzo Aprile Maggio Giugno Luglio Agosto Settembre Ottobre Novembre Dicembre",
    "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
    "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
)

#: ``EEE``, Monday first.
_SHORT_DAYS = (
    "Mon Tue Wed Thu Fri Sat Sun",
    "Mon. Tue. Wed. Thu. Fri. Sat. Sun.",
    "Mo. Di. Mi. Do. Fr. Sa. So.",
    "Mo Di Mi Do Fr Sa So",
    "lun. mar. mer. jeu. ven. sam. dim.",
    "lun mar mié jue vie sáb dom",
    "segunda terça quarta quinta sexta sábado domingo",
    "seg. ter. qua. qui. sex. sáb. dom.",
    "Seg Ter Qua Qui Sex Sáb Dom",
    "lun mar mer gio ven sab dom",
    "월 화 수 목 금 토 일",
    "月 火 水 木 金 土 日",
    "周一 周二 周三 周四 周五 周六 周日",
    "週一 週二 週三 週四 週五 週六 週日",
    "一 二 三 四 五 六 日",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
)

#: ``EEEE``.
_LONG_DAYS = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "Segunda-feira Terça-feira Quarta-feira Quinta-feira Sexta-feira Sábado Domingo",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
)

#: ``a``: before noon, after it.
_HALVES = (
    ("AM", "PM"),
    ("am", "pm"),
    ("a.m.", "p.m."),
    ("a.\xa0m.", "p.\xa0m."),
    ("matin", "soir"),
    ("da manhã", "da tarde"),
    ("오전", "오후"),
    ("午前", "午後"),
    ("上午", "下午"),
)


def _numbered(rows: Iterable[str]) -> dict[str, int]:
    return {word: number for row in rows for number, word in enumerate(row.split(), 1)}


#: Name of a month -> 1 to 12.
SHORT_MONTHS: Mapping[str, int] = _numbered(_SHORT_MONTHS)
LONG_MONTHS: Mapping[str, int] = _numbered(_LONG_MONTHS)

#: Name of a weekday -> 1 (Monday) to 7.
SHORT_DAYS: Mapping[str, int] = _numbered(_SHORT_DAYS)
LONG_DAYS: Mapping[str, int] = _numbered(_LONG_DAYS)

#: Name of a half of the day -> the hours before it.
HALVES: Mapping[str, int] = {
    word: hours for pair in _HALVES for word, hours in zip(pair, (0, 12), strict=True)
}


def any_of(words: Iterable[str]) -> str:
    """Give the expression of one of these words, the longest that fits.

    It branches letter by letter, so text that is none of them fails at its first letters however
    many words there are. It has no groups and no classes, so its UTF-8 is an expression of bytes.
    """
    tree = _Tree()
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, _Tree())
        node[""] = _Tree()
    return _branches(tree)


class _Tree(dict[str, "_Tree"]):
    """Letter -> what may follow it; the empty text where a word may end."""


def _branches(tree: _Tree) -> str:
    """Write the expression of a tree's words."""
    ways = [re.escape(letter) + _branches(rest) for letter, rest in tree.items() if letter]
    if not ways:
        return ""
    if len(ways) == 1 and "" not in tree:
        return ways[0]
    return f"(?:{'|'.join(ways)}){'?' if '' in tree else ''}"
