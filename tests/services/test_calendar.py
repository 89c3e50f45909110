"""Rules in wall-clock time, against a clock that is walked step by step."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.calendar import (
    Monthly,
    Rule,
    Slot,
    UnknownDaysError,
    UnknownTimeError,
    UnknownZoneError,
    Weekly,
    describe,
    label,
    parse_days,
    parse_rule,
    parse_time,
    parse_zone,
)

ZONES = (
    "Africa/Casablanca",  # one hour back for Ramadan, four changes a year
    "America/Havana",  # falls back onto midnight
    "America/New_York",
    "America/Santiago",  # midnight is skipped
    "Asia/Beirut",  # midnight is skipped, and midnight is repeated
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # half an hour
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)
TIMES = (time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(2, 30), time(3, 0), time(9, 0), time(23, 45))
DAILY = Weekly(tuple(range(7)))
START = datetime(2020, 1, 15, 12, tzinfo=UTC)
END = datetime(2030, 1, 15, 12, tzinfo=UTC)
TUESDAY_NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)


def walked(zone: str, times: tuple[time, ...], start: datetime, end: datetime) -> dict[time, list[Slot]]:
    """Return the daily slots in (start, end] by watching the zone's clock at every quarter of an hour."""
    info = ZoneInfo(zone)
    found: dict[time, list[Slot]] = {at: [] for at in times}
    clock = start.astimezone(info).replace(tzinfo=None)
    targets = {at: datetime.combine(clock.date(), at) for at in times}
    targets = {at: wall if wall > clock else wall + timedelta(days=1) for at, wall in targets.items()}
    instant = start
    while instant < end:
        instant += timedelta(minutes=15)
        clock = instant.astimezone(info).replace(tzinfo=None)
        for at in [at for at, wall in targets.items() if wall <= clock]:
            found[at].append(Slot(instant, targets[at].date()))
            targets[at] += timedelta(days=1)
    return found


def rule(every: str, at: str = "09:00", tz: str = "Europe/Berlin", start: datetime = TUESDAY_NOON) -> Rule:
    return parse_rule(every, at, tz, start=start)


def days(found: tuple[Slot, ...]) -> list[str]:
    return [slot.day.isoformat() for slot in found]


@pytest.mark.parametrize("zone", ZONES)
def test_in_ten_years_every_day_has_its_slot_once(zone: str) -> None:
    for at, expected in walked(zone, TIMES, START, END).items():
        assert list(Rule(DAILY, at, zone).slots(START, len(expected))) == expected
        assert len(expected) in (3652, 3653)


instants = st.timedeltas(timedelta(0), timedelta(days=28 * 365)).map(
    lambda since: datetime(2007, 1, 1, tzinfo=UTC) + since
)
weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
month_days = st.sets(st.integers(1, 31), min_size=1, max_size=4).map(lambda found: tuple(sorted(found)))
every = st.one_of(
    st.builds(Weekly, weekdays),
    st.builds(Weekly, weekdays, st.integers(2, 12), st.dates(date(2005, 1, 1), date(2035, 1, 1))),
    st.builds(Monthly, month_days),
)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
rules = st.builds(Rule, every, times, st.sampled_from(ZONES))


@settings(deadline=None)
@given(rules, instants, st.integers(1, 10))
def test_slots_are_the_same_asked_together_or_one_by_one(any_rule: Rule, after: datetime, count: int) -> None:
    one_by_one = [any_rule.next_slot(after)]
    while len(one_by_one) < count:
        one_by_one.append(any_rule.next_slot(one_by_one[-1].instant))
    assert list(any_rule.slots(after, count)) == one_by_one


@settings(deadline=None)
@given(rules, instants, st.timedeltas(timedelta(seconds=1), timedelta(days=40)))
def test_the_next_slot_does_not_depend_on_when_one_asks(any_rule: Rule, after: datetime, wait: timedelta) -> None:
    slot = any_rule.next_slot(after)
    assert slot.instant > after
    later = after + wait
    assert any_rule.next_slot(later) == slot if later < slot.instant else any_rule.next_slot(later).instant > later


