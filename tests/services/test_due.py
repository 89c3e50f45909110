"""Words for a date, read and shown no more precisely than they were said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.due import Due, Grain, parse_due, parse_duration, show_due

NOW = datetime(2026, 9, 15, 12, tzinfo=UTC)
"""A Tuesday."""


def read(text: str, now: datetime = NOW, tz: str = "Europe/Berlin") -> tuple[str, str] | None:
    due = parse_due(text, now, tz)
    return (due.date.isoformat(), due.grain) if due else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-01", "2026-10-01"),
        ("2026-1-2", "2026-01-02"),
        ("14 Oct", "2026-10-14"),
        ("Wed, 14 October", "2026-10-14"),
        ("Oct. 14th, 2027", "2027-10-14"),
        ("the 1st of March", "2027-03-01"),
        ("15 September", "2026-09-15"),
        ("14 September", "2027-09-14"),
        ("29 Feb", "2028-02-29"),
        ("today", "2026-09-15"),
        ("Tomorrow", "2026-09-16"),
        ("friday", "2026-09-18"),
        ("this Fri", "2026-09-18"),
        ("tuesday", "2026-09-22"),
        ("in 3 weeks", "2026-10-06"),
        ("in a day", "2026-09-16"),
        ("this week", "2026-09-18"),
        ("next week", "2026-09-25"),
        ("EOW", "2026-09-18"),
        ("by 14 Oct", "2026-10-14"),
        ("due on Friday", "2026-09-18"),
    ],
)
def test_a_day_is_read(text: str, day: str) -> None:
    assert read(text) == (day, "day")


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("October", "2026-10-31"),
        ("in oct", "2026-10-31"),
        ("Sept", "2026-09-30"),
        ("August", "2027-08-31"),
        ("may 2028", "2028-05-31"),
        ("2026-12", "2026-12-31"),
        ("early October", "2026-10-10"),
        ("mid-October", "2026-10-15"),
        ("mid September", "2026-09-15"),
        ("early September", "2027-09-10"),
        ("late October", "2026-10-31"),
        ("end of Feb", "2027-02-28"),
        ("in two months", "2026-11-30"),
        ("end of month", "2026-09-30"),
        ("by the end of the month", "2026-09-30"),
        ("end of next month", "2026-10-31"),
        ("next month", "2026-10-31"),
        ("EOM", "2026-09-30"),
        ("end of year", "2026-12-31"),
    ],
)
def test_a_month_ends_on_its_last_day(text: str, last_day: str) -> None:
    assert read(text) == (last_day, "month")


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("Q4", "2026-12-31"),
        ("q3", "2026-09-30"),
        ("Q2", "2027-06-30"),
        ("Q2 2028", "2028-06-30"),
        ("2027-Q1", "2027-03-31"),
        ("by end of Q4", "2026-12-31"),
        ("this quarter", "2026-09-30"),
        ("next quarter", "2026-12-31"),
        ("EOQ", "2026-09-30"),
        ("in two quarters", "2027-03-31"),
    ],
)
def test_a_quarter_ends_on_its_last_day(text: str, last_day: str) -> None:
    assert read(text) == (last_day, "quarter")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31 Feb",
        "2026-13-01",
        "Q5",
        "2026",
        "10/11",
        "12:00",
        "on track",
        "octopus",
        "next year",
        "9999999",
        "0000-01-01",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read(text) is None


def test_today_is_the_day_of_who_asks() -> None:
    late_evening = datetime(2026, 9, 15, 23, tzinfo=UTC)
    assert read("today", late_evening, "Europe/Berlin") == ("2026-09-16", "day")
    assert read("today", late_evening, "America/New_York") == ("2026-09-15", "day")


def test_the_end_of_a_week_that_is_over_is_today() -> None:
    saturday = datetime(2026, 9, 19, 12, tzinfo=UTC)
    assert read("end of week", saturday) == ("2026-09-19", "day")


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    parse_due(text, NOW, "UTC")


@settings(deadline=None)
@given(
    st.from_regex(
        r"(in |end of |mid-|by )?[0-9]{0,4}[ -]?(oct|feb|q[1-9]|weeks?|months)[ -]?[0-9]{0,4}", fullmatch=True
    )
)
def test_anything_like_a_date_is_a_date_or_none(text: str) -> None:
    parse_due(text, NOW, "UTC")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("14 Oct", "due 14 Oct"),
        ("5 January", "due 5 Jan"),
        ("14 Oct 2028", "due 14 Oct 2028"),
        ("October", "due Oct"),
        ("mid-October", "due mid-Oct"),
        ("early October", "due early Oct"),
        ("Q4", "Q4"),
        ("Q1", "Q1"),
        ("Q4 2027", "Q4 2027"),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_was_said(text: str, shown: str) -> None:
    due = parse_due(text, NOW, "UTC")
    assert due
    assert show_due(due, NOW.date()) == shown


def test_a_date_that_has_passed_keeps_its_year_only_when_the_year_has_passed() -> None:
    assert show_due(Due(date(2026, 2, 3)), NOW.date()) == "due 3 Feb"
    assert show_due(Due(date(2025, 12, 3)), NOW.date()) == "due 3 Dec 2025"


@settings(deadline=None)
@given(st.dates(date(2007, 1, 1), date(2040, 1, 1)), st.integers(0, 3000), st.sampled_from(["day", "month", "quarter"]))
def test_what_is_shown_is_read_back(today: date, ahead: int, grain: Grain) -> None:
    now = datetime.combine(today, datetime.min.time(), tzinfo=UTC)
    day = today + timedelta(days=ahead)
    said = {"day": day.isoformat(), "month": f"{day:%Y-%m}", "quarter": f"{day.year} Q{(day.month + 2) // 3}"}
    due = parse_due(said[grain], now, "UTC")
    assert due
    assert due.grain == grain
    assert parse_due(show_due(due, today), now, "UTC") == due


@pytest.mark.parametrize(
    ("text", "hours"), [("2h", 2), ("7d", 168), ("30 days", 720), ("2W", 336), ("1 week", 168), (" 24 hours ", 24)]
)
def test_a_duration_is_read(text: str, hours: int) -> None:
    assert parse_duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-7d", "7m", "7.5d", "99999d", "7d ago"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None
