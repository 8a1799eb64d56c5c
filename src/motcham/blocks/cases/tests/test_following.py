"""Following a case: opened again by whom it concerns, promises, reasons of a rating; guessing codes leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from motcham.blocks.cases import actions, actions_join, actions_public, rules, throttle
from motcham.blocks.cases.define import CaseType, Step
from motcham.blocks.cases.models import Case, CaseEvent
from motcham.blocks.cases.testing import OFFICERS, a_case, a_case_type, registered
from motcham.blocks.identity.testing import an_agency, forget, system
from motcham.kernel.terms import Field, Kind
from motcham.ui import codes

pytestmark = pytest.mark.django_db
STEPS = (
    Step("desk", "At the office", roles=OFFICERS, leads_to=("promised", "answered")),
    Step(
        "promised",
        "A date is promised",
        roles=OFFICERS,
        leads_to=("answered",),
        asks=(Field("promised_on", "Done by", Kind.DATE),),
        promises="promised_on",
    ),
    Step("answered", "Answered", outcome="answered"),
)


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    forget()
    throttle.forget()
    an_agency(code="test-desk", kind="desk")
    made = a_case_type(steps=STEPS, rated=True, reopen_limit="1022.reopen", joinable=lambda _answers: True)
    with registered(made) as found:
        yield found
    forget()
    throttle.forget()


def answered():
    opened = a_case()
    actions.take_step(by=system, case_id=opened.id, to="answered", message="Xong rồi")
    return opened


def page(code):
    return Client().get(f"/track/{rules.show_code(code)}/").content.decode()


def test_a_code_holds_65_random_bits():
    codes = {rules.new_code() for _ in range(2_000)}

    assert len(codes) == 2_000
    assert {len(code) for code in codes} == {13}
    # Every letter of 32 comes up in every one of 13 places: 5 bits each.
    assert all(len({code[place] for code in codes}) == 32 for place in range(13))


def test_a_right_code_is_told_nothing_after_too_many_wrong_ones():
    opened, client = a_case(), Client()
    for _ in range(throttle.misses.most):
        assert client.get("/track/0000-0000-00000/").status_code == 404

    assert client.get(f"/track/{rules.show_code(opened.code)}/").status_code == 429
    assert client.post("/track/", {"code": opened.code}).status_code == 429
    answer = client.get("/track/0000-0000-00000/")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_a_closed_case_is_opened_again_by_whoever_filed_it():
    opened = answered()
    assert 'id="reopen"' in page(opened.code)

    Client().post(f"/track/{opened.code}/reopen/", {"why": "Đèn lại tắt"})

    case = Case.objects.get(id=opened.id)
    assert (case.state, case.reopened) == ("open", 1)
    assert CaseEvent.objects.get(case_id=opened.id, kind="reopened").message == "Đèn lại tắt"


def test_opening_again_needs_a_reason_and_keeps_the_form_open():
    opened = answered()
    answer = Client().post(f"/track/{opened.code}/reopen/", {"why": " "})

    assert answer.status_code == 422
    assert '<details class="add no-print" id="reopen" open>' in answer.content.decode()
    assert Case.objects.get(id=opened.id).state == "closed"


def test_after_the_limit_it_is_reported_anew_instead():
    opened = answered()
    long_ago = timezone.now() - timedelta(days=400)
    Case.objects.filter(id=opened.id).update(received_at=long_ago, closed_at=long_ago)

    assert 'id="reopen"' not in page(opened.code)
    assert Client().post(f"/track/{opened.code}/reopen/", {"why": "Vẫn hư"}).status_code == 422


def test_whoever_joined_opens_it_again_but_neither_rates_nor_reads_what_the_filer_wrote():
    opened = a_case(answers={"kind": "lamp", "description": "Riêng của người gửi"})
    actions_public.release(by=system, case_id=opened.id, text="Đèn tắt")
    Case.objects.filter(id=opened.id).update(cell=1)
    joined = actions_join.join(by=system, case_id=opened.id, contact={})
    actions.take_step(by=system, case_id=opened.id, to="answered", message="Xong rồi")
    actions_public.release(by=system, case_id=opened.id, text="Đèn tắt", reply="Đã thay bóng")
    shown = page(joined.code)

    assert "Đã thay bóng" in shown
    assert "Riêng của người gửi" not in shown
    assert 'name="rating"' not in shown
    Client().post(f"/track/{joined.code}/rate/", {"rating": "1"})
    assert Case.objects.get(id=opened.id).rating is None
    Client().post(f"/track/{joined.code}/reopen/", {"why": "Nhà tôi vẫn tối"})
    assert Case.objects.get(id=opened.id).state == "open"


def test_a_promise_is_shown_with_its_day_and_what_became_of_it():
    opened = a_case()
    on = timezone.localdate() + timedelta(days=3)
    actions.take_step(by=system, case_id=opened.id, to="promised", message="Chờ vật tư", answers={"promised_on": on.isoformat()})
    assert 'class="promise"' in page(opened.code)

    actions.take_step(by=system, case_id=opened.id, to="answered", message="Xong rồi")
    shown = page(opened.code).split('class="promise"')[1]
    assert "chip-ok" in shown[:400]


def test_reasons_that_came_without_a_rating_are_asked_for_one_and_not_lost():
    opened = answered()
    again = Client().post(f"/track/{opened.code}/rate/", {"chips": ["slow"], "reason": "Chờ lâu quá"})
    shown = again.content.decode()
    assert again.status_code == 422 and "Chờ lâu quá" in shown and Case.objects.get().rating is None
    assert re.search(r'value="slow"[^>]* checked', shown) and not re.search(r'value="fast"[^>]* checked', shown)
    assert 'href="#q-rating' in shown, "the summary leads to what is missing"


def test_a_rating_keeps_the_reasons_ticked_and_the_words():
    opened = answered()
    Client().post(f"/track/{opened.code}/rate/", {"rating": "2", "chips": ["slow", "not_done", "rubbish"], "reason": "Chờ lâu"})

    said = CaseEvent.objects.get(case_id=opened.id, kind="rated").message
    assert said.splitlines()[1] == "Chờ lâu"
    assert len(said.splitlines()[0].split(", ")) == 2


def test_the_dot_of_a_title_stays_with_the_word_before_it():
    opened = a_case()
    Case.objects.filter(id=opened.id).update(title="Đèn hư · Lê Lợi")

    assert "<h1>Đèn hư\u00a0· Lê Lợi</h1>" in page(opened.code)


def test_the_page_of_a_case_carries_its_address_as_a_code_drawn_by_itself(django_assert_num_queries):
    code = rules.show_code(a_case().code)
    assert f'src="/track/{code}/qr.svg"' in page(code)
    with django_assert_num_queries(0):
        drawn = Client().get(f"/track/{code}/qr.svg")
    assert drawn["Content-Type"] == "image/svg+xml" and drawn["Cache-Control"].startswith("private")
    assert drawn.content == codes.draw(f"http://testserver/track/{code}/").encode()
    # Nothing is looked up, so that it tells nobody which codes there are.
    assert Client().get("/track/0000-0000-00000/qr.svg").status_code == 200
