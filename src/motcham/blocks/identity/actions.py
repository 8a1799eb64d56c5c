"""Writes: agencies, accounts, posts and tokens; each one transaction with its entry in the log."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from motcham import data
from motcham.blocks.identity import cache, queries, rules
from motcham.blocks.identity.define import Actor, CodeTaken, NoSuchAgency, NoSuchRole, NotPermitted, Permission, WrongCode
from motcham.blocks.identity.models import Account, Agency, AgencyAlias, ApiToken, Post, Session, Succession
from motcham.blocks.identity.roles import ROLES
from motcham.blocks.ledger import api as ledger


@transaction.atomic
def ensure_agency(
    *,
    by: Actor,
    code: str,
    official_name: str,
    kind: str,
    valid_from: date,
    name_en: str = "",
    area_code: str = "",
    official_code: str | None = None,
    valid_to: date | None = None,
    legal_basis: str = "",
) -> int:
    """Make an agency known or bring it up to date, with no entry where nothing changed; return its id."""
    by.demand(Permission.SYSTEM_OPERATE)
    wanted = {
        "official_name": official_name,
        "kind": kind,
        "valid_from": valid_from,
        "name_en": name_en,
        "area_code": area_code,
        "official_code": official_code,
        "valid_to": valid_to,
        "legal_basis": legal_basis,
    }
    agency = Agency.objects.select_for_update(of=("self",)).filter(code=code).first()
    if agency is not None and all(getattr(agency, name) == value for name, value in wanted.items()):
        return agency.id
    agency = agency or Agency(code=code)
    for name, value in wanted.items():
        setattr(agency, name, value)
    agency.save()
    ledger.append(
        kind="identity.agency_stated",
        subject=f"agency:{agency.id}",
        payload={"by": by.ref, "code": code, **{name: _plain(value) for name, value in wanted.items()}},
    )
    transaction.on_commit(cache.forget)
    cache.forget()
    return agency.id


@transaction.atomic
def load_agencies(*, by: Actor) -> int:
    """Add the agencies that the package ships and that are not there yet, and leave those that officials changed; return how many."""
    by.demand(Permission.SYSTEM_OPERATE)
    known = set(Agency.objects.values_list("code", flat=True))
    missing = [row for row in data.rows("agencies.csv") if row["code"] not in known]
    Agency.objects.bulk_create([_agency_of(row) for row in missing])
    _load_codes()
    if missing:
        ledger.append_bulk(kind="identity.agencies_loaded", subject="agencies", rows=[{"by": by.ref, **row} for row in missing])
        transaction.on_commit(cache.forget)
        cache.forget()
    return len(missing)


def _load_codes() -> None:
    rows = data.rows("agency_codes.csv")
    agency_ids = dict(Agency.objects.filter(code__in={row["agency"] for row in rows}).values_list("code", "id"))
    AgencyAlias.objects.bulk_create(
        [
            AgencyAlias(agency_id=agency_ids[row["agency"]], scheme=row["scheme"], code=row["code"], source=row["source"])
            for row in rows
            if row["agency"] in agency_ids
        ],
        ignore_conflicts=True,
    )


def _agency_of(row: dict[str, str]) -> Agency:
    return Agency(
        code=row["code"],
        official_name=row["name"],
        name_en=row["name_en"],
        kind=row["kind"],
        area_code=row["area_code"],
        official_code=row["official_code"] or None,
        valid_from=date.fromisoformat(row["valid_from"]),
        formerly=row["predecessors"],
        legal_basis=row["legal_basis"],
    )


@transaction.atomic
def state_code(*, by: Actor, agency_code: str, scheme: str, code: str, source: str, valid_from: date | None = None) -> None:
    """State by which code others call an agency: `qd20` (H29.1) or `qcvn102` (000.00.01.H29), with its source.

    A code without a source, or of another form than its scheme's, is refused.
    """
    by.demand(Permission.SYSTEM_OPERATE)
    agency, code = cache.agency_by_code(agency_code), rules.plain_code(code)
    if agency is None:
        raise NoSuchAgency(code=agency_code)
    if not rules.is_code_of(scheme, code) or not source.strip():
        raise WrongCode(code=code)
    known = AgencyAlias.objects.filter(code=code).first()
    if known is not None and known.agency_id != agency.id:
        raise CodeTaken(code=code)
    if known is None:
        AgencyAlias.objects.create(agency_id=agency.id, scheme=scheme, code=code, source=source, valid_from=valid_from)
        said = {"by": by.ref, "scheme": scheme, "code": code, "source": source}
        ledger.append(kind="identity.agency_code_stated", subject=f"agency:{agency.id}", payload=said)


@transaction.atomic
def state_succession(*, by: Actor, old: str, new: str, on: date, legal_basis: str, is_partial: bool = False) -> None:
    """State that an agency went on in another; the old one exists no more from that day, unless only a part went over."""
    by.demand(Permission.SYSTEM_OPERATE)
    rows = {row.code: row for row in Agency.objects.select_for_update(of=("self",)).filter(code__in=(old, new)).order_by("id")}
    for code in (old, new):
        if code not in rows:
            raise NoSuchAgency(code=code)
    told = {"on": on, "is_partial": is_partial, "legal_basis": legal_basis}
    _, is_new = Succession.objects.update_or_create(old=rows[old], new=rows[new], defaults=told)
    if not is_partial and rows[old].valid_to is None:
        rows[old].valid_to = on
        rows[old].save(update_fields=("valid_to",))
    if is_new:
        said = {"by": by.ref, "new": new, **told, "on": on.isoformat()}
        ledger.append(kind="identity.agency_succeeded", subject=f"agency:{rows[old].id}", payload=said)
    transaction.on_commit(cache.forget)
    cache.forget()


@transaction.atomic
def ensure_account(
    *,
    by: Actor,
    username: str,
    display_name: str = "",
    language: str = "vi",
    password: str | None = None,
    is_demo: bool = False,
    is_application: bool = False,
) -> int:
    """Open an account, or leave the one of that user name as it is; return its id. Without a password nobody can sign in by one."""
    by.demand(Permission.STAFF_MANAGE)
    account, opened = Account.objects.get_or_create(
        username=username,
        defaults={"display_name": display_name, "language": language, "is_demo": is_demo, "is_application": is_application},
    )
    if opened:
        account.set_password(password)
        account.save(update_fields=("password",))
        ledger.append(
            kind="identity.account_opened",
            subject=f"account:{account.id}",
            payload={"by": by.ref, "is_application": is_application, "is_demo": is_demo},
        )
    return account.id


@transaction.atomic
def ensure_post(
    *, by: Actor, account_id: int, agency_code: str, role: str, title: str = "", valid_from: date | None = None
) -> int:
    """Give an account a post, or find the one of that agency and role which it holds; return its id."""
    if role not in ROLES:
        raise NoSuchRole(role=role, known=", ".join(sorted(each.key for each in ROLES)))
    agency = cache.agency_by_code(agency_code)
    if agency is None:
        raise NoSuchAgency(code=agency_code)
    by.demand(Permission.STAFF_MANAGE, agency_id=agency.id)
    if ROLES[role].city and by.scope(Permission.STAFF_MANAGE) is not None:
        # Nobody hands out more than they could be given: a leader's reach ends with the agency.
        raise NotPermitted(permission=Permission.STAFF_MANAGE)
    post, given = Post.objects.get_or_create(
        account_id=account_id,
        agency_id=agency.id,
        role=role,
        valid_to=None,
        defaults={"title": title, "valid_from": valid_from or queries.today()},
    )
    if given:
        ledger.append(
            kind="identity.post_given",
            subject=f"post:{post.id}",
            payload={
                "by": by.ref,
                "account": account_id,
                "agency": agency_code,
                "role": role,
                "from": post.valid_from.isoformat(),
            },
        )
    return post.id


@transaction.atomic
def end_post(*, by: Actor, post_id: int) -> None:
    """End a post today: its holder loses its rights with the next request, its tokens within 5 s."""
    post = Post.objects.select_for_update(of=("self",)).get(id=post_id)
    by.demand(Permission.STAFF_MANAGE, agency_id=post.agency_id)
    if post.valid_to is None:
        post.valid_to = max(queries.today(), post.valid_from)
        post.save(update_fields=("valid_to",))
        ledger.append(
            kind="identity.post_ended", subject=f"post:{post.id}", payload={"by": by.ref, "on": post.valid_to.isoformat()}
        )
        transaction.on_commit(cache.forget)


@transaction.atomic
def close_account(*, by: Actor, account_id: int) -> None:
    """Close an account: every session ends, every post too; the row stays, because evidence names it."""
    by.demand(Permission.STAFF_MANAGE)
    account = Account.objects.select_for_update(of=("self",)).get(id=account_id)
    if not account.is_active:
        return
    account.is_active, account.closed_at = False, timezone.now()
    account.save(update_fields=("is_active", "closed_at"))
    for post_id in account.posts.filter(valid_to=None).values_list("id", flat=True):
        end_post(by=by, post_id=post_id)
    Session.objects.filter(account_id=account_id).delete()
    Authenticator.objects.filter(user_id=account_id).delete()
    SocialAccount.objects.filter(user_id=account_id).delete()
    ledger.append(kind="identity.account_closed", subject=f"account:{account_id}", payload={"by": by.ref})
    transaction.on_commit(cache.forget)


@transaction.atomic
def erase_account(*, by: Actor, account_id: int) -> None:
    """Take the names out of a closed account; the number stays, because evidence names it."""
    by.demand(Permission.PERSONAL_DATA_ERASE)
    account = Account.objects.select_for_update(of=("self",)).get(id=account_id, is_active=False, erased_at=None)
    account.username, account.display_name, account.erased_at = f"erased-{account_id}", "", timezone.now()
    account.set_unusable_password()
    account.save()
    ledger.append(kind="identity.account_erased", subject=f"account:{account_id}", payload={"by": by.ref})


@transaction.atomic
def issue_token(*, by: Actor, post_id: int, label: str, expires_at: datetime | None = None) -> str:
    """Issue a key for a program that acts in a post; it is shown this once and kept only as a hash."""
    post = Post.objects.get(id=post_id)
    by.demand(Permission.STAFF_MANAGE, agency_id=post.agency_id)
    token = f"mc_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(post=post, label=label, digest=queries.digest(token), expires_at=expires_at)
    ledger.append(
        kind="identity.token_issued", subject=f"token:{row.id}", payload={"by": by.ref, "post": post_id, "label": label}
    )
    return token


@transaction.atomic
def revoke_token(*, by: Actor, token_id: int) -> None:
    """Revoke a key: refused here at once, everywhere within 5 s."""
    row = ApiToken.objects.select_for_update(of=("self",)).select_related("post").get(id=token_id)
    by.demand(Permission.STAFF_MANAGE, agency_id=row.post.agency_id)
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=("revoked_at",))
        ledger.append(kind="identity.token_revoked", subject=f"token:{token_id}", payload={"by": by.ref})
        transaction.on_commit(cache.forget)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
