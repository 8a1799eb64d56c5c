"""What can go wrong with the national portal, and what it is told for."""

from __future__ import annotations

from motcham.kernel.errors import Missing, Upstream

PURPOSE = "national_portal"
"""Why what identifies an applicant is opened: Decision 766/QĐ-TTg counts the dossiers that the national portal was told of."""


class PortalDown(Upstream):
    """The national portal did not answer as it should: {why}. Nothing is lost; it is tried again by itself."""

    code = "national_portal.down"


class PortalRefused(Upstream):
    """The national portal does not take this dossier: {said} ({refusal}). Mend the dossier, then send it again from the page of the export."""

    code = "national_portal.refused"


class NoSuchDossier(Missing):
    """There is no dossier {codes} here. Copy the code from the page of the dossier."""

    code = "national_portal.no_such_dossier"


class NoSuchMessage(Missing):
    """There is no such message, or it was taken already. Look at the list again."""

    code = "national_portal.no_such_message"
