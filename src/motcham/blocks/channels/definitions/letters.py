"""Letters about subscriptions and addresses, about areas, and the plain one for what has no letter of its own."""

from django.utils.translation import gettext_lazy as _

from motcham.blocks.channels.define import Letter, Topic

news = Letter(
    "news",
    Topic.CASES,
    subject=_("There is news"),
    paragraphs=(_("Something happened: {about}."),),
    button=_("See what is new"),
)
confirm = Letter(
    "confirm",
    Topic.ALWAYS,
    subject=_("Confirm your e-mail address"),
    paragraphs=(
        _(
            "Somebody, probably you, asked {city} to send notices about {about} to this address. Nothing is sent before you confirm it."
        ),
        _("The link is valid for 24 hours. If it was not you, do nothing: the address is then forgotten."),
    ),
    button=_("Confirm this address"),
)
area_news = Letter(
    "area_news",
    Topic.AREAS,
    subject=_("A new report in the area that you follow"),
    paragraphs=(_("{about}."),),
    button=_("See the report"),
)
