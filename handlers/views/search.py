"""What a search found."""

from datetime import datetime

from bot.services.search import Found
from handlers.views import Reply
from handlers.views.blocks import actions, context, fit, section, sections
from handlers.views.roadmap import ROWS, menu_of
from handlers.views.words import as_of, day, esc, item_words, joined, many, shortened
from storage.models import Reader


def found_reply(found: Found, typed: str, reader: Reader, now: datetime, tz: str) -> Reply:
    """Show what a search found."""
    if not found.hits:
        said = f"Nothing on the roadmap or in the feedback mentions “{esc(shortened(typed, 80))}”."
        return Reply(said, [section(said + " Try other words, or capture it as feedback.")])
    lines = [f"*{many(len(found.hits), 'match', 'matches')} for “{esc(shortened(typed, 80))}”*"]
    lines += [f"• {item_words(item, now, tz)}" for item in found.items[:ROWS]]
    for note in found.feedback[: max(2, ROWS - len(found.items))]:
        words = f"“{esc(shortened(note.problem or note.quote, 120))}”" if reader.sees_quotes else ""
        lines.append(f"• *{note.ref}* {joined([words, day(note.captured_at, tz)])}")
    shown = len(lines) - 1
    small = [as_of(now, tz), f"{shown} of {len(found.hits)} shown" if shown < len(found.hits) else ""]
    small += [f"read “{esc(typo)}” as “{esc(known)}”" for typo, known in found.corrected]
    blocks = [*sections(lines), context(joined(small))]
    if found.items:
        blocks.append(actions(menu_of(found.items)))
    return Reply(f"{many(len(found.hits), 'match', 'matches')} for {esc(shortened(typed, 80))}", fit(blocks))
