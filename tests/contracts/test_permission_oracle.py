"""Who sees what, said twice: once by the house as it answers, once by `expected` below, read off the roles alone.

Every route of the house is called by every role for every case of a small world: a case of one's own, of the post's agency,
of another agency, of the desk, and a closed one. A case is recognised by its mark in the body; what identifies a person
(`secret`) may show nowhere but where it is revealed. A new route has no row yet: the test says how to write one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as case_testing
from motcham.blocks.channels import testing as channel_testing
from motcham.blocks.documents import testing as document_testing
from motcham.blocks.identity import testing
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.define import Permission as May
from motcham.blocks.identity.roles import ROLES, Role
from motcham.blocks.payments import testing as payment_testing
from motcham.kernel.access import Guarded

# pytest-django sets up the database only where this mark asks for it; each test is a savepoint inside the world's transaction.
pytestmark = pytest.mark.django_db

AGENCY_OF = {
    "desk_operator": "test-desk",
    "city_leader": "oracle-city",
    "city_finance": "oracle-city",
    "inspector": "oracle-city",
    "administrator": "oracle-city",
}
HERE = "oracle-here"


@dataclass(frozen=True)
class Thing:
    """A case of the small world: whose it is, and the words by which it is recognised in a page."""

    mark: str
    agency: str
    case_id: UUID
    code: str
    document_id: UUID
    bill_id: UUID
    filed_by: str = ""
    state: str = "open"

    @property
    def secret(self) -> str:
        """Return the name of the one who filed."""
        return f"Secret {self.mark}"


@dataclass(frozen=True)
class World:
    """Everybody, each with a browser, and everything."""

    people: Mapping[str, Actor]
    clients: Mapping[str, Client]
    programs: Mapping[str, Client]
    things: tuple[Thing, ...]
    agency_ids: Mapping[str, int]


Data = Mapping[str, Any] | Callable[[World, Thing], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """How one route is called, and on which permission its answer rests.

    `about` is what it shows: `nothing` of any case, a `list` of cases, one `case`, one case to whoever holds its
    `code`, one `bill` of a case, which is no look at the case.
    `queries` are the variants of a list that together show all of it. `changes` tells that it is an act: then `data` is
    sent by POST, and for whoever may not, the case must stand as it stood. `reveals` tells that the secret shows, `is_file`
    that the answer is an attachment, in which no mark can be found. `is_api` is called by a program: with a token where the
    role has a post, and with JSON.
    """

    about: str
    permission: May | None = None
    address: Callable[[World, Thing], str] | None = None
    args: tuple[Any, ...] = ()
    queries: tuple[str, ...] = ("",)
    changes: bool = False
    data: Data = field(default_factory=dict)
    reveals: bool = False
    is_file: bool = False
    is_api: bool = False
    states: tuple[str, ...] = ("open", "closed")


@dataclass(frozen=True)
class Answer:
    """What the house said, and what it wrote about the case meanwhile."""

    status: int
    to_sign_in: bool
    text: str
    looks: int
    acts: int

    @property
    def is_refused(self) -> bool:
        """Tell whether the door stayed shut: led to sign-in, or told that there is nothing or that it may not be."""
        return self.to_sign_in or self.status in (401, 403, 404)


def by_code(name: str) -> Callable[[World, Thing], str]:
    return lambda world, thing: reverse(name, args=[thing.code])


def by_id(name: str) -> Callable[[World, Thing], str]:
    return lambda world, thing: reverse(name, args=[thing.case_id])


def by_ref(name: str) -> Callable[[World, Thing], str]:
    return lambda world, thing: reverse(name, args=[f"{cases.public_ref(thing.case_id)}.json"])


def photo_by_ref(world: World, thing: Thing) -> str:
    return reverse("open311:photo", args=[cases.public_ref(thing.case_id), thing.document_id])


def file_by_id(world: World, thing: Thing) -> str:
    return reverse("cases:file", args=[thing.case_id, thing.document_id])


def transfer(world: World, thing: Thing) -> Mapping[str, Any]:
    return {"act": "transfer", "transfer-to_agency": "oracle-third", "transfer-message": "yours"}


def api_transfer(world: World, thing: Thing) -> Mapping[str, Any]:
    return {"act": "transfer", "agency": "oracle-third", "message": "yours"}


def to_a_colleague(world: World, thing: Thing) -> Mapping[str, Any]:
    posts = [post for who in world.people.values() for post in who.posts if post.agency_code == thing.agency]
    return {"to": str(posts[0].post_id) if posts else ""}


NOTE = {"act": "note", "note-message": "more"}
API_NOTE = {"act": "note", "message": "more"}
CONFIDE = {"act": "confide", "confide-message": "accuses"}
API_CONFIDE = {"act": "confide", "message": "accuses"}
EVER = ("open", "closed")
# The acts of officers: who may do them, by a form and by a program, and in which cases.
ACTS: tuple[tuple[May, Data, Data, tuple[str, ...]], ...] = (
    (May.CASE_ACT, NOTE, API_NOTE, ("open",)),
    (May.CASE_TRANSFER, transfer, api_transfer, ("open",)),
    (May.CASE_READ, CONFIDE, API_CONFIDE, EVER),
)
REVEAL = {"field": "name", "purpose": "contact"}
ABOUT_NOTHING = Row("nothing")
FORM = Row("nothing", args=(case_testing.KEY,))
# Pages that tell of no case and of nobody: they show the same to all whom their guard lets in.
OF_NOBODY = """
health account account_login account_signup account_change_password account_logout account_inactive
socialaccount_connections account_step_up account_reauthenticate mfa_index mfa_authenticate mfa_reauthenticate
mfa_activate_totp mfa_view_recovery_codes account_devices account_kept documents:verify account_staff
account_substitutes agencies ui:gallery board board_figures board_figures_json board_openapi board_areas board_times
board_kinds board_soon board_data board_wall board_boundaries favicon manifest worker places:list places:find
places:find-openapi places:ogc places:ogc-conformance places:ogc-openapi places:ogc-collections channels:read_all
channels:wishes channels:sending channels:outbox payments:find_receipt cases:services cases:personal_data cases:track
national_portal:waiting dossiers:front dossiers:register dossiers:register_xlsx dossiers:codes feedback_1022 open311:guide open311:endpoint open311:openapi
open311:discovery open311:services open311:requests open311:updates feedback_1022_reports feedback_1022_feed
feedback_1022_promises feedback_1022_alert procedures:list procedures:conflicts procedures:unread cases:fresh cases:undo
cases:export cases:keep_filter cases:templates cases:people cases:hand_over cases:intake cases:intake_around cases:find
cases:bulk cases_api:openapi cases_api:attach cases:drafts cases:details counter:home counter:set_up counter:offices counter:find counter:bundles
"""
ROWS: dict[str, Row | tuple[Row, ...]] = {
    **dict.fromkeys(OF_NOBODY.split(), ABOUT_NOTHING),
    "home": Row("list", May.CASE_FOLLOW),
    "account_documents": Row("list", May.CASE_FOLLOW),
    "cases:qr_of_code": Row("nothing", args=("7K2M-09QX-4T1ZB",)),
    "openid_connect_login": Row("nothing", args=("vneid",), changes=True),
    "openid_connect_callback": Row("nothing", args=("vneid",)),
    "account_link": Row("nothing", args=("vneid",), changes=True),
    "account_unlink": Row("nothing", args=(1,), changes=True),
    "mfa_deactivate_totp": Row("nothing", changes=True),
    "mfa_generate_recovery_codes": Row("nothing", changes=True),
    "account_document": Row("nothing", args=(UUID(int=1),)),
    "account_share": Row("nothing", args=(UUID(int=1),), changes=True),
    "account_end_share": Row("nothing", args=(UUID(int=1),), changes=True),
    "documents:result": Row("nothing", args=("0" * 13,)),
    "documents:shared": Row("nothing", args=("0" * 32,)),
    "account_end_session": Row("nothing", changes=True),
    "account_give_post": Row("nothing", changes=True),
    "account_end_post": Row("nothing", args=(1,), changes=True),
    "account_issue_token": Row("nothing", args=(1,), changes=True),
    "account_revoke_token": Row("nothing", args=(1,), changes=True),
    "account_end_substitute": Row("nothing", args=(1,), changes=True),
    "agency": Row("nothing", args=(HERE,)),
    "ui:language": Row("nothing", args=("en",)),
    "demo:sign_in": Row("nothing", args=("citizen",)),
    "board_agency": Row("nothing", args=(HERE,)),
    "board_ward": Row("nothing", args=("26740",)),
    "board_ranking": Row("nothing", args=("ward",)),
    "board_closing": Row("nothing", args=("2026-01-01",)),
    "board_card": Row("nothing", args=("agency", HERE)),
    "board_share": Row("nothing", is_file=True),
    "board_share_of": Row("nothing", args=("agency", HERE), is_file=True),
    "style": Row("nothing", args=("0" * 16,)),
    "places:area": Row("nothing", args=("26740", date(2025, 7, 1))),
    "places:ogc-collection": Row("nothing", args=("areas",)),
    "places:ogc-items": Row("nothing", args=("areas",)),
    "places:ogc-item": Row("nothing", args=("areas", "26740@2025-07-01")),
    "channels:inbox": Row("list", May.CASE_FOLLOW, states=("open", "closed")),
    "channels:open": Row("nothing", args=(1,)),
    "channels:confirm": Row("nothing", args=("token",)),
    "channels:stop": Row("nothing", args=("token",)),
    "channels:undelivered": Row("list", May.CASE_ACT, states=("open", "closed")),
    "channels:decide": Row("nothing", args=(1,)),
    "channels:sample": Row("nothing", args=("1-1",)),
    "payments:desk": Row("list", May.PAYMENT_READ),
    "payments:desk_bill": Row(
        "bill", May.PAYMENT_READ, address=lambda world, thing: reverse("payments:desk_bill", args=[thing.bill_id])
    ),
    # Who may take and pay back is tried where the money is: payments/tests/test_refunds.py.
    "payments:take": Row("nothing", args=(UUID(int=1),), changes=True),
    "payments:refund": Row("nothing", args=(UUID(int=1),), changes=True),
    "payments:report": Row("nothing", changes=True),
    "payments:ask": Row("nothing", changes=True),
    "payments:callback": Row("nothing", changes=True),
    **{
        f"payments:{name}": Row("nothing", args=("0" * 24,))
        for name in ("receipt", "receipt_data", "bill", "bill_data", "result")
    },
    "payments:pay": Row("nothing", args=("0" * 24,), changes=True),
    "payments:demo_gateway": Row("nothing", args=(1,)),
    "cases:new": FORM,
    "cases:new_page": Row("nothing", args=(case_testing.KEY, 1)),
    "cases:review": FORM,
    "cases:receipt": FORM,
    # Whose drafts are whose is tried where drafts are: cases/tests/test_drafts.py.
    "cases:draft": Row("nothing", args=(UUID(int=1),)),
    "cases:delete_draft": Row("nothing", args=(UUID(int=1),), changes=True),
    "cases:forget_draft": Row("nothing", args=(case_testing.KEY,), changes=True),
    "cases:draft_file": Row("nothing", args=(case_testing.KEY, UUID(int=1))),
    "cases:service": FORM,
    "cases:place_map": Row("nothing", args=("city",)),
    "cases:advice": Row("nothing", args=(case_testing.KEY,), changes=True),
    "cases:near": Row("nothing", args=(case_testing.KEY,)),
    "cases:join": Row("nothing", args=("0" * 26,)),
    "cases:public_photo": Row("nothing", args=("0" * 26, UUID(int=1))),
    "cases:reopen": Row("nothing", args=("0" * 13,), changes=True),
    "cases:release": Row("nothing", args=(UUID(int=1),), changes=True),
    "cases:add": Row("code", address=by_code("cases:add"), changes=True, data={"message": "more"}, states=("open",)),
    # Who may confirm is tried where cases of several people are: cases/tests/test_together.py.
    **dict.fromkeys(("cases:confirm", "cases:leave"), Row("nothing", args=("0" * 13,), changes=True)),
    "cases:answer_part": Row("nothing", args=("0" * 13, UUID(int=0)), changes=True),
    "cases:rate": Row("code", address=by_code("cases:rate"), changes=True, data={"rating": "4"}, states=("closed",)),
    "cases:file_of_code": Row(
        "code", address=lambda world, thing: reverse("cases:file_of_code", args=[thing.code, thing.document_id]), is_file=True
    ),
    # Refused messages are looked at where they are: apps/public_services/national_portal/tests.
    "national_portal:settle": Row("nothing", args=(1,), changes=True),
    # What is in the register, the papers, the parts and the result of a dossier is looked at in apps/public_services/dossiers/tests.
    "cases:take_in": Row("nothing", address=lambda world, thing: reverse("cases:take_in", args=[thing.case_id, UUID(int=1)])),
    "dossiers:register_pdf": Row("nothing", is_file=True),
    "dossiers:slip_of_code": Row("nothing", address=lambda world, thing: reverse("dossiers:slip_of_code", args=[thing.code, 1])),
    "dossiers:result_of_code": Row(
        "nothing", address=lambda world, thing: reverse("dossiers:result_of_code", args=[thing.code, "0" * 13])
    ),
    "dossiers:report": Row("nothing", address=by_code("dossiers:report"), changes=True),
    "dossiers:slip": Row("nothing", address=lambda world, thing: reverse("dossiers:slip", args=[thing.case_id, 1])),
    "dossiers:control": Row("nothing", address=by_id("dossiers:control"), changes=True),
    "dossiers:exempt": Row("nothing", address=by_id("dossiers:exempt"), changes=True),
    "dossiers:draw": Row("nothing", address=by_id("dossiers:draw")),
    "dossiers:result": Row("nothing", address=lambda world, thing: reverse("dossiers:result", args=[thing.case_id, "0" * 13])),
    "dossiers:withdraw_result": Row(
        "nothing", address=lambda world, thing: reverse("dossiers:withdraw_result", args=[thing.case_id, "0" * 13]), changes=True
    ),
    "open311:service": Row("nothing", args=("other.anything.json",)),
    "open311:request": Row("nothing", address=by_ref("open311:request")),
    "open311:token": Row("nothing", address=by_ref("open311:token")),
    "open311:photo": Row("nothing", address=photo_by_ref),
    "open311:nothing": Row("nothing", args=("nothing",)),
    "feedback_1022_report": Row("nothing", args=("0" * 26,)),
    **dict.fromkeys(("procedures:procedure", "procedures:state", "procedures:json"), Row("nothing", args=("1.001193",))),
    "procedures:event": Row("nothing", args=("co-con",)),
    # Who calls, files and receives at which counter is tried there: apps/public_services/counter/tests.
    "counter:machine": Row("nothing", args=(HERE,)),
    "counter:make_machine": Row("nothing", args=(HERE,), changes=True),
    "counter:screen": Row("nothing", args=(HERE,)),
    "counter:slip": Row("nothing", args=(UUID(int=1),)),
    "counter:times": Row("nothing", args=(HERE,)),
    "counter:appointment": Row("nothing", args=("BCDFGHJKMN",)),
    "counter:move": Row("nothing", args=("BCDFGHJKMN",), changes=True),
    "counter:cancel": Row("nothing", args=("BCDFGHJKMN",), changes=True),
    "counter:desks": Row("nothing", args=(HERE,)),
    "counter:desk": Row("nothing", args=(HERE, 1)),
    "counter:call_next": Row("nothing", args=(HERE, 1), changes=True),
    "counter:act": Row("nothing", args=(HERE, 1), changes=True),
    "counter:give": Row("nothing", args=(HERE, 1), changes=True),
    "counter:form": Row("nothing", args=(UUID(int=1), "1.004873")),
    "counter:filed": Row("nothing", args=(UUID(int=1), UUID(int=2))),
    "counter:paper": Row("nothing", args=(UUID(int=1), UUID(int=2), UUID(int=3))),
    "counter:scan": Row("nothing", args=(UUID(int=1),)),
    "counter:bundle": Row("nothing", args=(UUID(int=1),)),
    "counter:bundle_pdf": Row("nothing", args=(UUID(int=1),)),
    "counter:close_desk": Row("nothing", args=(1,), changes=True),
    "counter:end_hours": Row("nothing", changes=True),
    "cases:inbox": (
        Row("list", May.CASE_READ, queries=("?list=due&agency=all",), states=("open",)),
        Row("list", May.CASE_READ, queries=("?list=closed&agency=all",), states=("closed",)),
        Row(
            "list",
            May.CASE_READ,
            queries=("?list=waiting&agency=all", "?list=late&agency=all", "?list=new&agency=all"),
            states=(),
        ),
        Row("list", May.CASE_READ, queries=("?list=all&agency=all&q=mark",)),
    ),
    # None of them is due so soon; what is, is looked at where lists are: cases/tests/test_tomorrow.py.
    "cases:tomorrow": Row("list", May.CASE_READ, states=()),
    # What is in the file is looked at where files are: cases/tests/test_desk.py.
    "cases:drop_filter": Row("nothing", args=(1,)),
    "cases:drop_template": Row("nothing", args=(1,)),
    "cases:hold": Row("case", May.CASE_ACT, address=by_id("cases:hold"), changes=True, data=to_a_colleague, states=("open",)),
    "cases:merge": Row("case", May.CASE_ACT, address=by_id("cases:merge")),
    "cases:split": Row("case", May.CASE_ACT, address=by_id("cases:split")),
    "cases:case": Row("case", May.CASE_READ, address=by_id("cases:case")),
    "cases:reveal": Row("case", May.CASE_REVEAL, address=by_id("cases:reveal"), changes=True, data=REVEAL, reveals=True),
    "cases:act": tuple(Row("case", may, by_id("cases:act"), changes=True, data=data, states=when) for may, data, _, when in ACTS),
    "cases:file": Row("case", May.CASE_READ, address=file_by_id, is_file=True),
    "cases_api:case": Row("code", address=by_code("cases_api:case"), is_api=True),
    "cases_api:inbox": (
        Row("list", May.CASE_READ, queries=("?list=due",), states=("open",), is_api=True),
        Row("list", May.CASE_READ, queries=("?list=closed",), states=("closed",), is_api=True),
    ),
    "cases_api:work_case": Row("case", May.CASE_READ, address=by_id("cases_api:work_case"), is_api=True),
    "cases_api:act": tuple(
        Row("case", may, by_id("cases_api:act"), changes=True, data=data, states=when, is_api=True) for may, _, data, when in ACTS
    ),
    "board_cases": (
        Row("list", May.BOARD_DRILL, queries=("?figure=received",)),
        Row("list", May.BOARD_DRILL, queries=("?figure=pending",), states=("open",)),
        Row("list", May.BOARD_DRILL, queries=("?figure=closed",), states=("closed",)),
    ),
    "cases:case_of_code": Row("code", address=by_code("cases:case_of_code")),
}


# --- the oracle ------------------------------------------------------------------------------------------------------


def allows(role: Role | None, permission: May, thing: Thing) -> bool:
    """Tell from the policy alone whether a role's post gives a permission over a case."""
    if role is None:
        return False
    at = AGENCY_OF.get(role.key, HERE)
    return permission in role.city or (permission in role.agency and thing.agency == at)


