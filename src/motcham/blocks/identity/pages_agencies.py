"""Public pages of agencies: which there are, by which codes they go, what they came from and what they went on in."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.blocks.identity import api, cache, queries, queries_staff, rules
from motcham.blocks.identity.define import AgencyView, NoSuchAgency
from motcham.blocks.places import api as places
from motcham.kernel.access import public
from motcham.kernel.errors import Missing

KINDS = ("city", "department", "desk", "company", "ward")


@public(reason="Which bodies of the state there are is public; no person is named.")
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """List the agencies by kind, those of a day, found by name or by a code of whatever form."""
    wanted, on = request.GET.get("q", "").strip()[:200], _on(request.GET.get("on", ""))
    if wanted and (agency_id := queries_staff.agency_id_of_alias(rules.plain_code(wanted))):
        return redirect("agency", code=api.agency(id=agency_id).code)
    names = {
        "city": _("City"),
        "department": _("Departments and centres"),
        "desk": _("Desks"),
        "company": _("Companies"),
        "ward": _("Wards and communes"),
    }
    known = [each for each in cache.agencies() if each.is_valid(on) and _matches(each, wanted)]
    groups = [(names[kind], sorted((each for each in known if each.kind == kind), key=_by_name)) for kind in KINDS]
    context = {"groups": [group for group in groups if group[1]], "wanted": wanted, "on": on, "total": len(known)}
    response = render(request, "identity/agencies.html", context)
    response["Cache-Control"] = "public, max-age=60" if request.actor.is_anonymous else "private, no-cache"  # type: ignore[attr-defined]
    return response


@public(reason="What a body of the state is called and came from is public; no person is named.")
@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """Show one agency; what nobody has published is said to be unpublished, never guessed."""
    found = cache.agency_by_code(code)
    if found is None:
        raise NoSuchAgency(code=code)
    facts = queries_staff.agency_facts(found.id)
    forms = {scheme: [each for each in facts["aliases"] if each.scheme == scheme] for scheme in ("qd20", "qcvn102")}
    context = {"agency": found, "area": _area(found), **facts, **forms, "is_over": not found.is_valid(queries.today())}
    return render(request, "identity/agency.html", context)


def _area(agency: AgencyView) -> object:
    if not agency.area_code:
        return None
    try:
        return places.area(code=agency.area_code, on=queries.today())
    except Missing:
        return None


def _on(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return queries.today()


def _matches(agency: AgencyView, wanted: str) -> bool:
    plain = slugify(wanted.replace("đ", "d").replace("Đ", "D"))
    name = slugify(f"{agency.official_name} {agency.name_en}".replace("đ", "d").replace("Đ", "D"))
    return not wanted or plain in name or wanted.lower() == agency.code


def _by_name(agency: AgencyView) -> str:
    return agency.official_name
