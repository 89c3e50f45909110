"""Thread summaries: four short lists, each line with the message it comes from."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.services.thread_summary import Line, ThreadSummary
from handlers import ids
from handlers.views import Block, Reply, View
from handlers.views.blocks import actions, button, confirm, context, fit, modal, section, sections
from handlers.views.words import esc, joined, many, shortened

_TITLES = (
    ("gist", "In short"),
    ("decided", "Decided"),
    ("questions", "Open questions"),
    ("actions", "Actions"),
    ("feedback", "Feedback found"),
)


def reading_modal(read: int = 0, total: int = 0) -> View:
    """Say at once that the thread is being read, and later how far that has come."""
    how_far = f" {read} of {many(total, 'message')}." if read else ""
    said = section(f"Reading the thread…{how_far}")
    return modal("Thread summary", [said], callback_id="summaries.summary", close="Close")


def writing_modal(total: int) -> View:
    """Say that a model is at work, which takes a while."""
    said = f"{many(total, 'message')} read, and the model is writing. If it takes over a minute, I go on without it."
    return modal("Thread summary", [section(said)], callback_id="summaries.summary", close="Close")


def summary_modal(
    summary: ThreadSummary,
    links: Mapping[int, str],
    source: str,
    *,
    captured: Mapping[str, str] = MappingProxyType({}),
    capturing: bool = False,
) -> View:
    """Show a summary to whoever asked for it; `source` names the thread to its buttons.

    `captured` says what messages are captured as, by ts; `capturing` that the rest is on its way.
    """
    blocks = _blocks(summary, links, source=source, captured=captured)
    left = {ts for ts in (summary.stamps[line.cites[0]] for line in summary.feedback) if ts not in captured}
    buttons = [button("Share in thread", ids.SUMMARY_SHARE, source)]
    if left and not capturing:
        cards = f"Each of the {len(left)} gets a card" if len(left) > 1 else "It gets a card"
        sure = confirm("Capture it all?", f"{cards}, and can be undone there.", "Capture")
        buttons.append(button("Capture all…", ids.SUMMARY_CAPTURE_ALL, source, confirm=sure))
    if capturing:
        blocks.append(context(f"Capturing {len(left)}…"))
    blocks.append(actions(*buttons))
    return modal("Thread summary", blocks, callback_id="summaries.summary", close="Close", private_metadata=source)


def shared_modal() -> View:
    """Say that the summary is in the thread."""
    return modal("Thread summary", [section("Shared in the thread.")], callback_id="summaries.summary", close="Close")


def failed_modal(said: str) -> View:
    """Say why there is no summary, and what to do."""
    return modal("Thread summary", [section(esc(said))], callback_id="summaries.summary", close="Close")


def summary_reply(summary: ThreadSummary, links: Mapping[int, str]) -> Reply:
    """Show a summary in the thread."""
    return Reply("Summary of this thread", fit([section("*Summary of this thread*"), *_blocks(summary, links)]))


def _blocks(
    summary: ThreadSummary,
    links: Mapping[int, str],
    *,
    source: str = "",
    captured: Mapping[str, str] = MappingProxyType({}),
) -> list[Block]:
    blocks: list[Block] = []
    for name, title in _TITLES:
        lines: Sequence[Line] = getattr(summary, name)
        if name == "feedback" and lines and source:
            blocks.append(section(f"*{title} ({len(lines)})*"))
            blocks += [_found(line, links, source, summary.stamps[line.cites[0]], captured) for line in lines]
        elif lines:
            blocks += sections([f"*{title}*", *(f"• {_line(line, links)}" for line in lines)])
    if not blocks:
        blocks.append(section("There is nothing to sum up here: no decision, no open question, no action."))
    return [*blocks, context(_footer(summary))]


def _found(line: Line, links: Mapping[int, str], source: str, ts: str, captured: Mapping[str, str]) -> Block:
    if ref := captured.get(ts):
        return section(f"• {_line(line, links)}\n      ✓ captured as *{ref}*")
    return section(f"• {_line(line, links)}", accessory=button("Capture", ids.SUMMARY_CAPTURE, f"{source}/{ts}"))


def _line(line: Line, links: Mapping[int, str]) -> str:
    owner = f" *{esc(line.owner)}*" if line.owner else ""
    cites = " ".join(f"<{links[cite]}|[{cite + 1}]>" if cite in links else f"[{cite + 1}]" for cite in line.cites)
    return f"{esc(shortened(line.text, 300))}{owner} {cites}"


def _footer(summary: ThreadSummary) -> str:
    plainly = "extractive, as the model gave no answer" if summary.unanswered else "extractive, no model"
    made = f"model {esc(summary.model)}" if summary.model else plainly
    return joined(
        [
            f"{summary.read} of {many(summary.total, 'message')} read",
            f"{many(summary.skipped_bots, 'bot post')} skipped" if summary.skipped_bots else "",
            f"{many(summary.replaced, 'line')} put back into its own words" if summary.replaced else "",
            made,
        ]
    )
