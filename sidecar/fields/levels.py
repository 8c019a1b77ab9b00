"""Severity names of many loggers, on one scale.

The scale is TRACE, DEBUG, INFO, NOTICE, WARN, ERROR, CRITICAL. Sources: java.util.logging.Level and
its resource bundle, org.apache.logging.log4j.Level, logback, WebLogic; Python's ``logging``; RFC
5424 section 6.2.1 and the words of syslog.h, Apache httpd and nginx; klog's and Android's letters;
.NET's ``LogLevel`` and its console's words, Serilog, zerolog; PostgreSQL, MySQL, MongoDB, Redis;
supervisord; bunyan and pino.
"""

from __future__ import annotations

from collections.abc import Mapping

from sidecar.fields.names import any_of

SCALE = ("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRITICAL")


def _of(rows: Mapping[str, str], parted_by: str | None = None) -> dict[str, str]:
    return {name: level for level, names in rows.items() for name in names.split(parted_by)}


#: java.util.logging's names in German, French, Spanish, Portuguese, Italian, Korean, Japanese and
#: Chinese, those of JDK 5 and 6 at each end; many hold blanks. Chinese FINE is Japanese FINER.
LOCALISED = _of(
    {
        "TRACE": "FEINER|AM FEINSTEN|PLUS PRÉCIS|LE PLUS PRÉCIS|MUY DETALLADO|MÁS DETALLADO"
        "|MAIS DETALHADO|O MAIS DETALHADO|MIGLIORE|OTTIMALE|보다 미세|가장 미세|最も詳細"
        "|较详细|非常详细|較詳細|最詳細"
        "|PLUS FIN|LE PLUS FIN|MÁS FINA|LA MÁS FINA|더 자세히|아주 자세히|较好|最好",
        "DEBUG": "FEIN|PRÉCIS|DETALLADO|DETALHADO|BUONO|미세|普通|详细|詳細"
        "|FIN|FINA|자세히|詳細レベル(低)|良好",
        "INFO": "INFORMATION|INFOS|INFORMACIÓN|INFORMAÇÕES|INFORMAZIONI|정보|情報|信息|資訊"
        "|KONFIGURATION|CONFIGURAR|CONFIGURAÇÃO|CONFIGURAZIONE|구성|構成|配置|組態|KONFIG",
        "WARN": "WARNUNG|AVERTISSEMENT|ADVERTENCIA|ADVERTÊNCIA|AVVERTENZA|경고|警告|ATTENTION",
        "ERROR": "SCHWERWIEGEND|GRAVE|심각|重大|严重|嚴重",
    },
    "|",
)

#: Name in capitals -> its level, where a name means one thing wherever it is printed.
CANONICAL = LOCALISED | _of(
    {
        "TRACE": "TRACE FINEST FINER ALL VERBOSE V T TRC TRCE VRB TRAC BLAT SILLY"
        " TRACE1 TRACE2 TRACE3 TRACE4 TRACE5 TRACE6 TRACE7 TRACE8",
        "DEBUG": "DEBUG FINE D DBG DBUG DEBG DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5 D1 D2 D3 D4 D5",
        "INFO": "INFO CONFIG INFORMATION INFORMATIONAL I INF LOG SYSTEM",
        "NOTICE": "NOTICE NOTE",
        "WARN": "WARN WARNING W WRN",
        "ERROR": "ERROR ERR E SEVERE ERRO EROR FAIL",
        "CRITICAL": "CRITICAL CRIT FATAL F FTL PANIC PNC DPANIC ALERT EMERG EMERGENCY",
    }
)

#: Bytes expression of the names that hold blanks; of a level as printed, those or a word.
OF_SEVERAL_WORDS = any_of(name for name in LOCALISED if " " in name).encode()
PATTERN = rb"(?:[^ \[\n]+|%b)" % OF_SEVERAL_WORDS

#: Syslog's severities.
SYSLOG = _of(
    {"CRITICAL": "0 1 2", "ERROR": "3", "WARN": "4", "NOTICE": "5", "INFO": "6", "DEBUG": "7"}
)

#: bunyan's and pino's numbers.
PINO = _of(
    {"TRACE": "10", "DEBUG": "20", "INFO": "30", "WARN": "40", "ERROR": "50", "CRITICAL": "60"}
)

#: The numbers of Python's ``logging``.
PYTHON = _of({"DEBUG": "10", "INFO": "20", "WARN": "30", "ERROR": "40", "CRITICAL": "50"})

#: Redis's marks.
REDIS = _of({"DEBUG": ".", "INFO": "-", "NOTICE": "*", "WARN": "#"})

#: WebSphere's letters, of which some mean other things elsewhere.
WEBSPHERE = _of({"TRACE": "> < 1 2 3", "DEBUG": "D", "INFO": "I C O", "NOTICE": "A", "ERROR": "R"})


def read(text: str, own: Mapping[str, str] | None = None) -> str:
    """Give the level's name on the scale; a name nobody knows stays as it is printed.

    Args:
        text: as printed; capitals do not matter.
        own: what a format's own marks mean; they win.
    """
    return (own or {}).get(text) or CANONICAL.get(text.upper(), text)
