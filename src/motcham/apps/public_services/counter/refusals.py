"""Why something at the counter cannot be done now, and what to do instead."""

from motcham.kernel.errors import Invalid, Missing, Overtaken, Refused


class NoSuchCounter(Missing):
    """This office has no counter here yet. Choose another one, or ask the head of the office to set it up."""

    code = "counter.no_such_counter"


class NotAtTheOffice(Refused):
    """Numbers are given at the office: on its machine, or by an officer. From home you can book a time instead."""

    code = "counter.not_at_the_office"


class NoSuchTicket(Missing):
    """There is no such number today. Numbers begin anew each day: take a new one."""

    code = "counter.no_such_ticket"


class NobodyWaits(Invalid):
    """Nobody waits for this desk right now. The page shows the next one as soon as somebody takes a number."""

    code = "counter.nobody_waits"
    status = 409


class DeskBusy(Overtaken):
    """Number {number} is still at this desk. Say what became of it first: done, did not come, or on to another desk."""

    code = "counter.desk_busy"


class NotAtThisDesk(Overtaken):
    """This number is no longer at your desk: a colleague was quicker. Look at the page as it is now."""

    code = "counter.not_at_this_desk"


class NoSuchDesk(Missing):
    """There is no such desk at this office. Choose one of the list."""

    code = "counter.no_such_desk"


class OnlyDeskForThem(Invalid):
    """People with {waiting} numbers wait whom only this desk may call. Call them first, or let another desk take their kind of work; nothing was changed."""

    code = "counter.only_desk"


class NoSuchTime(Invalid):
    """This time cannot be booked: it has passed, or the office takes nobody then. Choose one of the list."""

    code = "counter.no_such_time"


class TimeTaken(Overtaken):
    """Somebody else took the last place at this time a moment ago. Nothing is booked yet: choose another time."""

    code = "counter.time_taken"


class NoSuchAppointment(Missing):
    """There is no booking under this code. Compare it with what you wrote down, letter by letter."""

    code = "counter.no_such_appointment"


class NotYourDay(Invalid):
    """This booking is for {day} at {office}. Come then, or move it on its page; today you can take a number like anybody."""

    code = "counter.not_your_day"


class BookingOver(Invalid):
    """This booking was used or cancelled before, so there is nothing to change. Book another time."""

    code = "counter.booking_over"


class WrongHours(Invalid):
    """The hours must end after they begin and hold at least one person. Mend them; nothing was changed."""

    code = "counter.wrong_hours"


class NothingChosen(Invalid):
    """No dossier was chosen. Tick those whose papers lie in the bundle."""

    code = "counter.nothing_chosen"


class NotCounted(Invalid):
    """Write how many papers there are in figures, 0 where there are none. What you typed is still there; nothing was recorded."""

    code = "counter.not_counted"


class NotInHand(Overtaken):
    """One of these dossiers was bundled a moment ago, or is not on paper at your counter. Look at the list again."""

    code = "counter.not_in_hand"


class NoSuchBundle(Missing):
    """There is no such bundle for your agency. Look at the list of bundles."""

    code = "counter.no_such_bundle"


class BundleReceived(Overtaken):
    """This bundle was received before. What came and what did not stands on its page."""

    code = "counter.bundle_received"


class NotNamedYet(Invalid):
    """Enter the personal number and the full name first, as they stand on the card of the applicant. Then look again."""

    code = "counter.not_named_yet"
