"""A long roadmap as a channel reads it: no wall of lines, and what is left out is counted."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.services.items import TITLE_LENGTH
from bot.services.sharing import Excerpt
from bot.services.update_facts import ChangeFact, Facts, LineFact
from bot.services.update_runs import Draft
from handlers.views.facts import ROWS, STEPS, change_lines, lane_blocks
from handlers.views.updates import update_post
from storage.models import Run, Schedule

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def _line(number: int, **more: Any) -> LineFact:
    told: dict[str, Any] = {"ref": f"RM-{number}", "title": f"Plan {number}", "lane": "next", "status": "planned"}
    return LineFact(**{**told, "owner": None, "due": None, "due_grain": "day", "accounts": 0, **more})


def _change(number: int, after: str = "next") -> ChangeFact:
    field = "status" if after == "off-track" else "lane"
    return ChangeFact(
        ref=f"RM-{number}", title=f"Plan {number}", field=field, before=None, after=after, reason=None, by="U1", at=NOW
    )


def _lines(lines: list[LineFact]) -> list[str]:
    return "\n".join(block["text"]["text"] for block in lane_blocks(lines, date(2026, 11, 25))).split("\n")


def test_a_lane_of_a_few_items_is_shown_whole_and_in_its_order() -> None:
    lines = [_line(number) for number in range(1, ROWS)]
    assert _lines([*lines, _line(ROWS, status="at-risk")])[-1] == f"• *RM-{ROWS}* Plan {ROWS} · AT RISK"


def test_of_a_long_lane_those_that_are_not_well_come_first_and_the_others_are_counted() -> None:
    shown = _lines([*[_line(number) for number in range(1, 40)], _line(40, status="at-risk")])
    assert shown[:3] == ["*Next*", "• *RM-40* Plan 40 · AT RISK", "• *RM-1* Plan 1 · planned"]
    assert shown[ROWS:] == [f"• *RM-{ROWS - 1}* Plan {ROWS - 1} · planned", f"… and {40 - ROWS} more: `/roadmap next`"]


def test_of_many_changes_the_telling_ones_come_first_and_the_others_are_counted() -> None:
    changes = [*[_change(number) for number in range(1, 40)], _change(40, "shipped"), _change(41, "off-track")]
    shown = change_lines(changes)
    assert [one.split()[1] for one in shown[:3]] == ["*RM-40*", "*RM-41*", "*RM-1*"]
    assert (len(shown), shown[-1]) == (ROWS + 1, f"… and {41 - ROWS} more")


def test_what_changed_of_one_item_is_one_entry_and_a_shared_reason_is_told_once() -> None:
    window = "The card network moved its test window"
    told = {"ref": "RM-8", "title": "Retries", "by": "U1", "at": NOW}
    changes = [
        ChangeFact(**told, field="status", before="on-track", after="at-risk", reason="Nobody answers"),
        _change(3),
        ChangeFact(**told, field="status", before="at-risk", after="off-track", reason=window),
        ChangeFact(**told, field="due", before="2026-12-01", after="2026-12-22", reason=window),
    ]
    entry = (
        "▼ *RM-8* Retries · on track → AT RISK → OFF TRACK · due date 1 Dec 2026 → 22 Dec 2026\n"
        "↳ why: Nobody answers{who}\n"
        f"↳ why: {window}{{who}}"
    )
    other = "• *RM-3* Plan 3 · none → Next"
    assert change_lines(changes) == [entry.format(who=""), other]
    who = " (<@U1>, 25 Nov)"
    assert change_lines(changes, tz="UTC") == [entry.format(who=who), f"{other}{who}"]


def test_an_item_that_went_to_and_fro_is_told_by_where_it_began_and_ended() -> None:
    steps = ["later", "next", "now", "next", "later", "now"]
    moved = [_change(3, after).model_copy(update={"before": before}) for before, after in pairwise(steps)]
    assert change_lines(moved) == ["▲ *RM-3* Plan 3 · Later → … → Next → Later → Now"]


def _reasons(*reasons: str) -> list[ChangeFact]:
    """Return an item's moves, an hour apart, with their reasons."""
    return [
        _change(8).model_copy(update={"reason": reason, "at": NOW + timedelta(hours=turn)})
        for turn, reason in enumerate(reasons)
    ]


def test_of_an_item_s_many_reasons_the_last_are_told_and_the_others_are_counted() -> None:
    (entry,) = change_lines(_reasons("Said twice", *[f"Reason {number}" for number in range(1, 40)], "Said twice"))
    told = [f"↳ why: Reason {number}" for number in range(36, 40)]
    assert entry.split("\n")[1:] == ["↳ … and 35 reasons before", *told, "↳ why: Said twice"]


def test_a_scheduled_update_cuts_no_mention_and_no_escaped_sign_in_two() -> None:
    odd = [f"{number} {'&' * 157}" for number in range(STEPS)]
    changes = [one.model_copy(update={"title": "&" * TITLE_LENGTH}) for one in _reasons(*odd)]
    facts = Facts(
        team_id="T1", channel="C1", since=NOW, as_of=NOW, lines=(), changes=tuple(changes), key_results=(),
        unconfirmed=(),
    )  # fmt: skip
    shown = [one["text"]["text"] for one in update_post(_draft(facts)).blocks if one["type"] == "section"]
    assert "\n".join(shown).count("↳") > 1
    assert [line for line in "\n".join(shown).split("\n") if "&" in line and not line.endswith((";", "Next"))] == []
    assert change_lines(changes, tz="UTC")[0].endswith(" (<@U1>, 25 Nov)")


def test_all_that_changed_of_what_has_shipped_is_told_where_that_is_told() -> None:
    due = _change(3).model_copy(update={"field": "due", "after": "Q4 2026"})
    told = Excerpt("digest", since=NOW, as_of=NOW, changes=(due, _change(4), _change(3, "shipped")))
    assert [(one.ref, one.field) for one in told.shipped] == [("RM-3", "due"), ("RM-3", "lane")]
    assert [one.ref for one in told.moved] == ["RM-4"]


def _draft(facts: Facts) -> Draft:
    weekly = Schedule(
        team_id="T1", name="Weekly", every="thu", at="09:00", tz="UTC", channel="C1", created_by="U1", created_at=NOW,
        planned_until=NOW,
    )  # fmt: skip
    return Draft(Run(team_id="T1", number=3, schedule_id=1, slot=THURSDAY, approved_by="UMINA"), weekly, facts)


def test_the_small_print_of_an_update_keeps_its_end_however_many_items_are_unconfirmed() -> None:
    facts = Facts(
        team_id="T1", channel="C1", since=NOW, as_of=NOW, lines=tuple(_line(number) for number in range(1, 400)),
        changes=(), key_results=(), unconfirmed=tuple(f"RM-{number}" for number in range(1, 400)),
    )  # fmt: skip
    small = update_post(_draft(facts)).blocks[-1]["elements"][0]["text"]
    assert small.startswith("Unconfirmed for over 7 days: RM-1, RM-2, ")
    assert small.endswith(f" and {399 - ROWS} more · UPD-3 · approved by <@UMINA> · facts as of Wed 08:00")
