"""What a search for services finds beside the kinds of case: apps that know more answer it as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from motcham.kernel.registry import Registry


@dataclass(frozen=True)
class Found:
    """One hit: what it is called, what it is, where it leads."""

    title: str
    text: str
    href: str


@dataclass(frozen=True)
class Finder:
    """Who finds more by the words of a person, the likeliest first, and nothing where nothing is likely."""

    key: str
    find: Callable[[str], Sequence[Found]]


finders: Registry[Finder] = Registry("finder")
