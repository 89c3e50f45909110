"""A schedule as one line, in the list and on the Home."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.services import calendar
from bot.services.schedules import Planned
from handlers.views.schedules import schedule_line
from storage.models import Run, RunStatus, Schedule

SLOT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def _planned(*, last: Run | None = None, **more: Any) -> Planned:
    told: dict[str, Any] = {
        "team_id": "T1",
        "name": "Weekly roadmap",
        "every": "thu",
        "at": "09:00",
        "tz": "UTC",
        "channel": "C1",
    }
    schedule = Schedule(**told, **more, created_by="U1", created_at=SLOT, planned_until=SLOT)
    rule = calendar.parse_rule("thu", "09:00", "UTC", start=SLOT)
    return Planned(schedule, rule, (calendar.Slot(SLOT, date(2026, 11, 26)),), last)


def _run(**more: Any) -> Run:
    return Run(team_id="T1", number=3, schedule_id=1, slot=datetime(2026, 11, 19, 9, 0, tzinfo=UTC), **more)


def test_a_new_schedule_says_when_it_comes_first() -> None:
    line = schedule_line(_planned())
    assert line.startswith("*Weekly roadmap* → <#C1> · next Thu 26 Nov")
    assert line.endswith("not posted yet")


@pytest.mark.parametrize(
    ("why", "said"),
    [("archived", "paused: the channel is archived"), ("by U2", "paused: <@U2> paused it"), (None, "paused")],
)
def test_a_paused_schedule_says_why(why: str | None, said: str) -> None:
    assert f" · {said} · " in schedule_line(_planned(paused=True, paused_why=why))


def test_the_last_one_is_told_in_words_and_not_as_a_status() -> None:
    line = schedule_line(_planned(last=_run(status=RunStatus.FAILED, outcome="empty")))
    assert line.endswith("last 19 Nov: there was nothing to tell")
