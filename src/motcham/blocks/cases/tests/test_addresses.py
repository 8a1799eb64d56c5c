"""Whom a case concerns, and what a mail about it may say: whoever filed it, whoever joined, nobody else and no more than needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from motcham.blocks.cases import addresses, rules, vault
from motcham.blocks.cases.actions import take_step
from motcham.blocks.cases.define import CaseType, case_types
from motcham.blocks.cases.models import Case, Participant
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.channels.define import State, letters
from motcham.blocks.channels.testing import deliver, mail_server, outcomes
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, client_of, forget
from motcham.kernel.terms import Choice, Field, Kind

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
ANSWERS = {"kind": "lamp", "description": "Đèn tắt", "name": "Nguyễn Văn A", "email": "an@example.vn"}


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    """Have a case type that asks for an e-mail address and tells of its answer."""
    from dataclasses import replace

    forget()
    an_agency(code="test-desk", kind="desk")
    plain = a_case_type()
    fields = (
        Field("kind", "Kind", kind=Kind.CHOICE, choices=(Choice("lamp", "Lamp"),)),
        Field("description", "Description", kind=Kind.LONG_TEXT, personal=True),
        Field("name", "Name", identifies="name", required=False),
        Field("email", "E-mail", kind=Kind.EMAIL, identifies="email", required=False),
    )
    steps = tuple(replace(each, tells=each.key if each.key in ("asked", "answered") else "") for each in plain.steps)
    with registered(a_case_type(fields=fields, steps=steps)) as it:
        yield it
    forget()


def join(case_id, email="binh@example.vn", **changes) -> Participant:
    participant_id = rules.new_id()
    sealed, contacts = vault.seal_contact({"email": email}, participant_id)
    values = {"sealed": sealed, "contacts": contacts, "language": "en", "code": rules.new_code(), "at": timezone.now()}
    return Participant.objects.create(id=participant_id, case_id=case_id, **{**values, **changes})


def answer(case_id) -> None:
    take_step(by=SYSTEM, case_id=case_id, to="answered", message="Đã thay bóng đèn cho ông Nguyễn Văn A")


def test_whoever_filed_and_whoever_joined_are_mailed_each_with_a_code_of_their_own():
    opened = a_case(answers=ANSWERS)
    participant = join(opened.id)
    with mail_server() as server:
        answer(opened.id)
        deliver()
    texts = {to: message.get_body(("plain",)).get_content() for to, message in server.got}
    assert rules.show_code(opened.code) in texts["an@example.vn"]
    assert rules.show_code(participant.code) in texts["binh@example.vn"]
    assert rules.show_code(opened.code) not in texts["binh@example.vn"]
    assert {to: message["Subject"] for to, message in server.got} == {
        "an@example.vn": "Hồ sơ của bạn đã được trả lời",
        "binh@example.vn": "Your case is answered",
    }


def test_a_mail_holds_no_name_no_word_of_the_case_and_no_code_in_its_head():
    opened = a_case(answers=ANSWERS)
    with mail_server() as server:
        answer(opened.id)
        deliver()
    ((_, message),) = server.got
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        assert not [word for word in ("Nguyễn", "bóng đèn", "Đèn tắt") if word in text]
    head = str(message.items())
    assert opened.code not in head.replace("-", "")


def test_whoever_left_no_address_is_told_in_the_house_alone():
    citizen = a_citizen()
    opened = a_case(by=citizen, answers={**ANSWERS, "email": ""})
    with mail_server() as server:
        answer(opened.id)
        deliver()
    assert server.got == []
    assert outcomes() == {("app", State.SENT), ("email", State.DROPPED)}
    page = client_of(citizen).get("/notices/").content.decode()
    assert "Hồ sơ của bạn đã được trả lời" in page and "Test report" in page


def test_nobody_stands_behind_a_replayed_case_but_whoever_joined_it_is_told():
    opened = a_case(answers=ANSWERS, synthetic=True)
    join(opened.id)
    with mail_server() as server:
        answer(opened.id)
        deliver()
    assert [to for to, _ in server.got] == ["binh@example.vn"]


def test_the_filer_of_a_merged_report_is_told_about_the_leading_one():
    leader, other = a_case(answers=ANSWERS), a_case(answers={**ANSWERS, "email": "chi@example.vn"})
    row = Case.objects.get(id=other.id)
    join(leader.id, sealed=None, contacts=[], code=row.code, merged_from=row)
    with mail_server() as server:
        answer(leader.id)
        deliver()
    assert sorted(to for to, _ in server.got) == ["an@example.vn", "chi@example.vn"]


def test_of_a_confidential_case_a_mail_says_only_what_kind_it_is():
    opened = a_case(answers=ANSWERS)
    Case.objects.filter(id=opened.id).update(confidential=True, title="Secret title")
    with mail_server() as server:
        answer(opened.id)
        deliver()
    text = server.got[0][1].get_body(("plain",)).get_content()
    assert "Secret title" not in text and "Test report" in text


def test_an_erased_case_tells_nobody():
    opened = a_case(answers=ANSWERS)
    answer(opened.id)
    Case.objects.filter(id=opened.id).update(erased_at=timezone.now(), sealed=None)
    with mail_server() as server:
        deliver()
    assert server.got == []


def test_what_could_not_be_delivered_is_shown_at_the_desk_of_the_case_and_at_no_other():
    an_agency(code="other-desk", kind="desk")
    here, there = (an_officer(role="desk_operator", agency_code=code) for code in ("test-desk", "other-desk"))
    opened = a_case(answers=ANSWERS)
    with mail_server(data="550 no such user"):
        answer(opened.id)
        deliver()
    address = f"/cases/{opened.id}/"
    pages = [client_of(who).get("/notices/undelivered/").content.decode() for who in (here, there)]
    assert [str(opened.id) in page for page in pages] == [True, False], address


def test_a_confidential_case_is_shown_to_its_own_desk_alone():
    opened = a_case(answers=ANSWERS)
    Case.objects.filter(id=opened.id).update(confidential=True)
    subject = f"case:{opened.id}"
    assert addresses.cases.desk([subject], SYSTEM) == {}
    own = an_officer(role="desk_operator", agency_code="test-desk")
    assert subject in addresses.cases.desk([subject], own)


def test_opening_a_contact_is_written_down_before_it_is_opened(monkeypatch):
    seen = []
    real = vault.unseal

    def watched(case):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_pending WHERE kind = 'channels.contacts_opened'")
            seen.append(cursor.fetchone()[0])
        return real(case)

    monkeypatch.setattr(vault, "unseal", watched)
    opened = a_case(answers=ANSWERS)
    with mail_server():
        answer(opened.id)
        deliver()
    assert seen == [1]


def test_every_step_that_tells_has_a_letter():
    told = {step.tells for case_type in case_types for step in case_type.steps if step.tells}
    assert told - {each.key for each in letters} == set()


def test_a_longer_list_of_notices_takes_no_more_queries(django_assert_max_num_queries):
    citizen = a_citizen()
    client = client_of(citizen)
    with mail_server():
        for _ in range(12):
            answer(a_case(by=citizen, answers=ANSWERS).id)
        deliver()
    client.get("/notices/")  # What the process keeps is read once, not by each page.
    with django_assert_max_num_queries(6):
        page = client.get("/notices/").content.decode()
    assert page.count('class="what"') == 12
