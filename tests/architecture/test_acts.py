"""Every act has an actor and leaves an entry; every table with personal data has somebody who erases it."""

from __future__ import annotations

import ast
import re

from django.apps import apps
from django.utils import translation

from motcham.kernel.erasers import erasers

# What stands among actions and only reads.
READS = {
    f"motcham.apps.public_services.dossiers.{name}"
    for name in (
        "actions_after.is_there",
        "actions_money.bills_of",
        "actions_slips.is_in_force",
        "actions_slips.name_of",
    )
}

# Actions that leave no entry of their own, as "module.function": why that is right.
WITHOUT_ENTRY: dict[str, str] = {
    "motcham.blocks.cases.actions_time.follow_calendar": "each case that moves leaves its own",
    "motcham.blocks.channels.actions.send": "the act that it tells of leaves the entry, and the notice names it",
    "motcham.blocks.channels.actions.publish": "as send",
    "motcham.blocks.channels.actions.spread": "names who is to be told; what reaches them leaves its own entry",
    "motcham.blocks.documents.actions.sweep_files": "removes files that no row knows: nothing that is in evidence",
    "motcham.blocks.documents.actions.keep": "says how long a file that nobody attached yet may wait",
    "motcham.blocks.documents.actions_orders.fulfil": "the page that is printed leaves its own entry",
    "motcham.blocks.indicators.actions.fold": "counts what entries already say",
    "motcham.blocks.indicators.actions.sweep": "counts what entries already say",
    "motcham.blocks.indicators.actions.recompute": "counts what entries already say",
    "motcham.blocks.indicators.actions_closings.sweep": "the day that it closes leaves its own",
}

# Actions that nobody in particular does.
WITHOUT_ACTOR: dict[str, str] = {
    "motcham.blocks.cases.actions_time.became_late": "time makes a case late, nobody does",
    "motcham.blocks.cases.actions_time.follow_calendar": "time does it, after an official announced the day",
    "motcham.blocks.channels.actions.send": "the act that it tells of has the actor",
    "motcham.blocks.channels.actions.publish": "as send",
    "motcham.blocks.channels.actions.spread": "time does it",
    "motcham.blocks.documents.actions.erase_unattached": "time does it",
    "motcham.blocks.documents.actions.sweep_files": "time does it",
    "motcham.blocks.documents.actions_orders.fulfil": "whoever ordered the page acted, and is named in its entry",
    "motcham.blocks.documents.actions_shares.erase_ended": "time does it",
    "motcham.blocks.documents.actions.keep": "whoever has begun a form; nobody in evidence yet",
    "motcham.blocks.indicators.actions.fold": "time does it",
    "motcham.blocks.indicators.actions.sweep": "time does it",
    "motcham.blocks.indicators.actions.recompute": "counting twice changes nothing, whoever asks",
    "motcham.blocks.indicators.actions_closings.sweep": "time does it",
}

# What writes without an entry outside `actions` modules, by module: why nothing of it is an act.
BOOKKEEPING = {
    "motcham.apps.demo.desks": "which case it opened already; each is opened and moved by the acts of cases",
    "motcham.apps.demo.replay": "how far the replay came, in the transaction of the acts that it does",
    "motcham.apps.feedback_1022.open311.exchange": "how far an exchange came; what arrives is filed by the acts of cases",
    "motcham.apps.feedback_1022.open311.photos": "which photos of another house are still to be fetched",
    "motcham.apps.public_services.counter.filing": "what is typed at a counter until it is filed, which is the act",
    "motcham.apps.public_services.dossiers.counting": "counts of a dossier, in the transaction of the act that moved it",
    "motcham.apps.public_services.dossiers.following": "a dossier's own row follows its case, in the transaction of the act",
    "motcham.apps.public_services.dossiers.numbers": "the next number of a day, drawn by the act of filing",
    "motcham.apps.public_services.national_portal.outbox": "what is to be told, in the transaction of the act that it tells of",
    "motcham.apps.public_services.national_portal.tasks": "messages that were taken long ago; their taking is an entry",
    "motcham.blocks.cases.acting": "the steps that the actions of cases are made of",
    "motcham.blocks.cases.erasure": "erasing; that it was done is an entry, written last by timeline.record",
    "motcham.blocks.cases.promises": "which agency promised which day, in the transaction of the step that says so",
    "motcham.blocks.cases.tasks": "keys of requests that were answered a month ago",
    "motcham.blocks.channels.pages": "that a notice was read, by whom it is for",
    "motcham.blocks.identity.lockout": "how often somebody tried, for 15 minutes",
    "motcham.blocks.identity.queries": "when a session was seen last, so that idle ones end",
    "motcham.blocks.identity.sessions": "sessions; signing in and out are entries of their own",
    "motcham.blocks.identity.tasks": "sessions that ended by time",
    "motcham.blocks.indicators.sql": "counts what entries already say",
}
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "update", "delete"}
STATEMENT = re.compile(r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM|COPY \w+) ")

