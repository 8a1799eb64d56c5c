"""After a dossier: a bad rating is looked into, a report about it is answered like any other, and each leads to the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Link
from motcham.apps.public_services.dossiers.tests.papers import desk, row_of
from motcham.apps.public_services.dossiers.tests.test_dossier import case_of, filed, step
from motcham.blocks.cases import api as cases
from motcham.blocks.identity.testing import an_agency, an_officer, client_of, system
from motcham.ui.throttle import forget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def desks(house) -> Iterator[None]:
    """Have the offices to which reports go."""
    forget()
    for code, kind in (
        ("desk.1022", "desk"),
        ("desk.integrity", "desk"),
        ("department.home_affairs", "department"),
        ("centre.digital_transformation", "department"),
    ):
        an_agency(code=code, kind=kind)
    yield
    forget()


def handed_over():
    """Return a dossier that is over, to be rated."""
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    step(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    step(opened, states.DONE, "2026-03-03 10:00", electronic_result=False)
    step(opened, states.HANDED_OVER, "2026-03-04 10:00")
    return opened


def rate(opened, stars: int, *chips: str, reason: str = ""):
    code = case_of(opened).code
    return Client().post(f"/track/{code}/rate/", {"rating": str(stars), "chips": chips, "reason": reason})


def test_a_good_rating_opens_nothing():
    opened = handed_over()
    rate(opened, 4, "fast")
    assert case_of(opened).rating == 4 and not Link.objects.exists()


def test_a_bad_rating_opens_a_report_with_its_reason_linked_both_ways():
    opened = handed_over()
    rate(opened, 1, "unkind", reason="Bị mời về ba lần")
    link = Link.objects.get()
    assert (link.dossier_id, link.why) == (opened.id, "rated")
    report = cases.case_by_id(link.report_id, actor=system)
    assert report.line.category == "admin.conduct" and row_of(opened).code in report.answers["description"]
    assert "Bị mời về ba lần" in report.answers["description"]
    assert set(report.sealed_fields) == {"name", "phone"}
    page = Client().get(f"/track/{case_of(opened).code}/").content.decode()
    assert f"/track/{report.code}/" in page
    of_report = Client().get(f"/track/{report.code}/").content.decode()
    assert row_of(opened).code in of_report and case_of(opened).code not in of_report
    home_affairs = client_of(an_officer(role="department_officer", agency_code="department.home_affairs"))
    assert str(opened.id) in home_affairs.get(f"/desk/{link.report_id}/").content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_reason_that_was_ticked_counts_in_whichever_language_it_was_read(language):
    opened = handed_over()
    stranger = Client()
    stranger.cookies["language"] = language
    stranger.post(f"/track/{case_of(opened).code}/rate/", {"rating": "2", "chips": ["unkind"]})
    assert cases.case_by_id(Link.objects.get().report_id, actor=system).line.category == "admin.conduct"


def test_what_a_rating_says_of_an_officer_is_read_by_the_closed_desk_alone():
    opened = handed_over()
    rate(opened, 5, "fast", reason="Cán bộ đòi tiền bồi dưỡng mới trả kết quả")
    assert "bồi dưỡng" not in desk().get(f"/desk/{opened.id}/").text and case_of(opened).rating == 5
    reader = an_officer(role="desk_operator", agency_code="desk.integrity")
    [report] = cases.inbox(actor=reader, now=timezone.now()).lines
    told = cases.disclose(by=system, case_id=report.id, fields=("description", "phone"), purpose="handling")
    assert "bồi dưỡng" in told["description"] and case_of(opened).title in told["description"]
    assert told["phone"] == "+84901234567"


def test_words_that_name_a_reason_by_chance_are_not_one_that_was_ticked():
    opened = handed_over()
    rate(opened, 2, "late", reason="Unfriendly? No, only late.")
    assert cases.case_by_id(Link.objects.get().report_id, actor=system).line.category == "admin.late"


def test_a_report_about_a_dossier_is_filed_from_its_page():
    opened = handed_over()
    code = case_of(opened).code
    stranger = Client()
    assert f"/dossiers/of/{code}/report/" in stranger.get(f"/track/{code}/").content.decode()
    empty = stranger.post(f"/dossiers/of/{code}/report/", {"about": "admin.late", "text": " "})
    assert empty.status_code == 422 and not Link.objects.exists()
    wrong = stranger.post(f"/dossiers/of/{code}/report/", {"about": "light", "text": "Trễ hẹn"})
    assert wrong.status_code == 422 and "Trễ hẹn" in wrong.content.decode()
    sent = stranger.post(f"/dossiers/of/{code}/report/", {"about": "admin.late", "text": "Trễ hẹn hai tuần"})
    link = Link.objects.get()
    report = cases.case_by_id(link.report_id, actor=system)
    again = stranger.post(f"/dossiers/of/{code}/report/", {"about": "admin.late", "text": "Trễ hẹn hai tuần"})
    assert again["Location"] == sent["Location"] and Link.objects.count() == 1, "its button was pressed twice"
    assert sent["Location"] == f"/track/{report.code}/" and report.line.category == "admin.late"
    assert report.line.agency_id == opened.agency_id
    assert str(link.report_id) in desk().get(f"/desk/{opened.id}/").content.decode()


def test_a_report_that_only_the_closed_desk_reads_is_not_there_for_the_ward():
    opened = handed_over()
    code = case_of(opened).code
    text = "Cán bộ đòi tiền bồi dưỡng mới trả kết quả"
    Client().post(f"/dossiers/of/{code}/report/", {"about": "admin.conduct", "text": text})
    link = Link.objects.get()
    assert cases.case_by_id(link.report_id, actor=system).confidential
    page = desk().get(f"/desk/{opened.id}/").content.decode()
    assert str(link.report_id) not in page


def test_the_reasons_are_those_of_dossiers():
    opened = handed_over()
    page = Client().get(f"/track/{case_of(opened).code}/").content.decode()
    assert 'value="papers"' in page and 'value="not_done"' not in page


def test_nobody_reports_about_what_is_not_a_dossier_or_by_a_guessed_code():
    assert Client().get("/dossiers/of/0000000000000/report/").status_code == 404
