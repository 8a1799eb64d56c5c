"""Why something of a dossier is refused, and what to do instead."""

from __future__ import annotations

from motcham.kernel.errors import Invalid, Missing


class NothingToPay(Invalid):
    """This dossier costs nothing, so no payment can be asked for. {why} Settle it, or name a sum with the document that sets it."""

    code = "dossiers.nothing_to_pay"


class WrongFee(Invalid):
    """A sum needs what it is for and the document that sets it, and is a whole number of đồng. Mend these; nothing was asked of anybody."""

    code = "dossiers.wrong_fee"


class NotExempt(Invalid):
    """Nobody was exempted: a class from the list and the paper that shows it are needed, and a fee that is still due. Mend these; money that was paid goes back on the page of its bill."""

    code = "dossiers.not_exempt"


class NotPaidYet(Invalid):
    """{sum} is not paid yet, and by {law} this dossier is accepted once it is. Take the payment on the page of its bill, or wait: the applicant was told, and the time of your answer stands."""

    code = "dossiers.not_paid_yet"
    status = 409


class NoSlip(Missing):
    """There is no such paper of this dossier, or it was taken back. Open the page of the dossier again to see which there are."""

    code = "dossiers.no_slip"


class NotDrawn(Invalid):
    """A result needs a name and what it says. Mend the fields named; nothing was signed."""

    code = "dossiers.not_drawn"


class NotYet(Invalid):
    """A result is drawn while the dossier is being settled, or after it was. Take the dossier on first; what you wrote is kept here."""

    code = "dossiers.not_yet"
