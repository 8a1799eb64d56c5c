"""The one explicit discovery call: which kinds of definition exist, and where they are looked for."""

from __future__ import annotations

import importlib
from typing import Any

from django.apps import apps as django_apps
from django.utils.module_loading import module_has_submodule

from motcham.kernel.discovery import collect
from motcham.kernel.registry import Registry
from motcham.kernel.sweeps import Sweep, sweeps

_done = False


def registries() -> dict[type[Any], Registry[Any]]:
    """Return each kind of definition with its registry."""
    kinds: dict[type[Any], Registry[Any]] = {Sweep: sweeps}
    for module, noun, registry in (
        ("motcham.blocks.cases.define", "CaseType", "case_types"),
        ("motcham.blocks.cases.define", "Panels", "panels"),
        ("motcham.blocks.cases.define", "Finder", "finders"),
        ("motcham.blocks.channels.define", "Letter", "letters"),
        ("motcham.blocks.channels.define", "AddressBook", "address_books"),
        ("motcham.blocks.documents.define", "Template", "templates"),
        ("motcham.blocks.documents.define", "Origins", "origins"),
        ("motcham.kernel.erasers", "Eraser", "erasers"),
        ("motcham.kernel.application", "Application", "applications"),
    ):
        found = importlib.import_module(module)
        kinds[getattr(found, noun)] = getattr(found, registry)
    return kinds


def discover() -> None:
    """Import every `definitions` package, `app`, `tasks`, `addresses` and `slips` module of the installed apps and register what they declare."""
    global _done
    if _done:
        return
    _done = True
    kinds = registries()
    for config in django_apps.get_app_configs():
        if not config.name.startswith("motcham."):
            continue
        for part in ("app", "tasks", "handlers", "addresses", "definitions", "slips"):
            if config.module is not None and module_has_submodule(config.module, part):
                collect(f"{config.name}.{part}", kinds)
    for registry in kinds.values():
        for item in registry:
            if hasattr(item, "verify"):
                item.verify(registry.file_of(item.key))
