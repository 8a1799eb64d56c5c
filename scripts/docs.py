"""Writes the generated pages of docs/reference from what the code declares; `--check` says which are out of date.

A page is a function that returns its text, listed in `PAGES`.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/reference"
GENERATED = "<!-- Written by `make docs` from the code. Change the code, not this page. -->"


def errors() -> str:
    """Return the page of every refusal: its code, its status and what it tells the person."""
    from django.utils import translation

    from motcham.kernel.errors import MotchamError
    from motcham.project.problems import PROBLEMS

    rows = ["| code | status | what the person reads |", "| --- | --- | --- |"]
    found = {error.code: (error.status, error.template()) for error in _subclasses(MotchamError)}
    with translation.override("en"):
        plain = {code: (status, str(words)) for code, (status, words) in PROBLEMS.items()}
    for code, (status, words) in sorted({**plain, **found}.items()):
        rows.append(f'| <a id="{code}"></a>`{code}` | {status} | {words} |')
    return _page(
        "Errors",
        "Every refusal has a stable code. Programs get it as `code` in an RFC 9457 problem (`application/problem+json`), "
        "people as a sentence in their language with a reference number. Words in braces are filled in.",
        *rows,
    )


def access() -> str:
    """Return the page of who may what: permissions, roles, and the doors that stand open with the reason of each."""
    from django.utils import translation

    from motcham.blocks.identity.define import Permission
    from motcham.blocks.identity.roles import ROLES

    with translation.override("en"):
        lines = ["## Roles", ""]
        for role in ROLES:
            lines += [f"### {role.label} (`{role.key}`)", "", f"{role.description} {role.because}", ""]
            for where, rights in (("own cases", role.own), ("agency of the post", role.agency), ("whole city", role.city)):
                if rights:
                    lines.append(f"- {where}: " + ", ".join(f"`{right}`" for right in sorted(rights)))
            lines.append("")
    lines += ["## Permissions", "", "| permission | roles |", "| --- | --- |"]
    for permission in Permission:
        holders = ", ".join(role.key for role in ROLES if permission in role.permissions)
        lines.append(f"| `{permission}` | {holders} |")
    return _page(
        "Who may what", "The policy itself is `src/motcham/blocks/identity/roles.py`; nothing else grants a right.", *lines
    )


def routes() -> str:
    """Return the page of every address and who may call it."""
    from django.urls import URLPattern, URLResolver, get_resolver

    from motcham.kernel.access import Guarded

    def walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
        for each in resolver.url_patterns:
            if isinstance(each, URLResolver):
                yield from walk(each, prefix + str(each.pattern))
            else:
                yield prefix + str(each.pattern), each

    rows = ["| address | who | why |", "| --- | --- | --- |"]
    for address, pattern in sorted(walk(get_resolver()), key=lambda pair: pair[0]):
        door = getattr(pattern.callback, "access", None)
        who = f"`{door.permission}`" if isinstance(door, Guarded) else "anyone"
        rows.append(f"| `/{address.replace('|', '¦')}` | {who} | {getattr(door, 'reason', '')} |")
    return _page(
        "Addresses", "Every route, and who may call it. Which objects one sees behind a door is decided object by object.", *rows
    )


def personal_data() -> str:
    """Return the inventory of personal data: where it lies, how long, by which law, and what erases it."""
    from django.utils import translation

    from motcham.kernel.erasers import erasers

    rows = ["| eraser | tables | what | kept | legal basis |", "| --- | --- | --- | --- | --- |"]
    for each in sorted(erasers, key=lambda eraser: eraser.key):
        tables = ", ".join(f"`{table}`" for table in each.tables)
        with translation.override("en"):
            rows.append(f"| `{each.key}` | {tables} | {each.what} | {each.retention} | {each.legal_basis} |")
    return _page("Personal data", "Which tables hold personal data and what makes an end of it.", *rows)


def full_forms() -> str:
    """Return the page of the forms that were made for one procedure, with every number that they rest on and how sure it is."""
    from motcham.apps.public_services import law, numbers_of_law
    from motcham.apps.public_services.making import FAMILY
    from motcham.blocks.cases.define import case_types
    from motcham.blocks.cases.law import dated_limits

    forms = sorted((each for each in case_types if each.numbers_of and each.key != FAMILY), key=lambda each: each.counted_as)
    codes = [each.counted_as for each in forms]
    lines = ["| procedure | form | official name | questions at most |", "| --- | --- | --- | --- |"]
    lines += [f"| `{each.counted_as}` | `{each.key}` | {each.official_name} | {len(each.fields)} |" for each in forms]
    lines += [
        "",
        "## Limits and fees by law",
        "",
        "| procedure | what | value | law | since | trust |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{each.scope}` | {each.fact} | {each.value} {each.unit} | {each.basis} | {each.valid_from} | {each.trust} |"
        for each in law.table()
        if each.scope in codes
    ]
    lines += [
        f"| `{each.key.removeprefix('dossier.')}` | limit | {each.limit.amount} {each.limit.unit} | {each.legal_basis} | {each.valid_from} | {each.trust} |"
        for each in dated_limits()
        if any(each.key.startswith(f"dossier.{code}") for code in codes)
    ]
    lines += [
        "",
        "## Numbers that answers are checked against",
        "",
        "| number | value | law | since | trust |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{each.key}` | {each.number} {each.unit} | {each.legal_basis} | {each.valid_from} | {each.legal_basis.trust} |"
        for each in numbers_of_law.table()
    ]
    return _page(
        "Full forms",
        "Forms that were made for one procedure; every other procedure has the form that its papers make. Trust: found (read in a "
        "source), memory_high, memory (general knowledge, to be checked by an official), design (our own). What no source gives is "
        "not announced, and is said so.",
        *lines,
    )


def commands() -> str:
    """Return the page of every verb of the command line, in both languages."""
    import click

    from motcham.project.cli import VERBS
    from motcham.project.cli import main as motcham

    def row(path: str, command: click.Command, vi: str, en: str) -> str:
        options = [
            each.opts[-1]
            for each in command.params
            if isinstance(each, click.Option) and not each.hidden and "--help" not in each.opts
        ]
        arguments = [each.make_metavar(click.Context(command)) for each in command.params if isinstance(each, click.Argument)]
        typed = " ".join(["motcham", path, *arguments]).replace("|", r"\|")
        return f"| `{typed}` | {' '.join(f'`{each}`' for each in options)} | {vi} | {en} |"

    rows = ["| command | options | | |", "| --- | --- | --- | --- |"]
    for name, verb in VERBS.items():
        command = motcham.get_command(click.Context(motcham), name)
        if not isinstance(command, click.Group):
            rows.append(row(name, command, verb.vi, verb.en))
            continue
        for sub, child in command.commands.items():
            vi, _slash, en = " ".join((child.help or "").split("\n\n")[0].split()).partition(" / ")
            rows.append(row(f"{name} {sub}", child, vi, en))
    return _page(
        "Commands",
        "Every verb explains itself and its options in Vietnamese and English (`--help`) and exits with 0 when it did what it was told, "
        "1 when it could not or found something wrong, 2 when it was typed wrongly. Facts are printed as JSON with `--json`: "
        "an object, a list of them, or one on each line for a table; refusals are sentences on stderr.",
        *rows,
    )


PAGES: dict[str, Callable[[], str]] = {
    "errors.md": errors,
    "access.md": access,
    "addresses.md": routes,
    "personal-data.md": personal_data,
    "full-forms.md": full_forms,
    "commands.md": commands,
}


def _page(title: str, lead: str, *lines: str) -> str:
    return "\n".join([f"# {title}", "", GENERATED, "", lead, "", *lines]).rstrip() + "\n"


def _subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("motcham.") and ".tests." not in each.__module__:
            yield each
        yield from _subclasses(each)


def start() -> None:
    """Load every module of the package, so that all that is declared is known."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcham.project.settings")
    # The mode of an installation: what exists only in a demo is no part of the reference.
    os.environ.setdefault("MOTCHAM_MODE", "production")
    os.environ.setdefault("MOTCHAM_HOME", tempfile.mkdtemp(prefix="motcham-docs-"))
    import django

    django.setup()
    import motcham

    for found in pkgutil.walk_packages(motcham.__path__, "motcham."):
        if not {"tests", "migrations", "testing", "demo", "build", "doctor"} & set(found.name.split(".")):
            importlib.import_module(found.name)


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` name those that differ."""
    start()
    stale = []
    for name, page in PAGES.items():
        path, text = FOLDER / name, page()
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    for name in stale:
        print(f"docs/reference/{name} " + ("is out of date: run make docs" if "--check" in arguments else "written"))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
