"""The roadmap: overview, lanes, an item's card, what a search found."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.roadmap import LIVE, Card, Changed, Line, Overview
from bot.services.search import Found
from handlers import ids
from handlers.views import Block, Reply
from handlers.views.blocks import actions, button, context, fit, header, menu, option, section, sections
from handlers.views.words import (
    ago,
    as_of,
    day,
    dollars,
    due,
    esc,
    joined,
    lane,
    many,
    person,
    quoted,
    shortened,
    status,
)
from storage.models import Change, Feedback, Item, Lane, Reader

MENU = 100
"""Options that Slack allows in a menu."""
ROWS = 7
"""Rows that a list shows at first."""

_FIELD = {"lane": "", "status": "", "due": "due date ", "created": ""}


def overview_reply(seen: Overview, reader: Reader, tz: str) -> Reply:
    """Show Now, Next and Later, and what changed."""
    live = [line for line in seen.lines if line.item.lane in LIVE]
    if not live:
        return empty_reply(reader)
    counted = joined([many(len(live), "live item"), many(len(seen.changes), "change") if seen.since else ""])
    since = f" since {day(seen.since, tz)}" if seen.since and seen.changes else ""
    seen_by = "only you see this" if reader.user_id else ""
    blocks = [header("Roadmap"), context(joined([counted + since, seen_by, as_of(seen.as_of, tz)]))]
    for name in LIVE:
        blocks += _lane_blocks(name, seen.lane(name), reader, seen.as_of, tz)
    if seen.changes:
        lines = [f"*Changed since {day(seen.since or seen.as_of, tz)}*"]
        blocks += sections(lines + [f"• {change_line(one, tz)}" for one in seen.changes[:ROWS]])
    blocks.append(actions(_item_menu(live), button("Ask a question", ids.QUESTION_OPEN)))
    return Reply(f"Roadmap: {counted}", fit(blocks))


def lane_reply(name: str, seen: Overview, reader: Reader, tz: str, *, rows: int = ROWS) -> Reply:
    """Show one lane."""
    lines = seen.lane(name)
    title = f"Roadmap · {lane(name)}"
    if not lines:
        return Reply(f"Nothing is in {lane(name)}.", [section(f"*{title}*\nNothing here yet.")])
    blocks = [header(title), context(joined([many(len(lines), "item"), as_of(seen.as_of, tz)]))]
    blocks += _lane_blocks(name, lines, reader, seen.as_of, tz, rows=rows)
    blocks.append(actions(_item_menu(lines)))
    return Reply(f"{title}: {many(len(lines), 'item')}", fit(blocks))


def empty_reply(reader: Reader) -> Reply:
    """Say how to begin, where there is no roadmap yet."""
    said = "There is nothing on the roadmap yet. Type `/roadmap add Dark mode` to add the first item."
    return Reply(said, [section(said)])


def item_reply(card: Card, reader: Reader, now: datetime, tz: str) -> Reply:
    """Show an item's card."""
    item, demand = card.line.item, card.line.demand
    today = now.astimezone(ZoneInfo(tz)).date()
    facts = joined([f"*{lane(item.lane)}*", status(item.status), due(item, today), f"owner {person(item.owner)}"])
    lines = [f"*{item.ref} {esc(item.title)}*", facts]
    if item.summary:
        lines.append(esc(item.summary))
    aim = card.line.objective
    lines.append(
        joined([demand_words(card.line, reader), f"{aim.ref} {esc(aim.title)}" if aim else "no objective yet"])
    )
    blocks: list[Block] = sections(lines)
    if card.notes:
        said = [_note_line(note, card.accounts, tz) for note in card.notes[:3]]
        blocks.append(section("*What people said*\n" + "\n".join(said)))
    if card.changes:
        told = [f"• {_change_words(one)} · {person(one.by)}, {day(one.at, tz)}{_why(one)}" for one in card.changes[:3]]
        blocks.append(section("*History*\n" + "\n".join(told)))
    blocks.append(
        context(
            joined(
                [
                    _confirmed(item, now),
                    as_of(now, tz),
                    f"{many(demand.private, 'private note')}" if demand.private else "",
                ]
            )
        )
    )
    return Reply(f"{item.ref} {esc(item.title)}: {lane(item.lane)}, {status(item.status)}", fit(blocks))


