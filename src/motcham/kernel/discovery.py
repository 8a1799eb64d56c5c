"""Finds definitions: every module-level value of a registered kind, in the modules it is told to read."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from motcham.kernel.registry import Registry


def collect(name: str, kinds: Mapping[type[Any], Registry[Any]]) -> None:
    """Import the module or package `name` with all its modules and register the definitions written in them."""
    module = importlib.import_module(name)
    _register(module, kinds)
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        _register(importlib.import_module(f"{name}.{found.name}"), kinds)


def _register(module: ModuleType, kinds: Mapping[type[Any], Registry[Any]]) -> None:
    for value in vars(module).values():
        registry = kinds.get(type(value))
        # What a definition imports from a neighbour is the same object and stays the neighbour's.
        if registry is not None and not any(known is value for known in registry):
            registry.register(value, file=str(module.__file__))