def expected(who: str, row: Row, thing: Thing) -> bool:
    """Tell whether somebody sees a case behind a route: the whole law of access, in one function."""
    if row.about == "nothing":
        return False
    if row.permission is None:
        return row.about == "code"
    if row.permission is May.CASE_FOLLOW:
        return thing.filed_by == who
    return allows(ROLES.get(who), row.permission, thing)


def enters(who: str, permission: May) -> bool:
    """Tell whether a door that asks for a permission opens for somebody at all."""
    if who == "stranger":
        return False
    role = ROLES.get(who)
    return permission in ROLES["citizen"].permissions or (role is not None and permission in role.permissions)


# --- the world -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def callers_forgotten() -> None:
    """Let no route answer "too often" for what was asked of another: every one is asked by everybody."""
    case_testing.forget_callers()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Build the world once and take it back at the end; what a request writes is taken back at once (`undone`)."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield from _world()
        transaction.set_rollback(True)
    testing.forget()


def _world() -> Iterator[World]:
    agency_ids = {
        code: testing.an_agency(code=code)
        for code in ("test-desk", HERE, "oracle-elsewhere", "oracle-third", "oracle-city", "oracle-closed")
    }
    people: dict[str, Actor] = {"stranger": Actor.anonymous()}
    for role in ROLES:
        if role.key == "citizen":
            people["citizen"] = testing.a_citizen(username="oracle-citizen")
        else:
            agency = AGENCY_OF.get(role.key, HERE)
            people[role.key] = testing.an_officer(role=role.key, agency_code=agency, username=f"oracle-{role.key}")
    people["neighbour"] = testing.a_citizen(username="oracle-neighbour")
    case_type = case_testing.a_case_type(title=lambda filing: filing.answers["description"], closed_desk="oracle-closed")
    with case_testing.registered(case_type):
        things = tuple(_things(people, agency_ids))
        browsers = {who: testing.client_of(actor) for who, actor in people.items()}
        programs = {who: _program(actor) for who, actor in people.items()}
        yield World(people, browsers, programs, things, agency_ids)


