"""The procedures that the package carries: read into an empty catalogue when the house is prepared."""

from __future__ import annotations

import hashlib
import tomllib
from contextlib import ExitStack
from datetime import date
from importlib.resources import as_file, files

from motcham import data
from motcham.apps.public_services import importing
from motcham.apps.public_services.models import ReadFile
from motcham.blocks.identity.define import Actor

FILES = ("official_list.csv.gz", "index.csv.gz", "channels.csv.gz", "commune_level.jsonl.gz")


def as_of() -> date:
    """Return the day for which the files of the package speak."""
    day: date = tomllib.loads(data.text("SOURCES.toml"))["procedures/"]["as_of"]
    return day


def load(*, by: Actor, told: importing.Progress | None = None) -> int:
    """Import what the package carries and this database never read; return how many procedures are new or changed."""
    with ExitStack() as stack:
        folder = files("motcham.data") / "procedures"
        paths = [stack.enter_context(as_file(folder / name)) for name in FILES]
        known = set(ReadFile.objects.values_list("digest", flat=True))
        if {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths} <= known:
            return 0
        report = importing.import_files(by=by, paths=paths, as_of=as_of(), told=told)
    return report.new + report.changed
