"""The reference is what the code declares, and every refusal can be read in both languages."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import subprocess
import sys

import polib
import pytest

import motcham
from motcham.kernel.errors import MotchamError

# What every block may raise has no block in its code.
KERNEL = "motcham.kernel."


def all_errors() -> list[type[MotchamError]]:
    """Return every kind of refusal of the package."""
    for found in pkgutil.walk_packages(motcham.__path__, "motcham."):
        if not {"tests", "migrations", "build", "doctor", "settings"} & set(found.name.split(".")):
            importlib.import_module(found.name)

    def below(kind: type[MotchamError]) -> list[type[MotchamError]]:
        return [each for child in kind.__subclasses__() for each in (child, *below(child))]

    ours = {
        error for error in below(MotchamError) if error.__module__.startswith("motcham.") and ".tests." not in error.__module__
    }
    return sorted(ours, key=lambda error: (error.code, error.__qualname__))


def test_every_refusal_has_a_code_of_its_own():
    silent = [error.__qualname__ for error in all_errors() if "code" not in vars(error)]
    assert silent == []
    codes = [error.code for error in all_errors()]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_codes_are_named_for_their_block():
    wrong = [
        error.code
        for error in all_errors()
        if not error.__module__.startswith(KERNEL) and not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", error.code)
    ]
    assert wrong == []


def test_every_refusal_says_what_happened_and_what_to_do():
    short = [error.__qualname__ for error in all_errors() if "__doc__" not in vars(error) or not vars(error)["__doc__"]]
    assert short == []
    # Two sentences: what is wrong, then what to do about it.
    wrong = [error.__qualname__ for error in all_errors() if len(re.findall(r"[.;!?](?:\s|$)", error.template())) < 2]
    assert wrong == []


def test_every_refusal_is_translated(package):
    catalogue = polib.pofile(str(package / "locale/vi/LC_MESSAGES/django.po"))
    known = {entry.msgid for entry in catalogue if entry.translated() and not entry.obsolete}
    assert [error.template() for error in all_errors() if error.template() not in known] == []


def test_refusals_can_be_filled_in_in_vietnamese(package):
    catalogue = polib.pofile(str(package / "locale/vi/LC_MESSAGES/django.po"))
    translated = {entry.msgid: entry.msgstr for entry in catalogue}
    for error in all_errors():
        asked = set(re.findall(r"{(\w+)}", error.template()))
        assert set(re.findall(r"{(\w+)}", translated.get(error.template(), ""))) <= asked, error.code


@pytest.mark.parametrize("page", ["errors.md", "access.md", "addresses.md", "personal-data.md"])
def test_the_reference_is_there(page, root):
    assert (root / "docs/reference" / page).exists(), "run make docs"


def test_the_reference_is_up_to_date(root):
    environment = {name: value for name, value in os.environ.items() if name not in ("MOTCHAM_MODE", "MOTCHAM_HOME")}
    checked = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
