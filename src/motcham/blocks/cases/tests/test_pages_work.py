"""The inbox and the case page: who sees what, every look recorded, two officers at once, acts as the definition has them."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext
from PIL import Image

from motcham.blocks.cases import looks, queries, showing, telling
from motcham.blocks.cases.actions import became_late, take_step
from motcham.blocks.cases.actions_join import split
from motcham.blocks.cases.define import CaseType, NoSuchCase, NotItsDocument, NotYours, Step
from motcham.blocks.cases.models import Case, CaseEvent
from motcham.blocks.cases.refusals import CaseClosed
from motcham.blocks.cases.testing import OFFICERS, a_case, a_case_type, registered
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import a_document, a_photo
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, client_of, forget
from motcham.kernel.terms import Choice, Field, Kind

pytestmark = pytest.mark.django_db
STEPS = (
    Step("desk", "At the office", roles=OFFICERS, leads_to=("asked", "sent", "taken", "answered")),
    Step("sent", "Sent on", roles=OFFICERS, leads_to=("desk", "answered"), transfers=True, message_required=True),
    Step("asked", "Waiting for you", roles=("filer", *OFFICERS), leads_to=("desk",), pauses=True, message_required=True),
    Step("taken", "Taken on", roles=OFFICERS, leads_to=("answered",)),
    Step(
        "answered",
        "Answered",
        outcome="answered",
        message_required=True,
        asks=(
            Field("result", "Result", Kind.CHOICE, choices=(Choice("mended", "Mended"), Choice("known", "Known"))),
            Field("proof", "Photos", Kind.FILES, required=False, at_most=2),
        ),
    ),
)


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    forget()
    an_agency(code="test-desk", kind="desk")
    an_agency(code="ward-a")
    an_agency(code="ward-b")
    forget()
    with registered(a_case_type(steps=STEPS, unrouted="desk")) as found:
        yield found
    forget()


@pytest.fixture
def officer() -> Actor:
    return an_officer(role="ward_officer", agency_code="ward-a")


@pytest.fixture
def desk(officer) -> Client:
    return client_of(officer)


def here(officer: Actor, **others):
    return a_case(agency_id=officer.posts[0].agency_id, **others)


def act(client: Client, opened, name: str, *, version: int | None = None, **typed):
    version = Case.objects.get(id=opened.id).version if version is None else version
    fields = {f"{name}-{key}": value for key, value in typed.items()}
    return client.post(f"/desk/{opened.id}/act/", {"act": name, "version": version, **fields})


def test_the_inbox_shows_the_agency_its_own_cases_by_what_is_due(desk, officer):
    late = here(officer, at=timezone.now() - timedelta(days=30))
    fresh = here(officer)
    a_case(agency_id=an_agency(code="ward-b"))
    became_late()
    shown = re.findall(r"/desk/([0-9a-f-]{36})/", desk.get("/desk/").content.decode())
    assert shown == [str(late.id), str(fresh.id)]
    assert re.findall(r"/desk/([0-9a-f-]{36})/", desk.get("/desk/?list=late").content.decode()) == [str(late.id)]


def test_the_next_page_begins_where_the_last_one_ended(desk, officer, monkeypatch):
    monkeypatch.setattr("motcham.blocks.cases.pages_inbox.PER_PAGE", 2)
    cases = {str(here(officer).id) for _number in range(5)}
    path, seen = "/desk/", []
    while path:
        page = desk.get(path).content.decode()
        seen += re.findall(r"/desk/([0-9a-f-]{36})/", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = "/desk/" + following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == 5 and set(seen) == cases


@pytest.mark.parametrize(
    "query", ["?after=x", "?after=%00", "?list=none", "?type=none", "?agency=99999999999", "?agency=%00", "?after=" + "A" * 500]
)
def test_a_bent_address_shows_a_list_all_the_same(desk, query):
    assert desk.get(f"/desk/{query}").status_code == 200


def test_an_empty_inbox_teaches(desk):
    assert "empty" in desk.get("/desk/").content.decode()


def test_counts_stop_at_a_bound(desk, officer, monkeypatch):
    monkeypatch.setattr("motcham.blocks.cases.lists.COUNTED", 3)
    monkeypatch.setattr("motcham.blocks.cases.pages_inbox.COUNTED", 3)
    for _number in range(4):
        here(officer)
    assert ">2+<" in desk.get("/desk/").content.decode()


def test_opening_a_case_is_a_look_and_names_stay_masked(desk, officer):
    opened = here(officer)
    page = desk.get(f"/desk/{opened.id}/").content.decode()
    assert "Nguyễn Văn A" not in page and "0900000000" not in page and "Đèn tắt" in page
    look = CaseEvent.objects.get(case_id=opened.id, kind="look")
    assert look.facts["agencies"] == [officer.posts[0].agency_id] and look.entry_id
    assert officer.display_name not in Client().get(f"/track/{opened.code}/").content.decode()


def test_equal_looks_of_one_officer_on_one_day_are_told_in_one_line_and_kept_each_by_itself(officer):
    def at(text: str) -> datetime:
        return datetime.strptime(f"2026-11-{text} +0700", "%Y-%m-%d %H %z")

    opened, colleague = here(officer, at=at("19 08")), an_officer(role="ward_officer", agency_code="ward-a")
    done = {"20 09": colleague, "21 09": officer, "21 11": officer, "21 12": colleague, "21 14": officer, "22 08": officer}
    for when, who in done.items():
        with time_machine.travel(at(when), tick=False):
            looks.look(by=who, case_id=opened.id, purpose="handling")
    looks.look(by=officer, case_id=opened.id, purpose="oversight")
    told = telling.Teller(queries.case_by_id(opened.id, actor=officer), files={}, href=str, officer=True).looks()
    assert [(each["times"], f"{timezone.localtime(each['at']):%d %H}") for each in told][1:] == [
        (1, "22 08"), (3, "21 14"), (1, "21 12"), (1, "20 09"),
    ]  # fmt: skip
    said = Client().get(f"/track/{opened.code}/").text
    assert said.count(gettext("%(times)s times that day, the last") % {"times": 3}) == 1
    assert CaseEvent.objects.filter(case_id=opened.id, kind="look").count() == 7


def test_revealing_shows_one_field_for_a_purpose_after_its_look(desk, officer):
    opened = here(officer)
    page = desk.post(f"/desk/{opened.id}/reveal/", {"field": "name", "purpose": "contact"})
    text = page.content.decode()
    assert (
        "Nguyễn Văn A" in text
        and "0900000000" not in text
        and "0900 000" not in text
        and page["Cache-Control"] == "private, no-store"
    )
    assert CaseEvent.objects.filter(case_id=opened.id, kind="look", facts__what="name", facts__purpose="contact").exists()
    assert desk.post(f"/desk/{opened.id}/reveal/", {"field": "description"}).status_code == 404


def test_a_case_of_another_agency_does_not_exist(desk):
    opened = a_case(agency_id=an_agency(code="ward-b"))
    for path in ("", "act/", "reveal/"):
        method = desk.post if path else desk.get
        assert method(f"/desk/{opened.id}/{path}", {"act": "answered", "field": "name"}).status_code == 404
    assert not CaseEvent.objects.filter(case_id=opened.id, kind="look").exists()


def test_the_second_of_two_officers_keeps_what_they_wrote(desk, officer):
    opened = here(officer)
    first, second = desk, client_of(an_officer(role="ward_officer", agency_code="ward-a"))
    version = Case.objects.get().version
    assert act(first, opened, "asked", version=version, message="Số trụ?").status_code == 302
    refused = act(second, opened, "asked", version=version, message="Bên trái hay phải?")
    assert refused.status_code == 409 and "Bên trái hay phải?" in refused.content.decode()
    same = act(second, opened, "desk", version=version, message="Tôi đã gọi điện.")
    text = same.content.decode()
    assert same.status_code == 409 and "Tôi đã gọi điện." in text
    again = re.search(r'name="act" value="desk"><input type="hidden" name="version" value="(\d+)"', text).group(1)
    assert act(second, opened, "desk", version=int(again), message="Tôi đã gọi điện.").status_code == 302


def test_a_form_that_is_not_right_keeps_its_words_and_its_photos(desk, officer):
    opened = here(officer)
    photo = SimpleUploadedFile("sau.jpg", a_photo(), "image/jpeg")
    wrong = act(desk, opened, "answered", message="Đã xong.", proof=photo)
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "Đã xong." in text and "sau.jpg" in text
    token = re.search(r'name="answered-proof-kept" value="([^"]+)"', text).group(1)
    right = act(desk, opened, "answered", message="Đã xong.", result="mended", **{"proof-kept": token})
    case = Case.objects.get()
    assert right.status_code == 302 and case.outcome == "answered" and len(case.documents) == 1
    event = CaseEvent.objects.filter(case_id=case.id, kind="step").latest("id")
    assert event.facts == {"result": "mended", "documents": [str(case.documents[0])]}


def test_somebody_elses_photo_cannot_be_slipped_into_an_act(desk, officer):
    opened, other = here(officer), here(officer)
    text = act(desk, other, "answered", message="x", proof=SimpleUploadedFile("a.jpg", a_photo(), "image/jpeg")).content.decode()
    token = re.search(r'name="answered-proof-kept" value="([^"]+)"', text).group(1)
    act(desk, opened, "answered", message="x", result="known", **{"proof-kept": token})
    assert Case.objects.get(id=opened.id).documents == []


def test_an_act_that_hands_over_asks_to_whom_and_the_case_leaves(desk, officer):
    opened = here(officer)
    assert act(desk, opened, "sent", message="Việc của phường B.").status_code == 422
    assert act(desk, opened, "sent", message="Việc của phường B.", to_agency="none").status_code == 422
    answer = act(desk, opened, "sent", message="Việc của phường B.", to_agency="ward-b")
    assert answer["Location"] == "/desk/" and Case.objects.get().agency.code == "ward-b"
    assert desk.get(f"/desk/{opened.id}/").status_code == 404


def test_any_officer_of_the_agency_may_hand_a_case_to_another(desk, officer):
    opened = here(officer)
    take_step(by=officer, case_id=opened.id, to="asked", message="?")
    act(desk, opened, "transfer", message="Nhầm nơi.", to_agency="ward-b")
    assert Case.objects.get().agency.code == "ward-b"


def test_a_limit_is_extended_as_often_as_the_law_allows(desk, officer):
    opened = here(officer)
    before = Case.objects.get().due_at
    act(desk, opened, "extend", message="Chờ vật tư.")
    assert Case.objects.get().due_at > before
    assert act(desk, opened, "extend", message="Lần nữa.").status_code == 409


def test_a_closed_case_offers_no_act(desk, officer):
    opened = here(officer)
    act(desk, opened, "answered", message="Xong.", result="known")
    assert "act-" not in desk.get(f"/desk/{opened.id}/").content.decode()
    assert act(desk, opened, "note", message="sau đó").status_code == 409


def test_a_file_is_served_to_its_officers_and_each_opening_is_a_look(desk, officer):
    opened = here(officer)
    act(desk, opened, "answered", message="Xong.", result="known", proof=SimpleUploadedFile("a.jpg", a_photo(), "image/jpeg"))
    href = f"/desk/{opened.id}/files/{Case.objects.get().documents[0]}/"
    assert desk.get(href)["Content-Type"] == "image/jpeg"
    assert CaseEvent.objects.filter(case_id=opened.id, kind="look", facts__what="file").count() == 1
    assert client_of(an_officer(role="ward_officer", agency_code="ward-b")).get(href).status_code == 404
    assert desk.get(f"/desk/{opened.id}/files/{opened.id}/").status_code == 404


def test_strangers_and_citizens_have_no_work(officer):
    opened = here(officer)
    for path in ("/desk/", f"/desk/{opened.id}/"):
        assert Client().get(path).status_code == 302


# Who asks, the page, the kept lists, every count, the notices that wait; the colleagues are kept for half a minute.
QUERIES = 5


def test_every_list_costs_the_same_queries_however_long(desk, officer, django_assert_num_queries):
    here(officer)
    desk.get("/desk/")
    with django_assert_num_queries(QUERIES):
        desk.get("/desk/")
    for _number in range(6):
        here(officer)
    with django_assert_num_queries(QUERIES):
        desk.get("/desk/")


def test_many_cases_take_a_plain_step_at_once(desk, officer):
    mine, gone = [here(officer) for _number in range(3)], here(officer)
    take_step(by=officer, case_id=gone.id, to="answered", message="x")
    page = desk.get("/desk/").content.decode()
    assert 'value="testing.report:taken"' in page and "testing.report:answered" not in page
    picked = [str(each.id) for each in (*mine, gone)]
    assert desk.post("/desk/bulk/", {"step": "testing.report:taken", "case": picked})["Location"] == "/desk/"
    assert Case.objects.filter(step="taken").count() == 3 and Case.objects.get(id=gone.id).step == "answered"


def test_what_could_not_go_along_is_named_with_its_reason(desk, officer):
    mine, gone = here(officer), [here(officer), here(officer)]
    for each in gone:
        take_step(by=officer, case_id=each.id, to="answered", message="x")
    picked = [str(each.id) for each in (mine, *gone)]
    page = desk.post("/desk/bulk/", {"step": "testing.report:taken", "case": [*picked, "x"]}, follow=True).text
    said = html.unescape(page).partition("notice-late")[2]
    assert "“Test report”, “Test report”: " in said and gettext(NoSuchCase.template()) in said
    assert gettext(CaseClosed.template()) in said and gettext(NotYours.template()) not in said
    assert Case.objects.get(id=mine.id).step == "taken"
    given = desk.post("/desk/bulk/", {"step": "hold:", "case": picked[1:]}, follow=True).text
    assert gettext(CaseClosed.template()) in html.unescape(given).partition("notice-late")[2]
    all_refused = desk.post("/desk/bulk/", {"step": "testing.report:taken", "case": picked[1:]})
    assert all_refused.status_code == 302, "the list stays, with why nothing could be done"


@pytest.mark.parametrize("step", ["testing.report:answered", "testing.report:none", "none.none:taken", "", ":"])
def test_only_plain_steps_can_be_taken_at_once(desk, officer, step):
    opened = here(officer)
    assert desk.post("/desk/bulk/", {"step": step, "case": [str(opened.id)]}).status_code == 409
    assert Case.objects.get().step == "desk"


def test_nobody_takes_steps_in_cases_of_others_by_picking_them(desk):
    opened = a_case(agency_id=an_agency(code="ward-b"))
    for picked in (str(opened.id), "x", "00000000-0000-0000-0000-000000000000"):
        assert desk.post("/desk/bulk/", {"step": "testing.report:taken", "case": [picked]}).status_code == 404
    operator = client_of(an_officer(role="desk_operator", agency_code="test-desk"))
    assert operator.post("/desk/bulk/", {"step": "testing.report:taken", "case": [str(opened.id)]}).status_code == 403
    assert Case.objects.get().step == "desk"


def test_a_code_read_out_on_the_telephone_leads_to_its_case(desk, officer):
    opened, other = here(officer), a_case(agency_id=an_agency(code="ward-b"))
    assert desk.get("/desk/find/", {"code": opened.code.lower()})["Location"] == f"/desk/{opened.id}/"
    for code in (other.code, "nothing"):
        assert desk.get("/desk/find/", {"code": code})["Location"] == "/desk/"


def test_the_desk_sees_what_no_rule_routes_apart_from_the_city(officer):
    unrouted, elsewhere = a_case(), here(officer)
    operator = client_of(an_officer(role="desk_operator", agency_code="test-desk"))
    shown = operator.get("/desk/").content.decode()
    assert str(unrouted.id) in shown and str(elsewhere.id) not in shown
    assert str(elsewhere.id) in operator.get("/desk/?agency=all").content.decode()
    leader = client_of(an_officer(role="city_leader", agency_code="ward-b"))
    page = leader.get("/desk/").content.decode()
    assert str(unrouted.id) in page and str(elsewhere.id) in page
    assert 'name="case"' not in page


def test_what_is_split_off_takes_copies_of_the_photos_that_were_chosen(desk, officer):
    shown, other = a_document(content=a_photo(colour="red")), a_document(content=a_photo(colour="navy"))
    opened = here(officer, documents=[shown.id, other.id])
    page = desk.get(f"/desk/{opened.id}/split/").content.decode()
    assert f'value="{shown.id}"' in page and f'value="{other.id}"' in page
    typed = {"kind": "noise", "description": "Và ồn", "photo": [str(shown.id)]}
    assert desk.post(f"/desk/{opened.id}/split/", {**typed, "description": ""}).content.decode().count(" checked") == 2
    assert desk.post(f"/desk/{opened.id}/split/", typed).status_code == 302
    part = Case.objects.get(split_from_id=opened.id)
    [copy] = part.documents
    assert set(Case.objects.get(id=opened.id).documents) == {shown.id, other.id} and copy not in (shown.id, other.id)
    picture = Image.open(io.BytesIO(documents.content(document_id=copy, owner=f"case:{part.id}")))
    assert picture.convert("RGB").getpixel((5, 5))[0] > 200, "the red one"


def test_files_of_another_case_go_with_nothing_that_is_split_off(desk, officer):
    strange = a_document(content=a_photo())
    here(officer, documents=[strange.id])
    opened = here(officer)
    with pytest.raises(NotItsDocument):
        split(by=officer, case_id=opened.id, answers={"kind": "noise", "description": "Và ồn"}, documents=[strange.id])
    assert not Case.objects.filter(split_from_id=opened.id).exists()


def test_an_answer_that_was_not_given_is_not_shown_as_masked(desk, officer):
    opened = here(officer, answers={"kind": "lamp", "description": "Đèn tắt", "name": "Nguyễn Văn A"})
    page = desk.get(f"/desk/{opened.id}/").content.decode()
    assert 'value="name"' in page and 'value="phone"' not in page


def test_officers_read_answers_under_their_own_words_and_citizens_under_those_they_were_asked_in(desk, officer):
    asked = Field("name", "Your name", identifies="name", read_as="Name of the sender")
    case_type = replace(a_case_type(steps=STEPS, unrouted="desk"), key="testing.worded", fields=(asked,), category="")
    with registered(case_type):
        opened = here(officer, type_key="testing.worded", answers={"name": "Nguyễn Văn A"})
        page = desk.get(f"/desk/{opened.id}/").content.decode()
        assert "Name of the sender" in page and "Your name" not in page
        [row] = showing.answer_rows(case_type.fields, {"name": "Nguyễn Văn A"}, place=None, own=True)
        assert (row.label, row.text) == ("Your name", "Nguyễn Văn A")
