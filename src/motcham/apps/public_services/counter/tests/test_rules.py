"""Which times an office offers, who is called next, how long one waits: for every case that somebody can think of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcham.apps.public_services.counter import rules
from motcham.apps.public_services.counter.priorities import priorities
from motcham.apps.public_services.counter.rules import Hours, Waiting

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
moments = st.integers(-240, 240).map(lambda minutes: NOW + timedelta(minutes=minutes))


def hours(**changes: object) -> Hours:
    values = {"weekday": 0, "begins": time(8), "ends": time(9), "minutes": 30, "places": 2, "valid_from": MONDAY}
    return Hours(**{**values, **changes})


class TestTimes:
    def test_they_fill_the_hours_and_end_with_them(self):
        found = rules.times_of([hours()], MONDAY)
        assert [f"{each.at:%H:%M %z}" for each in found] == ["08:00 +0700", "08:30 +0700"]
        assert rules.times_of([hours(minutes=45)], MONDAY)[-1].at.time() == time(8)

    def test_there_are_none_on_another_weekday_before_their_day_or_after_their_end(self):
        assert rules.times_of([hours()], MONDAY + timedelta(days=1)) == []
        assert rules.times_of([hours()], MONDAY - timedelta(days=7)) == []
        assert rules.times_of([hours(valid_to=MONDAY)], MONDAY) == []

    def test_where_two_rows_offer_the_same_time_their_places_add_up(self):
        found = rules.times_of([hours(), hours(places=3, ends=time(8, 30))], MONDAY)
        assert [each.places for each in found] == [5, 2]

    @given(st.integers(0, 23), st.integers(0, 23), st.integers(1, 240), st.integers(0, 9))
    def test_every_time_lies_within_its_hours(self, begins, ends, minutes, places):
        found = rules.times_of([hours(begins=time(begins), ends=time(ends), minutes=minutes, places=places)], MONDAY)
        assert all(time(begins) <= each.at.time() and each.places == places > 0 for each in found)
        last = datetime.combine(MONDAY, time(ends), rules.CITY)
        assert all(each.at + timedelta(minutes=minutes) <= last for each in found)
        assert [each.at for each in found] == sorted({each.at for each in found})


class TestSeats:
    @given(st.sets(st.integers(1, 12)), st.integers(0, 12))
    def test_a_free_seat_is_one_that_nobody_has(self, taken, places):
        seat = rules.free_seat(taken, places)
        if seat is None:
            assert set(range(1, places + 1)) <= taken
        else:
            assert seat not in taken and 1 <= seat <= places


class TestTurn:
    @given(moments, moments, st.booleans())
    def test_whoever_came_first_goes_first_among_equals(self, one, other, is_first):
        turns = [rules.turn(Waiting(each, is_first), NOW) for each in sorted((one, other))]
        assert turns == sorted(turns)

    @given(moments, moments, moments)
    def test_nobody_goes_before_a_booked_time_that_has_come(self, taken, other, due):
        booked = rules.turn(Waiting(taken, due_at=due), NOW)
        first = rules.turn(Waiting(other, is_first=True), NOW)
        assert (booked < first) == (due <= NOW <= due + rules.LATEST) or (booked[0] == first[0])

    def test_before_its_time_and_long_after_it_a_booked_number_waits_like_any_other(self):
        early, late = (rules.turn(Waiting(NOW, due_at=NOW + timedelta(minutes=each)), NOW) for each in (1, -31))
        assert early[0] == late[0] == 3

    def test_whoever_was_sent_on_is_next_at_that_desk(self):
        assert rules.turn(Waiting(NOW, is_sent_on=True), NOW) < rules.turn(Waiting(NOW, due_at=NOW), NOW)


class TestAverage:
    def test_too_few_say_nothing(self):
        assert rules.average([timedelta(minutes=5)] * 2) is None

    @given(st.lists(st.integers(0, 20_000).map(lambda seconds: timedelta(seconds=seconds)), min_size=3))
    def test_it_lies_between_the_shortest_and_the_longest_to_a_minute(self, waits):
        found = rules.average(waits)
        assert found is not None and found >= timedelta(minutes=1)
        assert min(waits) - timedelta(seconds=30) <= found <= max(max(waits) + timedelta(seconds=30), timedelta(minutes=1))


def test_a_code_is_found_again_however_it_was_typed():
    code = rules.new_code()
    assert rules.plain_code(f" {rules.show_code(code).lower()} ") == code and len(code) == rules.CODE_LENGTH


def test_every_group_that_goes_first_names_its_law():
    found = {each.key: each for each in priorities(date(2026, 3, 2))}
    assert found["elderly"].legal_basis.startswith("39/2009/QH12") and found["pregnant"].legal_basis.startswith("63/2010/NĐ-CP")
    assert "elderly" not in {each.key for each in priorities(date(2009, 1, 1))}
