"""The words of access: permissions, scopes, the actor who does something, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from motcham.kernel.errors import Invalid, Missing, Refused


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
    successor_id: int | None

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


@dataclass(frozen=True, slots=True)
class Colleague:
    """A post with the name of its holder, as those see it who share out work in its agency."""

    post_id: int
    agency_id: int
    account_id: int
    name: str
    role: str
    title: str


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
        return cls(kind=cls.SYSTEM, name=name, display_name=name, grants=frozenset(Grant(each) for each in Permission))

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
        """Return who acts as evidence names them: the post where there is one, never a person's name."""
        if self.posts:
            return f"post:{self.posts[0].post_id}"
        if self.account_id is not None:
            return f"account:{self.account_id}"
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def agency_ids(self) -> frozenset[int]:
        """Return the agencies in which the actor holds a post."""
        return frozenset(post.agency_id for post in self.posts)

    def may(self, permission: Permission, *, agency_id: int | None = None) -> bool:
        """Tell whether the actor has a permission over an agency's cases; without an agency: anywhere at all."""
        if agency_id is None:
            return any(grant.permission == permission for grant in self.grants)
        return not self.grants.isdisjoint({Grant(permission), Grant(permission, agency_id)})

    def scope(self, permission: Permission) -> frozenset[int] | None:
        """Return where a permission holds: None is the whole city, an empty set is nowhere; made for `agency_id = ANY`."""
        if Grant(permission) in self.grants:
            return None
        return frozenset(grant.agency_id for grant in self.grants if grant.permission == permission and grant.agency_id)

    def holds(self, role: str, *, agency_id: int | None = None) -> bool:
        """Tell whether the actor holds a post of this role (in this agency); the system stands in for any."""
        return self.is_system or any(post.role == role and agency_id in (None, post.agency_id) for post in self.posts)

    def demand(self, permission: Permission, *, agency_id: int | None = None) -> None:
        """Refuse unless the actor has the permission over that agency's cases."""
        if not self.may(permission, agency_id=agency_id):
            raise NotPermitted(permission=permission)

    @staticmethod
    def merge(grants: Iterable[Grant]) -> frozenset[Grant]:
        """Return grants without those that a city-wide grant already covers."""
        every = frozenset(grants)
        return frozenset(grant for grant in every if grant.agency_id is None or Grant(grant.permission) not in every)


class SignInNeeded(Refused):
    """Sign in first, or send a valid token; then do the same again."""

    code = "identity.sign_in_needed"
    status = 401


class NotPermitted(Refused):
    """Your post does not include this right ({permission}). Ask the person who manages posts in your agency."""

    code = "identity.not_permitted"


class NoSuchAgency(Missing):
    """There is no agency with the code {code}. Look it up in the list of agencies."""

    code = "identity.no_such_agency"


class NoSuchRole(Invalid):
    """There is no role called {role}. The roles are: {known}."""

    code = "identity.no_such_role"


class NoPassword(Refused):
    """You do not sign in with a password, so there is none to change. Go on signing in the way you do."""

    code = "identity.no_password"