def _program(actor: Actor) -> Client:
    if not actor.posts:
        return testing.client_of(actor)
    return Client(headers={"Authorization": f"Bearer {testing.token_of(actor)}"})


def _things(people: Mapping[str, Actor], agency_ids: Mapping[str, int]) -> Iterator[Thing]:
    for mark, agency, filed_by, state in (
        ("markown", HERE, "citizen", "open"),
        ("markhere", HERE, "", "open"),
        ("markelsewhere", "oracle-elsewhere", "", "open"),
        ("markdesk", "test-desk", "", "open"),
        ("markclosed", HERE, "neighbour", "closed"),
        ("markfarclosed", "oracle-elsewhere", "", "closed"),
    ):
        answers = {"kind": "lamp", "description": mark, "name": f"Secret {mark}", "phone": "0900000000"}
        document = document_testing.a_document(content=document_testing.a_pdf(), filename="proof.pdf")
        opened = case_testing.a_case(
            by=people[filed_by or "stranger"], agency_id=agency_ids[agency], answers=answers, documents=[document.id]
        )
        if state == "closed":
            cases.take_step(by=testing.system, case_id=opened.id, to="answered", message="done")
        account_id = people[filed_by].account_id if filed_by else None
        channel_testing.a_stuck_delivery(to=f"case:{opened.id}", agency_id=agency_ids[agency], account_id=account_id)
        bill_id = payment_testing.a_paid_bill(
            subject=f"case:{opened.id}", agency_id=agency_ids[agency], payer=f"Secret {mark}", mark=mark
        )
        yield Thing(mark, agency, opened.id, opened.code, document.id, bill_id, filed_by, state)


