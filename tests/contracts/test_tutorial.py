"""The tutorial "your first case type in 20 minutes" holds: its commands and files, followed to the letter, work."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from motcham.blocks.cases.define import CaseType
from motcham.blocks.cases.testing import Story, StoryDiffers, registered
from motcham.project.commands.new import command

ROOT = Path(__file__).parents[2]
APPS = "src/motcham/apps/"
KEY = "complaints.tree_felling"


@pytest.fixture
def tutorial():
    return (ROOT / "docs/tutorials/first-case-type.md").read_text(encoding="utf-8")


@pytest.fixture
def apps(tmp_path):
    (tmp_path / "complaints").mkdir()
    (tmp_path / "complaints" / "app.py").touch()
    return tmp_path


def commands(tutorial: str) -> list[list[str]]:
    """Return the commands that the tutorial tells its reader to type."""
    return [shlex.split(line) for block in re.findall(r"^```sh\n(.*?)^```", tutorial, re.M | re.S) for line in block.splitlines()]


def files(tutorial: str) -> dict[str, str]:
    """Return the files that the tutorial shows, by their path below the applications."""
    return dict(re.findall(rf"^```\w+ {APPS}(\S+)\n(.*?)^```", tutorial, re.M | re.S))


def begin(tutorial: str, apps: Path) -> list[Path]:
    """Type `motcham new` as the tutorial has it; return the files written."""
    typed = next(words for words in commands(tutorial) if words[0].endswith("/motcham"))
    assert typed[1] == "new"
    written = CliRunner().invoke(command, [*typed[2:], "--into", str(apps)])
    assert written.exit_code == 0, written.output
    return [Path(line) for line in written.output.split()]


def defined(file: Path) -> CaseType:
    """Load the definition in a file and check it as a start does."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.tree_felling
    found.verify(str(file))
    return found


def follow(tutorial: str, apps: Path) -> tuple[Path, Path]:
    """Do what the tutorial says up to its third part; return the definition and the story."""
    written = begin(tutorial, apps)
    for name, text in files(tutorial).items():
        assert apps / name in written, f"{name} is not a file that motcham new wrote"
        (apps / name).write_text(text, encoding="utf-8")
    definition, story = written
    return definition, story


@pytest.mark.django_db
def test_what_motcham_new_writes_works_already(tutorial, apps):
    definition, story = begin(tutorial, apps)
    with registered(defined(definition)):
        Story.read(story).run()


@pytest.mark.django_db
def test_the_files_of_the_tutorial_work(tutorial, apps):
    definition, story = follow(tutorial, apps)
    with registered(defined(definition)):
        Story.read(story).run()


@pytest.mark.django_db
def test_the_story_fails_where_the_tutorial_says_it_does(tutorial, apps):
    definition, story = follow(tutorial, apps)
    story.write_text(
        story.read_text(encoding="utf-8").replace("due: 2026-03-27 17:00", "due: 2026-03-26 17:00"), encoding="utf-8"
    )
    with registered(defined(definition)), pytest.raises(StoryDiffers, match="act 2: due"):
        Story.read(story).run()


@pytest.mark.django_db
def test_the_new_kind_of_case_stands_among_the_services(tutorial, apps, client):
    definition, _story = follow(tutorial, apps)
    with registered(defined(definition)):
        assert "Felling a tree" in client.get("/services/").content.decode()
        assert "Đơn xin đốn hạ cây xanh" in client.get(f"/services/{KEY}/").content.decode()
        assert client.get(f"/new/{KEY}/", follow=True).status_code == 200


def test_every_make_target_that_is_named_exists(tutorial):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {words[1] for words in commands(tutorial) if words[0] == "make"} | set(re.findall(r"`make ([a-z-]+)`", tutorial))
    assert named and named <= targets


def test_every_path_that_is_named_exists_once_the_tutorial_is_followed(tutorial):
    named = set(re.findall(r"`(src/[^`]+|tests/[^`]+)`", tutorial)) - {APPS + name for name in files(tutorial)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
