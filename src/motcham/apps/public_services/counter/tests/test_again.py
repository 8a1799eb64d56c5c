"""Papers handed in before, used again at the counter: for whoever stands there and agrees, each look written, nobody else's."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client
from django.utils.html import escape
from django.utils.translation import gettext

from motcham.apps.public_services import data_used
from motcham.apps.public_services.counter.models import Scan
from motcham.apps.public_services.counter.tests.conftest import Counter
from motcham.apps.public_services.counter.tests.test_filing import a_scan
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.tests.test_form import TRUE, filled
from motcham.apps.public_services.testing import EVERY, MARRIAGE_STATUS, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import a_page
from motcham.blocks.identity.testing import a_citizen, client_of, system
from motcham.blocks.ledger.testing import written

SAID = {
    "on_behalf": "self",
    "name": "Trần Thị Bình",
    "personal_number": "079190000123",
    "born_on-day": "20",
    "born_on-month": "5",
    "born_on-year": "1990",
    "phone": "",
    "area": "26740",
    "address": "12 Lê Lợi",
    "result_by": "counter",
    "truth": ["yes"],
    "originals": "0",
}
LOOKED = "counter.papers_looked_for"
OTHER = replace(MARRIAGE_STATUS, code="1.009997", title="Thủ tục thử dùng lại giấy tờ")
"""Another procedure that asks for the same kind of paper."""


@pytest.fixture
def desk(counter: Counter):
    """Return what a citizen filed online, the browser of the officer, and the address of the form for whoever stands at desk 1."""
    forget_callers()
    citizen = client_of(a_citizen())
    citizen.post(filled(citizen), TRUE)
    ticket = counter.take()
    counter.call()
    with known(*EVERY, OTHER):
        yield Dossier.objects.get(), client_of(counter.officer), f"/counter/tickets/{ticket.id}/file/{OTHER.code}/"


def offered(page: str, slot: str = "paper_2") -> list[str]:
    return re.findall(rf'name="{slot}-reuse" value="([0-9a-f-]+)"', page)


def looks(dossier: Dossier) -> list[dict[str, object]]:
    return [dict(each.facts) for each in cases.case_by_id(dossier.case_id, actor=system).events if each.kind == "look"]


def test_nothing_is_looked_for_before_the_applicant_agreed(desk):
    earlier, officer, address = desk
    assert offered(officer.get(address).text) == []
    told = officer.post(address, {**SAID, "earlier": "yes"})
    assert told.status_code == 422 and offered(told.text) == [] and "Trần Thị Bình" in told.text
    assert written(LOOKED) == 0 and looks(earlier) == []


def test_a_paper_handed_in_online_is_used_again_at_the_counter_with_consent_and_the_look_is_written(desk):
    earlier, officer, address = desk
    page = officer.post(address, {**SAID, "agrees": "yes", "earlier": "yes"}).text
    assert offered(page) == earlier.case.answers["paper_2"] and offered(page, "paper_1") == []
    assert written(LOOKED) == 1
    assert [(each["purpose"], each["what"]) for each in looks(earlier)] == [("papers_again", "papers")]
    own = Client().get(f"/track/{earlier.case.code}/").text
    assert escape(gettext("to use papers again, as you agreed at the counter")) in own
    # Shown again, it is no further look.
    assert offered(officer.get(address).text) == offered(page) and len(looks(earlier)) == 1

    officer.post(address, {**SAID, "look": "yes", "paper_2-reuse": offered(page)})
    scan = Scan.objects.get()
    assert (scan.field, scan.origin) == ("paper_2", "case") and written("document.reused") == 1
    answer = officer.post(address, {**SAID, "file": "yes", "paper_1": a_scan(a_page())})
    assert answer.status_code == 302, answer.content.decode()
    filed = Dossier.objects.exclude(case_id=earlier.case_id).get()
    assert (filed.reused, filed.papers, filed.sources) == (1, 2, [data_used.EARLIER])
    (copy,) = filed.case.answers["paper_2"]
    assert copy != earlier.case.answers["paper_2"][0] and UUID(copy) in filed.case.documents
    words = gettext("%(paper)s (used again from an earlier dossier)").partition("%(paper)s")[2]
    assert words in officer.get(f"/desk/{filed.case_id}/").text


@pytest.mark.parametrize("change", [{"name": "Lê Văn Tám"}, {"personal_number": "079190000124"}])
def test_a_number_alone_or_a_name_alone_finds_nothing(desk, change):
    earlier, officer, address = desk
    page = officer.post(address, {**SAID, **change, "agrees": "yes", "earlier": "yes"}).text
    assert offered(page) == [] and looks(earlier) == [] and written(LOOKED) == 1


def test_without_a_number_or_a_name_it_says_what_is_missing(desk):
    _earlier, officer, address = desk
    told = officer.post(address, {**SAID, "personal_number": "", "agrees": "yes", "earlier": "yes"})
    assert told.status_code == 422 and "q-agrees-error" in told.text and written(LOOKED) == 0


def test_what_was_found_for_one_is_not_used_for_another(desk):
    earlier, officer, address = desk
    ids = offered(officer.post(address, {**SAID, "agrees": "yes", "earlier": "yes"}).text)
    other = {**SAID, "name": "Lê Văn Tám", "personal_number": "079090000124"}
    page = officer.post(address, {**other, "look": "yes", "paper_2-reuse": ids}).text
    assert offered(page) == [] and not Scan.objects.exists() and written("document.reused") == 0
    assert ids == earlier.case.answers["paper_2"]


def test_a_paper_that_was_not_found_is_not_used(desk):
    earlier, officer, address = desk
    officer.post(address, {**SAID, "agrees": "yes", "earlier": "yes"})
    for guess in (earlier.case.answers["paper_1"][0], "x", "' OR 1=1"):
        assert officer.post(address, {**SAID, "look": "yes", "paper_2-reuse": guess}).status_code == 200
    assert not Scan.objects.exists() and written("document.reused") == 0


def test_what_is_taken_out_again_or_gone_counts_as_no_reuse(desk):
    earlier, officer, address = desk
    ids = offered(officer.post(address, {**SAID, "agrees": "yes", "earlier": "yes"}).text)
    officer.post(address, {**SAID, "look": "yes", "paper_2-reuse": ids})
    officer.post(address, {**SAID, "look": "yes", "drop": str(Scan.objects.get().document_id)})
    assert not Scan.objects.exists()
    documents.erase(document_ids=[UUID(each) for each in ids], by=system)
    officer.post(address, {**SAID, "look": "yes", "paper_2-reuse": ids})
    officer.post(address, {**SAID, "file": "yes", "paper_1": a_scan(a_page())})
    filed = Dossier.objects.exclude(case_id=earlier.case_id).get()
    assert (filed.reused, filed.sources) == (0, [])


def test_the_officer_of_another_office_looks_for_nothing(desk, counter: Counter):
    earlier, _officer, address = desk
    told = client_of(counter.stranger).post(address, {**SAID, "agrees": "yes", "earlier": "yes"})
    assert told.status_code in (403, 404) and looks(earlier) == []