# Tables in which nobody is named: what they hold instead. A table belongs here or under an eraser.
NOT_PERSONAL = {
    "public_services_source": "published procedures as they were read",
    "public_services_readfile": "files that were imported",
    "public_services_procedure": "versions of published procedures",
    "public_services_statedfact": "limits and fees that officials entered, with their documents; who did stands in the log",
    "public_services_unread": "places of published texts that were not understood",
    "public_services_disagreement": "published sources that disagree",
    "identity_agency": "bodies of the state",
    "identity_post": "which account number holds which post; kept as long as evidence names the post",
    "identity_apitoken": "hashes of keys of programs",
    "identity_agencyalias": "codes of bodies of the state",
    "identity_succession": "which body of the state went on in which",
    "identity_substitution": "which account number stands in for which post; kept as long as evidence names the post",
    "identity_tries": "keyed hashes of names and networks, for 15 minutes",
    "socialaccount_socialapp": "allauth's table, never written: providers come from the settings",
    "socialaccount_socialtoken": "allauth's table, never written: no token is kept",
    "account_emailaddress": "allauth's table, never written: no e-mail address is asked for",
    "account_emailconfirmation": "allauth's table, never written",
    "auth_group": "Django's table, never written: roles are in identity/roles.py",
    "auth_group_permissions": "Django's table, never written",
    "auth_permission": "names of Django's tables",
    "django_content_type": "names of Django's tables",
    "demo_position": "where the replay of made-up reports stands",
    "demo_replayedcase": "which made-up report became which case",
    "dossiers_dossier": "the code of a dossier, when it was accepted and settled, what is counted of it; who filed it is the case's",
    "dossiers_daynumber": "counts",
    "dossiers_agencycode": "codes of bodies of the state",
    "national_portal_message": "which act of which dossier the national portal was told of, and its receipt; what it was told is not kept",
    "dossiers_slip": "which form was printed for an act of a case; what is in it is the document's",
    "dossiers_link": "which report is about which dossier",
    "counter_desk": "the desks of an office",
    "counter_opening": "hours in which times can be booked",
    "counter_daycount": "counts",
    "django_migrations": "names of migrations",
    "cases_calendarday": "days off and make-up days",
    "cases_replytemplate": "words that agencies begin their answers with",
    "cases_savedfilter": "the lists that officers kept: an account number, a name for the list, what it narrows by",
    "cases_promise": "which agency promised which day in which case",
    "cases_stepclock": "how long a case waited at a desk",
    "channels_notice": "which act of which case was told; words, names and addresses stay with the case",
    "open311_neighbour": "other installations: their addresses, sealed keys, tables of codes",
    "open311_exchanged": "which case is which request of another installation",
    "open311_wanted": "addresses of photos until they are fetched, two hours at most; the report that named them is the case's",
    "payments_attempt": "sums, states and numbers of a payment; who paid is in payments_bill and payments_money, sealed",
    "payments_receipt": "a number, a sum, a code; whom it is for is in payments_bill, sealed",
    "payments_series": "the last number of a receipt in a year",
    "payments_reconciliation": "references of banks and sums that differ",
    "documents_result": "what kind of paper which agency signed when, and its digest: what anyone sees who has its code",
    "indicators_board": "a version number",
    "indicators_closing": "counts",
    "indicators_scoreevent": "what happened to a case, until it is counted within a second",
    "indicators_spread": "counts",
    "indicators_tally": "counts",
    "ledger_entry": "payloads go with the eraser of their subject (ledger.api.erase), commitments name nobody",
    "ledger_pending": "as ledger_entry, until the next second",
    "ledger_tile": "hashes",
    "ledger_log": "the state of the sequencer",
}


def actions(code):
    """Yield (source, function) of every public action of every block and app; the ledger writes the entries of the others."""
    for source in code:
        inside = re.match(r"motcham\.(?:blocks|apps)\.(?!ledger\.)", source.module)
        if inside and source.module.rpartition(".")[2].startswith("actions"):
            for node in source.tree.body:
                if (
                    isinstance(node, ast.FunctionDef)
                    and not node.name.startswith("_")
                    and f"{source.module}.{node.name}" not in READS
                ):
                    yield source, node


def test_every_action_says_who_acts(code):
    wrong = [
        f"{source.name}:{node.lineno} {node.name}"
        for source, node in actions(code)
        if "by" not in {arg.arg for arg in node.args.kwonlyargs} and f"{source.module}.{node.name}" not in WITHOUT_ACTOR
    ]
    assert not wrong, "add the keyword-only argument `by`:\n" + "\n".join(wrong)


