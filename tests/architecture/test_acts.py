"""Every act has an actor and leaves an entry; every table with personal data has somebody who erases it."""

from __future__ import annotations

import ast

from django.apps import apps

from motcham.kernel.erasers import erasers

# Actions that leave no entry of their own, as "module.function": why that is right.
WITHOUT_ENTRY: dict[str, str] = {}

# Actions that nobody in particular does.
WITHOUT_ACTOR: dict[str, str] = {}

# Tables in which nobody is named: what they hold instead. A table belongs here or under an eraser.
NOT_PERSONAL = {
    "identity_agency": "bodies of the state",
    "identity_post": "which account number holds which post; kept as long as evidence names the post",
    "identity_apitoken": "hashes of keys of programs",
    "account_emailaddress": "allauth's table, never written: no e-mail address is asked for",
    "account_emailconfirmation": "allauth's table, never written",
    "auth_group": "Django's table, never written: roles are in identity/roles.py",
    "auth_group_permissions": "Django's table, never written",
    "auth_permission": "names of Django's tables",
    "django_content_type": "names of Django's tables",
    "django_migrations": "names of migrations",
    "ledger_tile": "hashes",
    "ledger_log": "the state of the sequencer",
}


def actions(code):
    """Yield (source, function) of every public action of every block and app."""
    for source in code:
        parts = source.module.split(".")
        if len(parts) > 3 and parts[1] in ("blocks", "apps") and parts[3] == "actions":
            for node in source.tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield source, node


def test_every_action_says_who_acts(code):
    wrong = [
        f"{source.name}:{node.lineno} {node.name}"
        for source, node in actions(code)
        if "by" not in {arg.arg for arg in node.args.kwonlyargs} and f"{source.module}.{node.name}" not in WITHOUT_ACTOR
    ]
    assert not wrong, "add the keyword-only argument `by`:\n" + "\n".join(wrong)


def test_every_action_leaves_an_entry(code):
    wrong = []
    for source, node in actions(code):
        if source.module.startswith("motcham.blocks.ledger") or f"{source.module}.{node.name}" in WITHOUT_ENTRY:
            continue
        if not _appends(node, source.tree, set()):
            wrong.append(f"{source.name}:{node.lineno} {node.name}")
    assert not wrong, "call ledger.append in the same transaction:\n" + "\n".join(wrong)


def _appends(node: ast.AST, tree: ast.Module, seen: set[str]) -> bool:
    """Tell whether a function appends to the log, itself or through a neighbour in its file."""
    local = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func)
        if name.startswith("ledger.append"):
            return True
        if name in local and name not in seen and _appends(local[name], tree, seen | {name}):
            return True
    return False


def test_exemptions_name_actions_that_exist(code):
    there = {f"{source.module}.{node.name}" for source, node in actions(code)}
    assert {*WITHOUT_ENTRY, *WITHOUT_ACTOR} <= there


def tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}


def test_every_table_has_an_eraser_or_names_nobody():
    erased = {table for eraser in erasers for table in eraser.tables}
    undecided = sorted(tables() - erased - set(NOT_PERSONAL))
    assert undecided == [], "declare an Eraser in the block's tasks.py, or say in NOT_PERSONAL what the table holds"
    assert not erased & set(NOT_PERSONAL)


def test_erasers_and_exemptions_name_tables_that_exist():
    there = tables() | {"django_migrations"}
    for eraser in erasers:
        assert set(eraser.tables) <= there, eraser.key
    assert set(NOT_PERSONAL) <= there


def test_every_eraser_says_what_goes_when_and_by_which_law():
    for eraser in erasers:
        assert len(eraser.what.split()) >= 3 and eraser.retention and eraser.legal_basis.document, eraser.key
