"""Thousands of calls, right and wrong, of every documented operation: each is answered as its document says, none breaks.

`make fuzz` makes 50,000 (`MOTCHAM_FUZZ`), with another seed each time; a failure prints the call as a curl command.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from motcham.blocks.cases.api import NewCase, open_case
from motcham.blocks.cases.define import Place
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import testing as identity

PARTS = 8
CALLS = int(os.environ.get("MOTCHAM_FUZZ", "2000"))
SEED = int(os.environ.get("MOTCHAM_FUZZ_SEED", "0")) or (secrets.randbits(31) if CALLS > 2000 else 1)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WARD = "ward.26740"
# What comes back is read as it stands, so it is not asked for packed.
SET_BY_US = {"content-type", "content-length", "accept-encoding"}
ROLES = ("stranger", "ward_officer", "desk_operator")
answered: Counter[int] = Counter()


def documents(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Yield the addresses of every OpenAPI document of the house."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from documents(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and "openapi" in str(pattern.name or ""):
            yield prefix + str(pattern.pattern)


def operations() -> list[Any]:
    """Return every documented operation, as its document describes it."""
    found = []
    for address in documents(get_resolver().url_patterns):
        document = json.loads(Client().get(address, headers={"Accept": "application/json"}).content)
        schema = schemathesis.openapi.from_dict(document)
        found += [result.ok() for result in schema.get_all_operations()]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_call_of_a_documented_operation_is_answered_as_its_document_says(part):
    identity.an_agency(code=WARD, area_code=WARD[-5:])
    tokens = {role: identity.token_of(identity.an_officer(role=role, agency_code=WARD)) for role in ROLES if role != "stranger"}
    real = things_that_exist()
    turns = [
        (operation, role, mode, known)
        for operation in operations()
        for role in ROLES
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        # An address that names something that exists goes further than one that was made up.
        for known in ({}, {name: value for name, value in real.items() if f"{{{name}}}" in operation.path})
        if known or "{" not in operation.path or mode is GenerationMode.NEGATIVE
    ]
    broken: list[str] = []
    answered.clear()
    mine, seed = turns[part::PARTS], SEED
    # Some operations have few answers to try: what they leave of their share goes to the next, and to another round.
    while not broken and (missing := CALLS / PARTS - answered.total()) > 0:
        for place, (operation, role, mode, known) in enumerate(mine):
            headers = {"Authorization": f"Bearer {tokens[role]}"} if role in tokens else {}
            strategy = operation.as_strategy(generation_mode=mode, path_parameters=known or None)
            calls = max(4, ceil(missing / (len(mine) - place)))
            if missing <= 0 and seed > SEED:
                break  # each is called in the first round, however few calls there are
            broken += failures(strategy, f"{operation.method.upper()} {operation.path} ({mode.value})", headers, calls, seed)
            missing = CALLS / PARTS - answered.total()
        seed += 1
    # `make fuzz` shows it: how many calls there were, and what was answered.
    print(f"{answered.total()} calls of {len(mine)} operations, seed {SEED}: {dict(sorted(answered.items()))}")
    assert not broken, f"seed {SEED}, {len(broken)} operations:\n\n" + "\n\n".join(broken[:10])


def answer(case: Any, headers: dict[str, str]) -> Response:
    """Make one call in this process, through every layer, inside the transaction of the test; return what came back."""
    base = "http://testserver" + case.operation.schema.base_path.rstrip("/")
    asked = requests.Request(**case.as_transport_kwargs(base_url=base, headers=headers)).prepare()
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
    sent = {name: value for name, value in asked.headers.items() if name.lower() not in SET_BY_US}
    found = Client(raise_request_exception=False).generic(
        asked.method, asked.path_url, body, content_type=asked.headers.get("Content-Type", ""), headers=sent
    )
    answered[found.status_code] += 1
    kept = {name: [value] for name, value in found.headers.items()}
    return Response(found.status_code, kept, found.getvalue(), asked, elapsed=0.0, verify=False)


def things_that_exist() -> dict[str, str]:
    """Open a case, and return what the addresses of documented operations can name of it."""
    place = Place(106.7031, 10.7769, area_code=WARD[-5:], area_from=date(2025, 7, 1), address="Đồng Khởi")
    answers = {"category": "infrastructure.street_light", "description": "Đèn tắt."}
    opened = open_case(NewCase(type_key="feedback_1022.report", answers=answers, channel="web", place=place), by=identity.system)
    return {"code": opened.code, "id": str(opened.id), "featureId": f"{WARD[-5:]}@2025-07-01"}


def failures(strategy: Any, name: str, headers: dict[str, str], calls: int, seed: int) -> list[str]:
    """Return the first call of an operation that was not answered as documented, or nothing."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=calls,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @hypothesis.given(case=strategy)
    def call(case: Any) -> None:
        forget_callers()
        case.validate_response(answer(case, headers), checks=CHECKS)

    try:
        call()
    except hypothesis.errors.Unsatisfiable:
        # Nothing about it can be wrong (no parameter, no body).
        return []
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 -- the report names every operation that failed, not only the first
        return [f"{name}: {'; '.join(map(str, getattr(error, 'exceptions', [error])))}"]
    return []
