"""What stands behind an item: what would change its rank, and what its reader can do about it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.services.evidence import Rank, Why
from bot.services.roadmap import Line
from handlers.views.evidence import why_reply
from handlers.views.roadmap import ROWS
from storage.feedback import Demand
from storage.models import Feedback, Item, Reader, Role

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)


def _line(number: int, arr: int = 0) -> Line:
    item = Item(team_id="T1", number=number, title=f"Plan {number}", created_at=NOW, created_by="U1", updated_at=NOW)
    return Line(item, Demand(arr=arr), None)


WHY = Why(line=_line(2), notes=(), votes=(), accounts={}, rank=None, moved=None, as_of=NOW)


def _notes(count: int) -> tuple[Feedback, ...]:
    told: dict[str, Any] = {"team_id": "T1", "quote": "", "original": "", "captured_by": "U1", "captured_at": NOW}
    return tuple(Feedback(number=number, **told) for number in range(1, count + 1))


def _said(why: Why, role: Role = Role.CONTRIBUTOR) -> str:
    blocks = why_reply(why, Reader("T1", "U1", role), "UTC").blocks
    return "\n".join(one["text"]["text"] for one in blocks if one["type"] == "section")


@pytest.mark.parametrize(("below", "said"), [(50_000, True), (0, False)])
def test_no_loss_can_put_an_item_behind_one_without_revenue(below: int, said: bool) -> None:
    rank = Rank(2, 3, above=_line(1, 90_000), below=_line(3, below))
    shown = _said(replace(WHY, line=_line(2, 88_000), rank=rank))
    assert "Accounts worth more than $2k a year would bring it before RM-1 Plan 1." in shown
    assert ("Losing more than $38k would put it behind RM-3 Plan 3." in shown, "behind" in shown) == (said, said)


def test_what_nobody_has_asked_for_names_only_what_its_reader_may_do() -> None:
    asked = {role: _said(WHY, role).partition("Nobody has asked for it yet.")[2] for role in Role}
    link = " `/roadmap link FB-104 RM-2` links feedback to it."
    vote = " `/roadmap vote RM-2 for:Acme` votes for it."
    assert asked == {Role.VIEWER: "", Role.CONTRIBUTOR: vote, Role.PM: link, Role.ADMIN: link}


@pytest.mark.parametrize(
    ("count", "whole", "shown"), [(ROWS, False, ROWS), (ROWS + 1, False, ROWS), (ROWS + 1, True, ROWS + 1)]
)
def test_of_many_notes_the_newest_are_shown_and_the_rest_behind_a_button(count: int, whole: bool, shown: bool) -> None:
    told = why_reply(replace(WHY, notes=_notes(count)), Reader("T1", "U1"), "UTC", whole=whole)
    buttons = [
        (one["text"]["text"], one["value"])
        for row in told.blocks
        for one in row.get("elements", ())
        if row["type"] == "actions"
    ]
    assert json.dumps(told.blocks).count("FB-") == shown
    assert buttons == ([(f"Show all {count}", "why RM-2 all")] if shown < count else [])


def test_what_is_private_has_been_asked_for_too() -> None:
    asked = replace(WHY, line=replace(WHY.line, demand=Demand(private=1)))
    assert ["Nobody has asked" in _said(one) for one in (WHY, asked)] == [True, False]
