"""What a search found."""

from datetime import datetime

from bot.services.filters import Filters
from bot.services.search import MOST_HITS, Found
from handlers.views import Reply
from handlers.views.blocks import actions, context, fit, section, sections
from handlers.views.roadmap import ROWS, filter_words, menu_of
from handlers.views.words import as_of, day, esc, item_words, joined, many, shortened
from storage.models import Reader


def found_reply(found: Found, typed: str, filters: Filters, reader: Reader, now: datetime, tz: str) -> Reply:
    """Show what a search found."""
    only = filter_words(filters)
    if not found.hits:
        fits = f" and fits {only}" if only else ""
        said = f"Nothing on the roadmap or in the feedback mentions “{esc(shortened(typed, 80))}”{fits}."
        more = " Leave a filter out to see more." if only else " Try other words, or capture it as feedback."
        return Reply(said, [section(said + more)])
    count = many(len(found.hits), "match", "matches")
    if len(found.hits) >= MOST_HITS:
        count = f"The {MOST_HITS} best matches"
    lines = [f"*{count} for “{esc(shortened(typed, 80))}”*"]
    lines += [f"• {item_words(item, now, tz)}" for item in found.items[:ROWS]]
    for note in found.feedback[: max(2, ROWS - len(found.items))]:
        words = f"“{esc(shortened(note.problem or note.quote, 120))}”" if reader.sees_quotes else ""
        lines.append(f"• *{note.ref}* {joined([words, day(note.captured_at, tz)])}")
    shown = len(lines) - 1
    small = [
        f"only {only}" if only else "",
        as_of(now, tz),
        f"{shown} of {len(found.hits)} shown" if shown < len(found.hits) else "",
    ]
    small += [f"read “{esc(typo)}” as “{esc(known)}”" for typo, known in found.corrected]
    blocks = [*sections(lines), context(joined(small))]
    if found.items:
        blocks.append(actions(menu_of(found.items)))
    return Reply(f"{count} for {esc(shortened(typed, 80))}", fit(blocks))
