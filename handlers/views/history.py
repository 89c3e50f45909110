"""What has changed since a day."""

from bot.services.history import Diff
from handlers.views import Reply
from handlers.views.blocks import actions, context, fit, header, run_buttons, section, sections
from handlers.views.facts import ROWS, change_lines
from handlers.views.roadmap import EVERY_ROW
from handlers.views.words import as_of, day, joined, many
from storage.models import Reader


def diff_reply(diff: Diff, reader: Reader, tz: str, *, typed: str, whole: bool = False) -> Reply:
    """Show what has changed, an entry for each item; `typed` is since when, and `whole` shows every item."""
    year = f" {diff.since:%Y}" if diff.since.year != diff.as_of.year else ""
    title = f"Changes · {day(diff.since, tz)}{year} – {day(diff.as_of, tz)}"
    count = len({one.ref for one in diff.changes})
    seen_by = "only you see this" if reader.user_id else ""
    cut = "" if diff.is_whole else "there is more before: ask for a shorter time to see all of it"
    small = context(joined([many(count, "item"), cut, seen_by, as_of(diff.as_of, tz)]))
    if not count:
        return Reply(f"{title}: none", [header(title), section("Nothing on the roadmap changed in this time."), small])
    blocks = [header(title), *sections(change_lines(diff.changes, rows=EVERY_ROW if whole else ROWS, tz=tz)), small]
    if count > ROWS and not whole:
        blocks.append(actions(*run_buttons((f"Show all {count}", f"diff {typed or '7d'} all"))))
    return Reply(f"{title}: {many(count, 'item')}", fit(blocks))
