"""The words of access: permissions, scopes, the actor who does something, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import ClassVar

from motcham.kernel.errors import Invalid, Missing, Refused, TooMany, Upstream


class Permission(StrEnum):
    """Everything that can be allowed; which role has which stands in `roles.py`."""

    CASE_OPEN = "case_open"
    """File a case for oneself or, at a desk, for somebody else."""
    CASE_FOLLOW = "case_follow"
    """See, complete and rate the cases that one filed oneself."""
    CASE_READ = "case_read"
    """See cases in lists and open them; what identifies a person stays masked; opening is recorded."""
    CASE_ACT = "case_act"
    """Take a step of a case: accept, ask, answer, pause, extend, close."""
    CASE_TRANSFER = "case_transfer"
    """Hand a case to another agency."""
    CASE_REVEAL = "case_reveal"
    """See a field that identifies a person, one at a time; every look is recorded with its purpose."""
    CASE_EXPORT = "case_export"
    """Take a list of cases out as a file, without what identifies people."""
    CASE_BULK = "case_bulk"
    """Take the same step in many cases at once."""
    BOARD_DRILL = "board_drill"
    """Open a figure of the board down to the cases it counts."""
    PAYMENT_READ = "payment_read"
    """See the bills, payments, refunds and differences of an agency; who paid stays masked."""
    PAYMENT_COLLECT = "payment_collect"
    """Record money taken at the counter, or seen in the statement of the bank, for a bill."""
    PAYMENT_REFUND = "payment_refund"
    """Pay money back."""
    PAYMENT_RECONCILE = "payment_reconcile"
    """Compare a day with the report of the payment gateway."""
    COUNTER_SERVE = "counter_serve"
    """Serve people at the counter of one's office: call numbers, file dossiers for them, hand paper on and receive it."""
    COUNTER_SET_UP = "counter_set_up"
    """Say which desks a counter has and when times can be booked."""
    LEDGER_AUDIT = "ledger_audit"
    """Compare cases with what the log holds about them."""
    PERSONAL_DATA_ERASE = "personal_data_erase"
    """Erase a person's data where the law says so."""
    STAFF_MANAGE = "staff_manage"
    """Give and end posts, issue and revoke API tokens."""
    CALENDAR_EDIT = "calendar_edit"
    """Announce days off and make-up days."""
    SYSTEM_OPERATE = "system_operate"
    """See the state of processes, queues and the sequencer."""

    @property
    def label(self) -> str:
        """Its plain name, in English: a message to be translated."""
        return RIGHTS[self]


RIGHTS: Mapping[Permission, str] = {
    Permission.CASE_OPEN: "file cases",
    Permission.CASE_FOLLOW: "follow the cases you filed",
    Permission.CASE_READ: "read the cases of an agency",
    Permission.CASE_ACT: "handle cases",
    Permission.CASE_TRANSFER: "hand cases to another agency",
    Permission.CASE_REVEAL: "see who a case is about",
    Permission.CASE_EXPORT: "take lists of cases out as a file",
    Permission.CASE_BULK: "handle many cases at once",
    Permission.BOARD_DRILL: "open the figures of the board down to their cases",
    Permission.PAYMENT_READ: "see the bills and payments of an agency",
    Permission.PAYMENT_COLLECT: "record money that was paid",
    Permission.PAYMENT_REFUND: "pay money back",
    Permission.PAYMENT_RECONCILE: "compare a day with the payment gateway",
    Permission.COUNTER_SERVE: "serve people at the counter",
    Permission.COUNTER_SET_UP: "set up the counter of an office",
    Permission.LEDGER_AUDIT: "compare cases with the open log",
    Permission.PERSONAL_DATA_ERASE: "erase personal data",
    Permission.STAFF_MANAGE: "manage posts and API tokens",
    Permission.CALENDAR_EDIT: "announce days off and make-up days",
    Permission.SYSTEM_OPERATE: "see how the system runs",
}
"""What whoever lacks a right reads that it is."""

