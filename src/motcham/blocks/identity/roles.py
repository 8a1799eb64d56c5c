"""Every role and what it may do: the whole policy of access, to be read from top to bottom.

A right stands where it holds: `own` (what one filed oneself), `agency` (the agency of the post) or `city` (everywhere).
A role has a right only where its daily work cannot be done without it; `because` says why the line runs there.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity.define import Permission as May
from motcham.kernel.registry import Registry


@dataclass(frozen=True)
class Role:
    """One kind of post: its name, what it is for, and its rights by where they hold."""

    key: str
    label: str | Promise
    description: str | Promise
    because: str
    own: frozenset[May] = frozenset()
    agency: frozenset[May] = frozenset()
    city: frozenset[May] = frozenset()

    @property
    def permissions(self) -> frozenset[May]:
        """Return every right of the role, wherever it holds."""
        return self.own | self.agency | self.city


CITIZEN = Role(
    key="citizen",
    label=_("Citizen"),
    description=_("Files cases and follows the cases they filed."),
    because="Everyone who signs in is this, officers too: in their own affairs an officer is a citizen.",
    own=frozenset({May.CASE_OPEN, May.CASE_FOLLOW}),
)
DESK_OPERATOR = Role(
    key="desk_operator",
    label=_("1022 operator"),
    description=_("Takes reports by telephone and message, sends each to the agency in charge, tells callers how theirs stands."),
    because="A caller may ask about any case, so reading is city-wide but masked; phone numbers only of what the desk itself still holds.",
    agency=frozenset({May.CASE_ACT, May.CASE_BULK, May.CASE_REVEAL}),
    city=frozenset({May.CASE_OPEN, May.CASE_READ, May.CASE_TRANSFER}),
)
WARD_OFFICER = Role(
    key="ward_officer",
    label=_("Ward officer"),
    description=_("Handles the cases of one ward."),
    because="Needs the whole case to solve it, and needs it of no other ward; takes no lists out of the house. Takes money at the counter, but whoever takes it does not pay it back.",
    agency=frozenset(
        {May.CASE_OPEN, May.CASE_READ, May.CASE_ACT, May.CASE_TRANSFER, May.CASE_REVEAL, May.CASE_BULK, May.PAYMENT_READ}
        | {May.PAYMENT_COLLECT, May.COUNTER_SERVE}
    ),
)
DEPARTMENT_OFFICER = Role(
    key="department_officer",
    label=_("Department officer"),
    description=_("Handles the cases of one department or company that answers for the city."),
    because="The same work as in a ward, in one field instead of one place; a company's staff must not see the city's cases.",
    agency=frozenset(
        {May.CASE_OPEN, May.CASE_READ, May.CASE_ACT, May.CASE_TRANSFER, May.CASE_REVEAL, May.CASE_BULK, May.PAYMENT_READ}
        | {May.PAYMENT_COLLECT, May.COUNTER_SERVE}
    ),
)
AGENCY_LEADER = Role(
    key="agency_leader",
    label=_("Head of agency"),
    description=_("Answers for the deadlines of one agency: approves, re-assigns, reads its figures and manages its posts."),
    because="Leads by figures and cases; who the citizen is does not change the decision, so nothing is revealed.",
    agency=frozenset(
        {May.CASE_READ, May.CASE_ACT, May.CASE_TRANSFER, May.CASE_BULK, May.CASE_EXPORT, May.BOARD_DRILL, May.STAFF_MANAGE}
        | {May.COUNTER_SET_UP}
    ),
)
AGENCY_FINANCE = Role(
    key="agency_finance",
    label=_("Finance officer of an agency"),
    description=_("Follows the fees of one agency and pays back what was taken in error."),
    because="Pays back but takes nothing in, so that nobody can do both; sees bills and never the dossier behind them.",
    agency=frozenset({May.PAYMENT_READ, May.PAYMENT_REFUND}),
)
CITY_FINANCE = Role(
    key="city_finance",
    label=_("Finance officer of the city"),
    description=_("Compares the fees of all agencies with the report of the payment gateway every day, and pays back."),
    because="The gateway reports for the whole city at once; comparing changes nothing, and each refund is an entry in the log.",
    city=frozenset({May.PAYMENT_READ, May.PAYMENT_REFUND, May.PAYMENT_RECONCILE}),
)
CITY_LEADER = Role(
    key="city_leader",
    label=_("City leader"),
    description=_("Follows the whole city on the board and opens any figure down to its cases."),
    because="Must be able to doubt a figure, hence down to the case; neither acts in it nor learns who filed it.",
    city=frozenset({May.CASE_READ, May.BOARD_DRILL}),
)
INSPECTOR = Role(
    key="inspector",
    label=_("Inspector"),
    description=_("Examines how agencies handled cases and compares them with the log."),
    because="Examines everything, hence reveals and exports, each look recorded; whoever examines must not be able to change.",
    city=frozenset({May.CASE_READ, May.CASE_REVEAL, May.CASE_EXPORT, May.BOARD_DRILL, May.LEDGER_AUDIT, May.PAYMENT_READ}),
)
DATA_PROTECTION_OFFICER = Role(
    key="data_protection_officer",
    label=_("Data protection officer"),
    description=_("Carries out requests to erase personal data and audits who looked at what."),
    because="Erasing cannot be undone, so it is kept apart from those who run the machine and those who handle cases.",
    city=frozenset({May.PERSONAL_DATA_ERASE, May.LEDGER_AUDIT}),
)
ADMINISTRATOR = Role(
    key="administrator",
    label=_("Administrator"),
    description=_("Runs the platform: posts, tokens, calendars, processes."),
    because="Whoever runs the machine reads nobody's case; giving oneself another post is an entry in the log that others see.",
    city=frozenset({May.STAFF_MANAGE, May.CALENDAR_EDIT, May.SYSTEM_OPERATE}),
)
INTAKE_APPLICATION = Role(
    key="intake_application",
    label=_("Intake application"),
    description=_("A program that files cases through the API for the people who use it."),
    because="Hands reports in and follows them by the codes it got back; it is not an officer and has no inbox.",
    own=frozenset({May.CASE_FOLLOW}),
    city=frozenset({May.CASE_OPEN}),
)

ROLES: Registry[Role] = Registry("role")
for _role in (
    CITIZEN,
    DESK_OPERATOR,
    WARD_OFFICER,
    DEPARTMENT_OFFICER,
    AGENCY_LEADER,
    AGENCY_FINANCE,
    CITY_FINANCE,
    CITY_LEADER,
    INSPECTOR,
    DATA_PROTECTION_OFFICER,
    ADMINISTRATOR,
    INTAKE_APPLICATION,
):
    ROLES.register(_role, file=__file__)
