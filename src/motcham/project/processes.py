"""The processes of an installation, declared once: what `motcham up` does before it is ready, and what it keeps running."""

from __future__ import annotations

import sys
from dataclasses import dataclass

ALWAYS = frozenset({"demo", "production", "test"})


@dataclass(frozen=True)
class Process:
    """One verb of the command line that runs in a process of its own."""

    name: str
    arguments: tuple[str, ...]
    modes: frozenset[str] = ALWAYS

    @property
    def argv(self) -> list[str]:
        """Return the command, with the Python that runs now: -P keeps the current folder out of the path."""
        return [sys.executable, "-P", "-m", "motcham.project.cli", *self.arguments]


DEMO = frozenset({"demo"})

# Each of these runs to its end, in this order, before the services start.
PREPARE = (
    Process("migrate", ("migrate",)),
    Process("prepare", ("prepare",)),
)
SERVICES = (
    Process("sequencer", ("sequencer",), frozenset({"production", "test"})),
    Process("sequencer", ("sequencer", "--witness", "local"), DEMO),
    Process("witness", ("witness",), DEMO),
    Process("web", ("web",)),
    Process("worker", ("worker",)),
    Process("replay", ("replay",), DEMO),
)


def in_mode(processes: tuple[Process, ...], mode: str) -> tuple[Process, ...]:
    """Return those that belong to a mode, in order."""
    return tuple(process for process in processes if mode in process.modes)
