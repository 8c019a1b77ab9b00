"""Run one command and say what it cost: ``python -I -S launch.py OUTPUT COMMAND [ARGUMENT…]``.

The kernel hands the peak memory of whoever starts a process down to it, over fork, vfork and exec
alike (``setmax_mm_hiwater_rss`` in its fs/exec.c). A benchmark grows, so what it starts directly
would seem to have been as large. This script imports next to nothing and stays below all it starts.

It prints two lines: the process's id as soon as it runs, and its usage as JSON when it has ended.
"""

import os
import sys
import time


def main() -> int:
    """Run the command with its standard output in a file, and print what it cost."""
    output, *command = sys.argv[1:]
    out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    started = time.perf_counter()
    child = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)]
    )
    print(child, flush=True)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    print(
        f'{{"code": {os.waitstatus_to_exitcode(status)}, "cpu_s": {used.ru_utime + used.ru_stime}, '
        f'"wall_s": {wall}, "rss": {used.ru_maxrss * 1024}, "faults": {used.ru_minflt}}}'
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
