"""The index over the catalogue: what is imported is found with all its words, in this process and in every other."""

from __future__ import annotations

import pytest

from motcham.apps.public_services import catalogue, finding, law
from motcham.apps.public_services.tests.conftest import listed

pytestmark = pytest.mark.django_db
FIRST, SECOND = "7.777771", "7.777772"


def codes(text: str) -> list[str]:
    return [hit.code for hit in finding.find(text)]


def test_before_the_first_import_what_the_package_carries_is_found():
    assert codes("khai sinh")[0] == "1.001193"


def test_what_is_imported_is_found_at_once_and_what_is_not_in_force_is_not(read):
    read([listed(FIRST, "Cấp phép thả diều ban đêm")])
    assert codes("tha dieu dem") == [FIRST]
    assert codes("khai sinh") == []

    read([listed(SECOND, "Đăng ký nuôi đom đóm")])
    assert codes("nuoi dom dom") == [SECOND]
    assert codes("tha dieu dem") == [FIRST]


def test_a_procedure_is_found_by_its_new_title_and_by_the_field_it_stands_in(read):
    read([listed(FIRST, "Cấp phép thả diều ban đêm", linh_vuc="Thể thao trên không")])
    assert codes("thể thao trên không") == [FIRST]

    read([listed(FIRST, "Cấp phép thả đèn trời")])
    assert codes("đèn trời") == [FIRST]
    assert codes("thả diều") in ([], [FIRST])


def test_another_process_finds_it_once_it_has_looked_again(read, monkeypatch):
    read([listed(FIRST, "Cấp phép thả diều ban đêm")])
    assert codes("nuoi dom dom") == []
    # As in a process that did not import: nobody tells it.
    monkeypatch.setattr(catalogue, "look_anew", lambda: None)
    read([listed(SECOND, "Đăng ký nuôi đom đóm")])
    assert codes("nuoi dom dom") == []

    monkeypatch.setattr(law, "AGE", 0.0)
    assert codes("nuoi dom dom") == [SECOND]


def test_the_same_catalogue_is_not_read_twice(read, monkeypatch):
    read([listed(FIRST, "Cấp phép thả diều ban đêm")])
    monkeypatch.setattr(law, "AGE", 0.0)
    assert finding.index() is finding.index()
