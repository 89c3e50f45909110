"""The roadmap: overview, lanes, an item's card, and what became of a command."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.filters import Filters
from bot.services.lanes import LIVE
from bot.services.roadmap import Card, Changed, Line, Overview
from bot.services.statuses import is_believed
from handlers import ids
from handlers.views import Block, Reply
from handlers.views.blocks import (
    BUTTON_VALUE,
    actions,
    button,
    context,
    fit,
    header,
    menu,
    option,
    run_buttons,
    section,
    sections,
)
from handlers.views.words import (
    ago,
    as_of,
    change_words,
    day,
    dollars,
    due,
    esc,
    flowing,
    joined,
    lane,
    many,
    person,
    place,
    quoted,
    shortened,
    standing,
)
from storage.models import Change, Feedback, Item, Lane, Reader, Role

MENU = 100
"""Options that Slack allows in a menu."""
ROWS = 7
"""Rows that a list shows at first."""
EVERY_ROW = 1000
"""More rows than fit into one message are cut by `fit`, which says so."""


def overview_reply(seen: Overview, reader: Reader, tz: str) -> Reply:
    """Show Now, Next and Later, and what changed."""
    live = [line for line in seen.lines if line.item.lane in LIVE]
    if not live:
        return _nothing_fits(seen) if seen.filters.typed else _empty_reply()
    changes = "" if seen.filters.typed else many(len(seen.changes), "change") if seen.since else ""
    counted = joined([many(len(live), "live item"), changes])
    since = f" since {day(seen.since, tz)}" if seen.since and seen.changes and not seen.filters.typed else ""
    seen_by = "only you see this" if reader.user_id else ""
    blocks = [header("Roadmap"), context(joined([counted + since, _filtered(seen), seen_by, as_of(seen.as_of, tz)]))]
    for name in LIVE:
        blocks += _lane_blocks(name, seen, reader, tz)
    if seen.changes and not seen.filters.typed:
        lines = [f"*Changed since {day(seen.since or seen.as_of, tz)}*"]
        blocks += sections(lines + [f"• {change_line(one, tz)}" for one in seen.changes[:ROWS]])
    blocks.append(actions(_item_menu(live), button("Ask a question", ids.QUESTION_OPEN)))
    return Reply(f"Roadmap: {counted}", fit(blocks))


def lane_reply(name: str, seen: Overview, reader: Reader, tz: str, *, rows: int = ROWS) -> Reply:
    """Show one lane."""
    lines = seen.lane(name)
    title = f"Roadmap · {lane(name)}"
    if not lines and seen.filters.typed:
        return _nothing_fits(seen)
    if not lines:
        return Reply(f"Nothing is in {lane(name)}.", [section(f"*{title}*\nNothing here yet.")])
    blocks = [header(title), context(joined([many(len(lines), "item"), _filtered(seen), as_of(seen.as_of, tz)]))]
    blocks += _lane_blocks(name, seen, reader, tz, rows=rows)
    blocks.append(actions(_item_menu(lines)))
    return Reply(f"{title}: {many(len(lines), 'item')}", fit(blocks))


def _empty_reply() -> Reply:
    """Say how to begin, where there is no roadmap yet."""
    said = "There is nothing on the roadmap yet. Type `/roadmap add Dark mode` to add the first item."
    return Reply(said, [section(said)])


def item_reply(card: Card, reader: Reader, now: datetime, tz: str) -> Reply:
    """Show an item's card."""
    item = card.line.item
    today = now.astimezone(ZoneInfo(tz)).date()
    owner = f"owner {person(item.owner)}" if item.owner else "no owner yet"
    facts = joined([place(item, now, mark="*"), due(item, today), owner])
    lines = [f"*{item.ref} {esc(item.title)}*", facts, *([esc(flowing(item.summary))] if item.summary else [])]
    aim = card.line.objective
    towards = f"{aim.ref} {esc(aim.title)}" if aim else "no objective yet"
    lines.append(joined([demand_words(card.line, reader), towards]))
    blocks: list[Block] = sections(lines)
    if card.said is not None:
        spoken = card.said
        blocks.append(section(f"{quoted(spoken.reason or '', length=1000)}\n{person(spoken.by)}, {day(spoken.at, tz)}"))
    if card.notes:
        said = [_note_line(note, card, reader, tz) for note in card.notes[:3]]
        blocks.append(section("*What people said*\n" + "\n".join(said)))
    if card.changes:
        told = [f"• {_told(one, tz)}" for one in card.changes[:3]]
        blocks.append(section("*History*\n" + "\n".join(told)))
    blocks.append(context(joined([_confirmed(item, now), as_of(now, tz)])))
    blocks.append(_buttons(item, reader, now))
    return Reply(f"{item.ref} {esc(item.title)}: {lane(item.lane)}, {standing(item, now)}", fit(blocks))


def added_reply(item: Item) -> Reply:
    """Say that an item is on the roadmap."""
    owner = "You own" if item.owner == item.created_by else f"{person(item.owner)} owns"
    said = f"Added *{item.ref} {esc(item.title)}* to {lane(item.lane)}. {owner} it."
    more = _what_is_next(item)
    return Reply(f"Added {item.ref} {esc(item.title)}", [section(said), *([context(more)] if more else [])])


