"""A report that accuses somebody in office: it goes to the closed desk, and for everybody else in the house it is not there.

Every route of the oracle is asked, by every role, for one confidential case: neither its id, its code nor a word of it may
show, no act may reach it, and no count or figure may move when it is filed. All of it holds alike where the accusation was
heard in its words, and where nobody heard it until an officer of the accused agency handed it over, published and answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from tests.contracts import test_permission_oracle as oracle
from tests.contracts.test_permission_oracle import Row, Thing, World

from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as case_testing
from motcham.blocks.cases.define import ClosedDesk, NoSuchCase, NotForRelease, Place
from motcham.blocks.cases.models import Case
from motcham.blocks.documents import testing as document_testing
from motcham.blocks.identity import testing
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.identity.roles import ROLES
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import Scope, Span
from motcham.blocks.payments import testing as payment_testing

pytestmark = pytest.mark.django_db
ACCUSED, DESK = "oracle-here", "test-closed"
WORDS = "cán bộ phường đòi tiền"
ANSWERS = {"kind": "lamp", "description": WORDS, "name": "Secret accuser", "phone": "0900000000"}
PLACE = Place(106.7, 10.77, "26740", address="12 Lê Lợi")


def filed(**changes: Any) -> cases.Opened:
    """File a report that the case type calls confidential."""
    return case_testing.a_case(answers=ANSWERS, place=PLACE, **changes)


def handed_over(world_of: Mapping[str, Actor], **changes: Any) -> cases.Opened:
    """File a report in which nobody hears the accusation; it is published and answered before the officer sees it."""
    officer = world_of["ward_officer"]
    opened = filed(**changes)
    cases.release(by=officer, case_id=opened.id, text=WORDS, documents=changes.get("documents", ()))
    cases.join(by=Actor.anonymous(), case_id=opened.id, contact={"phone": "0911111111"})
    cases.take_step(by=officer, case_id=opened.id, to="answered", message="Đã xong")
    cases.confide(by=officer, case_id=opened.id, reason=WORDS)
    return opened


@pytest.fixture(scope="module", params=["heard", "handed over"])
def way(request: pytest.FixtureRequest) -> str:
    """Name the way by which the report came to the closed desk."""
    return str(request.param)


@pytest.fixture(scope="module")
def world(way: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Have every role in the accused agency or its usual place, a closed desk, and one case there."""
    with django_db_blocker.unblock(), transaction.atomic():
        testing.forget()
        agency_ids = {code: testing.an_agency(code=code) for code in ("test-desk", ACCUSED, "oracle-third", "oracle-city", DESK)}
        people: dict[str, Actor] = {"stranger": Actor.anonymous(), "citizen": testing.a_citizen(username="closed-citizen")}
        for role in ROLES:
            if role.key != "citizen":
                agency = oracle.AGENCY_OF.get(role.key, ACCUSED)
                people[role.key] = testing.an_officer(role=role.key, agency_code=agency, username=f"closed-{role.key}")
        people["closed"] = testing.an_officer(role="department_officer", agency_code=DESK, username="closed-desk")
        case_type = case_testing.a_case_type(
            confidential=lambda filing: DESK if way == "heard" and "cán bộ" in filing.answers.get("description", "") else None,
            closed_desk=DESK,
            route=lambda filing: ACCUSED,
            joinable=lambda answers: True,
        )
        with case_testing.registered(case_type):
            document = document_testing.a_document(content=document_testing.a_pdf(), filename="proof.pdf")
            opened = (filed if way == "heard" else partial(handed_over, people))(documents=[document.id])
            # A report has no bill; that of another matter is asked for in its place.
            bill_id = payment_testing.a_paid_bill(
                subject="case:another", agency_id=agency_ids[DESK], payer="Somebody", mark="another"
            )
            code = Case.objects.get(id=opened.id).code
            things = (Thing(WORDS, DESK, opened.id, code, document.id, bill_id),)
            browsers = {who: testing.client_of(actor) for who, actor in people.items()}
            programs = {who: oracle._program(actor) for who, actor in people.items()}
            yield World(people, browsers, programs, things, agency_ids)
        transaction.set_rollback(True)
    testing.forget()


def others(world: World) -> list[str]:
    """Return everybody but the closed desk."""
    return [who for who in world.people if who != "closed"]


def shows(world: World, text: str) -> bool:
    """Tell whether anything by which the case is recognised stands in an answer."""
    thing = world.things[0]
    return any(sign in text for sign in (WORDS, str(thing.case_id), thing.code, "Secret accuser", str(thing.document_id)))


def rows() -> Iterator[tuple[str, Row]]:
    """Yield every way of the oracle to ask a route; whoever holds a code may see its case, so those are left out."""
    for name, found in oracle.ROWS.items():
        for row in found if isinstance(found, tuple) else (found,):
            if row.about != "code":
                yield name, row