@settings(deadline=None)
@given(rules, instants)
def test_a_slot_is_at_its_time_or_right_after_a_jump_of_the_clock(any_rule: Rule, after: datetime) -> None:
    slot = any_rule.next_slot(after)
    zone = ZoneInfo(any_rule.tz)
    wanted = datetime.combine(slot.day, any_rule.at)
    shown = slot.instant.astimezone(zone).replace(tzinfo=None)
    before = (slot.instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert slot.instant.tzinfo is UTC
    assert shown == wanted or before < wanted < shown


@settings(deadline=None)
@given(every, st.dates(date(2007, 1, 1), date(2035, 1, 1)))
def test_the_days_of_a_slot_are_the_days_of_the_rule(days_of: Weekly | Monthly, day: date) -> None:
    month_is_over = (day + timedelta(days=1)).day == 1
    if isinstance(days_of, Monthly):
        wanted = day.day in days_of.days or (month_is_over and max(days_of.days) > day.day)
    else:
        first_monday = days_of.start - timedelta(days=days_of.start.weekday())
        mondays = {first_monday + timedelta(weeks=days_of.interval * n) for n in range(-1600, 3500)}
        wanted = day.weekday() in days_of.weekdays and day - timedelta(days=day.weekday()) in mondays
    the_day_before = datetime.combine(day, time(9), tzinfo=UTC) - timedelta(days=1)
    assert (Rule(days_of, time(9), "UTC").next_slot(the_day_before).day == day) == wanted


@settings(deadline=None)
@given(every)
def test_the_days_are_read_back_from_their_own_words(days_of: Weekly | Monthly) -> None:
    read = parse_days(str(days_of), today=date(2026, 9, 15))
    if isinstance(days_of, Weekly) and isinstance(read, Weekly):
        assert (read.weekdays, read.interval) == (days_of.weekdays, days_of.interval)
    else:
        assert read == days_of


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=10), st.text(max_size=20))
def test_whatever_is_typed_gives_a_rule_or_a_sentence(days_text: str, at: str, tz: str) -> None:
    for parse in (
        lambda: parse_days(days_text, today=date(2026, 9, 15)),
        lambda: parse_time(at),
        lambda: parse_zone(tz),
    ):
        with suppress(UnknownDaysError, UnknownTimeError, UnknownZoneError):
            parse()


def test_a_skipped_hour_gives_the_next_valid_minute() -> None:
    slot = rule("day", "02:30", "America/New_York").next_slot(datetime(2027, 3, 14, tzinfo=UTC))
    assert label(slot, "America/New_York") == "Sun 14 Mar 03:00 EDT"


def test_half_a_skipped_hour_gives_the_next_valid_minute() -> None:
    slot = rule("day", "02:15", "Australia/Lord_Howe").next_slot(datetime(2026, 10, 3, 14, tzinfo=UTC))
    assert label(slot, "Australia/Lord_Howe") == "Sun 4 Oct 02:30 UTC+11:00"


def test_a_repeated_hour_counts_once_and_the_first_time() -> None:
    first, second = rule("day", "01:30", "America/New_York").slots(datetime(2026, 11, 1, tzinfo=UTC), 2)
    assert label(first, "America/New_York") == "Sun 1 Nov 01:30 EDT"
    assert label(second, "America/New_York") == "Mon 2 Nov 01:30 EST"


def test_nine_stays_nine_through_the_change_of_clocks() -> None:
    before, after = rule("thu").slots(datetime(2026, 10, 20, tzinfo=UTC), 2)
    assert (before.instant.hour, after.instant.hour) == (7, 8)
    assert label(before, "Europe/Berlin") == "Thu 22 Oct 09:00 CEST"
    assert label(after, "Europe/Berlin") == "Thu 29 Oct 09:00 CET"


def test_a_day_that_a_country_left_out_is_due_when_the_next_begins() -> None:
    found = rule("day", "09:00", "Pacific/Apia").slots(datetime(2011, 12, 29, 12, tzinfo=UTC), 3)
    assert days(found) == ["2011-12-29", "2011-12-30", "2011-12-31"]
    assert label(found[1], "Pacific/Apia") == "Sat 31 Dec 00:00 UTC+14:00"


def test_the_slot_of_this_very_instant_is_past() -> None:
    weekly = rule("thu")
    slot = weekly.next_slot(TUESDAY_NOON)
    assert weekly.next_slot(slot.instant).day == slot.day + timedelta(days=7)
    assert weekly.next_slot(slot.instant - timedelta(microseconds=1)) == slot


def test_the_first_day_is_that_of_the_zone() -> None:
    evening = rule("day", "23:00", "America/New_York")
    assert days(evening.slots(datetime(2026, 11, 25, 1, tzinfo=UTC), 2)) == ["2026-11-24", "2026-11-25"]


def test_every_second_week_begins_with_the_next_slot() -> None:
    assert days(rule("2w,thu").slots(TUESDAY_NOON, 3)) == ["2026-09-17", "2026-10-01", "2026-10-15"]
    assert days(rule("2w,mon").slots(TUESDAY_NOON, 3)) == ["2026-09-21", "2026-10-05", "2026-10-19"]


