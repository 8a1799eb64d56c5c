"""The manifest of an application: what it is called, where it stands in the menu, and where its pages are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from motcham.kernel.registry import Registry
from motcham.kernel.terms import Words


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu: words, the name of its route, and the permission without which it is not shown."""

    label: Words
    route: str
    permission: str = ""
    order: int = 50


@dataclass(frozen=True)
class Application:
    """One application; `answers` quotes the part of the city's programme that it serves; `warm` makes ready what the first to ask
    would wait for, in each web process."""

    key: str
    title: Words
    answers: str
    menu: tuple[MenuItem, ...] = ()
    warm: Callable[[], object] | None = None


applications: Registry[Application] = Registry("application")
