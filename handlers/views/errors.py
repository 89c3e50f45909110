"""What went wrong, where a message cannot say it, and what was typed, given back."""

from handlers import ids
from handlers.views import Reply, View
from handlers.views.blocks import modal, section
from handlers.views.words import esc, plain

SOON_TYPED = 40
"""How many characters after `/roadmap` are typed again in a moment."""
LONGEST = 30_000
_UNSEEN = {
    "so that was not saved": "so I can't look that up just now",
    "That was not saved. Nothing is lost on your side; please": "I can't look that up just now. Please",
}


def problem_modal(said: str) -> View:
    """Say what went wrong with a button, above what the person had open; `said` is mrkdwn."""
    return modal("That didn't work", [section(said)], callback_id="errors.said", close="Back")


def unread(said: str) -> str:
    """Return why something was not saved as why it could not be looked up: nothing was to be saved."""
    for unsaved, unseen in _UNSEEN.items():
        said = said.replace(unsaved, unseen)
    return said


def undone_reply(said: str, command: str, typed: str) -> Reply:
    """Say why a command did nothing, in mrkdwn, and give back what was typed with it, to be copied."""
    words = esc(plain(typed)).strip()
    if not words or (command != ids.FEEDBACK and len(words) <= SOON_TYPED):
        return Reply(said)
    kept = words if len(words) <= LONGEST else f"{words[:LONGEST]}… (the rest is too long to be repeated)"
    fenced = kept.replace("```", "'''")
    return Reply(f"{said}\n```{command} {fenced}```")
