"""Pages about posts: who holds them and which programs act in them, for whoever manages posts; and who stands in for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.identity import actions, actions_substitutes, api, cache, queries, queries_staff
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import Actor, NoSuchAccount, NoSuchPost, Permission
from motcham.blocks.identity.models import ApiToken, Post
from motcham.blocks.identity.roles import CITIZEN, ROLES
from motcham.kernel.errors import Invalid, MotchamError
from motcham.ui.forms import Option, Question
from motcham.ui.wording import wording


@never_cache
@guarded(Permission.STAFF_MANAGE)
@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """List the posts of the agencies that the caller manages."""
    return _staff(request)


@guarded(Permission.STAFF_MANAGE)
@require_POST
def give_post(request: HttpRequest) -> HttpResponse:
    """Give an account a post."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    try:
        account_id = queries_staff.account_id_of(request.POST.get("username", ""))
        if account_id is None:
            raise NoSuchAccount(fields={"username": _("There is no account with this user name.")})
        actions.ensure_post(
            by=by,
            account_id=account_id,
            agency_code=request.POST.get("agency", ""),
            role=request.POST.get("role", ""),
            title=request.POST.get("title", "").replace("\x00", "")[:120],
        )
    except MotchamError as problem:
        return _staff(request, problem=problem)
    return redirect("account_staff")


@guarded(Permission.STAFF_MANAGE)
@require_POST
def end_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """End a post today."""
    _known_post(request, post_id)
    api.end_post(by=request.actor, post_id=post_id)  # type: ignore[attr-defined]
    return redirect("account_staff")


@never_cache
@guarded(Permission.STAFF_MANAGE)
@require_POST
def issue_token(request: HttpRequest, post_id: int) -> HttpResponse:
    """Issue a key for a program, and show it this once."""
    _known_post(request, post_id)
    until = _day(request.POST, f"until-{post_id}")
    expires_at = timezone.make_aware(datetime.combine(until, time.max), queries.CITY) if until else None
    label = request.POST.get(f"label-{post_id}", "").replace("\x00", "").strip()[:120] or _("Key without a name")
    key = api.issue_token(by=request.actor, post_id=post_id, label=label, expires_at=expires_at)  # type: ignore[attr-defined]
    return _staff(request, key=key)


@guarded(Permission.STAFF_MANAGE)
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a key."""
    row = ApiToken.objects.select_related("post").filter(id=token_id).first()
    if row is None or not request.actor.may(Permission.STAFF_MANAGE, agency_id=row.post.agency_id):  # type: ignore[attr-defined]
        raise NoSuchPost
    api.revoke_token(by=request.actor, token_id=token_id)  # type: ignore[attr-defined]
    return redirect("account_staff")


@guarded(Permission.CASE_FOLLOW)
@require_http_methods(["GET", "HEAD", "POST"])
def substitutes(request: HttpRequest) -> HttpResponse:
    """Show who stands in for whom, and let an officer name a colleague for the time they are away."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    problem: MotchamError | None = None
    if request.method == "POST":
        try:
            since, until = _day(request.POST, "since"), _day(request.POST, "until")
            post_id, account_id = request.POST.get("post", ""), request.POST.get("account", "")
            missing = {
                "post": "" if post_id.isdecimal() else _("Choose your post."),
                "account": "" if account_id.isdecimal() else _("Choose who stands in."),
                "since": "" if since else _("Give the first day, for example 24 11 2026."),
                "until": "" if until else _("Give the last day, for example 27 11 2026."),
            }
            if since is None or until is None or any(missing.values()):
                raise Invalid(fields={name: words for name, words in missing.items() if words})
            actions_substitutes.substitute(
                by=by, post_id=int(post_id[:12]), account_id=int(account_id[:12]), since=since, until=until
            )
            return redirect("account_substitutes")
        except MotchamError as raised:
            problem = raised
    return _substitutes(request, by, problem)


@guarded(Permission.CASE_FOLLOW)
@require_POST
def end_substitute(request: HttpRequest, substitution_id: int) -> HttpResponse:
    """End a substitution of one's own post, or one that one took on."""
    api.end_substitution(by=request.actor, substitution_id=substitution_id)  # type: ignore[attr-defined]
    return redirect("account_substitutes")