def _what_is_next(item: Item) -> str:
    """Return what moves a new item on, or says how it is doing."""
    if further := {Lane.LATER: Lane.NEXT, Lane.NEXT: Lane.NOW}.get(Lane(item.lane)):
        return f'`/roadmap move {item.ref} {further} reason:"why"` moves it.'
    told = f"`/roadmap update {item.ref} on-track` and your words say how it is doing."
    return told if item.lane == Lane.NOW else ""


def not_added_reply(why: str, customer: str) -> Reply:
    """Say why an item was not added, where its customer is not known."""
    said = f'{esc(why)} A new one is typed with a plus sign: `for:"+{esc(customer)}"`. Nothing was added.'
    return Reply(said.replace("`", ""), [section(said)])


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
    facts = [standing(item, now), due(item, today), demand_words(line, reader, short=True), aim.ref if aim else ""]
    return f"*{item.ref}* {esc(item.title)} · {joined(facts)}"


def demand_words(line: Line, reader: Reader, *, short: bool = False) -> str:
    """Return what stands behind an item, as far as its reader may know."""
    demand = line.demand
    votes = many(demand.votes, "vote") if demand.votes else ""
    money = dollars(demand.arr) if reader.sees_money and demand.arr else ""
    if short:
        return joined([votes, many(demand.accounts, "account") if demand.accounts else "", money])
    private = f" + {demand.private} private" if demand.private else ""
    return joined([votes, many(demand.notes, "note") + private, many(demand.accounts, "account"), money])


def change_line(one: Changed, tz: str) -> str:
    """Return a change as one line: what, who, when and why."""
    change = one.change
    told = f"({person(change.by)}, {day(change.at, tz)}){_why(change)}"
    return f"*{change.ref}* {esc(one.title)}: {change_words(change)} {told}"


def _told(change: Change, tz: str) -> str:
    """Return what changed, who did it, when and why; what came by an import names its file."""
    if change.field == "imported" and change.reason:
        return f"imported from {esc(shortened(change.reason, 120))} · {day(change.at, tz)}"
    return f"{change_words(change)} · {person(change.by)}, {day(change.at, tz)}{_why(change)}"


def _why(change: Change) -> str:
    return f" · {esc(shortened(change.reason, 120))}" if change.reason else ""


def _filtered(seen: Overview) -> str:
    return f"only {filter_words(seen.filters)}" if seen.filters.typed else ""


def filter_words(filters: Filters) -> str:
    """Return the filters as people read them, with the owner's name."""
    words = esc(shortened(filters.typed, 200)).replace('"', "")
    return re.sub(r"\bowner:([UW][A-Z0-9]+)", r"owner:<@\1>", words)


def _nothing_fits(seen: Overview) -> Reply:
    said = f"Nothing on the roadmap fits {filter_words(seen.filters)}. Leave a filter out to see more."
    return Reply(said, [section(said)])


def _lane_blocks(name: Lane | str, seen: Overview, reader: Reader, tz: str, *, rows: int = ROWS) -> list[Block]:
    lines = seen.lane(name)
    if not lines:
        return []
    shown = [f"*{lane(name)}*", *(f"• {item_line(one, reader, seen.as_of, tz)}" for one in lines[:rows])]
    blocks = sections(shown)
    if len(lines) > rows:
        more = button(
            f"Show all {len(lines)} in {lane(name)}", ids.LANE_MORE, f"{name} {seen.filters.typed}"[:BUTTON_VALUE]
        )
        blocks.append(actions(more, block_id=f"more.{name}"))
    return blocks


def _item_menu(lines: Sequence[Line]) -> object:
    return menu_of([line.item for line in lines])


def menu_of(items: Sequence[Item]) -> object:
    """Return a menu that shows the card of the item that is chosen."""
    some = "Show item" if len(items) <= MENU else f"Show one of the first {MENU}"
    return menu(some, ids.ITEM_SHOW, [option(f"{one.ref} {one.title}", str(one.number)) for one in items])


def _note_line(note: Feedback, card: Card, reader: Reader, tz: str) -> str:
    who = card.accounts.get(note.account_id or 0, "")
    source = f"<{note.permalink}|open>" if note.permalink else ""
    count = card.files.get(note.id or 0, 0)
    files = many(count, "file") if count else ""
    small = joined([note.ref, esc(who), day(note.captured_at, tz), source, files])
    return f"{quoted(note.problem or note.quote, length=160)}\n{small}" if reader.sees_quotes else f"• {small}"


def _buttons(item: Item, reader: Reader, now: datetime) -> Block:
    """Return what this reader may do with an item."""
    speaks = reader.user_id == item.owner or reader.role.includes(Role.PM)
    offered = [("Vote", f"vote {item.ref}")] if reader.role.includes(Role.CONTRIBUTOR) else []
    offered.append(("Follow", f"follow {item.ref}"))
    offered += [("Edit", f"edit {item.ref}")] if reader.role.includes(Role.PM) else []
    confirm = [button("Still true", ids.STATUS_CONFIRM, str(item.number))]
    return actions(*(confirm if speaks and not is_believed(item, now) else []), *run_buttons(*offered))


def _confirmed(item: Item, now: datetime) -> str:
    if item.confirmed_at is None:
        return "status never confirmed"
    return f"status confirmed {ago(item.confirmed_at, now)} by {person(item.confirmed_by)}"
