"""A kind of case is not taken away from under its cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from motcham.blocks.cases import testing
from motcham.blocks.cases.checks import check_definitions_in_use, check_names_in_definitions
from motcham.blocks.identity.testing import an_agency, forget

pytestmark = pytest.mark.django_db


def test_a_definition_that_went_while_there_are_cases_of_it_is_named_before_anything_starts():
    an_agency(code="test-desk", kind="desk")
    with testing.registered(testing.a_case_type()):
        testing.a_case()
        assert check_definitions_in_use(None, databases=["default"]) == []
    forget()
    (found,) = check_definitions_in_use(None, databases=["default"])
    assert testing.KEY in found.msg and "retired=" in found.hint


def test_a_limit_and_a_desk_that_no_table_has_are_named_with_the_nearest():
    assert check_names_in_definitions(None) == []
    with testing.registered(replace(testing.a_case_type(), limit="petition.anser", desk="department.ofice")):
        limit, desk = check_names_in_definitions(None)
    assert (limit.id, desk.id) == ("cases.E002", "cases.W001")
    assert "'petition.anser'" in limit.msg and "petition.answer" in limit.hint
    assert "'department.ofice'" in desk.msg and "department.office" in desk.hint


def test_without_a_database_nothing_is_asked():
    assert check_definitions_in_use(None) == []
