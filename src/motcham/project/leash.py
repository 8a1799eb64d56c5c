"""Start a program that dies with its parent, and drop root on the way: standard library only.

Run as `python leash.py PARENT SIGNAL UID GID -- program argument…`. The wrapper sets the death signal and then becomes
the program. It exists because doing this between fork and exec of a process with threads may hang, and because the other
user may not be able to read the Python that starts it: here everything is loaded before root is dropped.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
KEEP = -1


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send `number` to this process when its parent ends; end now if it has ended already."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        os._exit(1)


def leashed(argv: list[str], *, on_death: int = signal.SIGKILL, user: tuple[int, int] | None = None) -> list[str]:
    """Return the command that runs `argv` on a leash held by this process, as `user` (uid, gid) if given.

    The kernel watches the thread that starts it: start it from one that lives as long as the process.
    """
    uid, gid = user or (KEEP, KEEP)
    wrapper = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
    return [*wrapper, str(os.getpid()), str(int(on_death)), str(uid), str(gid), "--", *argv]


def main(arguments: list[str]) -> None:
    """Drop root if asked, tie this process to its parent and become the program."""
    parent, number, uid, gid = (int(word) for word in arguments[:4])
    program = arguments[5:]
    if uid != KEEP:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if number:
        # After setuid, which would clear it.
        die_with(parent, number)
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(stop, signal.SIG_DFL)
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
