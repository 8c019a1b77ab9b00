"""rsyslog and syslog-ng, at the same work: read a log, join and parse its lines, write JSON lines.

Both are set up as somebody would who knows them and wants the least CPU; what was tried is written
beside each setting. They do less than the sidecar: every field stays the text that stands in the
log (no stamp is brought to UTC, no level to one scale, no number typed), and the format is given.

They are looked for in the ``PATH``, then in ``.peers``, where ``make peers`` unpacks them.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from benchmarks.corpora import JOINING, Made
from benchmarks.processes import (
    ROOT,
    BenchError,
    Usage,
    cpu_s,
    environment,
    launched,
    memory,
    usage,
)

_UNPACKED = os.path.join(ROOT, ".peers")

_PATIENCE_S = 300.0
_QUIET_S = 0.3

#: Ends the last event of a log whose lines join: both hold it until another begins, or for seconds.
_CLOSING = {
    "bracket": b"[2026-11-23 06:00:00] shop - INFO - shop.end - end\n",
    "juli": b"23-Nov-2026 06:00:00.000 INFO [main] shop.End.end end\n",
}


class Setup(Protocol):
    """Writes a peer's configuration; gives the arguments it is started with."""

    def __call__(self, kind: str, source: str, output: str, folder: str, root: str) -> list[str]:
        """See the class.

        Args:
            kind: of the log, of ``corpora.KINDS``.
            source: path of the log.
            output: path of the JSON lines.
            folder: where it may write.
            root: what its modules are found under; "" where it is installed.
        """


# -- rsyslog ---------------------------------------------------------------------------------------

#: Rules of liblognorm, in which ``char-to`` and ``word`` are its cheapest parsers.
_RULES = {
    "bracket": (
        "[%date:char-to:]%] %component:word% - %level:word% - %subcomponent:word% - %message:rest%"
    ),
    "access": (
        "%client_ip:word% %ident:word% %user:word% [%timestamp:char-to:]%] "
        r"\"%method:word% %path:word% %protocol:char-to:\"%\" %status:word% %bytes:word% "
        r"\"%referer:char-to:\"%\" \"%user_agent:char-to:\"%\" %duration:word%"
    ),
    # It has no parser for two words; the two are put together below.
    "juli": "%day:word% %time:word% %level:word% [%thread:char-to:]%] %logger:word% %message:rest%",
}

_RSYSLOG = """\
# Whole traces are one message.
global(workDirectory="{folder}" maxMessageSize="256k")
module(load="imfile" mode="inotify")
module(load="mmnormalize")
# Writing out all fields at once takes a fifth less than a template that names each of them.
template(name="fields" type="list") {{
  property(name="$!all-json-plain") constant(value="\\n")
}}
template(name="misfit" type="list") {{
  constant(value="{{") property(name="msg" outname="message" format="jsonf") constant(value="}}\\n")
}}
# addMetadata and escapeLF are work that is not asked for.
input(
  type="imfile" file="{source}" tag="app" ruleset="parse"
  addMetadata="off" escapeLF="off"{join}
)
# No queue: the thread that reads does the rest. With a queue, batches of 1024 and one worker it
# took a sixth more, for the hand-over; more workers add CPU and lose the order.
ruleset(name="parse" queue.type="direct") {{
  action(type="mmnormalize" rule=["rule=:{rule}"])
  {after}
  # Without a queue a transaction is one event: flushed at its end, each costs a write.
  if $parsesuccess == "OK" then {{
    action(type="omfile" file="{output}" template="fields" ioBufferSize="64k" flushOnTXEnd="off")
  }} else {{
    action(type="omfile" file="{output}" template="misfit" ioBufferSize="64k" flushOnTXEnd="off")
  }}
}}
"""

_RSYSLOG_HEADS = {
    "bracket": r"^\\[",
    "juli": "^[0-9][0-9]-[A-Z][a-z][a-z]-[0-9][0-9][0-9][0-9] ",
}
_RSYSLOG_AFTER = {
    "juli": 'set $!timestamp = $!day & " " & $!time; unset $!day; unset $!time;',
}


