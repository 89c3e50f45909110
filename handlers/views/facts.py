"""Facts of the roadmap as a whole channel reads them: an item, a change, how far objectives are."""

from collections.abc import Sequence
from datetime import date

from bot.services.due import due_on, show_due
from bot.services.update_facts import ChangeFact, KeyResultFact, LineFact
from handlers.views import Block
from handlers.views.blocks import sections
from handlers.views.words import day, due_words, esc, joined, lane, many, person, shortened, status

ROWS = 15
"""Items of a lane, or changed ones, that a channel reads at most."""
STEPS = 5
"""Values of a field, and reasons, that are told of an item that went to and fro."""
ROOM = 2000
"""Letters for the reasons of one item; with its first line they stay one paragraph that Slack takes."""
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


def change_lines(changes: Sequence[ChangeFact], *, rows: int = ROWS, tz: str = "") -> list[str]:
    """Return an entry for each item that changed; of many the telling ones first, and how many more there are.

    With the reader's zone, each says who changed it, and when.
    """
    by_item: dict[str, list[ChangeFact]] = {}
    for one in changes:
        by_item.setdefault(one.ref, []).append(one)
    entries = list(by_item.values())
    if len(entries) <= rows:
        return [_entry(entry, tz) for entry in entries]
    entries.sort(key=lambda entry: all(one.after not in ("shipped", *_WORSE) for one in entry))
    return [*(_entry(entry, tz) for entry in entries[:rows]), f"… and {len(entries) - rows} more"]


def _entry(changes: Sequence[ChangeFact], tz: str) -> str:
    """Return all that changed of one item, oldest first."""
    one = changes[-1]
    signs = [_sign(change) for change in changes]
    sign = next((sign for sign in reversed(signs) if sign != "•"), "•")
    fields = dict.fromkeys(change.field for change in changes)
    moves = [_moves([change for change in changes if change.field == field]) for field in fields]
    health = f", {status(one.status)}" if one.status in _WORSE else ""
    lines = [f"{sign} *{one.ref}* {esc(one.title)} · {joined(moves)}{health}"]
    lines += _reasons(changes, tz)
    if tz and len(lines) == 1:
        lines[0] += _who(one, tz)
    return "\n".join(lines)


def _reasons(changes: Sequence[ChangeFact], tz: str) -> list[str]:
    """Return why, oldest first; what several changes share is told once, and of many reasons the last are told."""
    last = {change.reason: change for change in changes if change.reason}
    lines = [
        f"↳ why: {esc(shortened(reason, 160))}{_who(change, tz)}"
        for reason, change in sorted(last.items(), key=lambda one: one[1].at)
    ]
    kept = lines[-STEPS:]
    while sum(map(len, kept)) > ROOM:  # five signs stand for an escaped one
        del kept[0]
    earlier = len(lines) - len(kept)
    return [f"↳ … and {many(earlier, 'reason')} before", *kept] if earlier else kept


def _moves(changes: Sequence[ChangeFact]) -> str:
    """Return what became of one field, oldest first; a status that came with a new lane is not among it."""
    field = changes[0].field
    if field == "created":
        return "added"
    say = {"lane": lane, "status": status, "due": due_words}.get(field, esc)
    kept = [changes[0].before, *(one.after for one in changes)]
    if len(kept) > STEPS:
        kept = [kept[0], "…", *kept[2 - STEPS :]]
    steps = [say(one) if one and one != "…" else one or "none" for one in kept]
    return f"{'due date ' if field == 'due' else ''}{' → '.join(steps)}"


def _who(change: ChangeFact, tz: str) -> str:
    return f" ({person(change.by)}, {day(change.at, tz)})" if tz else ""


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
