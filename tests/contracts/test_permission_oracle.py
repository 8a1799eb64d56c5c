"""Who sees what, said twice: once by the house as it answers, once by `expected` below, read off the roles alone.

Every route of the house is called by every role for every case of a small world: a case of one's own, of the post's agency,
of another agency, of the desk, and a closed one. A case is recognised by its mark in the body; what identifies a person
(`secret`) may show nowhere but where it is revealed. A new route has no row yet: the test says how to write one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as case_testing
from motcham.blocks.identity import testing
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.identity.roles import ROLES, Role
from motcham.kernel.access import Guarded

AGENCY_OF = {
    "desk_operator": "test-desk",
    "city_leader": "oracle-city",
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
    things: tuple[Thing, ...]
    agency_ids: Mapping[str, int]


Data = Mapping[str, Any] | Callable[[World, Thing], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """How one route is called, and on which permission its answer rests.

    `about` is what it shows: `nothing` of any case, a `list` of cases, one `case`, one case to whoever holds its `code`.
    `queries` are the variants of a list that together show all of it. `changes` tells that it is an act: then `data` is
    sent by POST, and for whoever may not, the case must stand as it stood. `reveals` tells that the secret may show.
    """

    about: str
    permission: Permission | None = None
    address: Callable[[World, Thing], str] | None = None
    args: tuple[Any, ...] = ()
    queries: tuple[str, ...] = ("",)
    changes: bool = False
    data: Data = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    reveals: bool = False
    states: tuple[str, ...] = ("open", "closed")


def by_code(name: str) -> Callable[[World, Thing], str]:
    return lambda world, thing: reverse(name, args=[thing.code])


ABOUT_NOTHING = Row("nothing")
FORM = Row("nothing", args=(case_testing.KEY,))
ROWS: dict[str, Row] = {
    "home": ABOUT_NOTHING,
    "health": ABOUT_NOTHING,
    "account": ABOUT_NOTHING,
    "account_login": ABOUT_NOTHING,
    "account_signup": ABOUT_NOTHING,
    "account_change_password": ABOUT_NOTHING,
    "account_logout": ABOUT_NOTHING,
    "account_inactive": ABOUT_NOTHING,
    "ui:language": Row("nothing", args=("en",)),
    "ui:gallery": ABOUT_NOTHING,
    "demo:sign_in": Row("nothing", args=("citizen",)),
    "board": ABOUT_NOTHING,
    "board_agency": Row("nothing", args=(HERE,)),
    "board_ward": Row("nothing", args=("26740",)),
    "board_ranking": Row("nothing", args=("ward",)),
    "board_figures": ABOUT_NOTHING,
    "cases:new": FORM,
    "cases:new_page": Row("nothing", args=(case_testing.KEY, 1)),
    "cases:review": FORM,
    "cases:receipt": FORM,
    "cases:draft_file": Row("nothing", args=(case_testing.KEY, UUID(int=1))),
    "cases:services": ABOUT_NOTHING,
    "cases:service": FORM,
    "cases:personal_data": ABOUT_NOTHING,
    "cases:track": ABOUT_NOTHING,
    "cases:add": Row("code", address=by_code("cases:add"), changes=True, data={"message": "more"}, states=("open",)),
    "cases:rate": Row("code", address=by_code("cases:rate"), changes=True, data={"rating": "4"}, states=("closed",)),
    "cases:file_of_code": Row(
        "nothing", address=lambda world, thing: reverse("cases:file_of_code", args=[thing.code, UUID(int=1)])
    ),
    "feedback_1022": ABOUT_NOTHING,
    "cases:case_of_code": Row("code", address=by_code("cases:case_of_code")),
}


# --- the oracle ------------------------------------------------------------------------------------------------------


def allows(role: Role | None, permission: Permission, thing: Thing) -> bool:
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
    if row.permission is Permission.CASE_FOLLOW:
        return thing.filed_by == who
    return allows(ROLES.get(who), row.permission, thing)


def enters(who: str, permission: Permission) -> bool:
    """Tell whether a door that asks for a permission opens for somebody at all."""
    if who == "stranger":
        return False
    role = ROLES.get(who)
    return permission in ROLES["citizen"].permissions or (role is not None and permission in role.permissions)


# --- the world -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Build the world once and take it back at the end; what a request writes is taken back at once (`undone`)."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield from _world()
        transaction.set_rollback(True)
    testing.forget()


def _world() -> Iterator[World]:
    agency_ids = {code: testing.an_agency(code=code) for code in ("test-desk", HERE, "oracle-elsewhere", "oracle-city")}
    people: dict[str, Actor] = {"stranger": Actor.anonymous()}
    for role in ROLES:
        if role.key == "citizen":
            people["citizen"] = testing.a_citizen(username="oracle-citizen")
        else:
            agency = AGENCY_OF.get(role.key, HERE)
            people[role.key] = testing.an_officer(role=role.key, agency_code=agency, username=f"oracle-{role.key}")
    people["neighbour"] = testing.a_citizen(username="oracle-neighbour")
    with case_testing.registered(case_testing.a_case_type(title=lambda filing: filing.answers["description"])):
        things = tuple(_things(people, agency_ids))
        yield World(people, {who: _client(actor) for who, actor in people.items()}, things, agency_ids)


def _client(actor: Actor) -> Client:
    client = testing.client_of(actor)
    client.raise_request_exception = True
    return client


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
        opened = case_testing.a_case(by=people[filed_by or "stranger"], agency_id=agency_ids[agency], answers=answers)
        if state == "closed":
            cases.take_step(by=testing.system, case_id=opened.id, to="answered", message="done")
        yield Thing(mark, agency, opened.id, opened.code, filed_by, state)


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


def ask(world: World, who: str, row: Row, address: str, thing: Thing | None = None) -> HttpResponse:
    """Call a route as somebody, and hold every answer to what holds for all: no defect, no secret."""
    data = row.data(world, thing) if callable(row.data) else row.data  # type: ignore[arg-type]
    client = world.clients[who]
    with undone():
        response = client.post(address, data, headers=row.headers) if row.changes else client.get(address, headers=row.headers)
        assert response.status_code < 500, f"{who} {address}: {response.status_code}"
        shown = body(response)
    for each in world.things:
        may = row.reveals and thing == each and expected(who, row, each)
        assert may or each.secret not in shown, f"{who} sees the name of {each.mark} at {address}"
    return response


def body(response: HttpResponse) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


def refused(response: HttpResponse) -> bool:
    """Tell whether a door stayed shut: led to sign-in, or told that there is nothing or that it may not be."""
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/account/login/")
    return to_sign_in or response.status_code in (401, 403, 404)


def marks(world: World, response: HttpResponse) -> set[str]:
    shown = body(response)
    return {thing.mark for thing in world.things if thing.mark in shown}


def written(thing: Thing) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_event WHERE case_id = %s", [thing.case_id])
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("name", NAMES)
def test_every_route_answers_as_the_policy_says(name: str, world: World):
    row = ROWS.get(name) or (ABOUT_LOG if name in LEDGER else None)
    assert row is not None, (
        f"The route '{name}' has no row in ROWS. Say what it shows: Row('nothing') where no case appears, "
        "Row('list', Permission.…) for a list, Row('case', Permission.…, address=…) for one case, changes=True for an act."
    )
    guard = getattr(dict(routes())[name].callback, "access", None)
    if isinstance(guard, Guarded) and row.about != "nothing":
        assert enters_at_least(Permission(guard.permission), row), f"{name}: the guard is narrower than what its row promises"
    for who in world.people:
        {"nothing": shows_nothing, "list": lists, "case": shows_one, "code": shows_one}[row.about](world, who, row, name)


ABOUT_LOG = Row("nothing", args=("log",))


def enters_at_least(guard: Permission, row: Row) -> bool:
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


def lists(world: World, who: str, row: Row, name: str) -> None:
    assert row.permission is not None
    seen: set[str] = set()
    for query in row.queries:
        response = ask(world, who, row, reverse(name, args=row.args) + query)
        assert refused(response) != enters(who, row.permission), f"{who} at {name}: {response.status_code}"
        seen |= marks(world, response)
    should = {thing.mark for thing in world.things if expected(who, row, thing) and thing.state in row.states}
    assert seen == should, f"{who} at {name}"


def shows_one(world: World, who: str, row: Row, name: str) -> None:
    assert row.address is not None
    for thing in world.things:
        may = expected(who, row, thing)
        if may and thing.state not in row.states:
            continue
        before = written(thing)
        response = ask(world, who, row, row.address(world, thing), thing)
        assert refused(response) != may, f"{who} at {name} of {thing.mark}: {response.status_code}"
        if not may:
            assert marks(world, response) == set() and written(thing) == before, f"{who} at {name} of {thing.mark}"
        elif row.changes:
            assert response.status_code in (200, 201, 204, 302), f"{who} at {name} of {thing.mark}: {response.status_code}"
        else:
            assert thing.mark in marks(world, response), f"{who} at {name} of {thing.mark}"


def test_no_row_is_left_of_a_route_that_went():
    assert set(ROWS) <= set(NAMES)
