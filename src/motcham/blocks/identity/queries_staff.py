"""Reads about posts: who holds them, who stands in, which keys act in them; and agencies by the codes of others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from motcham.blocks.identity import queries
from motcham.blocks.identity.define import Holder, SubstitutionView
from motcham.blocks.identity.models import Account, Agency, AgencyAlias, ApiToken, Post, Substitution


def holders(*, agency_ids: Collection[int] | None = None, with_ended: bool = False) -> tuple[Holder, ...]:
    """Return who holds posts in some agencies (None: everywhere) today; also those of the past and to come."""
    today = queries.today()
    rows = Post.objects.select_related("account").order_by("agency_id", "role", "id")
    if agency_ids is not None:
        rows = rows.filter(agency_id__in=agency_ids)
    if not with_ended:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today)
    return tuple(
        Holder(row.pk, row.account_id, str(row.account), row.agency_id, row.role, row.title, row.valid_from, row.valid_to)
        for row in rows
    )


def substitutions(*, account_id: int | None) -> tuple[SubstitutionView, ...]:
    """Return what is in force or to come about one account, on either side."""
    mine = Q(account_id=account_id) | Q(post__account_id=account_id)
    rows = Substitution.objects.filter(mine, ended_at=None, until__gte=queries.today()).select_related("post__account", "account")
    return tuple(
        SubstitutionView(row.pk, row.post_id, row.post.agency_id, str(row.post.account), str(row.account), row.since, row.until)
        for row in rows.order_by("since", "id")
    )


def tokens(*, agency_ids: Collection[int] | None) -> list[dict[str, Any]]:
    """Return the keys of programs that are not revoked, never the keys themselves."""
    rows = ApiToken.objects.filter(revoked_at=None).select_related("post__agency").order_by("id")
    if agency_ids is not None:
        rows = rows.filter(post__agency_id__in=agency_ids)
    return [
        {"id": row.pk, "label": row.label, "post_id": row.post_id, "issued_at": row.issued_at, "expires_at": row.expires_at}
        for row in rows
    ]


def account_id_of(username: str) -> int | None:
    """Return the open account of a user name, as it is typed."""
    rows = Account.objects.filter(username__iexact=username.replace("\x00", "").strip(), is_active=True, is_application=False)
    found: int | None = rows.values_list("id", flat=True).first()
    return found


def agency_id_of_alias(code: str) -> int | None:
    """Return the agency that others call by a code, in the old form or the new."""
    found: int | None = AgencyAlias.objects.filter(code=code).values_list("agency_id", flat=True).first()
    return found


def agency_facts(agency_id: int) -> dict[str, Any]:
    """Return what is told of an agency in public: codes, what it came from and what it went on in."""
    agency = Agency.objects.get(id=agency_id)
    return {
        "aliases": list(agency.aliases.order_by("scheme", "code")),
        "formerly": [name.strip() for name in agency.formerly.split(";") if name.strip()],
        "legal_basis": agency.legal_basis,
        "predecessors": list(agency.predecessors.select_related("old").order_by("on")),
        "successors": list(agency.successors.select_related("new").order_by("on")),
    }