def found_reply(found: Found, typed: str, now: datetime, tz: str) -> Reply:
    """Show what a search found."""
    if not found.hits:
        said = f"Nothing on the roadmap or in the feedback mentions “{esc(shortened(typed, 80))}”."
        return Reply(said, [section(said + " Try other words, or capture it as feedback.")])
    today = now.astimezone(ZoneInfo(tz)).date()
    lines = [f"*{many(len(found.hits), 'match', 'matches')} for “{esc(shortened(typed, 80))}”*"]
    for item in found.items[:ROWS]:
        lines.append(
            f"• *{item.ref}* {esc(item.title)} · {joined([lane(item.lane), status(item.status), due(item, today)])}"
        )
    for note in found.feedback[: max(2, ROWS - len(found.items))]:
        lines.append(
            f"• *{note.ref}* “{esc(shortened(note.problem or note.quote, 120))}” · {day(note.captured_at, tz)}"
        )
    shown = len(lines) - 1
    small = [as_of(now, tz), f"{shown} of {len(found.hits)} shown" if shown < len(found.hits) else ""]
    small += [f"read “{esc(typo)}” as “{esc(known)}”" for typo, known in found.corrected]
    blocks = [*sections(lines), context(joined(small))]
    if found.items:
        blocks.append(actions(_menu_of(found.items)))
    return Reply(f"{many(len(found.hits), 'match', 'matches')} for {esc(shortened(typed, 80))}", fit(blocks))


def added_reply(item: Item) -> Reply:
    """Say that an item is on the roadmap."""
    owner = "You own" if item.owner == item.created_by else f"{person(item.owner)} owns"
    said = f"Added *{item.ref} {esc(item.title)}* to {lane(item.lane)}. {owner} it."
    more = f'`/roadmap move {item.ref} next reason:"why"` moves it.'
    return Reply(f"Added {item.ref} {esc(item.title)}", [section(said), context(more)])


def moved_reply(item: Item, left: str | None, reason: str) -> Reply:
    """Say that an item has moved."""
    if left is None:
        said = f"{item.ref} {esc(item.title)} is in {lane(item.lane)} already. Nothing changed."
        return Reply(said, [section(said)])
    said = f"*{item.ref} {esc(item.title)}*: {lane(left)} → *{lane(item.lane)}*"
    why = section(f"{said}\nWhy: {esc(reason)}")
    return Reply(f"{item.ref} {esc(item.title)}: {lane(left)} → {lane(item.lane)}", [why])


def item_line(line: Line, reader: Reader, now: datetime, tz: str) -> str:
    """Return an item as one line of a list."""
    item, aim = line.item, line.objective
    today = now.astimezone(ZoneInfo(tz)).date()
    facts = [status(item.status), due(item, today), demand_words(line, reader, short=True), aim.ref if aim else ""]
    return f"*{item.ref}* {esc(item.title)} · {joined(facts)}"


def demand_words(line: Line, reader: Reader, *, short: bool = False) -> str:
    """Return what stands behind an item, as far as its reader may know."""
    demand = line.demand
    money = dollars(demand.arr) if reader.sees_money and demand.arr else ""
    if short:
        return joined([many(demand.accounts, "account") if demand.accounts else "", money])
    private = f"+ {demand.private} private" if demand.private else ""
    return joined([many(demand.notes, "note"), many(demand.accounts, "account"), money, private])


def change_line(one: Changed, tz: str) -> str:
    """Return a change as one line: what, who, when and why."""
    change = one.change
    told = f"({person(change.by)}, {day(change.at, tz)}){_why(change)}"
    return f"*{change.ref}* {esc(one.title)}: {_change_words(change)} {told}"


def _change_words(change: Change) -> str:
    if change.field == "created":
        return "added"
    say = {"lane": lane, "status": status}.get(change.field, esc)
    return (
        f"{_FIELD.get(change.field, '')}{say(change.before) if change.before else 'none'} → {say(change.after or '')}"
    )


def _why(change: Change) -> str:
    return f" · {esc(shortened(change.reason, 120))}" if change.reason else ""


def _lane_blocks(
    name: Lane | str, lines: Sequence[Line], reader: Reader, now: datetime, tz: str, *, rows: int = ROWS
) -> list[Block]:
    if not lines:
        return []
    shown = [f"*{lane(name)}*", *(f"• {item_line(one, reader, now, tz)}" for one in lines[:rows])]
    blocks = sections(shown)
    if len(lines) > rows:
        more = button(f"Show all {len(lines)} in {lane(name)}", ids.LANE_MORE, str(name))
        blocks.append(actions(more, block_id=f"more.{name}"))
    return blocks


def _item_menu(lines: Sequence[Line]) -> object:
    return _menu_of([line.item for line in lines])


def _menu_of(items: Sequence[Item]) -> object:
    some = "Show item" if len(items) <= MENU else f"Show one of the first {MENU}"
    return menu(some, ids.ITEM_SHOW, [option(f"{one.ref} {one.title}", str(one.number)) for one in items])


def _note_line(note: Feedback, accounts: dict[int, str], tz: str) -> str:
    who = accounts.get(note.account_id or 0, "")
    source = f"<{note.permalink}|open>" if note.permalink else ""
    small = joined([note.ref, esc(who), day(note.captured_at, tz), source])
    return f"{quoted(note.problem or note.quote, length=160)}\n{small}"


def _confirmed(item: Item, now: datetime) -> str:
    if item.confirmed_at is None:
        return "status never confirmed"
    return f"status confirmed {ago(item.confirmed_at, now)} by {person(item.confirmed_by)}"
