"""Pages of whoever is signed in: what they were told, and when they wish to be told by e-mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.channels import mail, queries, subscribing
from motcham.blocks.channels.books import links_of
from motcham.blocks.channels.define import Cadence, Link, Topic, WrongAddress
from motcham.blocks.channels.models import APP, Delivery
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Permission
from motcham.kernel.errors import Missing
from motcham.ui.forms import Option, Question
from motcham.ui.wording import wording

PER_PAGE = 25


@guarded(Permission.CASE_FOLLOW)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show one page of what the account was told, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    account_id = actor.account_id or 0
    unread_only = request.GET.get("list") == "unread"
    before = request.GET.get("before", "")
    items = queries.told(
        account_id=account_id,
        before=int(before[:18]) if before.isdecimal() else None,
        unread_only=unread_only,
        most=PER_PAGE + 1,
    )
    shown, more = items[:PER_PAGE], len(items) > PER_PAGE
    links = links_of({each.subject for each in shown}, account_id)
    unread = queries.unread(account_id=account_id)
    kept = {"list": "unread"} if unread_only else {}
    context = {
        "items": [_row(each, links.get(each.subject)) for each in shown],
        "unread": unread,
        "tabs": _tabs(unread_only=unread_only, unread=unread),
        "unread_only": unread_only,
        "may_mend": actor.may(Permission.CASE_ACT),
        "may_operate": actor.may(Permission.SYSTEM_OPERATE),
        "previous": _address(kept) if before else "",
        "following": _address({**kept, "before": str(shown[-1].id)}) if more else "",
    }
    return render(request, "channels/inbox.html", context)


def _address(asked: dict[str, str]) -> str:
    here = reverse("channels:inbox")
    return f"{here}?{urlencode(asked)}" if asked else here


def _tabs(*, unread_only: bool, unread: int) -> list[dict[str, Any]]:
    return [
        {"label": _("All"), "href": _address({}), "current": not unread_only},
        {"label": _("Unread"), "href": _address({"list": "unread"}), "current": unread_only, "count": min(unread, 99)},
    ]


def _row(item: Any, link: Link | None) -> dict[str, Any]:
    # What it is about may have been erased, or be no longer this account's: the notice stays, and leads nowhere.
    said = mail.said(item.template, item.facts, link or Link(str(item.facts.get("about", "")), ""))
    return {"item": item, "said": said, "leads": link is not None}


@guarded(Permission.CASE_FOLLOW)
@require_safe
def open_item(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Lead to what a notice is about, and remember that it was read."""
    account_id = request.actor.account_id or 0  # type: ignore[attr-defined]
    row = Delivery.objects.filter(id=delivery_id, account_id=account_id, channel=APP).select_related("notice").first()
    if row is None:
        raise Missing()
    if row.read_at is None:
        Delivery.objects.filter(id=row.id).update(read_at=timezone.now())
    link = links_of([row.notice.to], account_id).get(row.notice.to)
    return redirect(link.href if link else "channels:inbox")


@guarded(Permission.CASE_FOLLOW)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Remember that everything up to now was read."""
    account_id = request.actor.account_id or 0  # type: ignore[attr-defined]
    Delivery.objects.filter(account_id=account_id, channel=APP, read_at=None).update(read_at=timezone.now())
    return redirect("channels:inbox")


@guarded(Permission.CASE_FOLLOW)
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Ask for the e-mail address of the account and when notices go there."""
    actor = request.actor  # type: ignore[attr-defined]
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _wish(request)
        except WrongAddress as wrong:
            errors = {"email": wording(wrong)}
    current, pending, language = queries.address_state(account_id=actor.account_id)
    chosen = queries.cadences(account_id=actor.account_id)
    context = {
        "address": current,
        "pending": pending,
        "questions": [_email_question(request.POST.get("email", ""), errors)],
        "language": _language_question(language) if language else None,
        "cadences": [
            Question(f"topic-{topic}", label, "radios", chosen.get(topic, Cadence.NOW), options=_options(), across=True)
            for topic, label in topics().items()
        ],
        "works": queries.mail_works(),
    }
    return render(request, "channels/wishes.html", context, status=400 if errors else 200)


def _wish(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    act = request.POST.get("act")
    if act == "address":
        subscribing.ask_address(by=actor, email=request.POST.get("email", ""), network=subscribing.caller_of(request))
        messages.success(request, _("Look into your mailbox: a letter with a link is on its way. It is valid for 24 hours."))
    elif act == "forget":
        subscribing.forget_address(by=actor)
        messages.success(request, _("The address is forgotten."))
    else:
        for topic in topics():
            cadence = request.POST.get(f"topic-{topic}", "")
            if cadence in set(Cadence):
                subscribing.choose(by=actor, topic=topic, cadence=Cadence(cadence))
        if request.POST.get("language") in dict(settings.LANGUAGES):
            subscribing.choose_language(by=actor, language=request.POST["language"])
        messages.success(request, _("Your wishes are kept."))
    return redirect("channels:wishes")


def topics() -> dict[Topic, str]:
    """Return what can be chosen, in words."""
    return {Topic.CASES: _("Cases that you filed or joined")}


def _options() -> tuple[Option, ...]:
    return (
        Option(Cadence.NOW, _("At once")),
        Option(Cadence.DAILY, _("Once a day, at 7 in the morning")),
        Option(Cadence.NEVER, _("Never")),
    )


def _language_question(chosen: str) -> Question:
    # Each language in its own words: whoever reads only one of them finds it.
    options = (Option("vi", "Tiếng Việt"), Option("en", "English"))
    return Question("language", _("Language of the e-mails"), "radios", chosen, options=options, across=True)


def _email_question(typed: str, errors: dict[str, str]) -> Question:
    return Question(
        "email",
        _("E-mail address"),
        "email",
        typed[:254],
        hint=_("It is stored encrypted and used for notices alone."),
        error=errors.get("email", ""),
        longest=254,
        width=20,
        autocomplete="email",
    )