def _staff(request: HttpRequest, *, problem: MotchamError | None = None, key: str = "") -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    scope = by.scope(Permission.STAFF_MANAGE)
    tokens = queries_staff.tokens(agency_ids=scope)
    posts = [
        {
            "holder": holder,
            "agency": cache.agency_by_id(holder.agency_id),
            "role": ROLES.get(holder.role),
            "tokens": [token for token in tokens if token["post_id"] == holder.post_id],
            "questions": _key_questions(holder.post_id),
        }
        for holder in queries_staff.holders(agency_ids=scope)
    ]
    context = {"posts": posts, "problem": _told(problem), "key": key, "questions": _post_questions(request, scope)}
    return render(request, "identity/staff.html", context, status=problem.status if problem else 200)


def _post_questions(request: HttpRequest, scope: frozenset[int] | None) -> list[Question]:
    given = request.POST
    agencies = [each for each in cache.agencies() if scope is None or each.id in scope]
    roles = [role for role in ROLES if role.key != CITIZEN.key and (scope is None or not role.city)]
    return [
        Question(
            name="username",
            label=_("User name"),
            value=given.get("username", ""),
            width=20,
            hint=_("The name they sign in with."),
        ),
        Question(
            name="agency",
            label=_("Agency"),
            widget="select",
            value=given.get("agency", "") or (agencies[0].code if len(agencies) == 1 else ""),
            options=tuple(Option(each.code, each.official_name) for each in agencies if each.is_valid(queries.today())),
        ),
        Question(
            name="role",
            label=_("Role"),
            widget="select",
            value=given.get("role", ""),
            options=tuple(Option(role.key, str(role.label)) for role in roles),
        ),
        Question(name="title", label=_("Title of the post"), value=given.get("title", ""), required=False, width=20),
    ]


def _key_questions(post_id: int) -> list[Question]:
    return [
        Question(
            name=f"label-{post_id}",
            label=_("Name of the program"),
            hint=_("So that you know later which key to revoke."),
            longest=120,
        ),
        Question(name=f"until-{post_id}", label=_("Last day of the key"), widget="date", required=False),
    ]


def _substitutes(request: HttpRequest, by: Actor, problem: MotchamError | None) -> HttpResponse:
    own = [post for post in by.posts if not post.stands_in]
    found = queries_staff.holders(agency_ids={post.agency_id for post in own})
    colleagues = {each.account_id: each for each in found if each.account_id != by.account_id}
    given = request.POST
    wrong = problem.fields if isinstance(problem, Invalid) else {}
    questions = [
        Question(
            name="post",
            label=_("Your post"),
            widget="select",
            value=given.get("post", "") or (str(own[0].post_id) if len(own) == 1 else ""),
            options=tuple(Option(str(post.post_id), _post_name(post.role, post.agency_id)) for post in own),
        ),
        Question(
            name="account",
            label=_("Who stands in"),
            widget="select",
            value=given.get("account", ""),
            options=tuple(Option(str(key), each.display_name) for key, each in colleagues.items()),
        ),
        Question(name="since", label=_("First day"), widget="date", value=_parts(given, "since")),
        Question(name="until", label=_("Last day"), widget="date", value=_parts(given, "until")),
    ]
    rows = queries_staff.substitutions(account_id=by.account_id)
    context = {
        "questions": [replace(each, error=wrong.get(each.name, "")) for each in questions],
        "can_name": bool(own and colleagues),
        "has_post": bool(own),
        "substitutions": [{"row": row, "agency": cache.agency_by_id(row.agency_id)} for row in rows],
        "problem": "" if wrong else _told(problem),
        "longest": actions_substitutes.LONGEST,
    }
    return render(request, "identity/substitutes.html", context, status=problem.status if problem else 200)


def _post_name(role: str, agency_id: int) -> str:
    known, agency = ROLES.get(role), cache.agency_by_id(agency_id)
    return f"{known.label if known else role} · {agency.official_name if agency else agency_id}"


def _known_post(request: HttpRequest, post_id: int) -> None:
    post = Post.objects.filter(id=post_id).first()
    if post is None or not request.actor.may(Permission.STAFF_MANAGE, agency_id=post.agency_id):  # type: ignore[attr-defined]
        raise NoSuchPost


def _told(problem: MotchamError | None) -> str:
    return wording(problem) if problem else ""


def _parts(given: Mapping[str, str], name: str) -> dict[str, str]:
    return {part: given.get(f"{name}-{part}", "") for part in ("day", "month", "year")}


def _day(given: Mapping[str, str], name: str) -> date | None:
    parts = _parts(given, name)
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        return None
