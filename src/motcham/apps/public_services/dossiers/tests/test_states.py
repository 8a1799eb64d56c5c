"""The states as a table: the names verbatim, no way that the dictionary's buckets would not understand, clocks that only ever add."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcham.apps.public_services import states
from motcham.apps.public_services.asking import tax_code
from motcham.apps.public_services.states import STATES, Bucket
from motcham.blocks.cases.define import case_types
from motcham.kernel.calendar import CITY, load, shipped_rows
from motcham.kernel.clock import Pause, due
from motcham.kernel.terms import working_days

CALENDAR = load(shipped_rows())
NAMES = (
    "Mới đăng ký; Được tiếp nhận; Không được tiếp nhận; Đang xử lý; Yêu cầu bổ sung giấy tờ; Yêu cầu thực hiện nghĩa vụ tài chính; "
    "Công dân yêu cầu rút hồ sơ; Dừng xử lý; Đã xử lý xong; Đã trả kết quả"
)


def test_names_and_codes_are_those_of_the_dictionary() -> None:
    assert [(each.code, each.name) for each in STATES] == list(zip(map(str, range(1, 11)), NAMES.split("; "), strict=True))


def test_buckets_are_those_of_the_reports() -> None:
    found = {bucket: {each.code for each in STATES if each.bucket is bucket} for bucket in Bucket}
    assert (
        found[Bucket.SETTLED] == {"7", "9", "10"}
        and found[Bucket.IN_PROGRESS] == {"4"}
        and found[Bucket.PAUSED] == {"5", "6", "8"}
    )


def test_the_ways_are_those_written_down() -> None:
    ways = {each.code: set(each.leads_to) for each in STATES if each.leads_to}
    assert ways == {
        "1": {"2", "3", "5", "7"},
        "2": {"4", "5", "7"},
        "4": {"5", "6", "8", "9", "7"},
        "5": {"4", "8", "7"},
        "6": {"4", "8"},
        "9": {"10"},
    }


@given(st.data())
def test_every_walk_ends_and_asks_for_papers_only_where_the_clock_may_stand(data: st.DataObject) -> None:
    steps = {each.key: each for each in states.steps()}
    at, begun = steps[states.NEW], False
    for _turn in range(12):
        if not at.leads_to:
            assert at.outcome
            return
        to = steps[data.draw(st.sampled_from(at.leads_to))]
        begun = begun or to.begins
        # Nothing is settled, handed over or paid for before it was accepted.
        assert begun or to.key not in (states.DONE, states.HANDED_OVER, states.TO_PAY, states.STOPPED) or at.key == states.ASKED
        at = to


def test_every_kind_of_dossier_goes_by_the_same_states() -> None:
    for key in ("public_services.dossier", "public_services.birth_registration", "public_services.certified_copy"):
        assert [(each.key, each.leads_to) for each in case_types[key].steps] == [(each.code, each.leads_to) for each in STATES]


@given(st.integers(1, 30), st.datetimes(datetime(2026, 1, 5), datetime(2026, 6, 1)), st.integers(0, 200), st.integers(0, 400))
def test_a_pause_never_brings_the_date_forward(amount: int, filed: datetime, after: int, length: int) -> None:
    started = filed.replace(tzinfo=CITY)
    pause = Pause(started + timedelta(hours=after), started + timedelta(hours=after + length))
    plain = due(working_days(amount), CALENDAR, started_at=started)
    paused = due(working_days(amount), CALENDAR, started_at=started, pauses=(pause,))
    assert plain is not None and paused is not None and paused >= plain


@given(
    st.sampled_from(["0100233488", "0314409058", "0314409058-002", "0100112437", "0300588569"]),
    st.integers(0, 8),
    st.integers(1, 9),
)
def test_one_wrong_digit_of_a_tax_code_is_seen(code: str, place: int, more: int) -> None:
    assert tax_code(code, {}) is None
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
    # The weights are prime to eleven, so that no single slip goes unseen.
    assert tax_code(wrong, {}) is not None
