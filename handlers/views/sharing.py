"""Excerpts: a digest, an item or lanes, for one reader or for a channel."""

from zoneinfo import ZoneInfo

from bot.services import calendar
from bot.services.refusals import known_refusal
from bot.services.sharing import DIGEST, Excerpt
from handlers import ids
from handlers.views import Block, Reply
from handlers.views.blocks import actions, button, context, fit, header, section, sections
from handlers.views.facts import change_lines, item_line, lane_blocks
from handlers.views.words import as_of, channel, day, esc, flowing, joined, lane, many, person


def excerpt_reply(shown: Excerpt, tz: str) -> Reply:
    """Show an excerpt to one reader, or to the channel that it is posted in."""
    return Reply(_title(shown, tz), fit(_body(shown, tz)))


def preview_reply(shown: Excerpt, tz: str, *, channel_id: str, value: str) -> Reply:
    """Show what a channel would read, and let whoever asked post it; `value` names the preview to its button."""
    left_out = f"{shown.left_out} left out: not for everyone in {channel(channel_id)}" if shown.left_out else ""
    small = joined([f"A preview: this is what everybody in {channel(channel_id)} will read.", left_out])
    buttons = actions(
        button("Post it", ids.SHARE_POST, value, style="primary"), button("Cancel", ids.SHARE_CANCEL, "cancel")
    )
    return Reply(f"Preview: {_title(shown, tz)}", [*fit([context(small), *_body(shown, tz)])[:48], buttons])


def posted_reply(channel_id: str, *, new: bool) -> Reply:
    """Say that it is on its way."""
    said = f"Posted to {channel(channel_id)}." if new else f"That is posted to {channel(channel_id)} already."
    return Reply(said, [section(said)])


def cancelled_reply() -> Reply:
    """Say that nothing was posted."""
    return Reply("Nothing was posted.", [section("Nothing was posted.")])


def refused_notice(channel_id: str, refused: str) -> Reply:
    """Tell whoever posted it that Slack refused, and what to do."""
    known = known_refusal(refused)
    why = (
        esc(known.sentence)
        if known
        else "Not everybody there may read it any more. Share it again to see what is left."
    )
    said = f"What you shared was not posted to {channel(channel_id)}. {why}"
    return Reply(said.replace("`", ""), [section(said)])


def _title(shown: Excerpt, tz: str) -> str:
    if shown.what == DIGEST:
        return f"Digest · {day(shown.since, tz)} – {day(shown.as_of, tz)}"
    if shown.what.startswith("RM-"):
        return f"{shown.what} {esc(shown.lines[0].title)}"
    return "Roadmap" if shown.what == "all" else f"Roadmap · {lane(shown.what)}"


def _body(shown: Excerpt, tz: str) -> list[Block]:
    small = context(as_of(shown.as_of, tz))
    if shown.what == DIGEST:
        return [header(_title(shown, tz)), *_digest(shown), small]
    today = shown.as_of.astimezone(ZoneInfo(tz)).date()
    if shown.what.startswith("RM-"):
        (line,) = shown.lines
        owner = f"owner {person(line.owner)}" if line.owner else "no owner yet"
        said = [item_line(line, today), joined([f"*{lane(line.lane)}*", owner])]
        return [*sections([*said, *([esc(flowing(shown.summary))] if shown.summary else [])]), small]
    blocks = lane_blocks(shown.lines, today) or [section("Nothing here yet.")]
    return [header(_title(shown, tz)), *blocks, small]


def _digest(shown: Excerpt) -> list[Block]:
    blocks: list[Block] = []
    for title, changes in (("Shipped", shown.shipped), ("What changed", shown.moved)):
        if changes:
            blocks += sections([f"*{title}*", *change_lines(changes)])
    if not shown.changes:
        blocks.append(section("Nothing on the roadmap changed in this time."))
    private = f" + {shown.private} private" if shown.private else ""
    blocks.append(section(f"*New feedback*\n{many(shown.notes, 'note')}{private}"))
    if shown.due:
        due = (
            f"• {esc(one.name)} → {channel(one.channel)} · {calendar.label(slot, one.tz)}" for one, slot in shown.due
        )
        blocks += sections(["*Updates due*", *due])
    return blocks
