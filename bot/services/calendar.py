"""When scheduled updates come around: rules in wall-clock time, and the instants they stand for.

A rule is what a person types: `every:thu at:09:00 tz:Europe/Berlin`. Each of its dates has one slot: the first minute
at which the local clock shows that date and time, or later. So a skipped hour gives the next valid minute, and a
repeated hour counts once. Pure: no clock is read here. What people call a single date is in `due`.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import InvalidInputError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
LAST = 31
"""The day of the month that means its last day, however long the month is."""

_DAY = timedelta(days=1)
_SPANS = {"day": (0, 1, 2, 3, 4, 5, 6), "weekday": (0, 1, 2, 3, 4)}
_SPAN_NAMES = {weekdays: name for name, weekdays in _SPANS.items()}
_SPAN_WORDS = {"daily": "day", "weekdays": "weekday", "workday": "weekday", "workdays": "weekday"}
_DAY_WORDS = {"month": "1", "monthly": "1", "last": str(LAST)}
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.IGNORECASE | re.ASCII)


class UnknownDaysError(InvalidInputError):
    """I can't read these days. Type `every:thu`, `every:mon,wed`, `every:weekday`, `every:2w,thu` or `every:1st`."""


class UnknownTimeError(InvalidInputError):
    """I can't read this time of day. Type it like `at:09:00` or `at:9am`."""


class UnknownZoneError(InvalidInputError):
    """I don't know this time zone. Type it by a city, like `tz:Europe/Berlin`."""


@dataclass(frozen=True)
class Weekly:
    """The given weekdays, in every `interval`-th week."""

    weekdays: tuple[int, ...]
    """Monday is 0; ascending, at least one."""
    interval: int = 1
    start: date = date(1970, 1, 1)
    """A date in a week that counts; it matters only when `interval` is more than 1."""

    def includes(self, day: date) -> bool:
        """Say whether the date is one of these."""
        weeks = (_monday(day) - _monday(self.start)).days // 7
        return day.weekday() in self.weekdays and weeks % self.interval == 0

    def __str__(self) -> str:
        """Return the words to type for these days, after `every:`."""
        days = _SPAN_NAMES.get(self.weekdays) or ",".join(WEEKDAYS[n][:3].lower() for n in self.weekdays)
        return days if self.interval == 1 else f"{self.interval}w,{days}"

    def describe(self) -> str:
        """Return the days in words: "every Monday and Thursday"."""
        days = _SPAN_NAMES.get(self.weekdays) or _listed([WEEKDAYS[n] for n in self.weekdays])
        if self.interval == 1:
            return f"every {days}"
        if self.interval == 2 and len(self.weekdays) == 1:
            return f"every second {days}"
        return f"every {self.interval} weeks on {'every ' if self.weekdays in _SPAN_NAMES else ''}{days}"


@dataclass(frozen=True)
class Monthly:
    """The given days of every month; where a month is too short for one, its last day."""

    days: tuple[int, ...]
    """1 to 31, ascending, at least one; 31 is `LAST`."""

    def includes(self, day: date) -> bool:
        """Say whether the date is one of these."""
        length = monthrange(day.year, day.month)[1]
        return any(min(number, length) == day.day for number in self.days)

    def __str__(self) -> str:
        """Return the words to type for these days, after `every:`."""
        return ",".join("last" if number == LAST else _ordinal(number) for number in self.days)

    def describe(self) -> str:
        """Return the days in words: "every month on the 1st and the last day"."""
        names = [f"the {'last day' if number == LAST else _ordinal(number)}" for number in self.days]
        return f"every month on {_listed(names)}"


@dataclass(frozen=True)
class Slot:
    """One occurrence of a rule."""

    instant: datetime
    """When it is due: aware, in UTC."""
    day: date
    """The local date it belongs to."""


@dataclass(frozen=True)
class Rule:
    """Days, a wall-clock time and an IANA time zone."""

    every: Weekly | Monthly
    at: time
    tz: str

    def next_slot(self, after: datetime) -> Slot:
        """Return the first slot later than an aware instant."""
        return next(self._later_than(after))

    def slots(self, after: datetime, count: int) -> tuple[Slot, ...]:
        """Return the next `count` slots later than an aware instant, in order."""
        return tuple(islice(self._later_than(after), count))

    def _later_than(self, after: datetime) -> Iterator[Slot]:
        if after.tzinfo is None:
            raise ValueError("Slots are counted from an aware instant.")
        zone = ZoneInfo(self.tz)
        day = after.astimezone(zone).date()
        latest = after
        while True:
            if self.every.includes(day):
                instant = _first_instant(datetime.combine(day, self.at), zone)
                if instant > latest:  # Apia left out 30 December 2011, so its slot can be that of the 31st.
                    latest = instant
                    yield Slot(instant, day)
            day += _DAY


def parse_rule(every: str, at: str, tz: str, *, start: datetime) -> Rule:
    """Read a rule from the values of `every:`, `at:` and `tz:`.

    `start` is the aware instant from which a schedule runs; with `2w`, the week of the first slot after it counts.
    Raises UnknownDaysError, UnknownTimeError or UnknownZoneError.
    """
    zone = parse_zone(tz)
    days = parse_days(every, today=start.astimezone(ZoneInfo(zone)).date())
    rule = Rule(days, parse_time(at), zone)
    if isinstance(days, Monthly) or days.interval == 1:
        return rule
    first = replace(rule, every=replace(days, interval=1)).next_slot(start)
    return replace(rule, every=replace(days, start=first.day))