LEVELS: Mapping[Permission, int] = {Permission.STAFF_MANAGE: 2, Permission.PERSONAL_DATA_ERASE: 2}
"""Acts for which somebody must have proven who they are, and how surely: 1 and 2 are the levels of an electronic identity.

Such acts are never lent to a substitute either.
"""


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency as other blocks see it: a body of the city, a ward's committee, a desk or a company that answers."""

    id: int
    code: str
    official_name: str
    name_en: str
    kind: str
    area_code: str
    official_code: str | None
    valid_from: date
    valid_to: date | None

    def is_valid(self, on: date) -> bool:
        """Tell whether the agency existed on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post in force: what an officer is allowed, they are allowed as the holder of a post."""

    post_id: int
    agency_id: int
    agency_code: str
    role: str
    title: str
    stands_in: bool = False
    """Whether it is a colleague's, who is away."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A post with the name of its holder, as those see it who share out work in its agency."""

    post_id: int
    agency_id: int
    account_id: int
    name: str
    role: str
    title: str
    stands_in: bool = False
    """Whether it is a colleague's, who is away."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a post, as their colleagues know them."""

    post_id: int
    account_id: int
    display_name: str
    agency_id: int
    role: str
    title: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SubstitutionView:
    """That somebody stands in for a post, from one day to another."""

    id: int
    post_id: int
    agency_id: int
    absent_name: str
    substitute_name: str
    since: date
    until: date


OWN = 0
"""Stands for "only what one filed oneself" where a grant names an agency; no agency has this id."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission: in one agency, in the whole city (None), or over one's own cases (`OWN`)."""

    permission: Permission
    agency_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who does something: nobody in particular, an account with its posts, an application, or the system itself."""

    kind: str
    name: str = ""
    account_id: int | None = None
    display_name: str = ""
    language: str = "vi"
    posts: tuple[PostRef, ...] = ()
    grants: frozenset[Grant] = frozenset()
    assurance: int = 0
    """How surely somebody vouched for who this is: 0 nobody did (a password), 1 or 2 an electronic identity of that level."""
    needs_factor: bool = False
    """Whether posts are asleep until the holder gives a second factor."""

    ANONYMOUS: ClassVar[str] = "anonymous"
    ACCOUNT: ClassVar[str] = "account"
    APPLICATION: ClassVar[str] = "application"
    SYSTEM: ClassVar[str] = "system"

    @classmethod
    def anonymous(cls, *, language: str = "vi") -> Actor:
        """Return somebody who has not signed in: a citizen at an open door."""
        return cls(kind=cls.ANONYMOUS, language=language)

    @classmethod
    def system(cls, name: str) -> Actor:
        """Return the house itself (a sweep, the replay, the command line): trusted code, everywhere."""
        return cls(
            kind=cls.SYSTEM, name=name, display_name=name, grants=frozenset(Grant(each) for each in Permission), assurance=2
        )

    @property
    def is_anonymous(self) -> bool:
        """Tell whether nobody is signed in."""
        return self.kind == self.ANONYMOUS

    @property
    def is_system(self) -> bool:
        """Tell whether the house itself acts."""
        return self.kind == self.SYSTEM

    @property
    def ref(self) -> str:
        """Return who acts as evidence names them: the post, and those of absent colleagues beside it; never a person's name."""
        if self.posts:
            return " for ".join(
                [f"post:{self.posts[0].post_id}", *(f"post:{post.post_id}" for post in self.posts[1:] if post.stands_in)]
            )
        if self.account_id is not None:
            return f"account:{self.account_id}"
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @cached_property
    def agency_ids(self) -> frozenset[int]:
        """Return the agencies in which the actor holds a post."""
        return frozenset(post.agency_id for post in self.posts)

    def may(self, permission: Permission, *, agency_id: int | None = None) -> bool:
        """Tell whether the actor has a permission over an agency's cases; without an agency: anywhere at all."""
        if agency_id is None:
            return permission in _somewhere(self.grants)
        return not self.grants.isdisjoint({Grant(permission), Grant(permission, agency_id)})

    def scope(self, permission: Permission) -> frozenset[int] | None:
        """Return where a permission holds: None is the whole city, an empty set is nowhere; made for `agency_id = ANY`."""
        return _scope(self.grants, permission)

    def holds(self, role: str, *, agency_id: int | None = None) -> bool:
        """Tell whether the actor holds a post of this role (in this agency); the system stands in for any."""
        return self.is_system or any(post.role == role and agency_id in (None, post.agency_id) for post in self.posts)

    def demand(self, permission: Permission, *, agency_id: int | None = None) -> None:
        """Refuse unless the actor has the permission over that agency's cases."""
        if not self.may(permission, agency_id=agency_id):
            raise NotPermitted(permission=permission)
        if not self.is_sure_for(permission):
            raise LevelTooLow(level=LEVELS[permission])

    def is_sure_for(self, permission: Permission) -> bool:
        """Tell whether it is proven surely enough who this is."""
        return self.assurance >= LEVELS.get(permission, 0)

    @staticmethod
    def merge(grants: Iterable[Grant]) -> frozenset[Grant]:
        """Return grants without those that a city-wide grant already covers."""
        every = frozenset(grants)
        return frozenset(grant for grant in every if grant.agency_id is None or Grant(grant.permission) not in every)


