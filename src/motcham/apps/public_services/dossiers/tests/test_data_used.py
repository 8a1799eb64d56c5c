"""Which data a dossier was settled with: only what was used, told to its applicant and to the officer."""

from __future__ import annotations

import gzip
import json
from importlib import resources

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from motcham.apps.public_services import data_used, states
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.tests.papers import desk
from motcham.apps.public_services.dossiers.tests.test_again import PAPERS, anew, begun, offered
from motcham.apps.public_services.dossiers.tests.test_dossier import case_of, filed, step
from motcham.apps.public_services.dossiers.tests.test_form import FORM, PAGES, TRUE, filled
from motcham.blocks.cases.define import A_RESULT, FROM_ACCOUNT, OF_A_CASE, REUSED
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity.testing import a_citizen, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_dossier_for_which_everything_was_typed_used_nothing():
    client = client_of(a_citizen())
    client.post(filled(client), TRUE)
    assert Dossier.objects.get().sources == []


def test_answers_as_the_account_has_them_count_and_those_that_were_changed_do_not():
    client = client_of(a_citizen())
    client.post("/new/details/", {"name": "Trần Thị Bình", "phone": "0901 234 567"})
    client.post(filled(client), TRUE)
    assert Dossier.objects.get().sources == [data_used.ACCOUNT]
    anew(client)
    pages = (PAGES[0], {**PAGES[1], "name": "Lê Thị Khác"}, {**PAGES[2], "phone": "0907 654 321"}, *PAGES[3:])
    client.post(filled(client, pages), TRUE)
    assert Dossier.objects.latest("number").sources == []


def test_a_paper_of_an_earlier_dossier_counts():
    client = client_of(a_citizen())
    client.post(filled(client), TRUE)
    anew(client)
    ids = offered(begun(client), "paper_2")
    sent = client.post(PAPERS, {"paper_1": SimpleUploadedFile("form.jpg", a_photo(colour="red")), "paper_2-reuse": ids})
    client.post(sent["Location"], PAGES[5])
    client.post(f"{FORM}review/", TRUE)
    assert Dossier.objects.latest("number").sources == [data_used.EARLIER]


def test_results_and_earlier_papers_are_told_apart():
    assert data_used.at_filing({REUSED: {"paper_1": A_RESULT, "paper_2": OF_A_CASE}, FROM_ACCOUNT: ["name"]}) == [
        data_used.ACCOUNT,
        data_used.EARLIER,
        data_used.RESULTS,
    ]
    assert data_used.at_filing({REUSED: {"paper_1": A_RESULT}}) == [data_used.RESULTS]
    assert data_used.at_filing({}) == []


def test_what_an_officer_looked_up_is_stated_with_the_result_and_shown():
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    step(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    step(opened, states.DONE, "2026-03-03 10:00", electronic_result=True, looked_up=["population", "civil_status"])
    row = Dossier.objects.get(case_id=opened.id)
    assert row.sources == ["population", "civil_status"]
    officer = desk().get(f"/desk/{opened.id}/").text
    own = Client().get(f"/track/{case_of(opened).code}/").text
    for name in data_used.names(row.sources):
        assert escape(name) in officer and escape(name) in own


def test_what_nobody_knows_is_no_source():
    assert data_used.also(["account"], ["population", "weather", "account"]) == ["account", "population"]
    assert data_used.also(["account"], None) == ["account"]


def test_each_database_is_named_by_the_procedures_that_its_row_names():
    packed = resources.files("motcham.data").joinpath("procedures/commune_level.jsonl.gz").read_bytes()
    known = {row["ma_thu_tuc"]: row for row in map(json.loads, gzip.decompress(packed).decode().splitlines())}
    assert data_used.databases()
    for each in data_used.databases():
        for code in each.named_in:
            text = " ".join(json.dumps(known[code], ensure_ascii=False).casefold().split())
            assert each.official_name.casefold() in text, (each.key, code)
