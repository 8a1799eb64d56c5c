"""The dossier of any procedure: a family, of which each procedure of the catalogue is one variant."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services import asking, making, states
from motcham.apps.public_services.dossiers.following import follow
from motcham.blocks.cases.define import CaseType, SetLimit

dossier = CaseType(
    key=making.FAMILY,
    official_name="Hồ sơ thủ tục hành chính",
    label=_("Dossier of a procedure"),
    summary=_("Choose a procedure first: its papers make the form."),
    legal_basis=making.DECREE,
    limit="",
    # Each variant says its own; of the family nothing can be said.
    sets_limit=lambda filing: SetLimit("", None, ""),
    fields=(*asking.applicant(), *asking.papers_by(), *asking.result()),
    steps=states.steps(),
    route=lambda filing: None,
    title=lambda filing: "",
    in_force=date(2018, 6, 21),
    desk=making.UNROUTED,
    variants=making.variant,
    labels=making.called,
    rated=True,
    reopen_limit="dossier.correction",
    reopens_at=states.IN_PROGRESS,
    reopened_by_filer=False,
    follows=follow,
    together=asking.TOGETHER_WITH,
    retention=making.ARCHIVES,
)
