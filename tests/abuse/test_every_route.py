"""Every route of the house, called with what nobody should send: none breaks, and each refusal is a sentence.

The names of parameters are read off the source of each view, so that a new page is tried without a word here.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from motcham.blocks.cases.api import NewCase, open_case
from motcham.blocks.cases.define import Place
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import roles as identity_roles
from motcham.blocks.identity import testing as identity

READ = re.compile(r"""(?:GET|POST|FILES|asked|given|data|query)(?:\.get(?:list)?\(|\[)\s*f?["']([\w\-\[\]]+)["']""")
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^()]*(?:\([^()]*\))?[^()]*\)")
WARD = "ward.26740"
MOST = 10
DEEP = int(os.environ.get("MOTCHAM_FUZZ", "0")) > 2000
NASTY = (
    "\x00",
    "9" * 40,
    "²",
    "NaN",
    "9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "00000000-0000-0000-0000-000000000000",
    "//evil.example/\r\nSet-Cookie: x=1",
    "Ậ" * 10_000,
    "[[[[",
    "-1",
    "٣",
    "1e999",
    "0001-01-01",
    "2026-13-45",
    "9999-12-31T23:59:59-12:00",
    "' OR 1=1 --",
    "%",
    "../../../../etc/passwd",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "=1+1",
    "👨‍👩‍👧‍👦\u202e\u200b" + "e\u0301" * 50,
    "{}",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
)
# What an argument of an address may be, by its converter: the worst that still leads to the view.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "str": ("\x00", "9" * 30, "..", "' OR 1=1 --", "Ậ" * 3000, "👨‍👩‍👧", "%252e%252e", "<b>", "a\nb", "=1", "26740", WARD),
    "slug": ("x", "-", "a" * 3000, "ward", "agency"),
    "int": ("0", "9" * 30, "9223372036854775808", "2147483648", "1"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "path": ("..", "../../etc/passwd", "\x00", "%2e%2e/%2e%2e", "8/0/x001/002", "a" * 3000, "0/000.p/0", "0/x999/999"),
    "day": ("0001-01-01", "9999-12-31", "2025-07-01"),
    "form": ("", ".json", ".xml", ".php"),
}
ROLES = tuple(dict.fromkeys(["desk_operator", "ward_officer", *(role.key for role in identity_roles.ROLES)]))


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Yield every address pattern of the house with its view."""
    for pattern in patterns:
        whole = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, whole)
        elif isinstance(pattern, URLPattern):
            yield whole.rstrip("$"), pattern.callback


ROUTES = dict(routes(get_resolver().url_patterns))


def parameters(view: Any) -> list[str]:
    """Return the names that a view's module reads from a request."""
    module = sys.modules.get(inspect.unwrap(view).__module__)
    source = inspect.getsource(module) if module else ""
    return sorted({*READ.findall(source), "next", "page", "open"})


def addresses(pattern: str, real: dict[str, str]) -> Iterator[str]:
    """Fill a pattern with what exists, then with each nasty argument in turn."""
    found = [
        (match[0], match[1] or ("form" if match[3] == "form" else "str"), match[2] or match[3])
        for match in ARGUMENT.finditer(pattern)
    ]
    best = {whole: real.get(f"{kind}:{name}", ARGUMENTS[kind][-1]) for whole, kind, name in found}

    def filled(values: dict[str, str]) -> str:
        address = re.sub(r"\(\?:v2/\)\?", "v2/", pattern)
        for whole, value in values.items():
            address = re.sub(rf"\(\?:\\\.{re.escape(whole)}\)\?", lambda _m, value=value: value, address).replace(whole, value)
        return address

    yield filled(best)
    for whole, kind, _name in found:
        for value in ARGUMENTS[kind] if DEEP else ARGUMENTS[kind][:4]:
            yield filled({**best, whole: value})


Browser = Callable[[str], Client]


@pytest.fixture
def browser(db: None) -> Browser:
    """Return how to get a browser for everybody who may call; a defect is an answer of 500 and no exception."""
    identity.an_agency(code=WARD, area_code=WARD[-5:])

    @cache
    def of(role: str) -> Client:
        if role == "stranger":
            return Client(raise_request_exception=False)
        who = identity.a_citizen() if role == "citizen" else identity.an_officer(role=role, agency_code=WARD)
        return identity.client_of(who, raise_request_exception=False)

    return of


def let_in(browser: Browser, address: str) -> str:
    """Return somebody who may come in at an address: where nobody does, somebody who works here."""
    if "/account/" in address:
        return "administrator"
    return next((role for role in ROLES if sent(browser(role).get(address)).status_code not in (302, 401, 403)), ROLES[0])


def sent(response: Any) -> Any:
    """Return a response whose file, if it is one, was sent to its end, and so is closed."""
    if response.streaming:
        response.getvalue()
    return response


@pytest.fixture
def real(browser: Browser) -> dict[str, str]:
    """Return what exists, by the argument that names it: a call that finds something goes further."""
    place = Place(106.7031, 10.7769, area_code=WARD[-5:], area_from=date(2025, 7, 1), address="Đồng Khởi")
    answers = {"category": "infrastructure.street_light", "description": "Đèn tắt."}
    opened = open_case(NewCase(type_key="feedback_1022.report", answers=answers, channel="web", place=place), by=identity.system)
    return {
        "uuid:case_id": str(opened.id),
        "uuid:document_id": str(uuid4()),
        "str:code": opened.code,
        "str:key": "feedback_1022.report",
        "slug:role": "ward_officer",
    }


@pytest.mark.parametrize("pattern", sorted(ROUTES))
def test_no_address_and_no_parameter_breaks_a_page(pattern: str, browser: Browser, real: dict[str, str]):
    broken = []
    names = parameters(ROUTES[pattern])

    def judge(response: Any, said: str) -> None:
        forget_callers()
        broken.extend([f"{response.status_code} {said}"] if response.status_code >= 500 and response.status_code != 503 else [])
        where = response.headers.get("Location", "")
        if re.match(r"(?:[a-z]+:)?//(?!testserver)|javascript:", where):
            broken.append(f"leads to {where}: {said}")
        if "Set-Cookie: x=1" in str(response.headers):
            broken.append(f"headers split: {said}")

    def call(role: str, method: str, address: str, values: dict[str, str]) -> None:
        response = sent(getattr(browser(role), method)(address, values))
        judge(response, f"{role} {method} {address[:100]!r} {str(values)[:120]}")

    for address in addresses(pattern, real):
        call("stranger", "get", address, {})
        call("ward_officer", "get", address, {})
        call("ward_officer", "post", address, {})
    address = next(addresses(pattern, real))
    who = let_in(browser, address)
    # Every name at once goes no further than the first that is refused: alone, each is tried by `make fuzz`.
    turns = [dict.fromkeys(names, value) for value in (NASTY if DEEP else NASTY[:MOST])]
    turns += [{name: value} for name in names for value in NASTY if DEEP]
    for values in turns:
        call(who, "get", address, values)
        call(who, "post", address, values)
    assert not broken, "\n".join(broken[:30])
