"""What is committed: named migrations, locks and files without this machine, numbered decisions, a changelog."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from django.apps import apps
from django.core.management import call_command

TEXT = {
    ".py",
    ".toml",
    ".md",
    ".html",
    ".css",
    ".js",
    ".json",
    ".lock",
    ".txt",
    ".po",
    ".csv",
    ".yaml",
    ".yml",
    ".sh",
    ".service",
    ".conf",
    "",
}
FRAGMENT = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|security|breaking)\.md")
READERS = re.compile(r"- (citizens|businesses|officials|operators|developers|programs|everybody)( and [a-z]+)*: ")


def test_migrations_have_names(sources):
    wrong = [
        source.name
        for source in sources
        if source.is_migration
        and source.path.stem != "__init__"
        and (not re.fullmatch(r"\d{4}_[a-z0-9_]+", source.path.stem) or "_auto_" in source.path.stem)
    ]
    assert not wrong


def test_no_migration_is_missing(db, capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_locks_name_no_index(root):
    for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json"):
        text = (root / name).read_text()
        assert "http://" not in text and "--index" not in text and "--extra-index" not in text, name
        assert not re.search(r'"resolved":|https://(?!opencollective|github|www\.|tidelift|paypal|feross|ko-fi)', text), name


def test_locks_pin_every_package_by_hash(root):
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = re.findall(
            r"^([a-z0-9][\w.-]*(?:\[[\w,-]+\])?==[^\n]+)\n((?:    [^\n]+\n?)*)", (root / name).read_text(), re.MULTILINE
        )
        assert entries, name
        for pinned, rest in entries:
            assert "--hash=sha256:" in pinned + rest, f"{name}: {pinned}"


def test_files_know_nothing_of_the_machine_they_were_written_on(committed, root):
    # This checkout, this home, and the homes that people have elsewhere.
    here = [re.escape(f"{folder}/") for folder in (root, Path.home()) if folder != Path("/")]
    forbidden = re.compile("|".join((*here, r"/(?:home|Users)/\w+/")))
    wrong = []
    for path in committed:
        if path.suffix not in TEXT or path.name == "test_repository.py":
            continue
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1):
            if forbidden.search(line):
                wrong.append(f"{path.relative_to(root)}:{number} {line.strip()[:80]}")
    assert not wrong, "\n".join(wrong)


def test_nothing_third_party_is_committed(committed, root):
    wrong = [
        str(path.relative_to(root))
        for path in committed
        if path.suffix in (".woff", ".woff2", ".ttf", ".mo") or path.name.endswith(".min.js")
    ]
    assert not wrong


def test_decisions_are_numbered_once_and_listed(root):
    folder = root / "docs/adr"
    files = sorted(path for path in folder.glob("*.md") if path.name not in ("index.md", "README.md"))
    assert files, "write the first decision"
    numbers = []
    for path in files:
        named = re.fullmatch(r"(\d{4})-[a-z0-9-]+\.md", path.name)
        assert named, f"{path.name}: call it 0012-what-was-decided.md"
        text = path.read_text()
        heading = re.match(r"# (\d{4})\. ", text)
        assert heading and heading[1] == named[1], f"{path.name}: the heading should begin with '# {named[1]}. '"
        for part in ("Status", "Context", "Decision", "Consequences"):
            assert re.search(rf"^#+ {part}\b|^\*?\*?{part}\*?\*?:", text, re.MULTILINE), f"{path.name} has no {part}"
        numbers.append(named[1])
    assert len(set(numbers)) == len(numbers)
    index = next(path for path in (folder / "index.md", folder / "README.md") if path.exists()).read_text()
    assert [path.name for path in files if path.name not in index] == []


def test_decisions_are_told_on_one_page(root):
    long = {path.name: size for path in (root / "docs/adr").glob("0*.md") if (size := len(path.read_text().split())) > 600}
    assert long == {}


def test_changelog_fragments_are_named_for_their_kind(root):
    names = [path.name for path in (root / "changes.d").iterdir() if path.name not in ("README.md", ".gitkeep")]
    assert [name for name in names if not FRAGMENT.fullmatch(name)] == []


def test_each_line_of_a_fragment_says_whom_it_is_for(root):
    wrong = [
        f"{path.name}: {line[:60]}"
        for path in sorted((root / "changes.d").glob("*.md"))
        for line in path.read_text().splitlines()
        if not READERS.match(line)
    ]
    assert not wrong, "begin it with `- citizens: `, or whom else it is for:\n" + "\n".join(wrong)


def test_links_inside_the_docs_lead_somewhere(root):
    wrong = []
    for path in [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("*/README.md")]:
        for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text()):
            if not (path.parent / link).exists():
                wrong.append(f"{path.relative_to(root)} → {link}")
    assert not wrong, "\n".join(wrong)


def test_every_page_of_the_docs_is_in_their_index(root):
    folder = root / "docs"
    linked = {
        (folder / link).resolve()
        for link in re.findall(r"\]\(([^)#\s]+)", (folder / "index.md").read_text())
        if "://" not in link
    }
    pages = {path for path in folder.glob("**/*.md") if path.parent.name != "adr" and path != folder / "index.md"}
    assert sorted(str(path.relative_to(root)) for path in pages - linked) == []


def test_every_block_and_application_is_explained(root, package):
    """A page of docs/explanation names the folder of its code, so that a reader of either finds the other."""
    told = "".join(path.read_text() for path in (root / "docs/explanation").glob("*.md"))
    folders = [path.parent for layer in ("blocks", "apps") for path in package.glob(f"{layer}/*/__init__.py")]
    assert [f"{path.parent.name}/{path.name}" for path in folders if f"{path.parent.name}/{path.name}" not in told] == []


def test_every_app_of_ours_is_found_by_its_folder_name():
    for config in apps.get_app_configs():
        if config.name.startswith("motcham.blocks."):
            assert config.label == config.name.rpartition(".")[2]


def test_pyproject_asks_for_warnings_to_be_errors(root):
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert "error" in settings["filterwarnings"]
    assert "--strict-markers" in settings["addopts"]