# --- asking the house ------------------------------------------------------------------------------------------------


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every route by its full name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}", pattern


NAMES = sorted({name for name, _ in routes()})
LEDGER = tuple(name for name in NAMES if name.startswith("ledger"))


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever a request wrote, so that the next one finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(world: World, who: str, row: Row, address: str, thing: Thing | None = None) -> Answer:
    """Call a route as somebody, and hold every answer to what holds for all: no defect, no secret."""
    data = row.data(world, thing) if callable(row.data) else row.data  # type: ignore[arg-type]
    client = (world.programs if row.is_api else world.clients)[who]
    before = written(thing)
    with undone():
        if row.changes:
            response = client.post(address, data, **({"content_type": "application/json"} if row.is_api else {}))
        else:
            response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[arg-type]
        after = written(thing)
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/account/login/")
    text = content.decode(errors="replace")
    assert response.status_code < 500, f"{who} {address}: {response.status_code}"
    for each in world.things:
        may = row.reveals and thing == each and expected(who, row, each)
        assert may or each.secret not in text, f"{who} sees the name of {each.mark} at {address}"
    return Answer(response.status_code, to_sign_in, text, after[0] - before[0], after[1] - before[1])


def marks(world: World, answer: Answer) -> set[str]:
    """Return the cases that are to be recognised in an answer."""
    return {thing.mark for thing in world.things if thing.mark in answer.text}