@pytest.mark.parametrize(("name", "row"), tuple(rows()), ids=lambda each: each if isinstance(each, str) else "")
def test_for_everybody_else_it_is_nowhere(name: str, row: Row, world: World) -> None:
    thing = world.things[0]
    for who in others(world):
        if row.about == "case":
            assert row.address is not None
            answer = oracle.ask(world, who, row, row.address(world, thing), thing)
            assert answer.is_refused or not shows(world, answer.text), f"{who} sees it at {name}: {answer.status}"
            assert (answer.looks, answer.acts) == (0, 0), f"{who} at {name}: {answer.status}"
            continue
        for query in row.queries if row.about == "list" else ("",):
            address = row.address(world, thing) if row.address else reverse(name, args=row.args) + query
            # A refusal leads back to the address that was asked for, which whoever asked knew.
            answered = oracle.ask(world, who, row, address).text.replace(address, "")
            assert not shows(world, answered), f"{who} sees it at {address}"


def test_the_closed_desk_finds_opens_and_reveals_it(world: World) -> None:
    thing, closed = world.things[0], world.people["closed"]
    assert [each.id for each in cases.inbox(actor=closed, now=timezone.now()).lines] == [thing.case_id]
    view = cases.case_by_id(thing.case_id, actor=closed)
    assert WORDS not in repr((view.line, view.answers, view.place, view.public_text))
    with oracle.undone():
        assert cases.reveal(by=closed, case_id=thing.case_id, field="description", purpose="handling") == WORDS
        page = world.clients["closed"].get(reverse("cases:case", args=[thing.case_id]))
    assert page.status_code == 200


def test_nobody_else_finds_it_by_its_code(world: World) -> None:
    thing = world.things[0]
    for who in others(world):
        with pytest.raises(NoSuchCase):
            cases.find_by_code(thing.code, actor=world.people[who])
        answer = world.clients[who].get(reverse("cases:find") + "?" + urlencode({"code": thing.code}))
        assert str(thing.case_id) not in answer.headers.get("Location", "")


def test_no_list_count_or_figure_moves_when_it_is_filed(world: World, way: str) -> None:
    def seen() -> list[object]:
        found: list[object] = []
        for who in others(world):
            actor = world.people[who]
            found.append(cases.inbox_counts(actor=actor, now=timezone.now()))
            for figure in cases.Figure:
                found.append(cases.counted(cases.Behind(figure=figure), actor=actor))
            found.append(cases.promises(actor=actor))
        return found

    def figures() -> list[object]:
        indicators.fold()
        start = timezone.localdate().replace(day=1)
        return [indicators.by_key(scope=scope, span=Span.MONTH, start=start) for scope in Scope if scope is not Scope.CELL]

    with oracle.undone():
        before, counted = seen(), figures()
        filed() if way == "heard" else handed_over(world.people)
        assert seen() == before
        assert figures() == counted
        assert indicators.recompute().changed == 0


def test_its_row_says_neither_what_nor_where_nor_of_whom(world: World) -> None:
    case = Case.objects.get(id=world.things[0].case_id)
    assert (case.area_code, case.category, case.lon, case.address, case.released_at) == ("", "", None, "", None)
    assert WORDS not in repr([case.title, case.answers, case.clock])
    assert case.agency_id == world.agency_ids[DESK]


def test_it_is_neither_transferred_nor_published_nor_merged_into_what_others_see(world: World) -> None:
    thing, closed = world.things[0], world.people["closed"]
    with pytest.raises(ClosedDesk):
        cases.transfer(by=closed, case_id=thing.case_id, agency_id=world.agency_ids[ACCUSED])
    with pytest.raises(NotForRelease):
        cases.release(by=closed, case_id=thing.case_id, text="")
    for who in others(world):
        ids: dict[str, Any]
        actor, ids = world.people[who], {"case_id": thing.case_id, "agency_id": world.agency_ids[ACCUSED]}
        with pytest.raises(NoSuchCase):
            cases.transfer(by=actor, **ids)
        with pytest.raises(NoSuchCase):
            cases.excerpt(by=actor, text="", **ids)


def test_an_excerpt_takes_the_desks_words_and_nothing_of_the_filer(world: World) -> None:
    thing, closed = world.things[0], world.people["closed"]
    officer = world.people["ward_officer"]
    with oracle.undone():
        opened = cases.excerpt(
            by=closed, case_id=thing.case_id, agency_id=world.agency_ids[ACCUSED], text="Thu phí sai quy định tại một cán bộ"
        )
        view = cases.case_by_id(opened.id, actor=officer)
        assert (view.confidential, view.line.agency_id, view.sealed_fields) == (False, world.agency_ids[ACCUSED], ())
        for hidden in ("Secret accuser", "0900000000", "Lê Lợi", thing.code, str(thing.case_id), str(thing.document_id), WORDS):
            assert hidden not in repr(view)
        assert officer.may(Permission.CASE_READ, agency_id=view.line.agency_id)
        assert Case.objects.get(id=thing.case_id).agency_id == world.agency_ids[DESK]
