"""What people call a date that something is due on, no more precise than they said it, and how long "7d" is."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from bot.services.calendar import MONTHS, WEEKDAYS
from storage.models import Item

Grain = Literal["day", "month", "quarter"]

_PARTS = {"early": 10, "mid": 15}
"""The last day of a part of a month."""
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_LENGTHS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}

Groups = dict[str, str]
"""The named parts of what was typed, those that are there."""


@dataclass(frozen=True)
class Due:
    """When something is due."""

    date: date
    """The last day of the period that was meant."""
    grain: Grain = "day"
    """How precisely it was said."""


def due_of(item: Item) -> Due | None:
    """Return when an item is due."""
    return due_on(item.due, item.due_grain)


def due_on(day: date | None, grain: str) -> Due | None:
    """Return a date as it is kept, with one of Due's grains; None where there is none."""
    return None if day is None else Due(day, cast(Grain, grain))


def parse_due(text: str, now: datetime, tz: str) -> Due | None:
    """Read `2026-10-01`, `14 Oct`, `mid-October`, `Q4`, `in 3 weeks`, `end of month`, `tomorrow`; None when it is none.

    `now` is aware, `tz` the IANA zone of who wrote it. A date without its year is the next one, today included.
    """
    words = re.sub(r"[\s,]+", " ", text.lower().replace(".", "")).strip()
    words = re.sub(r"^(?:(?:due|by|on|before|until) )+", "", words)
    today = now.astimezone(ZoneInfo(tz)).date()
    for pattern, read in _FORMS:
        if match := re.fullmatch(pattern, words, re.ASCII):
            try:
                return read({name: part for name, part in match.groupdict().items() if part}, today)
            except (ValueError, OverflowError):  # 31 February, or a year beyond the calendar
                return None
    return None


def show_due(due: Due, today: date) -> str:
    """Return "due 14 Oct", "due mid-Oct", "due Oct" or "Q4"; with its year where the reader could mistake it."""
    month = MONTHS[due.date.month - 1][:3]
    part = {10: "early ", 15: "mid-"}.get(due.date.day, "")
    shown = {
        "day": f"due {due.date.day} {month}",
        "month": f"due {part}{month}",
        "quarter": f"Q{_quarter(due.date)}",
    }[due.grain]
    near = due.date.year == today.year or 0 <= (due.date - today).days < 300
    return shown if near else f"{shown} {due.date.year}"


def write_due(due: Due | None) -> str | None:
    """Return it as history keeps it, which `parse_due` reads again: "2026-10-14", "mid-Oct 2026", "Q4 2026"."""
    if due is None:
        return None
    part = {10: "early ", 15: "mid-"}.get(due.date.day, "")
    return {
        "day": due.date.isoformat(),
        "month": f"{part}{MONTHS[due.date.month - 1][:3]} {due.date.year}",
        "quarter": f"Q{_quarter(due.date)} {due.date.year}",
    }[due.grain]


def parse_duration(text: str) -> timedelta | None:
    """Read `2h`, `7d` or `2w`, with or without a space and a longer unit ("7 days"); None when it is none."""
    match = re.fullmatch(r"([1-9][0-9]{0,3}) ?(h|d|w|hours?|days?|weeks?)", text.strip().lower())
    return int(match[1]) * _LENGTHS[match[2][0]] if match else None


def _day(said: Groups, today: date) -> Due:
    """Read a date; without a year, the next one."""
    if "year" in said:
        return Due(date(int(said["year"]), _month(said), int(said["day"])))
    # 29 February may be years away, but never more than eight.
    for year in range(today.year, today.year + 9):
        if _exists(year, _month(said), int(said["day"])):
            found = date(year, _month(said), int(said["day"]))
            if found >= today:
                return Due(found)
    raise ValueError(f"No year has that day: {said}")


def _part_of_month(said: Groups, today: date) -> Due:
    last = _PARTS.get(said.get("part", ""))
    return _next(said, today, lambda year: _end_of_month(year, _month(said), last), "month")


def _of_quarter(said: Groups, today: date) -> Due:
    return _next(said, today, lambda year: _end_of_month(year, 3 * int(said["quarter"])), "quarter")