def _rsyslog(kind: str, source: str, output: str, folder: str, root: str) -> list[str]:
    config = os.path.join(folder, "rsyslog.conf")
    head = _RSYSLOG_HEADS.get(kind)
    with open(config, "w", encoding="ascii") as file:
        file.write(
            _RSYSLOG.format(
                folder=folder,
                source=source,
                output=output,
                rule=_RULES["bracket" if kind == "misfits" else kind],
                join=f' startmsg.regex="{head}"' if head else "",
                after=_RSYSLOG_AFTER.get(kind, ""),
            )
        )
    modules = glob.glob(f"{root}/usr/lib/*/rsyslog") if root else []
    return ["-n", "-iNONE", *(("-M", modules[0]) if modules else ()), "-f", config]


# -- syslog-ng -------------------------------------------------------------------------------------

#: Of its parsers the one by expressions (PCRE, compiled) took least: csv-parser, which knows no
#: " - ", a little more; db-parser, whose trees are quick, a third more for what is around them.
_PATTERNS = {
    "bracket": (
        r"^\[(?<date>[^\]]+)\] (?<component>\S+) - (?<level>\S+) - (?<subcomponent>\S+) - "
        r"(?<message>(?s).*)$"
    ),
    "access": (
        r"^(?<client_ip>\S+) (?<ident>\S+) (?<user>\S+) \[(?<timestamp>[^\]]+)\] "
        r'"(?<method>\S+) (?<path>\S+) (?<protocol>[^"]+)" (?<status>\d+) (?<bytes>\S+) '
        r'"(?<referer>[^"]*)" "(?<user_agent>[^"]*)" (?<duration>\d+)$'
    ),
    "juli": (
        r"^(?<timestamp>\S+ \S+) (?<level>\w+) \[(?<thread>[^\]]*)\] (?<logger>\S+) "
        r"(?<message>(?s).*)$"
    ),
}

_SYSLOG_NG = """\
@version: 3.38
# threaded(no): threads take a quarter more CPU, for the same work. flush-lines and log-fifo-size:
# it writes a thousand events at once, and has room for what was read before that.
options {{
  threaded(no); stats-freq(0); mark-freq(0); time-reap(0);
  keep-hostname(yes); use-dns(no); dns-cache(no); use-fqdn(no);
  log-msg-size(262144); log-fifo-size(200000); flush-lines(1000);
}};
# no-parse: a line is no syslog message. log-fetch-limit: a thousand lines at a turn; ten thousand
# take four times the memory, and as much CPU.
source file {{
  file("{source}" flags(no-parse, no-hostname) log-fetch-limit(1000) log-iw-size(10000){join});
}};
parser fields {{ regexp-parser(prefix(".log.") patterns('{pattern}')); }};
rewrite misfit {{ set("$MSG" value(".log.message")); }};
# scope none: nothing but what was parsed, and a tenth less than naming each field.
destination json {{
  file("{output}" template("$(format-json --scope none --key .log.* --shift-levels 2)\\n"));
}};
log {{
  source(file);
  if {{ parser(fields); }} else {{ rewrite(misfit); }};
  destination(json);
}};
"""

_SYSLOG_NG_HEADS = {"bracket": r"^\\[", "juli": "^[0-9]{2}-[A-Z][a-z]{2}-[0-9]{4} "}


def _syslog_ng(kind: str, source: str, output: str, folder: str, root: str) -> list[str]:
    config = os.path.join(folder, "syslog-ng.conf")
    head = _SYSLOG_NG_HEADS.get(kind)
    with open(config, "w", encoding="ascii") as file:
        file.write(
            _SYSLOG_NG.format(
                source=source,
                output=output,
                pattern=_PATTERNS["bracket" if kind == "misfits" else kind],
                join=f' multi-line-mode(regexp) multi-line-prefix("{head}")' if head else "",
            )
        )
    own = {flag: os.path.join(folder, name) for flag, name in _SYSLOG_NG_FILES.items()}
    modules = glob.glob(f"{root}/usr/lib/syslog-ng/*.*/") if root else []
    return [
        *("--foreground", "--no-caps", "--cfgfile", config),
        *(part for pair in own.items() for part in pair),
        *(("--module-path", modules[0]) if modules else ()),
    ]


_SYSLOG_NG_FILES = {
    "--persist-file": "syslog-ng.persist",
    "--pidfile": "syslog-ng.pid",
    "--control": "syslog-ng.ctl",
}