def test_every_action_leaves_an_entry(code):
    functions = {
        (source.module, node.name): node for source in code for node in source.tree.body if isinstance(node, ast.FunctionDef)
    }
    names = {source.module: _names(source) for source in code}
    # Statements that append by the SQL function itself: ledger_append, or cases_open, which calls it.
    statements = {
        (source.module, target.id)
        for source in code
        for node in source.tree.body
        if isinstance(node, ast.Assign) and any(each in ast.unparse(node.value) for each in ("ledger_append(", "cases_open("))
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def appends(module: str, name: str, seen: frozenset[tuple[str, str]]) -> bool:
        """Tell whether a function appends to the log, itself or through a function that it calls."""
        if module == "motcham.blocks.ledger.api" and name in ("append", "append_bulk"):
            return True
        node = functions.get((module, name))
        if node is None and name in names.get(module, {}):
            # A door hands on what a file behind it defines.
            return appends(*names[module][name], seen | {(module, name)})
        if node is None or (module, name) in seen:
            return False
        if any((module, used.id) in statements for used in ast.walk(node) if isinstance(used, ast.Name)):
            return True
        called = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
        return any(appends(*_where(each, module, names[module]), seen | {(module, name)}) for each in called)

    wrong = []
    for source, node in actions(code):
        if f"{source.module}.{node.name}" not in WITHOUT_ENTRY and not appends(source.module, node.name, frozenset()):
            wrong.append(f"{source.name}:{node.lineno} {node.name}")
    assert not wrong, "call ledger.append in the same transaction:\n" + "\n".join(wrong)


def _writes(node: ast.AST) -> bool:
    """Tell whether a node changes a row: by a query, by saving or deleting a model, or by a statement of SQL."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(STATEMENT.search(" ".join(node.value.split())))
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    method, on_what = node.func.attr, ast.unparse(node.func.value)
    on_rows = ".objects" in on_what or "_default_manager" in on_what
    # A picture is saved into something; a row into its table, of which nothing is said.
    on_one = method in ("save", "delete") and not node.args
    return (method in WRITES and on_rows) or on_one


def test_whatever_writes_is_an_action_leaves_entries_or_is_bookkeeping(code):
    found = {
        source.module
        for source in code
        if source.module.startswith(("motcham.blocks.", "motcham.apps.", "motcham.ui.", "motcham.project."))
        and not source.module.startswith("motcham.blocks.ledger.")
        and not source.module.rpartition(".")[2].startswith("actions")
        and not re.search(r"ledger[._]append", source.text)
        and any(_writes(node) for node in ast.walk(source.tree))
    }
    assert not sorted(found - set(BOOKKEEPING)), (
        "make it an action that takes `by` and leaves an entry, or say in BOOKKEEPING why it is none"
    )
    assert not sorted(set(BOOKKEEPING) - found), "this writes nothing any more, or leaves entries"


def _names(source) -> dict[str, tuple[str, str]]:
    """Return what each name that a file imports, or gives to what it imports, stands for: (module, name)."""
    imported = {
        alias.asname or alias.name: (str(node.module), alias.name)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    given = {
        target.id: _where(ast.unparse(node.value), source.module, imported)
        for node in source.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return given | imported


def _where(called: str, module: str, names: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Return where a called name is defined, so far as imports tell."""
    first, _, rest = called.partition(".")
    if first not in names:
        return module, called
    origin, name = names[first]
    return (f"{origin}.{name}", rest) if rest else (origin, name)


def test_exemptions_name_actions_that_exist(code):
    there = {f"{source.module}.{node.name}" for source, node in actions(code)}
    assert {*WITHOUT_ENTRY, *WITHOUT_ACTOR} <= there
    functions = {
        f"{source.module}.{node.name}" for source in code for node in source.tree.body if isinstance(node, ast.FunctionDef)
    }
    assert functions >= READS


def tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def test_every_table_has_an_eraser_or_names_nobody():
    erased = {table for eraser in erasers for table in eraser.tables}
    undecided = sorted(tables() - erased - set(NOT_PERSONAL))
    assert not undecided, (
        f"{undecided}:" + "declare an Eraser in the block's tasks.py, or say in NOT_PERSONAL what the table holds"
    )
    assert not erased & set(NOT_PERSONAL)


def test_erasers_and_exemptions_name_tables_that_exist():
    there = tables() | {"django_migrations"}
    for eraser in erasers:
        assert set(eraser.tables) <= there, eraser.key
    assert set(NOT_PERSONAL) <= there


def test_every_eraser_says_what_goes_when_and_by_which_law():
    for eraser in erasers:
        assert len(eraser.what.split()) >= 3 and eraser.retention and eraser.legal_basis.document, eraser.key


def test_what_is_kept_of_people_is_told_in_their_language():
    def told(language):
        with translation.override(language):
            return [words for each in erasers for words in (str(each.what), str(each.retention))]

    assert [english for english, shown in zip(told("en"), told("vi"), strict=True) if english == shown] == []