def _ahead(said: Groups, today: date) -> Due:
    """Read "in 3 weeks"."""
    count = _COUNTS.get(said["count"]) or int(said["count"])
    if said["unit"] in ("day", "week"):
        return Due(today + count * _LENGTHS[said["unit"][0]])
    return _period(said["unit"], count, today)


def _this_or_next(said: Groups, today: date) -> Due:
    """Read "end of month", "next quarter", "this week"."""
    return _period(said["unit"], int(said.get("which") == "next"), today)


def _initials(said: Groups, today: date) -> Due:
    """Read "EOM" and its like."""
    units = {"w": "week", "m": "month", "q": "quarter", "y": "year"}
    return _period(units[said["unit"]], 0, today)


def _named_day(said: Groups, today: date) -> Due:
    """Read "today", "tomorrow", or a weekday, which is the next one after today."""
    if "weekday" not in said:
        return Due(today + timedelta(days=int(said["named"] == "tomorrow")))
    number = [name[:3].lower() for name in WEEKDAYS].index(said["weekday"][:3])
    return Due(today + timedelta(days=(number - today.weekday() - 1) % 7 + 1))


def _period(unit: str, ahead: int, today: date) -> Due:
    """Return the end of the current week (its Friday), month, quarter or year, or of one that many ahead."""
    if unit == "week":
        friday = today + timedelta(days=4 - today.weekday(), weeks=ahead)
        return Due(max(friday, today))
    if unit == "month":
        months = today.year * 12 + today.month - 1 + ahead
        return Due(_end_of_month(months // 12, months % 12 + 1), "month")
    if unit == "quarter":
        quarters = today.year * 4 + _quarter(today) - 1 + ahead
        return Due(_end_of_month(quarters // 4, 3 * (quarters % 4 + 1)), "quarter")
    return Due(_end_of_month(today.year + ahead, 12), "month")


def _next(said: Groups, today: date, end_in: Callable[[int], date], grain: Grain) -> Due:
    """Return the period in the year that was said, or the next one that is not over."""
    if "year" in said:
        return Due(end_in(int(said["year"])), grain)
    this_year = end_in(today.year)
    return Due(this_year if this_year >= today else end_in(today.year + 1), grain)


def _month(said: Groups) -> int:
    if "month" in said:
        return int(said["month"])
    return [name[:3].lower() for name in MONTHS].index(said["name"][:3]) + 1


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _end_of_month(year: int, month: int, last: int | None = None) -> date:
    return date(year, month, last or monthrange(year, month)[1])


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


_NAME = "(?P<name>" + "|".join(f"{name[:3]}(?:{name[3:]})?".lower() for name in MONTHS) + "|sept)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?".lower() for name in WEEKDAYS) + ")"
_YEAR = r"(?: (?P<year>\d{4}))?"
_FORMS: tuple[tuple[str, Callable[[Groups, date], Due]], ...] = (
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _day),
    (rf"(?:{_WEEKDAY} )?(?:the )?{_DAY}(?: of)? {_NAME}{_YEAR}", _day),
    (rf"(?:{_WEEKDAY} )?{_NAME} (?:the )?{_DAY}{_YEAR}", _day),
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})", _part_of_month),
    (rf"(?:in )?(?:(?:the )?(?P<part>early|mid|late|end of|end)[ -]?)?{_NAME}{_YEAR}", _part_of_month),
    (rf"(?:in )?(?:(?:the )?end of )?q(?P<quarter>[1-4]){_YEAR}", _of_quarter),
    (r"(?:in )?(?P<year>\d{4})[ -]?q(?P<quarter>[1-4])", _of_quarter),
    (rf"in (?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}) (?P<unit>day|week|month|quarter)s?", _ahead),
    (r"(?:the )?end of (?:(?P<which>this|next|the) )?(?P<unit>week|month|quarter|year)", _this_or_next),
    (r"(?P<which>this|next) (?P<unit>week|month|quarter)", _this_or_next),
    (r"eo(?P<unit>[wmqy])", _initials),
    (rf"(?P<named>today|tomorrow)|(?:this )?(?P<weekday>{_WEEKDAY})", _named_day),
)
