"""What has changed since a day."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.services.history import Diff, Imported
from handlers.views import Reply
from handlers.views.blocks import actions, context, fit, header, run_buttons, section, sections
from handlers.views.facts import ROWS, change_lines
from handlers.views.roadmap import EVERY_ROW
from handlers.views.words import as_of, day, esc, joined, many, shortened
from storage.models import Reader


def diff_reply(diff: Diff, reader: Reader, tz: str, *, typed: str, whole: bool = False) -> Reply:
    """Show what has changed, an entry for each item; `typed` is since when, and `whole` shows every item."""
    begin, end = (at.astimezone(ZoneInfo(tz)) for at in (diff.since, diff.as_of))
    year = f" {begin:%Y}" if begin.year != end.year else ""
    title = f"Changes · {day(diff.since, tz)}{year} – {day(diff.as_of, tz)}"
    count = len({one.ref for one in diff.changes})
    seen_by = "only you see this" if reader.user_id else ""
    cut = "" if diff.is_whole else "there is more before: ask for a shorter time to see all of it"
    small = context(joined([many(count, "item") if count else "", cut, seen_by, as_of(diff.as_of, tz)]))
    if not count and not diff.imported:
        return Reply(f"{title}: none", [header(title), section("Nothing on the roadmap changed in this time."), small])
    told = change_lines(diff.changes, rows=EVERY_ROW if whole else ROWS, tz=tz)
    blocks = [header(title), *sections([*told, *_imported(diff.imported, tz)]), small]
    if count > ROWS and not whole:
        blocks.append(actions(*run_buttons((f"Show all {count}", f"diff {typed or '7d'} all"))))
    new = sum(one.items for one in diff.imported)
    counted = joined([many(count, "item") if count else "", f"{new} imported" if new else ""])
    return Reply(f"{title}: {counted}", fit(blocks))


def _imported(files: Sequence[Imported], tz: str) -> list[str]:
    """Return a line for each file that items came from, the newest first; of many files only how many more."""
    lines = [
        f"• {many(one.items, 'item')} added by importing {esc(shortened(one.source, 120))} ({day(one.at, tz)})"
        for one in files[:ROWS]
    ]
    return [*lines, f"… and from {many(len(files) - ROWS, 'more file')}"] if len(files) > ROWS else lines
