"""Work that time does, not a person: declared by a block, run over and over by the worker process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from motcham.kernel.registry import Registry


@dataclass(frozen=True)
class Sweep:
    """One repeated piece of work. `run` does one bounded batch and returns how many things it did;
    it is called again at once while it returns more than 0, else after `every` seconds."""

    key: str
    every: float
    run: Callable[[], int]


sweeps: Registry[Sweep] = Registry("sweep")
