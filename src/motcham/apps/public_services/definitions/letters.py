"""Letters about dossiers, beside those that every case has."""

from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services import states
from motcham.blocks.channels.define import Letter, Topic

accepted = Letter(
    "dossier_accepted",
    Topic.CASES,
    subject=_("Your dossier is accepted"),
    paragraphs=(
        _("{about}: it is complete and accepted. From now on the time counts within which it is settled."),
        _("The receipt with the day on which the result is promised is on the page of your dossier."),
    ),
    button=_("See by when"),
)
to_pay = Letter(
    "dossier_to_pay",
    Topic.CASES,
    subject=_("Your dossier waits for a payment"),
    paragraphs=(
        _("{about}: there is something to pay. The clock stands still until it is paid."),
        _("The page of your dossier says what for, why that much, and lets you pay with the app of any bank."),
    ),
    button=_("See what is to be paid"),
)
stopped = Letter(
    "dossier_stopped",
    Topic.CASES,
    subject=_("Your dossier is no longer settled"),
    paragraphs=(
        _("{about}: the agency stopped settling it, and says why."),
        _("The notice about it is on the page of your dossier."),
    ),
    button=_("Read the reason"),
)
asked = Letter(
    "dossier_asked",
    Topic.CASES,
    subject=_("Your dossier needs another paper"),
    paragraphs=(
        _("{about}: something is missing or has to be mended. This is asked once, with everything that is needed."),
        _("The clock of your dossier stands still until you answer. The written request is on its page."),
    ),
    button=_("See what is needed"),
)
refused = Letter(
    "dossier_refused",
    Topic.CASES,
    subject=_("Your dossier was not accepted"),
    paragraphs=(
        _("{about}: the agency cannot take it, and says why."),
        _("The refusal in writing is on the page of your dossier."),
    ),
    button=_("Read the reason"),
)
apology = Letter(
    "dossier_apology",
    Topic.CASES,
    subject=_("Your dossier takes longer: a new day is named"),
    paragraphs=(
        _("{about}: the agency cannot keep the day it promised, apologises, says why and names a new one."),
        _("The apology in writing is on the page of your dossier."),
    ),
    button=_("See the new day"),
)
part = Letter(
    "dossier_part",
    Topic.CASES,
    subject=_("An agency has answered its part of your dossier"),
    paragraphs=(
        _(
            "{about}: one of the agencies is ready. The page of your dossier says what it did, what is left, with whom and until when."
        ),
    ),
    button=_("See what is left"),
)
part_asked = Letter(
    states.PART_ASKS,
    Topic.CASES,
    subject=_("An agency needs a paper for its part of your dossier"),
    paragraphs=(
        _(
            "{about}: one of the agencies that settle it needs a paper from you. The page of your dossier says which agency, and what for."
        ),
        _("You send this one paper there; nothing is filled in anew. The other agencies go on meanwhile."),
    ),
    button=_("See what is needed"),
)
part_longer = Letter(
    states.PART_LONGER,
    Topic.CASES,
    subject=_("An agency needs longer for its part of your dossier"),
    paragraphs=(
        _(
            "{about}: one of the agencies has to verify something. The page of your dossier says why, by which law, and until when."
        ),
    ),
    button=_("See until when"),
)
withdrawn = Letter(
    states.RESULT_WITHDRAWN,
    Topic.CASES,
    subject=_("A result that you were given does not count any more"),
    paragraphs=(
        _("{about}: the agency withdrew a result because something in it was wrong. Do not use that paper any more."),
        _("The page of your dossier says which paper and why, and shows the right one once it is issued."),
    ),
    button=_("Read the reason"),
)
done = Letter(
    states.DONE_TELLS,
    Topic.CASES,
    subject=_("Your dossier is settled"),
    paragraphs=(_("{about}: the result is there. The page of your dossier says how you get it."),),
    button=_("See the result"),
)