def written(thing: Thing | None) -> tuple[int, int]:
    """Return how many looks at a case and how many acts on it are written."""
    if thing is None:
        return 0, 0
    with connection.cursor() as cursor:
        sql = "SELECT count(*) FILTER (WHERE kind = 'look'), count(*) FILTER (WHERE kind <> 'look') FROM cases_event WHERE case_id = %s"
        cursor.execute(sql, [thing.case_id])
        looks, acts = cursor.fetchone()
    return looks, acts


@pytest.mark.parametrize("name", NAMES)
def test_every_route_answers_as_the_policy_says(name: str, world: World):
    found = ROWS.get(name) or (ABOUT_LOG if name in LEDGER else None)
    assert found is not None, (
        f"The route '{name}' has no row in ROWS. Say what it shows: Row('nothing') where no case appears, "
        "Row('list', May.…) for a list, Row('case', May.…, address=…) for one case, changes=True for an act."
    )
    guard = getattr(dict(routes())[name].callback, "access", None)
    for row in found if isinstance(found, tuple) else (found,):
        if isinstance(guard, Guarded) and row.about != "nothing":
            assert enters_at_least(May(guard.permission), row), f"{name}: the guard is narrower than what its row promises"
        for who in world.people:
            opens = not isinstance(guard, Guarded) or enters(who, May(guard.permission))
            if row.about == "nothing":
                shows_nothing(world, who, row, name)
            elif row.about == "list":
                lists(world, who, row, name, opens=opens)
            else:
                shows_one(world, who, row, name)


