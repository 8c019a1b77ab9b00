"""Python's own logging is configured by a file, writes and rotates; all of it is read back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

INI = """[loggers]
keys = root

[handlers]
keys = sized, timed

[formatters]
keys = plain, dated

[logger_root]
level = INFO
handlers = sized, timed

[handler_sized]
class = handlers.RotatingFileHandler
formatter = plain
args = ('sized.log', 'a', 600, 50, 'utf-16-le')

[handler_timed]
class = handlers.TimedRotatingFileHandler
formatter = dated
args = ('timed.log', 'S')
kwargs = {'backupCount': 50}

[formatter_plain]
format = %(asctime)s %(levelname)-8s %(name)s: %(message)s

[formatter_dated]
format = [{asctime}] {levelname} {threadName} - {message}
datefmt = %d.%m.%Y %H:%M:%S
style = {
"""

YAML = """version: 1
formatters:
  plain: {format: "%(created)f %(process)d %(levelname)s %(message)s"}
  dated: {format: "$asctime|$levelname|$message", style: $}
handlers:
  sized: {class: logging.handlers.RotatingFileHandler, filename: sized.log, maxBytes: 600,
          backupCount: 50, formatter: plain}
  timed: {class: logging.FileHandler, filename: timed.log, formatter: dated, encoding: latin-1}
root: {level: INFO, handlers: [sized, timed]}
"""

WRITES = """
import logging, logging.config, sys, time
if sys.argv[1].endswith(".ini"):
    logging.config.fileConfig(sys.argv[1])
else:
    import yaml
    logging.config.dictConfig(yaml.safe_load(open(sys.argv[1])))
for number in range(30):
    try:
        raise ValueError(f"no paper {number}")
    except ValueError:
        logging.getLogger("shop.till").warning("event %d", number, exc_info=number % 10 == 9)
    if number in (10, 20):
        time.sleep(1.1)
"""


@pytest.mark.parametrize(("name", "text"), [("logging.ini", INI), ("logging.yaml", YAML)])
def test_all_that_pythons_logging_writes_is_read(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    def python(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, *args], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert not done.stderr
        return done.stdout

    python("-c", WRITES, name)
    python("-m", "sidecar", "init", name, "--define", f"user.dir={tmp_path}", "-o", "made.yaml")
    with (tmp_path / "made.yaml").open("a") as file:
        file.write("http: {listen: ''}\nlog: {level: warning}\noutput: {add: [file]}\n")
    told: dict[str, list[str]] = {"sized": [], "timed": []}
    for line in python("-m", "sidecar", "run", "--once", "--config", "made.yaml").splitlines():
        one = orjson.loads(line)
        assert "parse_error" not in one, one
        told[Path(one["file"]).name.split(".")[0]].append(one["message"])
    for messages in told.values():
        heads = [one.split("\n")[0] for one in messages]
        assert sorted(heads) == sorted(f"event {number}" for number in range(30))
        traces = [one for one in messages if f"ValueError: no paper {one.split()[1]}" in one]
        assert len(traces) == 3
    rotated = {path.name for path in tmp_path.glob("sized.log.*")}
    assert len(rotated) > 1
