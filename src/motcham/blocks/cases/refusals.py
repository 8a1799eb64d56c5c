"""What cases refuse, each with what to do next; whoever is outside this block imports them from `define`."""

from __future__ import annotations

from motcham.kernel.errors import Invalid, Missing, Overtaken, Refused


class NoSuchCase(Missing):
    """There is no case with this code. Codes have 13 letters and digits; check them against your receipt."""

    code = "case.missing"


class NoLongerOpens(Missing):
    """This code no longer opens a report. If you filed it, a new code was sent to your e-mail address and stands in your account; without either, the office that has it now calls you. If you joined it and it still concerns you, report it yourself."""

    code = "case.no_longer_opens"


class NoDraft(Missing):
    """There is no such form of yours: it was sent or deleted, or its time ran out. Begin it again from the list of services."""

    code = "case.no_draft"


class NoSuchType(Missing):
    """There is no kind of case called {key}. The list of services names every one that can be filed."""

    code = "case.no_such_type"


class UnreadableBody(Invalid):
    """The body is not the JSON that this address takes. Mend what is named; the API's description says what it takes."""

    code = "case.unreadable_body"


class UnreadableQuery(Invalid):
    """This address is not asked that way. Mend the parameters that are named; the API's description says which there are."""

    code = "case.unreadable_query"


class StepNotOpen(Invalid):
    """The case cannot go to that step from where it stands now. Choose one of the acts offered on its page."""

    code = "case.step_not_open"
    status = 409


class CaseClosed(StepNotOpen):
    """This case is closed: it takes no further step and is given to nobody. If there is more to do, open it again on its page."""

    code = "case.closed"


class CaseMoved(Overtaken):
    """Somebody else acted on this case a moment before you. Your text is kept below; look at what changed, then send it if it is still needed."""

    code = "case.overtaken"


class CaseMerged(Invalid):
    """This case was merged into another and goes on there. Open the case it was merged into."""

    code = "case.merged"
    status = 409


class KeyReused(Invalid):
    """This idempotency key was already used for something else. Send a new key with a new request."""

    code = "case.key_reused"
    status = 409


class AnswersInvalid(Invalid):
    """Some answers need mending. What you entered is kept; look at the fields marked."""

    code = "case.answers_invalid"


class PartsOpen(Invalid):
    """{open} part(s) of this case are still with other agencies. Close it when they have answered, or end them first."""

    code = "case.parts_open"
    status = 409


class NoReceiver(Invalid):
    """This act hands the case to another agency. Choose which one."""

    code = "case.no_receiver"


class NotYours(Refused):
    """Only an officer whose post handles this step may do this. Hand the case over, or ask the officer in charge."""

    code = "case.not_yours"


class ClosedDesk(Refused):
    """This report is confidential and stays at the closed desk. Write the agency an excerpt in your own words instead; it names nobody."""

    code = "case.closed_desk"


class PromiseInPast(Invalid):
    """A promise is for today or a day to come. Choose the day by which the work will be done."""

    code = "case.promise_in_past"


class NotJoinable(Invalid):
    """This case cannot be joined: it is not published, or it is closed. Send a report of your own; it will be handled."""

    code = "case.not_joinable"
    status = 409


class NotMergeable(Invalid):
    """These two cases cannot be merged. Choose two that are open, of one kind and not confidential, neither with parts at other agencies."""

    code = "case.not_mergeable"
    status = 409


class LeaderWaits(Invalid):
    """The earlier of the two waits for an answer, so its clock stands; merging would stop the clock of the other. Merge when it runs again."""

    code = "case.leader_waits"
    status = 409


class NotReopened(Invalid):
    """This case is not closed, or it was merged into another, so it cannot be opened again. Look at where it stands on its page."""

    code = "case.not_reopened"
    status = 409


class ReopenTooLate(Invalid):
    """This case could be opened again until {until}. Send a new report and name the code of this one."""

    code = "case.reopen_too_late"
    status = 409


class NotConfirmed(Invalid):
    """{missing} of those who apply together did not confirm yet. Let them do so on the page of the code with an account of their own, or state below that they came in person."""

    code = "case.not_confirmed"
    status = 409


class NotNamed(Invalid):
    """This number is not that of anybody else whom the case names. Compare it with your citizen card; if it is written wrongly in the case, ask the office to mend it."""

    code = "case.not_named"


class NotForRelease(Invalid):
    """This case cannot be published: it is confidential, merged into another, or erased. Nothing was published."""

    code = "case.not_for_release"
    status = 409


class NotItsDocument(Invalid):
    """One of the files chosen does not belong to this case. Reload the page and choose again."""

    code = "case.not_its_document"


class NotRated(Invalid):
    """A case can be rated once it is answered, and once only. Choose from 1 to 5."""

    code = "case.not_rated"
    status = 409


class NoSuchLimit(Invalid):
    """No legal limit called {key} is in force on {on}. Add its row, with its legal basis, to the table of limits."""

    code = "case.no_such_limit"


class NoExtensionLeft(Invalid):
    """The law allows {allowed} extension(s) for this kind of case, and they are used. Answer with what is known, and say when the rest follows."""

    code = "case.no_extension_left"
    status = 409


class NoSuchHolder(Invalid):
    """Nobody of this agency holds that post today. Choose a colleague from the list."""

    code = "case.no_such_holder"


class ReasonMissing(Invalid):
    """This act is told to the person who filed with its reason. Write the reason."""

    code = "case.reason_missing"


class OftenEnough(Invalid):
    """The law allows this {allowed} time(s) for one case, and it was done ({legal_basis}). Decide with what there is, or refuse or stop with the reason."""

    code = "case.often_enough"
    status = 409


class NoLimitGiven(Invalid):
    """Nothing published says within what time this is settled. Name the day on which the result will be handed over."""

    code = "case.no_limit_given"


class ListNameTaken(Invalid):
    """A colleague shares a list of this name with the agency, and it stays theirs. Keep yours under another name, or for yourself alone."""

    code = "case.list_name_taken"


class WrongDay(Invalid):
    """This day cannot be promised. Choose a working day after {after}."""

    code = "case.wrong_day"


class TooLateToSay(Invalid):
    """A new date must be told by {until}, before the limit passes; that is over. Settle the case as soon as you can, and write why it is late."""

    code = "case.too_late_to_say"
    status = 409