ABOUT_LOG = Row("nothing", args=("log",))


def enters_at_least(guard: May, row: Row) -> bool:
    """Tell whether everyone who is to see something behind a door may pass it."""
    return row.permission is None or all(
        guard in role.permissions | ROLES["citizen"].permissions for role in ROLES if row.permission in role.permissions
    )


def shows_nothing(world: World, who: str, row: Row, name: str) -> None:
    address = _log_address(name) if row is ABOUT_LOG else reverse(name, args=row.args) if row.address is None else ""
    address = address or row.address(world, world.things[0])  # type: ignore[misc]
    assert marks(world, ask(world, who, row, address)) == set(), f"{who} sees a case at {address}"


def _log_address(name: str) -> str:
    """Return an address of the open log, whatever it takes."""
    pattern = dict(routes())[name].pattern
    values = {key: "checkpoint" if key in ("address", "path") else 1 for key in pattern.converters}  # type: ignore[union-attr]
    return reverse(name, kwargs=values)


def lists(world: World, who: str, row: Row, name: str, *, opens: bool) -> None:
    seen: set[str] = set()
    for query in row.queries:
        answer = ask(world, who, row, reverse(name, args=row.args) + query)
        assert answer.is_refused != opens, f"{who} at {name}: {answer.status}"
        seen |= marks(world, answer)
    should = {thing.mark for thing in world.things if expected(who, row, thing) and thing.state in row.states}
    assert seen == should, f"{who} at {name}"


