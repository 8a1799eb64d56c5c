"""Writes about standing in: an officer who is away names a colleague of the same agency, or whoever manages posts does."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from motcham.blocks.identity import queries
from motcham.blocks.identity.define import Actor, NoSuchPost, NotAColleague, NotPermitted, Permission, WrongPeriod
from motcham.blocks.identity.models import Post, Substitution
from motcham.blocks.ledger import api as ledger

LONGEST = 60


@transaction.atomic
def substitute(*, by: Actor, post_id: int, account_id: int, since: date, until: date) -> int:
    """Let a colleague of the same agency act in a post while its holder is away; return the substitution's id.

    The substitute may what the holder may, but acts that need a proven identity.
    """
    post = _in_force().select_for_update(of=("self",)).filter(id=post_id).first()
    if post is None:
        raise NoSuchPost
    _allowed(by, post)
    if post.account_id == account_id or not _in_force().filter(account_id=account_id, agency_id=post.agency_id).exists():
        raise NotAColleague
    if since < queries.today() or until < since or until - since > timedelta(days=LONGEST):
        raise WrongPeriod(days=LONGEST)
    given = Substitution.objects.create(post=post, account_id=account_id, since=since, until=until)
    said = {"by": by.ref, "account": account_id, "since": since.isoformat(), "until": until.isoformat()}
    ledger.append(kind="identity.substitute_named", subject=f"post:{post_id}", payload=said)
    return given.pk


@transaction.atomic
def end_substitution(*, by: Actor, substitution_id: int) -> None:
    """End a substitution now: gone with the substitute's next request. The substitute may lay it down, too."""
    row = Substitution.objects.select_for_update(of=("self",)).select_related("post").filter(id=substitution_id).first()
    if row is None:
        raise NoSuchPost
    if row.account_id != by.account_id:
        _allowed(by, row.post)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=("ended_at",))
        said = {"by": by.ref, "account": row.account_id}
        ledger.append(kind="identity.substitute_ended", subject=f"post:{row.post_id}", payload=said)


def _allowed(by: Actor, post: Post) -> None:
    if by.is_system or (by.account_id is not None and by.account_id == post.account_id and not by.needs_factor):
        return
    if not by.may(Permission.STAFF_MANAGE, agency_id=post.agency_id):
        raise NotPermitted(permission=Permission.STAFF_MANAGE)
    by.demand(Permission.STAFF_MANAGE, agency_id=post.agency_id)


def _in_force() -> QuerySet[Post]:
    today = queries.today()
    return Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today)
