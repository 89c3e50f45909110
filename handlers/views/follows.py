"""Following: what is new of an item, and everything that is somebody's own."""

from datetime import datetime

from bot.services.follows import Following, Mine, News
from handlers.views import Block, Reply
from handlers.views.blocks import actions, context, fit, header, run_buttons, section, sections
from handlers.views.roadmap import ROWS
from handlers.views.words import (
    as_of,
    change_words,
    esc,
    item_words,
    joined,
    link_words,
    many,
    person,
    place,
    shortened,
)
from storage.models import Feedback, Item, Vote


def following_reply(found: Following) -> Reply:
    """Say whether somebody follows an item, and whether that is new."""
    item = found.item
    if not found.follows:
        said = f"You don't follow {item.ref}."
        if found.changed:
            said = f"You no longer follow {item.ref} {esc(item.title)}."
        return Reply(said, [section(said)])
    already = "" if found.changed else " already"
    said = f"You follow *{item.ref} {esc(item.title)}*{already}. I'll tell you when its lane, status or date changes."
    stop = actions(*run_buttons(("Unfollow", f"unfollow {item.ref}")))
    return Reply(f"You follow {item.ref} {esc(item.title)}{already}", [section(said), stop])


def news(told: News, *, last: bool) -> Reply:
    """Tell a follower what has changed; the last message of a day says so."""
    item, first = told.item, told.changes[0]
    what = ", ".join(change_words(one) for one in told.changes)
    reason = next((one.reason for one in told.changes if one.reason), None)
    lines = [f"*{item.ref} {esc(item.title)}*: {what}", *([esc(shortened(reason, 1000))] if reason else [])]
    small = [f"by {person(first.by)}", "you follow it"]
    if last:
        small.append("that was the third today: for more, type `/roadmap mine`")
    buttons = actions(*run_buttons(("Show item", f"show {item.ref}"), ("Unfollow", f"unfollow {item.ref}")))
    return Reply(f"{item.ref} {esc(item.title)}: {what}", [*sections(lines), context(joined(small)), buttons])


def mine_reply(mine: Mine, now: datetime, tz: str, *, rows: int = ROWS) -> Reply:
    """Show what is somebody's own, and where it stands."""
    if not (mine.asks or mine.votes or mine.follows):
        said = "Nothing here yet. `/roadmap follow RM-12` follows an item, `/roadmap vote RM-12` votes for one."
        return Reply(said.replace("`", ""), [section(said)])
    blocks = [header("Yours"), context(joined(["only you see this", as_of(now, tz)]))]
    blocks += mine_blocks(mine, now, tz, rows=rows)
    counts = joined(
        [many(len(mine.asks), "ask"), many(len(mine.votes), "vote"), many(len(mine.follows), "followed item")]
    )
    return Reply(f"Yours: {counts}", fit(blocks))


def mine_blocks(mine: Mine, now: datetime, tz: str, *, rows: int = ROWS) -> list[Block]:
    """Return what somebody asked for, voted for and follows, as far as there is any."""
    parts = {
        "You asked for": [_ask_line(*one, now) for one in mine.asks],
        "You voted for": [_vote_line(*one, mine.accounts, now) for one in mine.votes],
        "You follow": [item_words(one, now, tz) for one in mine.follows],
    }
    blocks: list[Block] = []
    for title, lines in parts.items():
        blocks += sections([f"*{title}*", *(f"• {one}" for one in lines[:rows])]) if lines else []
    if any(len(lines) > rows for lines in parts.values()):
        blocks.append(actions(*run_buttons(("Show all", "mine all"))))
    return blocks


def _ask_line(note: Feedback, item: Item | None, now: datetime) -> str:
    where = f"*{item.ref}* {esc(item.title)} · {place(item, now)}" if item else link_words(note, None)
    return f"*{note.ref}* “{esc(shortened(note.problem or note.quote, 80))}” → {where}"


def _vote_line(vote: Vote, item: Item, accounts: dict[int, str], now: datetime) -> str:
    whose = accounts.get(vote.account_id or 0, "an account") if vote.account_id else ""
    on_behalf = f"for {esc(whose)}" if whose else ""
    return f"*{item.ref}* {esc(item.title)} · {joined([place(item, now), on_behalf, vote.weight])}"