# -- both ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Peer:
    """One that is here.

    Attributes:
        name: as it is called in the table.
        program: path of it.
        root: the folder it was unpacked in; "" where it is installed.
        setup: writes its configuration.
    """

    name: str
    program: str
    root: str
    setup: Setup = field(repr=False)

    def version(self) -> str:
        """Give its version as it says it."""
        done = subprocess.run(
            [self.program, "--version" if self.name == "syslog-ng" else "-v"],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"\d+\.\d+[.\d]*", done.stdout)
        return found[0] if found else "unknown"

    def measure(self, made: Made, output: str, folder: str) -> Usage:
        """Let it turn a log into JSON lines, from its start to its end.

        It is a daemon: once it has read all and rests, it is told to stop, which it does when
        all is written.

        Args:
            made: the log; :func:`closed` gives one that both read to the end.
            output: path of the JSON lines.
            folder: where it may write.

        Raises:
            BenchError: it failed, or does not come to rest.
        """
        own = os.path.join(folder, self.name)
        shutil.rmtree(own, ignore_errors=True)
        os.makedirs(own)
        if os.path.exists(output):
            os.unlink(output)
        arguments = self.setup(made.corpus.kind, made.path, output, own, self.root)
        with launched([self.program, *arguments], self._environment()) as (process, pid):
            peak = 0
            try:
                _await_rest(pid, made)
                # What the kernel tells at the end is no less than what launch.py had itself.
                with contextlib.suppress(OSError, KeyError):  # it ended by itself
                    _, peak = memory(pid)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            return replace(usage(process, [self.name]), rss=peak)

    def _environment(self) -> Mapping[str, str]:
        if not self.root:
            return environment()
        libraries = [
            *(f"{self.root}/usr/lib/syslog-ng", *glob.glob(f"{self.root}/usr/lib/*-linux-gnu")),
            *glob.glob(f"{self.root}/lib/*-linux-gnu"),
        ]
        return {**environment(), "LD_LIBRARY_PATH": ":".join(libraries)}


def _await_rest(pid: int, made: Made) -> None:
    """Wait until a process has read a file to its end, and then takes no CPU any more."""
    deadline = time.monotonic() + _PATIENCE_S
    with contextlib.suppress(OSError):  # it ended by itself; its exit code or its output tells why
        while _position(pid, made.path) < made.size and time.monotonic() < deadline:
            time.sleep(0.02)
        used = -1.0
        while time.monotonic() < deadline:
            before, used = used, cpu_s(pid)
            if used - before < 0.001:
                return
            time.sleep(_QUIET_S)
        raise BenchError(f"{made.path}: was not read to its end in {_PATIENCE_S:.0f} s")


def _position(pid: int, path: str) -> int:
    """Give how far a process has read a file; -1 where it has not opened it."""
    descriptors = f"/proc/{pid}/fd"
    furthest = -1
    for fd in os.listdir(descriptors):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if os.readlink(f"{descriptors}/{fd}") == path:
                with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as info:
                    furthest = max(furthest, int(info.readline().split()[1]))
    return furthest


_SETUPS: dict[str, tuple[str, Setup]] = {
    "rsyslog": ("rsyslogd", _rsyslog),
    "syslog-ng": ("syslog-ng", _syslog_ng),
}

NAMES = tuple(_SETUPS)


def found() -> dict[str, Peer]:
    """Give those that are here, by name."""
    here: dict[str, Peer] = {}
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    for name, (program, setup) in _SETUPS.items():
        unpacked = os.path.join(_UNPACKED, "usr/sbin", program)
        if installed := shutil.which(program, path=path):
            here[name] = Peer(name, installed, "", setup)
        elif os.access(unpacked, os.X_OK):
            here[name] = Peer(name, unpacked, _UNPACKED, setup)
    return here


def closed(made: Made, path: str) -> Made:
    """Copy a log and add, where lines join, a line that ends the last event.

    Returns:
        The copy. It still counts the events of the log: the added line is never one, for nothing
        ends it, or it is the last.
    """
    shutil.copyfile(made.path, path)
    closing = _CLOSING[made.corpus.kind] if made.corpus.kind in JOINING else b""
    with open(path, "ab") as file:
        file.write(closing)
    return Made(made.corpus, path, made.size + len(closing), made.lines, made.events)
