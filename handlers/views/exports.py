"""What is said of an export."""

from collections.abc import Sequence

from bot.services.exports import Export
from handlers.views import Reply
from handlers.views.blocks import section
from handlers.views.words import listed, many


def promised_reply() -> Reply:
    """Say that a file is on its way."""
    return _said("I'm writing your export. It comes as a file in our direct messages, for you alone.")


def refused_reply(missing: Sequence[str]) -> Reply:
    """Say which scopes are missing to send a file, and what to do."""
    scopes = listed([f"`{one}`" for one in missing])
    return _said(
        f"I can't send you a file: Slack has not granted me {scopes}. Install Linchpin again with all its scopes, or"
        " ask an admin to, then type `/roadmap export` again. On the server, `linchpin export` writes one at any time."
    )


def export_comment(export: Export) -> str:
    """Say what is in a file."""
    said = f"Your export: {contents(export)}, with their history, as CSV and JSON."
    if export.left_out:
        said += (
            f" {export.left_out:,} more you may not read, because they are for the product team or a channel's members."
        )
    return said


def contents(export: Export) -> str:
    """Return "2 items, 1 piece of feedback and 3 accounts"."""
    items, accounts = many(export.count("roadmap"), "item"), many(export.count("accounts"), "account")
    notes = many(export.count("feedback"), "piece of feedback", "pieces of feedback")
    return f"{items}, {notes} and {accounts}"


def _said(text: str) -> Reply:
    return Reply(text.replace("`", ""), [section(text)])