def parse_days(text: str, *, today: date) -> Weekly | Monthly:
    """Read `thu`, `mon,wed`, `mon-fri`, `day`, `weekday`, `month`, `1st,15th`, `last`, `2w` or `2w,thu`.

    `today` gives the weekday where only an interval is typed.
    """
    parts = [part for part in re.split(r"[\s,+&]+", text.strip().lower()) if part not in ("", "and")]
    if not parts:
        raise UnknownDaysError
    if interval := re.fullmatch(r"([1-9]|1[0-2])w", {"week": "1w", "weekly": "1w"}.get(parts[0], parts[0])):
        weekdays = _weekdays(parts[1:] or [WEEKDAYS[today.weekday()].lower()])
        if not weekdays:
            raise UnknownDaysError
        return Weekly(weekdays, int(interval[1]))
    if weekdays := _weekdays(parts):
        return Weekly(weekdays)
    return Monthly(tuple(sorted({_day_of_month(part) for part in parts})))


def parse_time(text: str) -> time:
    """Read `09:00`, `9:00`, `9`, `9am`, `9:30 pm` or `noon` as a time of day, to the minute."""
    word = text.strip().lower()
    match = _TIME.fullmatch({"noon": "12:00", "midnight": "00:00"}.get(word, word))
    if not match:
        raise UnknownTimeError
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise UnknownTimeError
    return time(hour % 12 + (12 if half == "pm" else 0) if half else hour, minute)


def parse_zone(text: str) -> str:
    """Return the IANA name of a zone that is typed in any case, or by its city alone: `berlin`."""
    typed = re.sub(r"\s+", "_", text.strip()).lower()
    zones = _zones()
    if typed in zones:
        return zones[typed]
    if near := get_close_matches(typed[:40], zones, n=1, cutoff=0.75):
        raise UnknownZoneError(f"I don't know this time zone. Did you mean `tz:{zones[near[0]]}`?")
    raise UnknownZoneError


def describe(rule: Rule) -> str:
    """Return the rule in words: "every Thursday at 09:00, Berlin time"."""
    area, _, city = rule.tz.rpartition("/")
    place = rule.tz if area in ("", "Etc") else city.replace("_", " ")
    return f"{rule.every.describe()} at {rule.at:%H:%M}, {place} time"


def label(slot: Slot, tz: str) -> str:
    """Return the slot as clocks in that zone show it: "Thu 17 Sep 09:00 CEST"."""
    local = slot.instant.astimezone(ZoneInfo(tz))
    name = f"{local:%Z}"
    if not name.isalpha():  # Kathmandu's is "+0545": a number alone next to a time reads as a time.
        offset = f"{local:%z}"
        name = f"UTC{offset[:3]}:{offset[3:]}"
    return f"{WEEKDAYS[local.weekday()][:3]} {local.day} {MONTHS[local.month - 1][:3]} {local:%H:%M} {name}"


def _first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the zone's clock shows `wall` or later."""
    # In a gap, PEP 495 gives fold=0 the offset from before it, which lands after the gap, and fold=1 the reverse.
    high = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    low = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            high = middle
        else:
            low = middle
    return high


def _weekdays(parts: Sequence[str]) -> tuple[int, ...]:
    """Return the weekdays, ascending; none when a part is no weekday."""
    found: set[int] = set()
    for part in parts:
        weekdays = _SPANS.get(_SPAN_WORDS.get(part, part)) or _from_to(*part.partition("-")[::2])
        if not weekdays:
            return ()
        found.update(weekdays)
    return tuple(sorted(found))


def _from_to(first: str, last: str) -> tuple[int, ...]:
    """Return the weekdays from the first name to the last; none when one is no weekday."""
    start, end = _weekday(first), _weekday(last or first)
    if start is None or end is None:
        return ()
    return tuple((start + step) % 7 for step in range((end - start) % 7 + 1))


def _weekday(word: str) -> int | None:
    names = [name.lower() for name in WEEKDAYS]
    matching = [n for n, name in enumerate(names) if len(word) > 2 and f"{name}s".startswith(word)]
    return matching[0] if matching else None


def _day_of_month(word: str) -> int:
    number = re.fullmatch(r"([1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?", _DAY_WORDS.get(word, word))
    if not number:
        raise UnknownDaysError
    return int(number[1])


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _listed(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _ordinal(number: int) -> str:
    suffix = "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


@cache
def _zones() -> dict[str, str]:
    """Return the zones by what people may type, in lower case: the whole name, or a city that only one zone has."""
    names = sorted(name for name in available_timezones() if name not in ("localtime", "Factory"))
    by_city: dict[str, list[str]] = {}
    for name in names:
        if "/" in name and not name.startswith("Etc/"):
            by_city.setdefault(name.rpartition("/")[2].lower(), []).append(name)
    cities = {city: found[0] for city, found in by_city.items() if len(found) == 1}
    return cities | {name.lower(): name for name in names}
