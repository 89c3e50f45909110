"""The question whether a message is there."""

from handlers import ids
from handlers.views import Reply
from handlers.views.blocks import actions, button, context, section
from handlers.views.words import channel
from storage.models import OutboxRow


def held_notice(row: OutboxRow, *, notice: str) -> Reply:
    """Ask whether a message is there, or say what was decided; `notice` names the question to its buttons."""
    said = (
        f"Slack did not tell me whether my message to {channel(row.channel)} was posted, and I can't look. Is it there?"
    )
    if row.status != "held":
        done = "Posting it again." if row.status in ("new", "sending") else "Thank you, that is settled."
        return Reply("That message is settled.", [section(said), context(done)])
    buttons = actions(
        button("It's there", ids.DELIVERY_THERE, notice),
        button("Post again", ids.DELIVERY_AGAIN, notice),
    )
    return Reply("Is my message there?", [section(said), buttons])


def settled_notice() -> Reply:
    """Say of an earlier question that it is answered."""
    return Reply("That message is settled.", [context("That message is settled.")])