def test_every_second_week_alone_is_on_the_weekday_it_was_asked() -> None:
    assert days(rule("2w", at="15:00").slots(TUESDAY_NOON, 2)) == ["2026-09-15", "2026-09-29"]


def test_every_second_week_keeps_its_weeks_over_new_year() -> None:
    found = rule("2w,thu").slots(TUESDAY_NOON, 60)
    assert {later.day - earlier.day for earlier, later in pairwise(found)} == {timedelta(days=14)}


def test_a_month_too_short_for_its_day_has_its_last_day() -> None:
    after = datetime(2027, 1, 1, tzinfo=UTC)
    assert days(rule("30th,last").slots(after, 4)) == ["2027-01-30", "2027-01-31", "2027-02-28", "2027-03-30"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("thu", "every Thursday at 09:00, Berlin time"),
        ("Thursdays", "every Thursday at 09:00, Berlin time"),
        ("mon,wed", "every Monday and Wednesday at 09:00, Berlin time"),
        ("mon, tue and fri", "every Monday, Tuesday and Friday at 09:00, Berlin time"),
        ("sat-mon", "every Monday, Saturday and Sunday at 09:00, Berlin time"),
        ("mon-fri", "every weekday at 09:00, Berlin time"),
        ("weekday", "every weekday at 09:00, Berlin time"),
        ("daily", "every day at 09:00, Berlin time"),
        ("week", "every Tuesday at 09:00, Berlin time"),
        ("2w", "every second Tuesday at 09:00, Berlin time"),
        ("3w,mon", "every 3 weeks on Monday at 09:00, Berlin time"),
        ("2w,weekday", "every 2 weeks on every weekday at 09:00, Berlin time"),
        ("month", "every month on the 1st at 09:00, Berlin time"),
        ("1st,15", "every month on the 1st and the 15th at 09:00, Berlin time"),
        ("22nd,3rd,last", "every month on the 3rd, the 22nd and the last day at 09:00, Berlin time"),
    ],
)
def test_days_are_read_as_people_type_them(typed: str, words: str) -> None:
    assert describe(rule(typed)) == words


@pytest.mark.parametrize("typed", ["", ",", "thu,1st", "2w,foo", "2w,1st", "0w", "13w", "32", "0th", "th", "someday"])
def test_days_that_cannot_be_read_say_what_to_type(typed: str) -> None:
    with pytest.raises(UnknownDaysError, match="every:thu"):
        rule(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("09:00", "09:00"),
        ("9", "09:00"),
        ("9am", "09:00"),
        ("9 AM", "09:00"),
        ("9:30pm", "21:30"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("17.45", "17:45"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, shown: str) -> None:
    assert f"{parse_time(typed):%H:%M}" == shown


@pytest.mark.parametrize("typed", ["", "24:00", "9:60", "13pm", "0am", "9:0", "nine", "٩:٠٠"])
def test_a_time_that_cannot_be_read_says_what_to_type(typed: str) -> None:
    with pytest.raises(UnknownTimeError, match="at:9am"):
        rule("thu", typed)


def test_a_zone_is_read_in_any_case_or_by_its_city() -> None:
    assert [parse_zone(typed) for typed in ("europe/BERLIN", "berlin", "New York", "utc", "Etc/GMT+5")] == [
        *("Europe/Berlin", "Europe/Berlin", "America/New_York", "UTC", "Etc/GMT+5")
    ]


def test_every_zone_of_the_database_is_read() -> None:
    assert all(parse_zone(name) == name for name in available_timezones() - {"localtime", "Factory"})


def test_a_misspelled_zone_gets_a_suggestion() -> None:
    with pytest.raises(UnknownZoneError, match="Did you mean `tz:Europe/Berlin`"):
        parse_zone("Europe/Berln")


@pytest.mark.parametrize("typed", ["", "CEST", "../../etc/passwd", "localtime", "zzz"])
def test_an_unknown_zone_says_what_to_type(typed: str) -> None:
    with pytest.raises(UnknownZoneError):
        parse_zone(typed)


def test_a_zone_without_a_city_is_named_whole() -> None:
    assert describe(rule("fri", tz="UTC")) == "every Friday at 09:00, UTC time"
    assert describe(rule("fri", tz="Etc/GMT+5")) == "every Friday at 09:00, Etc/GMT+5 time"
    assert describe(rule("fri", tz="America/Argentina/Buenos_Aires")).endswith("Buenos Aires time")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        rule("thu").next_slot(datetime(2026, 9, 15))  # noqa: DTZ001 the mistake under test
