"""Facts of the roadmap as a whole channel reads them: an item, a change, how far objectives are."""

from collections.abc import Sequence
from datetime import date

from bot.services.due import due_on, show_due
from bot.services.update_facts import ChangeFact, KeyResultFact, LineFact
from handlers.views import Block
from handlers.views.blocks import sections
from handlers.views.words import due_words, esc, joined, lane, many, shortened, status

ROWS = 15
"""Items of a lane, or changes, that a channel reads at most."""
_WORSE = ("at-risk", "off-track")


def item_line(line: LineFact, today: date) -> str:
    """Return an item in one line."""
    due = due_on(line.due, line.due_grain)
    when = show_due(due, today) if due is not None else ""
    demand = many(line.accounts, "account") if line.accounts else ""
    return f"*{line.ref}* {esc(line.title)} · {joined([status(line.status), when, demand])}"


def lane_blocks(lines: Sequence[LineFact], today: date) -> list[Block]:
    """Return items under their lanes; of a long one the first, those that are not well before the others."""
    blocks: list[Block] = []
    for name in dict.fromkeys(line.lane for line in lines):
        here = [line for line in lines if line.lane == name]
        if len(here) > ROWS:
            here.sort(key=lambda line: line.status not in _WORSE)
        shown = [f"• {item_line(line, today)}" for line in here[:ROWS]]
        more = [f"… and {len(here) - ROWS} more: `/roadmap {name}`"] if len(here) > ROWS else []
        blocks += sections([f"*{lane(name)}*", *shown, *more])
    return blocks


def change_lines(changes: Sequence[ChangeFact]) -> list[str]:
    """Return a line for each change; of many the telling ones first, and how many more there are."""
    if len(changes) <= ROWS:
        return [change_line(one) for one in changes]
    telling = sorted(changes, key=lambda one: one.after not in ("shipped", *_WORSE))
    return [*(change_line(one) for one in telling[:ROWS]), f"… and {len(changes) - ROWS} more"]


def change_line(one: ChangeFact) -> str:
    """Return a change with its reason; a status that came with a new lane is said only where it is not well."""
    say = {"lane": lane, "status": status, "due": due_words}.get(one.field, esc)
    about = "due date " if one.field == "due" else ""
    moved = f"{about}{say(one.before) if one.before else 'none'} → {say(one.after) if one.after else 'none'}"
    what = "added" if one.field == "created" else moved
    health = f", {status(one.status)}" if one.status in _WORSE else ""
    why = f"\n      why: {esc(shortened(one.reason, 160))}" if one.reason else ""
    return f"{_sign(one)} *{one.ref}* {esc(one.title)} · {what}{health}{why}"


def objective_lines(results: Sequence[KeyResultFact]) -> list[str]:
    """Return a line for each objective with how far its key results are."""
    by_aim: dict[str, list[str]] = {}
    for one in results:
        by_aim.setdefault(f"*{one.objective}* {esc(one.objective_title)}", []).append(
            f"{esc(one.title)}, {one.percent} % of the way"
        )
    return ["*Objectives*", *(f"• {aim}: {joined(shown)}" for aim, shown in by_aim.items())] if by_aim else []


def _sign(one: ChangeFact) -> str:
    if one.after == "shipped":
        return "✓"
    order = ["later", "next", "now", "shipped"]
    if one.field == "lane" and one.before in order and one.after in order:
        return "▲" if order.index(one.after) > order.index(one.before) else "▼"
    return "▼" if one.after in _WORSE else "▲" if one.before in _WORSE else "•"