def shows_one(world: World, who: str, row: Row, name: str) -> None:
    assert row.address is not None
    for thing in world.things:
        may, where = expected(who, row, thing), f"{who} at {name} of {thing.mark}"
        if may and thing.state not in row.states:
            continue
        answer = ask(world, who, row, row.address(world, thing), thing)
        if not may:
            assert answer.acts == 0, where
            # Who may read but not act may be shown the case again, as after any reading: with its look in the log.
            reads = row.changes and allows(ROLES.get(who), May.CASE_READ, thing)
            assert answer.is_refused or (reads and answer.status == 409), f"{where}: {answer.status}"
            assert not marks(world, answer) or (reads and answer.looks == 1), f"{where}: shown without a look"
        elif row.changes and not row.reveals:
            assert answer.status in (200, 201, 204, 302) and answer.acts == 1, f"{where}: {answer.status}"
        else:
            assert answer.status == 200 and (row.is_file or marks(world, answer) == {thing.mark}), f"{where}: {answer.status}"
            assert answer.looks == (row.about == "case"), f"{where}: a look is one entry, written before the answer"
            assert not row.reveals or thing.secret in answer.text, where


def test_an_act_that_failed_shows_the_case_again_only_with_a_look(world: World):
    thing = next(thing for thing in world.things if thing.mark == "markhere")
    for data, status in (({"act": "note", "note-message": ""}, 422), ({"act": "no-such-act"}, 409)):
        row = Row("case", May.CASE_ACT, changes=True, data=data)
        answer = ask(world, "ward_officer", row, reverse("cases:act", args=[thing.case_id]), thing)
        assert (answer.status, answer.looks, answer.acts) == (status, 1, 0)


def test_no_row_is_left_of_a_route_that_went():
    assert set(ROWS) <= set(NAMES)
