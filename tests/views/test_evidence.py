"""What stands behind an item: what would change its rank, and what its reader can do about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.services.evidence import Rank, Why
from bot.services.roadmap import Line
from handlers.views.evidence import why_reply
from storage.feedback import Demand
from storage.models import Item, Reader, Role

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)


def _line(number: int, arr: int = 0) -> Line:
    item = Item(team_id="T1", number=number, title=f"Plan {number}", created_at=NOW, created_by="U1", updated_at=NOW)
    return Line(item, Demand(arr=arr), None)


WHY = Why(line=_line(2), notes=(), votes=(), accounts={}, rank=None, moved=None, as_of=NOW)


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
