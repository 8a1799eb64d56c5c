"""Who may know whom: blocks stand in one order and are entered by three doors only."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from importlinter import cli

DOORS = {"define", "api", "testing"}

# Django finds these by name when the project starts; they are the block's own way to be loaded.
LOADED_BY_PROJECT = {"apps", "urls", "middleware", "sessions", "adapter", "factors", "openid"}

# Imports past a door that stand, each with its reason; a new one needs a better reason than it has.
EXEMPT = {
    (
        "motcham.project.commands",
        "motcham.blocks.ledger",
    ): "the processes of the log are started by the command line, with its keys in hand",
}

# Templates that include one whose name is known only at run time, and where that name comes from.
NAMED_LATER = {
    "blocks/cases/templates/cases/ask/group.html": "cases/forms.py names the template of each kind of question",
    "blocks/cases/templates/cases/form.html": "cases/forms.py names the template of each kind of question",
    "blocks/cases/templates/cases/details.html": "cases/forms.py names the template of each kind of question",
    "blocks/cases/templates/cases/act.html": "cases/forms.py names the template of each kind of question",
    "blocks/cases/templates/cases/intake.html": "cases/forms.py names the template of each kind of question",
    "blocks/cases/templates/cases/split.html": "cases/forms.py names the template of each kind of question",
    "apps/public_services/counter/templates/counter/form.html": "cases/forms.py names the template of each kind of question",
}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("motcham", cache_dir=None)


def block_of(module: str) -> str:
    """Return motcham.blocks.x for a module in it, else nothing."""
    found = re.match(r"motcham\.blocks\.\w+", module)
    return found[0] if found else ""


def order(root: Path) -> dict[str, int]:
    """Return each package with its height, read from the one list in pyproject.toml; the lowest is 0."""
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in settings["contracts"] if contract["id"] == "layers")
    return {name: height for height, layer in enumerate(reversed(layers)) for name in re.findall(r"[\w.]+", layer)}


def test_the_contracts_of_pyproject_are_kept(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert cli.lint_imports(no_cache=True) == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_block_stands_in_the_order(root, package):
    there = {f"motcham.blocks.{folder.name}" for folder in (package / "blocks").iterdir() if (folder / "__init__.py").exists()}
    assert there <= set(order(root)), "add the block to the layers in pyproject.toml, by an ADR"


def test_a_block_is_entered_by_define_api_or_testing_only():
    wrong = []
    for importer in graph().modules:
        for imported in graph().find_modules_directly_imported_by(importer):
            block = block_of(imported)
            if not block or block == block_of(importer):
                continue
            door = imported.removeprefix(block).lstrip(".").split(".")[0]
            if door not in DOORS and imported != block and not _exempt(importer, block):
                wrong.append(f"{importer} imports {imported}")
    assert not wrong, "enter a block by its define, api or testing:\n" + "\n".join(wrong)


def test_every_exemption_is_still_needed():
    used = {
        (exempt, block_of(imported))
        for exempt, _ in EXEMPT
        for importer in graph().find_descendants(exempt)
        for imported in graph().find_modules_directly_imported_by(importer)
        if block_of(imported) and imported.split(".")[3:4] and imported.split(".")[3] not in DOORS
    }
    assert used == set(EXEMPT)


def _exempt(importer: str, block: str) -> bool:
    return any(importer.startswith(f"{who}.") and block == what for who, what in EXEMPT)


def test_settings_name_only_what_django_loads(package):
    named = re.findall(r"\"motcham\.blocks\.\w+\.(\w+)", (package / "project/settings.py").read_text())
    assert set(named) <= LOADED_BY_PROJECT


def test_testing_is_imported_by_tests_alone(code):
    running_stories = "motcham.blocks.cases.scenarios"  # It runs the YAML stories of case types as tests.
    wrong = [
        source.name
        for source in code
        if source.module != running_stories and re.search(r"^\s*(from|import) .*\btesting\b", source.text, re.MULTILINE)
    ]
    assert not wrong


def _height(model, heights: dict[str, int]) -> int:
    name = model.__module__
    while name and name not in heights:
        name = name.rpartition(".")[0]
    return heights[name] if name else -1


def test_foreign_keys_point_down_and_leave_no_trace_there(root):
    heights = order(root)
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("motcham."):
            continue
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete and field.related_model):
                continue
            other = field.related_model
            if block_of(other.__module__) == block_of(model.__module__):
                continue
            if _height(other, heights) >= _height(model, heights):
                wrong.append(f"{model.__name__}.{field.name} points up, or sideways, to {other.__name__}")
            if not field.remote_field.hidden:
                wrong.append(f'{model.__name__}.{field.name} needs related_name="+"')
    assert not wrong, "\n".join(wrong)


def test_models_are_not_fetched_by_name(code):
    wrong = [source.name for source in code if "apps.get_model(" in source.text]
    assert not wrong, "enter the block by its api instead"


# Statements that read another's tables, each with its reason.
READS_BELOW = {("motcham.blocks.indicators", "motcham.blocks.cases"): "figures follow the cases by a trigger (docs/adr/0016)"}


def owner_of(module: str) -> str:
    """Return the block or application that a module belongs to: what stands inside an application is its own."""
    found = re.match(r"motcham\.(?:blocks|apps)\.\w+", module)
    return found[0] if found else ""


def test_a_statement_names_tables_of_its_own_alone(sources):
    owners = {model._meta.db_table: owner_of(model.__module__) for model in apps.get_models(include_auto_created=True)}
    named = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE|TABLE|COPY|ON)\s+"?(\w+)')
    found = {
        (owner_of(source.module), owners[table], source.name)
        for source in sources
        if not source.is_test and owner_of(source.module)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for table in named.findall(node.value)
        if owners.get(table) and owners[table] != owner_of(source.module)
    }
    wrong = [f"{name} reads a table of {below}" for above, below, name in sorted(found) if (above, below) not in READS_BELOW]
    assert not wrong, "enter the block by its api instead:\n" + "\n".join(wrong)
    assert {(above, below) for above, below, _ in found} == set(READS_BELOW)


def test_a_template_uses_its_own_and_those_of_the_design_system(templates, package):
    wrong = []
    for path in templates:
        relative = path.relative_to(package)
        if relative.parts[0] == "project":
            continue  # It stands above all and puts the pages of the house together.
        own = relative.parts[relative.parts.index("templates") - 1]
        for used in re.findall(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)", path.read_text()):
            if own == "ui" and "/" not in used:
                continue
            if used.split("/")[0] not in ("ui", own):
                wrong.append(f"{relative} uses {used}")
        if re.search(r"{%\s*(?:include|extends)\s+[^\"'\s]", path.read_text()) and str(relative) not in NAMED_LATER:
            wrong.append(f"{relative} includes a template whose name is known only at run time")
    assert not wrong, "\n".join(wrong)


def test_templates_stand_in_a_folder_of_their_owner(templates, package):
    wrong = []
    for path in templates:
        parts = path.relative_to(package).parts
        place = parts.index("templates")
        if parts[0] == "project" or re.fullmatch(r"\d{3}\.html", parts[-1]):
            continue  # Django and the web server look for these at the top.
        if parts[place + 1] != parts[place - 1]:
            wrong.append(str(path.relative_to(package)))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", ["kernel", "ui"])
def test_what_everyone_stands_on_has_no_tables(folder, package):
    assert not list((package / folder).rglob("models.py"))
