"""The verbs of cases: the only way for anyone outside this block to open, move, read or list them."""

from motcham.blocks.cases.actions import (
    announce_day,
    attach,
    became_late,
    extend,
    note,
    open_case,
    open_cases,
    rate,
    take_step,
    transfer,
)
from motcham.blocks.cases.actions_closed import confide, excerpt
from motcham.blocks.cases.actions_confirm import confirm
from motcham.blocks.cases.actions_join import join, merge, reopen, split
from motcham.blocks.cases.actions_parts import answer as answer_part
from motcham.blocks.cases.actions_public import release, withdraw
from motcham.blocks.cases.actions_standing import go_on, stand
from motcham.blocks.cases.counted import OF_NOW, Behind, Figure, counted
from motcham.blocks.cases.define import NewCase, Opened
from motcham.blocks.cases.events import happened, released
from motcham.blocks.cases.forms import parse_answers
from motcham.blocks.cases.hints import at_odds
from motcham.blocks.cases.law import calendar, limit_on, next_working_day
from motcham.blocks.cases.lists import inbox, inbox_counts, lines
from motcham.blocks.cases.looks import disclose, look, reveal, said
from motcham.blocks.cases.promises import promise_rates, promises, step_rates
from motcham.blocks.cases.public import near, public_case, public_cases, public_cases_of, public_photo, public_stamps
from motcham.blocks.cases.queries import case_by_code, case_by_id, find_by_code, reopen_until
from motcham.blocks.cases.releasing import publish
from motcham.blocks.cases.reuse import Offer as EarlierPaper
from motcham.blocks.cases.reuse import earlier_papers, use_again
from motcham.blocks.cases.rules import public_ref, read_ref, show_code
from motcham.blocks.cases.showing import bar as clock_bar
from motcham.blocks.cases.tallied import promises_by, reopened_by, soon
from motcham.blocks.cases.throttle import Throttle
from motcham.blocks.cases.widgets import ask, shown
from motcham.blocks.cases.widgets import typed as typed_answers

__all__ = [
    "OF_NOW",
    "Behind",
    "EarlierPaper",
    "Figure",
    "NewCase",
    "Opened",
    "Throttle",
    "announce_day",
    "answer_part",
    "ask",
    "at_odds",
    "attach",
    "became_late",
    "calendar",
    "case_by_code",
    "case_by_id",
    "clock_bar",
    "confide",
    "confirm",
    "counted",
    "disclose",
    "earlier_papers",
    "excerpt",
    "extend",
    "find_by_code",
    "go_on",
    "happened",
    "inbox",
    "inbox_counts",
    "join",
    "limit_on",
    "lines",
    "look",
    "merge",
    "near",
    "next_working_day",
    "note",
    "open_case",
    "open_cases",
    "parse_answers",
    "promise_rates",
    "promises",
    "promises_by",
    "public_case",
    "public_cases",
    "public_cases_of",
    "public_photo",
    "public_ref",
    "public_stamps",
    "publish",
    "rate",
    "read_ref",
    "release",
    "released",
    "reopen",
    "reopen_until",
    "reopened_by",
    "reveal",
    "said",
    "show_code",
    "shown",
    "soon",
    "split",
    "stand",
    "step_rates",
    "take_step",
    "transfer",
    "typed_answers",
    "use_again",
    "withdraw",
]
