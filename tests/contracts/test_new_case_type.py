"""`motcham new case_type` writes a definition that works and a story that holds."""

from __future__ import annotations

import importlib.util

import pytest
from click.testing import CliRunner

from motcham.blocks.cases.define import CaseType, case_types
from motcham.blocks.cases.testing import Story, registered
from motcham.project.commands.new import command


@pytest.fixture
def apps(tmp_path):
    (tmp_path / "complaints").mkdir()
    (tmp_path / "complaints" / "app.py").touch()
    return tmp_path


@pytest.mark.django_db
def test_a_new_case_type_opens_moves_and_closes_as_its_story_tells(apps):
    written = CliRunner().invoke(
        command, ["case_type", "complaints.tree_felling", "--title", "Xin chặt cây", "--into", str(apps)]
    )
    assert written.exit_code == 0, written.output
    file = apps / "complaints" / "definitions" / "tree_felling.py"
    spec = importlib.util.spec_from_file_location("tree_felling", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.tree_felling
    assert isinstance(found, CaseType)
    found.verify(str(file))
    with registered(found):
        Story.read(apps / "complaints" / "scenarios" / "tree_felling.yaml").run()
    assert "complaints.tree_felling" not in case_types


def test_an_existing_file_is_never_overwritten(apps):
    arguments = ["case_type", "complaints.tree_felling", "--into", str(apps)]
    CliRunner().invoke(command, arguments)
    again = CliRunner().invoke(command, arguments)
    assert again.exit_code == 1 and "tree_felling.py" in again.output


@pytest.mark.parametrize("key", ["complaints", "complaints.Tree", "../etc.passwd", "nowhere.tree"])
def test_a_key_that_names_no_application_is_refused_with_what_would_be_right(apps, key):
    refused = CliRunner().invoke(command, ["case_type", key, "--into", str(apps)])
    assert refused.exit_code == 1 and list(apps.glob("**/*.py")) == [apps / "complaints" / "app.py"]
