"""Where an installation keeps its state, and how it is named: no Django, nothing is created by asking."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """Return the folder of keys, database and attachments: MOTCHAM_HOME, else the usual place for the user."""
    if chosen := os.environ.get("MOTCHAM_HOME"):
        return Path(chosen).expanduser().absolute()
    return Path("~/.local/share/motcham").expanduser().absolute()


def make_home() -> Path:
    """Create the folder where it is missing. Root's may be passed through, so that the database's own user gets to its part."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    return folder


def mode() -> str:
    """Return how this installation runs: demo, production (the default) or test."""
    return os.environ.get("MOTCHAM_MODE", "production")
