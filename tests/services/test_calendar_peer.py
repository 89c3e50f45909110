"""The calendar against python-dateutil: its recurrences, its time zones, its own reading of the zone files."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil import rrule, tz
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.calendar import Monthly, Rule, Weekly

ZONES = (
    *("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "Europe/Berlin", "Europe/London"),
    *("America/New_York", "America/St_Johns", "America/Santiago", "Pacific/Chatham", "Asia/Kolkata", "Atlantic/Azores"),
)
FIRST, LAST = date(2018, 1, 1), date(2027, 12, 31)
"""Ten years in which the Azores, Morocco and Samoa changed their clocks in ways of their own."""
SAMOA = date(2006, 1, 1), date(2015, 12, 31)
"""Ten years in which Samoa left out 30 December 2011, and went from the last zone of the day to the first."""
DAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


@pytest.mark.parametrize("at", [time(2, 30), time(0), time(1, 15), time(9)], ids=str)
@pytest.mark.parametrize("zone", ZONES)
def test_every_local_day_of_ten_years_comes_once_at_the_minute_that_dateutil_says(zone: str, at: time) -> None:
    expected = _expected(rrule.rrule(rrule.DAILY, dtstart=_midnight(FIRST), until=_midnight(LAST)), at, zone)
    assert len(expected) == 3652
    assert _ours(Weekly((0, 1, 2, 3, 4, 5, 6)), at, zone, len(expected)) == expected


@pytest.mark.parametrize("at", [time(0), time(2, 30), time(9)], ids=str)
def test_a_day_that_never_was_comes_when_the_next_begins_and_no_instant_comes_twice(at: time) -> None:
    wanted = rrule.rrule(rrule.DAILY, dtstart=_midnight(SAMOA[0]), until=_midnight(SAMOA[1]))
    instants = sorted({instant for _, instant in _expected(wanted, at, "Pacific/Apia")})
    slots = Rule(Weekly((0, 1, 2, 3, 4, 5, 6)), at, "Pacific/Apia").slots(
        instants[0] - timedelta(minutes=1), len(instants)
    )
    assert [one.instant for one in slots] == instants
    assert len(instants) == (3651 if at == time(0) else 3652)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 6),
)
def test_weeks_are_those_of_dateutil(zone: str, at: time, weekdays: set[int], interval: int) -> None:
    wanted = rrule.rrule(
        rrule.WEEKLY, dtstart=_midnight(FIRST), until=_midnight(LAST), interval=interval,
        byweekday=[DAYS[n] for n in sorted(weekdays)], wkst=rrule.MO,
    )  # fmt: skip
    expected = _expected(wanted, at, zone)
    assert _ours(Weekly(tuple(sorted(weekdays)), interval, FIRST), at, zone, len(expected)) == expected


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(1, 28),
)
def test_days_of_the_month_and_its_last_one_are_those_of_dateutil(zone: str, at: time, day: int) -> None:
    wanted = rrule.rrule(rrule.MONTHLY, dtstart=_midnight(FIRST), until=_midnight(LAST), bymonthday=[day, -1])
    expected = _expected(wanted, at, zone)
    assert _ours(Monthly((day, 31)), at, zone, len(expected)) == expected


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _expected(wanted: rrule.rrule, at: time, zone: str) -> list[tuple[date, datetime]]:
    """Return local dates with their instants: a skipped minute gives the next valid one, a repeated one the first."""
    info = tz.gettz(zone)
    assert info is not None
    found = []
    for day in wanted:
        wall = datetime.combine(day.date(), at, info)
        while not tz.datetime_exists(wall):
            wall += timedelta(minutes=1)
        found.append((day.date(), wall.replace(fold=0).astimezone(UTC)))
    return found


def _ours(every: Weekly | Monthly, at: time, zone: str, count: int) -> list[tuple[date, datetime]]:
    start = datetime.combine(FIRST, time(), UTC) - timedelta(days=1)
    slots = [one for one in Rule(every, at, zone).slots(start, count + 2) if FIRST <= one.day <= LAST]
    return [(one.day, one.instant) for one in slots][:count]
