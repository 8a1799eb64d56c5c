"""Letters about dossiers, beside those that every case has."""

from django.utils.translation import gettext_lazy as _

from motcham.blocks.channels.define import Letter, Topic

accepted = Letter(
    "dossier_accepted",
    Topic.CASES,
    subject=_("Your dossier is accepted"),
    paragraphs=(_("{about}: it is complete and accepted. From now on the time counts within which it is settled."),),
    button=_("See by when"),
)
to_pay = Letter(
    "dossier_to_pay",
    Topic.CASES,
    subject=_("Your dossier waits for a payment"),
    paragraphs=(_("{about}: there is something to pay. The clock stands still until it is paid."),),
    button=_("See what is to be paid"),
)
stopped = Letter(
    "dossier_stopped",
    Topic.CASES,
    subject=_("Your dossier is no longer settled"),
    paragraphs=(_("{about}: the agency stopped settling it, and says why."),),
    button=_("Read the reason"),
)
done = Letter(
    "dossier_done",
    Topic.CASES,
    subject=_("Your dossier is settled"),
    paragraphs=(_("{about}: the result is there. The page of your dossier says how you get it."),),
    button=_("See the result"),
)
