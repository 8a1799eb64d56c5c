"""What each definition owes: a law, words in both languages, a story that is run as a test, a page that explains it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from motcham.blocks.cases.define import case_types
from motcham.blocks.identity import api as identity
from motcham.kernel.application import applications
from motcham.kernel.sweeps import sweeps
from motcham.kernel.terms import Kind

CONTACTS = {Kind.PHONE, Kind.EMAIL, Kind.PERSONAL_NUMBER}
TYPES = sorted(case_types, key=lambda each: each.key)


@pytest.mark.parametrize("case_type", TYPES, ids=lambda each: each.key)
class TestCaseType:
    """The debts of one kind of case."""

    def test_it_rests_on_a_law(self, case_type):
        assert case_type.legal_basis.document
        assert case_type.retention.legal_basis.document and case_type.retention.years > 0

    def test_its_name_in_the_code_is_that_of_its_app(self, case_type):
        folder = Path(case_types.file_of(case_type.key)).parents[1].name
        assert case_type.key.split(".")[0] == folder

    def test_it_has_a_story(self, case_type):
        folder = Path(case_types.file_of(case_type.key)).parents[1] / "scenarios"
        stories = [path.name for path in folder.glob("*.yaml") if case_type.key in path.read_text()]
        assert stories, (
            f"write {folder.parent.name}/scenarios/{case_type.key.split('.')[1]}.yaml; motcham new case_type writes a first one"
        )

    def test_its_words_are_said_in_vietnamese(self, case_type):
        words = [case_type.label, case_type.summary, *(each.label for each in case_type.every_field())]
        words += [each.hint for each in case_type.every_field()] + [each.label for each in case_type.steps]
        words += [choice.label for each in case_type.every_field() for choice in each.choices]
        with translation.override("en"):
            english = [str(each) for each in words if each]
        with translation.override("vi"):
            same = [text for text, each in zip(english, (each for each in words if each), strict=True) if str(each) == text]
        # An official name is Vietnamese in both; any plain ASCII sentence left is English that nobody translated.
        assert [text for text in same if text.isascii() and len(text.split()) > 2] == []

    def test_what_heads_an_answer_speaks_to_nobody_as_the_one_who_gave_it(self, case_type):
        asked = [inner for each in case_type.fields for inner in (each, *each.fields)]
        words = [(each.name, each.heading) for each in asked]
        words += [(each.name, choice.label) for each in asked for choice in each.choices]
        for language, you in (("vi", r"\bbạn\b"), ("en", r"\byou(r|rs|rself)?\b")):
            with translation.override(language):
                spoken = [(name, str(each)) for name, each in words if re.search(you, str(each), re.IGNORECASE)]
            assert spoken == [], "give the field words for those who read it: `read_as`"

    def test_whoever_is_named_in_a_step_exists(self, case_type):
        named = {role for step in case_type.steps for role in step.roles} | set(case_type.filed_by)
        assert named - {"filer"} <= {role.key for role in identity.roles()}

    def test_what_identifies_somebody_is_personal_and_hidden_from_the_public(self, case_type):
        assert all(each.visible != "public" for each in case_type.every_field() if each.is_personal)

    def test_numbers_and_addresses_of_people_identify_them(self, case_type):
        open_ones = [each.name for each in case_type.every_field() if each.kind in CONTACTS and not each.identifies]
        assert open_ones == [], "say identifies=…: what identifies somebody is sealed"


def test_every_application_says_which_part_of_the_programme_it_answers():
    for each in applications:
        assert each.answers and each.title, each.key


def test_every_sweep_is_named_for_its_block():
    for each in sweeps:
        assert "." in each.key and each.every > 0, each.key
