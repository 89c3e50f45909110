"""What a search found."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.search import Found
from handlers.views import Reply
from handlers.views.blocks import actions, context, fit, section, sections
from handlers.views.roadmap import ROWS, menu_of
from handlers.views.words import as_of, day, due, esc, joined, lane, many, shortened, standing


def found_reply(found: Found, typed: str, now: datetime, tz: str) -> Reply:
    """Show what a search found."""
    if not found.hits:
        said = f"Nothing on the roadmap or in the feedback mentions “{esc(shortened(typed, 80))}”."
        return Reply(said, [section(said + " Try other words, or capture it as feedback.")])
    today = now.astimezone(ZoneInfo(tz)).date()
    lines = [f"*{many(len(found.hits), 'match', 'matches')} for “{esc(shortened(typed, 80))}”*"]
    for item in found.items[:ROWS]:
        lines.append(
            f"• *{item.ref}* {esc(item.title)} · {joined([lane(item.lane), standing(item, now), due(item, today)])}"
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
        blocks.append(actions(menu_of(found.items)))
    return Reply(f"{many(len(found.hits), 'match', 'matches')} for {esc(shortened(typed, 80))}", fit(blocks))
