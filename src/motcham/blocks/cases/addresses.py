"""Who is told about a case, and in which letters: whoever filed it and whoever it concerns as well. Contacts stay sealed here;
the sender of notices alone opens them, one at a time, after its entry in the log is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcham.blocks.cases import rules, titles, vault
from motcham.blocks.cases.define import CaseLine, type_of
from motcham.blocks.cases.models import Case, Participant
from motcham.blocks.channels.define import AddressBook, Contact, Letter, Link, Notice, Recipient, Told, Topic
from motcham.blocks.documents.define import Origins
from motcham.blocks.identity.define import Actor, Permission
from motcham.ui import formats

PARTICIPANT = "participant:"
SUBJECT = "case:"


def _id_of(subject: str) -> UUID:
    return UUID(subject.removeprefix(SUBJECT))


def page_of(case: Case | CaseLine, code: str) -> str:
    """Return where whoever filed a case or joined it follows it: by its code, or on the desk what officers alone file."""
    if type_of(case).anyone_files:
        return reverse("cases:case_of_code", args=[rules.show_code(code)])
    return reverse("cases:case", args=[case.id])


def _recipients(notice: Notice) -> Told:
    case = Case.objects.filter(id=_id_of(notice.to)).first()
    if case is None or case.erased_at:
        return Told(())
    found = []
    # Nobody stands behind a replayed report; whoever of the living joined it is told.
    if not case.synthetic:
        found.append(Recipient(rules.FILER, case.language, case.filer_id, may_have_email=bool(case.sealed)))
    # Of what the closed desk has, whoever joined it is told nothing; a former code of the filer is nobody else.
    joined = Participant.objects.filter(case=case).exclude(merged_from=case).select_related("merged_from")
    for each in () if case.confidential else joined:
        if each.merged_from is None or not each.merged_from.synthetic:
            may_have = bool(each.sealed or (each.merged_from and each.merged_from.sealed))
            found.append(Recipient(f"{PARTICIPANT}{each.id}", each.language, each.account_id, may_have_email=may_have))
    return Told(tuple(found), case.agency_id)


def _open(notice: Notice, recipient: str) -> Contact | None:
    case = Case.objects.filter(id=_id_of(notice.to), erased_at=None).first()
    if case is None:
        return None
    if recipient == rules.FILER:
        return Contact(_email(case), _link(case, case.code))
    row = (
        Participant.objects.filter(id=UUID(recipient.removeprefix(PARTICIPANT)), case=case).select_related("merged_from").first()
    )
    if row is None:
        return None
    if row.sealed:
        return Contact(vault.unseal_contact(row).get("email", ""), _link(case, row.code))
    return Contact(_email(row.merged_from), _link(case, row.code)) if row.merged_from else None


def _email(case: Case) -> str:
    named = [each.name for each in type_of(case).fields if each.identifies == "email"]
    answers = vault.unseal(case)
    return next((str(answers[name]) for name in named if answers.get(name)), "")


def _link(case: Case, code: str) -> Link:
    return Link(_about(case), page_of(case, code))


def _about(case: Case) -> str:
    # Whoever shares a mailbox need not learn what was told in confidence.
    label = str(type_of(case).label) if case.confidential else titles.called(case)
    return gettext("%(title)s (received on %(day)s)") % {
        "title": label,
        "day": formats.local(case.received_at).strftime("%d/%m/%Y"),
    }


def _links(subjects: Collection[str], account_id: int) -> Mapping[str, Link]:
    ids = [_id_of(each) for each in subjects]
    found = {f"{SUBJECT}{case.id}": _link(case, case.code) for case in Case.objects.filter(id__in=ids, filer=account_id)}
    for row in Participant.objects.filter(case__in=ids, account=account_id).select_related("case"):
        found.setdefault(f"{SUBJECT}{row.case.id}", _link(row.case, row.code))
    return found


def _desk(subjects: Collection[str], by: Actor) -> Mapping[str, Link]:
    found = {}
    for case in Case.objects.filter(id__in=[_id_of(each) for each in subjects]):
        is_theirs = case.agency_id in by.agency_ids or not case.confidential
        if is_theirs and by.may(Permission.CASE_READ, agency_id=case.agency_id):
            found[f"{SUBJECT}{case.id}"] = Link(case.title, reverse("cases:case", args=[case.id]))
    return found


cases = AddressBook("case", recipients=_recipients, open=_open, links=_links, desk=_desk)
papers = Origins("case", links=_links)

asked = Letter(
    "asked",
    Topic.CASES,
    subject=_("The office has a question for you"),
    paragraphs=(
        _("{about}: the office in charge needs to know something from you before it can go on."),
        _("The clock of your case stands still until you answer."),
    ),
    button=_("Read the question and answer"),
)
promised = Letter(
    "promised",
    Topic.CASES,
    subject=_("Work goes on, and a date is promised"),
    paragraphs=(_("{about}: the office in charge says how far it is and by when it will be done."),),
    button=_("See the promise"),
)
answered = Letter(
    "answered",
    Topic.CASES,
    subject=_("Your case is answered"),
    paragraphs=(
        _("{about}: the office in charge has answered."),
        _("Are you content with it? You can rate the answer, and say so where it is not right."),
    ),
    button=_("Read the answer"),
)
refused = Letter(
    "refused",
    Topic.CASES,
    subject=_("Your case was not taken up"),
    paragraphs=(_("{about}: the office has decided not to take it up, and says why."),),
    button=_("Read the reason"),
)
merged = Letter(
    "merged",
    Topic.CASES,
    subject=_("Your report goes on together with an earlier one"),
    paragraphs=(
        _("{about}: somebody had reported the same before. Both go on as one, and you are told what becomes of it."),
        _("Your code leads there from now on."),
    ),
    button=_("See how it stands"),
)
split = Letter(
    "split",
    Topic.CASES,
    subject=_("A part of your case goes on by itself"),
    paragraphs=(_("{about}: what you reported concerns two matters. The second has a case of its own now, with the same date."),),
    button=_("See both"),
)
confided = Letter(
    "confided",
    Topic.CASES,
    subject=_("The closed desk alone reads your report now"),
    paragraphs=(
        _("{about}: an officer found that it speaks of somebody in office, and handed it to the closed desk."),
        _("Neither that person nor their agency can open it any more, and it is on no public page."),
        _("The agency had seen the code of your report, so it has a new one. The old one opens nothing."),
    ),
    button=_("Open it under its new code"),
)
handed_back = Letter(
    "handed_back",
    Topic.CASES,
    subject=_("Your report goes on as an ordinary one"),
    paragraphs=(
        _("{about}: the closed desk read it, found that it accuses nobody in office, and handed it to the agency in charge."),
        _("Its reason stands on the page of your report. The time for the answer ran on meanwhile."),
    ),
    button=_("Read the reason"),
)
reopened = Letter(
    "reopened",
    Topic.CASES,
    subject=_("Your case is open again"),
    paragraphs=(_("{about}: the answer was contested, and the office in charge takes it up again."),),
    button=_("See how it stands"),
)