# Once for the grants of a set of posts: a page asks dozens of times, and some hold a post in every agency.


@lru_cache(maxsize=1024)
def _somewhere(grants: frozenset[Grant]) -> frozenset[Permission]:
    return frozenset(grant.permission for grant in grants)


@lru_cache(maxsize=4096)
def _scope(grants: frozenset[Grant], permission: Permission) -> frozenset[int] | None:
    if Grant(permission) in grants:
        return None
    return frozenset(grant.agency_id for grant in grants if grant.permission == permission and grant.agency_id)


class SignInNeeded(Refused):
    """Sign in first, or send a valid token; then do the same again."""

    code = "identity.sign_in_needed"
    status = 401


class NotPermitted(Refused):
    """Your account lacks the right needed here: {permission}. Ask the person who manages posts in your agency, or sign in with an account that has it."""

    code = "identity.not_permitted"


class LevelTooLow(Refused):
    """This act needs an electronic identity of level {level}. Sign in again with one, then do the same again."""

    code = "identity.level_too_low"


class Locked(TooMany):
    """Too many wrong answers came for this name or from this network. Wait {minutes} minutes, or sign in with your electronic identity, which stays open. Nothing you entered elsewhere is lost."""

    code = "identity.locked"


class NotAColleague(Invalid):
    """Only somebody who holds a post in the same agency can stand in. Choose one of the list."""

    code = "identity.not_a_colleague"


class WrongPeriod(Invalid):
    """The period must begin today or later, end after it begins and be no longer than {days} days. Mend the dates."""

    code = "identity.wrong_period"


class NoSuchPost(Missing):
    """There is no such post in force. Look at the list of posts again: it may have ended meanwhile."""

    code = "identity.no_such_post"


class NoSuchAccount(Invalid):
    """There is no account with this user name. Ask for the name they sign in with, or let them sign in once first."""

    code = "identity.no_such_account"


class NoSuchProvider(Missing):
    """There is no such way to sign in here. Choose one on the page of sign-in."""

    code = "identity.no_such_provider"


class ProviderDown(Upstream):
    """{name} does not answer right now. Nothing is lost and your way back is kept: try again in a minute, or sign in with a password if you have one."""

    code = "identity.provider_down"


class SignInCancelled(Refused):
    """You left {name} before signing in. Nothing was changed: try again, or go on without signing in."""

    code = "identity.sign_in_cancelled"


class SignInStale(Invalid):
    """This sign-in was begun somewhere else, too long ago, or was used already. Begin again from here."""

    code = "identity.sign_in_stale"


class SignInInvalid(Invalid):
    """What {name} sent cannot be believed, so nobody was signed in. Begin again from here; if it happens again, tell the 1022 hotline."""

    code = "identity.sign_in_invalid"


class IdentityTaken(Refused):
    """This electronic identity belongs to another account here, so it was not linked. Sign in with it to use that account."""

    code = "identity.identity_taken"


class AnotherPerson(Refused):
    """The electronic identity you just used belongs to another account than the one you are signed in with. Nothing was done: sign out first, or use your own."""

    code = "identity.another_person"


class NotLinked(Refused):
    """This electronic identity is not linked with your account yet. Link it on the page of your account, then do the same again."""

    code = "identity.not_linked"


class LevelNotReached(Refused):
    """Your electronic identity is below level {level}, which this act needs. Raise it with whoever issued it (for VNeID: at any police office), then do the same again."""

    code = "identity.level_not_reached"


class NoSuchAgency(Missing):
    """There is no agency with the code {code}. Look it up in the list of agencies."""

    code = "identity.no_such_agency"


class WrongCode(Invalid):
    """{code} is no code of an agency, or has no source. Write H29.1 for the new form, 000.00.01.H29 for the old one, and name the source."""

    code = "identity.wrong_code"


class CodeTaken(Invalid):
    """{code} is the code of another agency already. Look it up in the list of agencies first."""

    code = "identity.code_taken"


class NoSuchRole(Invalid):
    """There is no role called {role}. The roles are: {known}."""

    code = "identity.no_such_role"


class NoPassword(Refused):
    """You do not sign in with a password, so there is none to change. Go on signing in the way you do."""

    code = "identity.no_password"
