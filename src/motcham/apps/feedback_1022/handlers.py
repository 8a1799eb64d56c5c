"""Tells whoever follows an area that a report of it was published, in the transaction in which an officer did so."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from motcham.apps.feedback_1022.definitions import report
from motcham.apps.feedback_1022.selection import area_of
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Released
from motcham.blocks.channels import api as channels


@cases.released.within
def tell_followers(published: Released) -> None:
    """Tell the followers of its area of a report that is published for the first time."""
    if published.type_key != report.report.key or not published.is_first or not published.area_code:
        return
    area = area_of(published.area_code)
    with translation.override(settings.LANGUAGE_CODE):
        label = next((str(each.label) for each in report.CATEGORIES if each.key == published.category), "")
    channels.publish(
        subject=f"area:{published.area_code}",
        template="area_news",
        about=" · ".join(filter(None, (label, area.name if area else ""))),
        path=reverse("feedback_1022_report", args=[published.public_ref]),
        category=published.category,
        at=published.at,
        entry_id=published.entry_id,
        synthetic=published.synthetic,
    )
