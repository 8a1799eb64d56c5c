"""The desk: what narrows a list, what is kept, shared, taken back and taken out; whose work a case is; the call that comes in."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham.blocks.cases import actions_desk, filters, lists
from motcham.blocks.cases.actions import transfer
from motcham.blocks.cases.define import CaseType, Place, Step
from motcham.blocks.cases.lists import Held, Queue, Wanted
from motcham.blocks.cases.models import Case, CaseEvent, ReplyTemplate, SavedFilter
from motcham.blocks.cases.refusals import ListNameTaken
from motcham.blocks.cases.testing import KEY, OFFICERS, a_case, a_case_type, registered
from motcham.blocks.identity.define import Actor, NotPermitted
from motcham.blocks.identity.testing import an_agency, an_officer, client_of, forget
from motcham.blocks.ledger.testing import written

pytestmark = pytest.mark.django_db
STEPS = (
    Step("desk", "At the office", roles=OFFICERS, leads_to=("taken", "answered")),
    Step("taken", "Taken on", roles=OFFICERS, leads_to=("answered",)),
    Step("answered", "Answered", outcome="answered", message_required=True, tells="answered"),
)


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    forget()
    for code in ("test-desk", "ward-a", "ward-b"):
        an_agency(code=code, kind="desk" if code == "test-desk" else "ward")
    forget()
    with registered(a_case_type(steps=STEPS, unrouted="desk", title=lambda filing: filing.answers["description"])) as found:
        filters.forget()
        yield found
    forget()


@pytest.fixture
def officer() -> Actor:
    return an_officer(role="ward_officer", agency_code="ward-a")


@pytest.fixture
def desk(officer) -> Client:
    return client_of(officer)


def here(title: str = "Đèn đường tắt", *, code: str = "ward-a", kind: str = "lamp", **more):
    answers = {"kind": kind, "description": title, "name": "Nguyễn Văn A", "phone": "+84900000000"}
    return a_case(agency_id=an_agency(code=code), answers=answers, **more)


def found(actor: Actor, **wanted) -> set[str]:
    asked = Wanted(queue=wanted.pop("queue", Queue.ALL), **wanted)
    page = lists.find(asked, actor=actor, now=timezone.now())
    assert lists.counts([asked], actor=actor, now=timezone.now()) == [len(page.lines)]
    return {line.title for line in page.lines}


@pytest.mark.parametrize("typed", ["den duong", "ĐÈN", "tat đườ", "lê lợi", "212 le", "tat den"])
def test_words_are_found_with_and_without_tone_marks_in_any_order(typed, officer):
    here(place=Place(None, None, address="212 Lê Lợi"))
    here("Ngập nước")
    assert found(officer, text=typed) == {"Đèn đường tắt"}


def test_a_word_is_found_by_its_beginning_from_three_letters_on(officer):
    here("Đường Nguyễn Trãi 7")
    here("Đường Nguyệt 71")
    assert found(officer, text="nguy") == {"Đường Nguyễn Trãi 7", "Đường Nguyệt 71"}
    assert found(officer, text="đường ng") == set()
    assert found(officer, text="đường 7") == {"Đường Nguyễn Trãi 7"}


def test_what_is_rare_is_found_behind_the_cases_that_are_walked_first(officer, monkeypatch):
    monkeypatch.setattr(lists, "WALKED", 2)
    here("Ngập sâu")
    for _ in range(4):
        here()
    assert found(officer, text="ngap") == {"Ngập sâu"}
    whole = an_officer(role="city_leader", agency_code="ward-b")
    page = lists.find(Wanted(queue=Queue.ALL), actor=whole, now=timezone.now(), most=3)
    rest = lists.find(Wanted(queue=Queue.ALL), actor=whole, now=timezone.now(), most=3, after=page.after)
    assert len({line.id for line in (*page.lines, *rest.lines)}) == 5


@pytest.mark.parametrize("walked", [0, 1_000])
def test_words_of_every_address_narrow_as_others_do(walked, officer, monkeypatch):
    monkeypatch.setattr(lists, "WALKED", walked)
    here("Ngập đường số 12", kind="noise")
    here("Ngập hẻm 12")
    assert found(officer, text="đường số 12") == {"Ngập đường số 12"}
    assert found(officer, text="12 hẻm") == {"Ngập hẻm 12"}
    assert found(officer, text="đường số") == {"Ngập đường số 12"}
    assert found(officer, text="ngập 12 phường") == set()
    assert found(officer, text="đường", category="noise") == {"Ngập đường số 12"} == found(officer, text="12 đườn")
    assert found(officer, text="hẻm", category="noise") == set()


@pytest.mark.parametrize("typed", ["nothing", "' | 'den", "den:* & !x", "\\", "&&&", "đèn ngập"])
def test_what_is_typed_never_becomes_a_query(typed, officer):
    here()
    assert found(officer, text=typed) == ({"Đèn đường tắt"} if not Wanted(text=typed).words or typed == "' | 'den" else set())


def test_a_search_stays_inside_the_agency(officer):
    here("Ngập ở đây")
    here("Ngập ở kia", code="ward-b")
    assert found(officer, text="ngap") == {"Ngập ở đây"}
    assert found(an_officer(role="city_leader", agency_code="ward-b"), text="ngap") == {"Ngập ở đây", "Ngập ở kia"}
    assert found(officer, text="ngap", agency_id=an_agency(code="ward-b")) == set()


def test_a_list_is_narrowed_by_what_it_is_about_and_by_ward(officer):
    here("Một", kind="noise", place=Place(None, None, area_code="26740"))
    here("Hai", place=Place(None, None, area_code="26740"))
    here("Ba", kind="noise")
    assert found(officer, category="noise") == {"Một", "Ba"}
    assert found(officer, category="noise", area_code="26740") == {"Một"}
    assert found(officer, category="noise", text="ba", queue=Queue.DUE) == {"Ba"}


def test_the_kind_that_a_list_is_narrowed_to_is_marked_among_all_kinds(desk):
    def kinds(address: str) -> str:
        return desk.get(address).text.partition('<select class="select" id="f-type"')[2].partition("</select>")[0]

    assert f'value="{KEY}"' in kinds("/desk/") and "selected" not in kinds("/desk/")
    assert re.findall(r'value="([^"]*)" selected', kinds(f"/desk/?type={KEY}")) == [KEY]


def test_a_closed_desk_is_seen_by_nobody_else(officer):
    opened = here("Tố cáo")
    Case.objects.filter(id=opened.id).update(confidential=True)
    for role, agency in (("city_leader", "ward-b"), ("desk_operator", "test-desk"), ("inspector", "ward-b")):
        other = an_officer(role=role, agency_code=agency)
        assert found(other) == set() == found(other, text="to cao")
        assert client_of(other).get(f"/desk/?open={opened.id}&agency=all").content.decode().count("Tố cáo") == 0
    assert found(officer, text="to cao") == {"Tố cáo"}


def test_a_case_opens_beside_the_list_with_its_look_or_not_at_all(desk):
    own, other = here("Việc mình"), here("Việc người", code="ward-b")
    assert 'class="case-body"' in desk.get(f"/desk/?list=waiting&open={own.id}").content.decode()
    assert CaseEvent.objects.filter(case_id=own.id, kind="look").count() == 1
    for asked in (other.id, "x", ""):
        page = desk.get(f"/desk/?list=waiting&open={asked}")
        assert page.status_code == 200 and "Việc người" not in page.content.decode() and "case-body" not in page.content.decode()
    assert not CaseEvent.objects.filter(case_id=other.id, kind="look").exists()


def test_a_case_has_a_holder_until_it_leaves_the_agency(officer, desk):
    opened, free = here("Của tôi"), here("Của ai")
    desk.post(f"/desk/{opened.id}/hold/", {"to": officer.posts[0].post_id})
    assert found(officer, held=Held.MINE, queue=Queue.DUE) == {"Của tôi"}
    assert found(officer, held=Held.NOBODY) == {"Của ai"}
    assert officer.display_name in desk.get("/desk/").content.decode()
    transfer(by=officer, case_id=opened.id, agency_id=an_agency(code="ward-b"))
    assert Case.objects.get(id=opened.id).holder_id is None and Case.objects.get(id=free.id).holder_id is None


def test_a_case_is_given_to_colleagues_alone(desk):
    opened, stranger = here(), an_officer(role="ward_officer", agency_code="ward-b")
    page = desk.post(f"/desk/{opened.id}/hold/", {"to": stranger.posts[0].post_id}, follow=True)
    assert Case.objects.get().holder_id is None and "notice-late" in page.content.decode()


def test_all_work_of_a_colleague_is_handed_over_with_the_reason(officer, desk):
    colleague = an_officer(role="ward_officer", agency_code="ward-a")
    mine, theirs = officer.posts[0].post_id, colleague.posts[0].post_id
    for number in range(3):
        actions_desk.hold(by=colleague, case_id=here(str(number)).id, post_id=theirs)
    desk.post("/desk/people/hand-over/", {"from": theirs, "to": mine, "reason": ""})
    assert not Case.objects.filter(holder_id=mine).exists()
    desk.post("/desk/people/hand-over/", {"from": theirs, "to": mine, "reason": "Nghỉ phép"})
    assert Case.objects.filter(holder_id=mine).count() == 3
    assert CaseEvent.objects.filter(kind="held", message="Nghỉ phép").count() == 3


def test_nobody_but_the_head_shares_out_the_work_of_two_others(officer, desk):
    one, two = (an_officer(role="ward_officer", agency_code="ward-a").posts[0].post_id for _ in range(2))
    Case.objects.filter(id=here().id).update(holder_id=one)
    desk.post("/desk/people/hand-over/", {"from": one, "to": two, "reason": "x"})
    assert Case.objects.get().holder_id == one
    head = an_officer(role="agency_leader", agency_code="ward-a")
    client_of(head).post("/desk/people/hand-over/", {"from": one, "to": two, "reason": "x"})
    assert Case.objects.get().holder_id == two


def test_what_was_done_by_mistake_is_taken_back_within_a_minute(desk, officer):
    picked = [str(here(str(number)).id) for number in range(3)]
    desk.post("/desk/bulk/", {"step": f"{KEY}:taken", "case": picked})
    assert Case.objects.filter(step="taken").count() == 3 and "data-undo" in desk.get("/desk/").content.decode()
    actions_desk.hold(by=officer, case_id=Case.objects.get(id=picked[0]).id, post_id=officer.posts[0].post_id)
    desk.post("/desk/undo/")
    assert set(Case.objects.filter(step="desk").values_list("id", flat=True)) == {
        Case.objects.get(id=each).id for each in picked[1:]
    }
    assert CaseEvent.objects.filter(kind="taken_back").count() == 2
    assert "data-undo" not in desk.get("/desk/").content.decode()


def test_after_a_minute_nothing_is_taken_back(desk, monkeypatch):
    opened = here()
    monkeypatch.setattr("motcham.blocks.cases.pages_bulk.UNDO_FOR", timedelta(0))
    desk.post("/desk/bulk/", {"step": f"{KEY}:taken", "case": [str(opened.id)]})
    desk.post("/desk/undo/")
    assert Case.objects.get().step == "taken"


def test_a_kept_list_is_ones_own_unless_it_is_shared(desk, officer):
    here("Ngập nước")
    for name, more in (("Riêng", {}), ("Chung", {"shared": "yes"})):
        desk.post("/desk/filters/", {"name": name, "back": "/desk/?list=all&q=ngap", **more})
    text = desk.get("/desk/").content.decode()
    own = SavedFilter.objects.get(name="Riêng")
    assert re.search(rf'id="count-kept-{own.id}"[^>]*>1<', text) and "Chung" in text
    colleague = client_of(an_officer(role="ward_officer", agency_code="ward-a"))
    seen = colleague.get("/desk/").content.decode()
    assert "Chung" in seen and "Riêng" not in seen
    assert colleague.post(f"/desk/filters/{own.id}/drop/").status_code == 403
    assert "Chung" not in client_of(an_officer(role="ward_officer", agency_code="ward-b")).get("/desk/").content.decode()
    desk.post(f"/desk/filters/{own.id}/drop/")
    assert not SavedFilter.objects.filter(id=own.id).exists()


def test_the_keys_lead_to_the_lists_that_somebody_has_in_the_language_of_the_page(desk):
    def keys() -> str:
        return desk.get("/desk/").text.partition('<dialog class="keys-all"')[2].partition("</dialog>")[0]

    assert "Riêng" not in keys()
    desk.post("/desk/filters/", {"name": "Riêng", "back": "/desk/?list=all&q=ngap"})
    assert re.search(r">1</kbd></dt><dd>Riêng<", keys()) and "Keys to press" not in keys()
    desk.cookies["language"] = "en"
    assert re.search(r">1</kbd></dt><dd>Riêng<", keys()) and "Keys to press" in keys()


def test_a_list_that_a_colleague_shares_is_written_over_by_nobody_but_the_head(desk):
    kept = {"name": "Chung", "shared": "yes"}
    desk.post("/desk/filters/", {**kept, "back": "/desk/?list=all&q=ngap"})
    colleague = client_of(an_officer(role="ward_officer", agency_code="ward-a"))
    answer = colleague.post("/desk/filters/", {**kept, "back": "/desk/?list=late"}, follow=True)
    assert gettext(ListNameTaken.template()) in html.unescape(answer.text)
    assert SavedFilter.objects.get().wanted["text"] == "ngap"
    desk.post("/desk/filters/", {**kept, "back": "/desk/?list=all&q=den"})
    assert SavedFilter.objects.get().wanted["text"] == "den"
    client_of(an_officer(role="agency_leader", agency_code="ward-a")).post("/desk/filters/", {**kept, "back": "/desk/?list=late"})
    assert SavedFilter.objects.get().wanted["queue"] == "late"


def test_the_head_writes_the_texts_that_answers_begin_with(desk, officer):
    head = client_of(an_officer(role="agency_leader", agency_code="ward-a"))
    text = {"name": "Xong", "step": f"{KEY}:answered", "text": "Đã xong {code} ở {agency}."}
    assert desk.post("/desk/templates/", text).status_code == 403
    assert head.post("/desk/templates/", {**text, "text": "{nobody}"}).status_code == 422
    told = head.get("/desk/templates/").content.decode()
    assert all(f"<code>{{{name}}}</code> {words}</li>" in told for name, words in (("code", "Mã tra cứu"), ("today", "Hôm nay")))
    head.post("/desk/templates/", text)
    kept = ReplyTemplate.objects.get()
    opened = here()
    filled = f"Đã xong {opened.code[:4]}-{opened.code[4:8]}-{opened.code[8:]} ở ward-a."
    assert filled in desk.get(f"/desk/{opened.id}/").content.decode()
    page = desk.post(
        f"/desk/{opened.id}/act/",
        {"act": "answered", "fill": "answered", "answered-reply": str(kept.pk), "answered-message": "Kính gửi"},
    )
    assert page.status_code == 200 and f"Kính gửi\n\n{filled}" in page.content.decode() and Case.objects.get().step == "desk"


def test_a_list_is_taken_out_without_names_and_without_formulas(officer):
    here('=HYPERLINK("http://x","y")')
    here("Kia", code="ward-b")
    head = client_of(an_officer(role="agency_leader", agency_code="ward-a"))
    answer = head.get("/desk/export/?list=all&agency=all")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 2 and rows[1][2] == '=HYPERLINK("http://x","y")' and sheet["C2"].data_type == "s"
    words = " ".join(cell for row in rows for cell in row if isinstance(cell, str))
    assert "Nguyễn" not in words and "9000" not in words
    assert written("cases.exported") == 1
    assert client_of(officer).get("/desk/export/").status_code == 403


def test_a_file_ends_at_its_limit_and_says_so(officer, monkeypatch):
    monkeypatch.setattr("motcham.blocks.cases.pages_export.MOST_ROWS", 2)
    for number in range(3):
        here(str(number))
    head = client_of(an_officer(role="agency_leader", agency_code="ward-a"))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(head.get("/desk/export/?list=all").streaming_content))).active
    assert sheet.max_row == 4 and "2" in sheet["A4"].value


def test_an_open_page_learns_what_came_and_went(desk):
    first = here("Một")
    answer = desk.get("/desk/fresh/", {"list": "due", "known": str(first.id)}).content.decode()
    assert "news" in answer and 'data-gone=""' in answer and 'class="news"' not in answer
    here("Hai")
    Case.objects.filter(id=first.id).update(state="closed", closed_at=timezone.now(), outcome="answered")
    answer = desk.get("/desk/fresh/", {"list": "due", "known": str(first.id)}).content.decode()
    assert f'data-gone="{first.id}"' in answer and 'class="news"' in answer


def test_an_operator_takes_in_a_call_and_sees_what_is_known(officer):
    operator = client_of(an_officer(role="desk_operator", agency_code="test-desk"))
    before = here("Việc trước")
    asked = {
        "type": KEY,
        "kind": "lamp",
        "description": "Đèn tắt nữa",
        "name": "Nguyễn Văn A",
        "phone": "0900 000 000",
        "key": "k",
        "channel": "phone",
    }
    around = operator.post("/desk/intake/around/", asked).content.decode()
    assert "Việc trước" in around
    look = CaseEvent.objects.get(case_id=before.id, kind="look")
    assert look.facts["purpose"] == "caller"
    answer = operator.post("/desk/intake/", asked)
    made = Case.objects.get(title="Đèn tắt nữa")
    assert answer["Location"] == f"/desk/{made.id}/" and made.channel == "phone" and made.agency.code == "test-desk"
    assert client_of(officer).get("/desk/intake/").status_code == 200
    assert operator.post("/desk/intake/", {"type": KEY, "description": "x"}).status_code == 422


def test_a_caller_joins_what_is_reported_already(officer):
    operator = client_of(an_officer(role="desk_operator", agency_code="test-desk"))
    earlier = here("Đèn tắt", code="test-desk")
    asked = {
        "type": KEY,
        "kind": "lamp",
        "description": "Cũng đèn đó",
        "name": "B",
        "phone": "0911111111",
        "key": "k2",
        "into": str(earlier.id),
    }
    answer = operator.post("/desk/intake/", asked)
    assert answer["Location"] == f"/desk/{earlier.id}/"
    assert Case.objects.get(id=earlier.id).joined == 1 and Case.objects.get(title="Cũng đèn đó").merged_into_id == earlier.id


def test_keeping_a_text_is_for_the_head_of_that_agency():
    head = an_officer(role="agency_leader", agency_code="ward-a")
    with pytest.raises(NotPermitted):
        actions_desk.keep_template(by=head, agency_id=an_agency(code="ward-b"), name="x", text="y")
