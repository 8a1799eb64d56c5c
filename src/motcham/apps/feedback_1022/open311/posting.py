"""POST requests: what a program sends becomes a report, read by the fields of the form and opened by the same act."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.open311 import keys, photos
from motcham.apps.feedback_1022.open311.answers import check_jurisdiction
from motcham.apps.feedback_1022.open311.define import CHANNEL, REPORT, BadArguments, NoSuchService, RefusedAddress
from motcham.apps.feedback_1022.open311.outgoing import split
from motcham.apps.feedback_1022.open311.services import questions, services
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Opened, case_types
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Field, Kind

ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[\d*\])?")
# What GeoReport calls the inputs of the form, so that an error names what the caller sent.
PARAMETERS = {
    "category": "service_code",
    "place": "lat, long",
    "place-area": "lat, long",
    "place-address": "address_string",
    "name": "first_name, last_name",
    "photos": "media",
}
# What the form asks for and the specification leaves to the caller.
OPTIONAL = frozenset({"description", "name", "phone", "email", "photos"})


def sent(request: HttpRequest) -> tuple[QueryDict, MultiValueDict[str, Any]]:
    """Return the form that was sent, with its files. Raises BadArguments where it is no form."""
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        raise BadArguments(
            fields={"Content-Type": _("Send application/x-www-form-urlencoded, or multipart/form-data with files.")}
        )
    try:
        return request.POST, request.FILES
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError, UnicodeError) as error:
        raise BadArguments(fields={"body": _("The form cannot be read.")}) from error


def post(request: HttpRequest) -> tuple[Opened, Mapping[str, Any]]:
    """Open the report that a request asks for; return it with its answers."""
    given, files = sent(request)
    actor = keys.caller(request, given)
    check_jurisdiction(given.get("jurisdiction_id", ""))
    code = given.get("service_code", "").strip()
    if not code:
        raise BadArguments(fields={"service_code": _("Say which service: GET services lists them.")})
    if code not in services():
        raise NoSuchService(code=code[:80])
    fields = fields_of(code)
    read = cases.parse_answers(fields, answers_of(given, code, fields), now=timezone.now())
    if read.errors:
        raise BadArguments(fields={parameter_of(name): words for name, words in read.errors.items()})
    urls = addresses(given)
    kept = uploads(files, actor)
    new = NewCase(
        type_key=REPORT,
        answers={**read.answers, **({"photos": [str(each) for each in kept]} if kept else {})},
        place=read.place,
        documents=kept,
        channel=CHANNEL,
        language="en" if given.get("locale", "") == "en" else "vi",
        idempotency_key=_once(request, given, actor),
    )
    # One statement is a transaction of its own; photos to be fetched need one around both.
    with transaction.atomic() if urls else nullcontext():
        opened = cases.open_case(new, by=actor)
        if urls and not opened.is_repeat:
            photos.want(opened.id, urls)
    return opened, read.answers


@cache
def fields_of(code: str) -> tuple[Field, ...]:
    """Return the questions of a service, with those left open to which the specification does not force anybody."""
    report, extra = case_types[REPORT], {each.name for each in questions(code)}
    own = {"category", "place", *OPTIONAL}
    return tuple(
        replace(each, required=False, instead_of="") if each.name in OPTIONAL else each
        for each in report.fields
        if each.name in own | extra
    )


def answers_of(given: QueryDict, code: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return what was sent as answers to the questions of the form. Attributes that no question has are left out: clients
    send some of their own."""
    many = {each.name for each in fields if each.kind is Kind.CHOICES}
    answers: dict[str, Any] = {}
    for name in given:
        if name.startswith("attribute") and (found := ATTRIBUTE.fullmatch(name)):
            answers.setdefault(found[1], [] if found[1] in many else "")
            values = given.getlist(name)
            answers[found[1]] = [*answers[found[1]], *values] if found[1] in many else values[-1]
    known = {each.name for each in fields} - {"category", "place", *OPTIONAL}
    answers = {name: value for name, value in answers.items() if name in known}
    service = services()[code]
    answers["category"] = code
    # A report without words still says what it is about.
    answers["description"] = given.get("description", "").strip() or service.name
    # Vietnamese names begin with the name of the family.
    answers["name"] = f"{given.get('last_name', '')} {given.get('first_name', '')}".strip()
    answers["phone"], answers["email"] = given.get("phone", ""), given.get("email", "")
    place = {"lon": given.get("long", ""), "lat": given.get("lat", ""), "area": given.get("address_id", "")}
    answers["place"] = {**place, "address": given.get("address_string", "") or given.get("address", "")}
    return answers


def parameter_of(name: str) -> str:
    """Return what the caller knows an answer by."""
    if name in PARAMETERS:
        return PARAMETERS[name]
    return name if name in OPTIONAL else f"attribute[{name}]"


def uploads(files: MultiValueDict[str, Any], actor: Actor) -> tuple[Any, ...]:
    """Keep the files that were sent, whatever their parts are called; clients differ."""
    found = [upload for name in files for upload in files.getlist(name)]
    field = case_types[REPORT].field_named("photos")
    if field is not None and len(found) > field.at_most:
        raise BadArguments(fields={"media": _("At most %(most)s files; take some out.") % {"most": field.at_most}})
    return tuple(documents.receive(stream=each, filename=each.name or "", by=actor, purpose=CHANNEL).id for each in found)


def addresses(given: QueryDict) -> list[str]:
    """Return the addresses of photos that were named; none is called here."""
    found = [each.strip() for name in ("media_url", "media_url[]") for each in given.getlist(name) if each.strip()]
    wrong = BadArguments(fields={"media_url": _("Give the http or https address of a picture.")})
    if any(len(each) > 2000 for each in found):
        raise wrong
    try:
        return [split(iri_to_uri(each))[0].geturl() for each in found]
    except RefusedAddress:
        raise wrong from None


def _once(request: HttpRequest, given: QueryDict, actor: Actor) -> str:
    """Return the key by which a repeated request is known. Strangers have no name of their own: for them what they send is part of it."""
    key = " ".join(request.headers.get("Idempotency-Key", "").split())[:100]
    if not key or not actor.is_anonymous:
        return key
    return f"{hashlib.sha256(repr(sorted(given.lists())).encode()).hexdigest()[:40]}:{key}"[:100]
