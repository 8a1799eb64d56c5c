"""Interface text: English in the code, every word of it in Vietnamese, whole sentences only."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path

import polib
import pytest
from django.utils.translation import trans_real

GETTEXT = {"gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy", "npgettext"}
PLURAL = {"ngettext", "ngettext_lazy", "npgettext"}
CONTEXT = {"pgettext", "pgettext_lazy", "npgettext"}
TRANSLATE = re.compile(r"{%\s*(?:translate|trans)\s+(?:\"([^\"]*)\"|'([^']*)')(?:[^%]*?\bcontext\s+\"([^\"]*)\")?")
BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?)(?:{%\s*plural\b[^%]*%}(.*?))?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
# Names that are the same in every language.
NAMES = {
    "Một",
    "Chạm",
    "PDF",
    "CSV",
    "XLSX",
    "JSON",
    "XML",
    "Atom",
    "OpenAPI",
    "GeoJSON",
    "GeoReport",
    "EUPL",
    "QCVN",
    "dichvucong",
    "gov",
    "BCD",
    "FGHJK",
}
# Parts of a tag that stand in a template of their own or in a block, where no tag is seen around them.
INSIDE_TAGS = {
    "ui/templates/ui/components/question_attributes.html": {
        "true",
        "invalid",
        "required",
        "inputmode",
        "describedby",
        "placeholder",
        "autocomplete",
        "aria",
    },
    "blocks/identity/templates/identity/sign_in.html": {"button", "quiet"},
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|{\w*}|%[sd]")


def calls(tree: ast.Module):
    """Yield every call of gettext with its own name, whatever a file calls it."""
    called = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = called.get(node.func.id, "") if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in GETTEXT:
                yield name, node


def messages_of_code(source) -> set[str]:
    """Return the messages of a Python file, with their contexts as gettext writes them."""
    found = set()
    for name, node in calls(source.tree):
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in CONTEXT:
            found.add("\x04".join(texts[:2]))
        elif texts:
            found.add(texts[0])
    return found


def messages_of_template(path: Path) -> set[str]:
    """Return the messages of a template."""
    text = path.read_text()
    found = set()
    for double, single, context in TRANSLATE.findall(text):
        found.add(f"{context}\x04{double or single}" if context else double or single)
    for options, body, plural in BLOCK.findall(text):
        for part in (body, plural) if plural else (body,):
            whole = " ".join(line.strip() for line in part.strip().splitlines()) if "trimmed" in options else part
            # Django doubles the percent signs of a block before it looks it up.
            found.add(re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", whole.replace("%", "%%")))
            break
    return found


@pytest.fixture(scope="module")
def catalogue(package) -> polib.POFile:
    return polib.pofile(str(package / "locale/vi/LC_MESSAGES/django.po"))


@pytest.fixture(scope="module")
def known(catalogue) -> set[str]:
    return {f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else entry.msgid for entry in catalogue if not entry.obsolete}


def test_every_entry_is_translated(catalogue):
    empty = [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()]
    assert empty == [] and catalogue.fuzzy_entries() == []


def test_translations_keep_the_placeholders(catalogue):
    wrong = []
    for entry in catalogue:
        texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        asked = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        wrong += [(entry.msgid, text) for text in texts if set(PLACEHOLDER.findall(text)) != asked]
    assert not wrong


def test_every_message_of_the_code_is_translated(code, known):
    missing = {message: source.name for source in code for message in messages_of_code(source) if message not in known}
    missing = {message: name for message, name in missing.items() if not _from_django(message)}
    assert missing == {}


def test_every_message_of_the_templates_is_translated(templates, known, package):
    missing = {
        message: str(path.relative_to(package))
        for path in templates
        for message in messages_of_template(path)
        if message not in known
    }
    assert {message: name for message, name in missing.items() if not _from_django(message)} == {}


def _from_django(message: str) -> bool:
    """Tell whether Django's own Vietnamese catalogue has the message."""
    return bool(trans_real.translation("vi")._catalog.get(message))


def test_messages_are_literals(code):
    wrong = []
    for source in code:
        for name, node in calls(source.tree):
            texts = node.args[1:3] if name == "npgettext" else node.args[:2] if name in PLURAL | CONTEXT else node.args[:1]
            for text in texts:
                if isinstance(text, ast.JoinedStr | ast.BinOp) or (
                    isinstance(text, ast.Call) and "format" in ast.dump(text.func)
                ):
                    wrong.append(f"{source.name}:{node.lineno} {ast.unparse(text)[:80]}")
    assert not wrong, "translate the whole sentence, then fill it in:\n" + "\n".join(wrong)


def test_sentences_are_not_glued_together(code):
    wrong = []
    for source in code:
        translated = {id(node) for _, node in calls(source.tree)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and {id(node.left), id(node.right)} & translated:
                wrong.append(f"{source.name}:{node.lineno} {ast.unparse(node)[:80]}")
    assert not wrong, "a language may order words otherwise: make it one message\n" + "\n".join(wrong)


def shown(text: str) -> str:
    """Return what a reader of a template sees or hears that no tag of the template brings: text and attributes that are read out."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->|<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"{%\s*blocktrans.*?endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}", "\0", text, flags=re.DOTALL)
    # What is printed on a key of the keyboard, or typed by a program, is the same in every language.
    text = re.sub(r"<(kbd|code|pre)\b.*?</\1>", " ", text, flags=re.DOTALL)
    heard = re.findall(r"\b(?:alt|title|placeholder|aria-label|aria-description)=\"([^\"]*)\"", text)
    return " ".join([re.sub(r"<[^>]*>|&\w+;|\bclass=\"[^\"]*\"", " ", text), *heard])


def test_templates_show_no_word_that_is_not_translated(templates, package):
    """A word between tags in a template that marks it not for translation is a page that speaks one language."""
    wrong = {}
    for path in templates:
        name = str(path.relative_to(package))
        words = set(re.findall(r"[^\W\d_]{3,}", shown(path.read_text()))) - NAMES - INSIDE_TAGS.get(name, set())
        if words:
            wrong[name] = words
    assert wrong == {}, "mark it by {% translate %}, or add it to NAMES where it is a name in every language"


def test_the_catalogue_compiles(catalogue, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        catalogue.save_as_mofile(str(tmp_path / "django.mo"))
