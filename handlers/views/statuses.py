"""How an item is doing: the preview of what its owner says, the form that changes it, and what was published."""

import json
from dataclasses import dataclass, replace
from typing import Self

from bot.services.statuses import SPOKEN, TEXT_LENGTH, Draft
from handlers import ids
from handlers.views import Reply, View
from handlers.views.blocks import actions, button, choice_input, context, modal, option, section, words_input
from handlers.views.words import esc, lane, quoted, status
from storage.models import Item

SAME = "same"
"""The value of "leave the status as it is"."""


@dataclass(frozen=True)
class Said:
    """What somebody is about to publish; travels in buttons and in the form."""

    number: int
    status: str | None
    text: str
    preview: str
    """The click behind the preview: what it shows is published once."""

    def packed(self) -> str:
        """Return it as the value of a button, which holds 2,000 characters."""
        return json.dumps([self.number, self.status, self.text, self.preview], ensure_ascii=False)

    @classmethod
    def unpacked(cls, value: str) -> Self:
        """Return it from the value of a button."""
        number, chosen, text, preview = json.loads(value)
        return cls(int(number), chosen, str(text), str(preview))

    def changed(self, chosen: str, text: str) -> Self:
        """Return it with another status and other words."""
        return replace(self, status=None if chosen == SAME else chosen, text=text)


def preview_reply(said: Said, draft: Draft) -> Reply:
    """Show what would be published, to whoever wrote it."""
    buttons = actions(
        button("Publish", ids.STATUS_PUBLISH, said.packed(), style="primary"),
        button("Change", ids.STATUS_CHANGE, said.packed()),
        button("Cancel", ids.STATUS_CANCEL),
    )
    small = context("Only you see this. Published, it stands on the item's card, and its followers hear of it.")
    return Reply(
        f"Publish this update of {draft.item.ref}?", [section(_words(draft, draft.item.status)), small, buttons]
    )


def published_reply(draft: Draft) -> Reply:
    """Confirm that an update is published."""
    item = draft.item
    said = f"Published: *{item.ref} {esc(item.title)}* is *{status(draft.status)}*.\n{quoted(draft.text, length=1000)}"
    return Reply(f"Published: {item.ref} {esc(item.title)} is {status(draft.status)}", [section(said)])


def published_modal(reply: Reply) -> View:
    """Confirm in the form's place that an update is published."""
    return modal("Published", reply.blocks, callback_id="statuses.published", close="Done")


def change_modal(said: Said) -> View:
    """Return the form that changes an update before it is published."""
    options = [option("Leave it as it is", SAME), *(option(status(one).capitalize(), str(one)) for one in SPOKEN)]
    chosen = next(one for one in options if one.value == (said.status or SAME))
    blocks = [
        choice_input("status", "Status", options, initial=chosen),
        words_input("text", "How it goes", initial=said.text, lines=True, optional=False, length=TEXT_LENGTH),
    ]
    title = f"Update RM-{said.number}"
    return modal(title, blocks, callback_id=ids.STATUS_SUBMIT, submit="Publish", private_metadata=said.packed())


def confirmed_reply(item: Item) -> Reply:
    """Confirm that a status is still true."""
    said = f"Noted: {item.ref} {esc(item.title)} is {status(item.status)}, confirmed today."
    return Reply(said, [section(said)])


def _words(draft: Draft, before: str) -> str:
    item = draft.item
    changes = f"{status(before)} → *{status(draft.status)}*" if draft.status != before else f"*{status(before)}*"
    return f"*{item.ref} {esc(item.title)}* · {lane(item.lane)} · {changes}\n{quoted(draft.text, length=1000)}"
