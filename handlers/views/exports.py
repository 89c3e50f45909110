"""What is said of an export."""

from bot.services.exports import Export
from handlers.views import Reply
from handlers.views.blocks import section
from handlers.views.words import many


def promised_reply() -> Reply:
    """Say that a file is on its way."""
    return _said("I'm writing your export. It comes as a file in our direct messages, for you alone.")


def refused_reply() -> Reply:
    """Say why there is no file, and what to do."""
    return _said(
        "I may not send files here yet, so there is no export. Ask an admin to install Linchpin again with"
        " `files:write`, then type `/roadmap export` again; on the server, `linchpin export` writes one at any time."
    )


def export_comment(export: Export) -> str:
    """Say what is in a file."""
    items, notes = (
        many(export.count("roadmap"), "item"),
        many(export.count("feedback"), "piece of feedback", "pieces of feedback"),
    )
    accounts = many(export.count("accounts"), "account")
    said = f"Your export: {items}, {notes} and {accounts}, with their history, as CSV and JSON."
    if export.left_out:
        said += (
            f" {export.left_out:,} more you may not read, because they are for the product team or a channel's members."
        )
    return said


def _said(text: str) -> Reply:
    return Reply(text.replace("`", ""), [section(text)])
