"""The forms of feedback: to capture it, and to edit it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Option

from bot.services.feedback import File
from bot.services.feedback_cards import Captured
from bot.services.feedback_form import LENGTHS, Written, marks, sets_readers, stored
from bot.services.meanwhile import ChangedMeanwhileError
from bot.services.suggestions import Match
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import choice_input, context, modal, option, radio_input, section, words_input
from handlers.views.feedback import WEIGHTS, file_link
from handlers.views.forms import changed_meanwhile, choice, choices, opened_with
from handlers.views.words import esc, joined, lane, many, shortened
from storage.models import FeedbackFile, FeedbackVisibility, Reader, Weight

NEW = "new"
"""The value of "none of these items"."""
METADATA = 3000
"""What a modal's private metadata holds."""

THREAD_AT_MOST = 1000
"""Messages of a thread that are read."""

READERS: dict[str, str] = {
    FeedbackVisibility.MEMBERS: "Members of this channel",
    FeedbackVisibility.PRODUCT: "Product team",
    FeedbackVisibility.EVERYONE: "Everyone in the company",
}


@dataclass(frozen=True)
class Source:
    """Where feedback is captured from; travels in the modal as ids."""

    channel: str = ""
    ts: str = ""
    thread_ts: str = ""
    said_by: str = ""
    files: tuple[File, ...] = ()

    def packed(self) -> str:
        """Return it as a modal's private metadata, with as many of its files as fit into that."""
        told = {"channel": self.channel, "ts": self.ts, "thread_ts": self.thread_ts, "by": self.said_by}
        files = [[one.name[:80], one.mimetype, one.permalink] for one in self.files]
        while files and len(json.dumps({**told, "files": files})) > METADATA:
            files.pop()
        return json.dumps({**told, "files": files} if files else told)

    @classmethod
    def unpacked(cls, metadata: str) -> "Source":
        """Return it from a modal's private metadata."""
        told = json.loads(metadata or "{}")
        files = tuple(File(*one) for one in told.get("files", ()))
        return cls(told.get("channel", ""), told.get("ts", ""), told.get("thread_ts", ""), told.get("by", ""), files)


def capture_modal(
    quote: str,
    source: Source,
    *,
    customer: str = "",
    visibility: str = FeedbackVisibility.MEMBERS,
    matches: Sequence[Match] | None = None,
    in_thread: int = 0,
    reads: bool = False,
    weight: str = Weight.NICE,
    joins: str = "",
) -> View:
    """Return the modal that captures a message; `matches` None while they are looked for.

    The thread, with `in_thread` replies, is offered only where the bot `reads` it. `joins` names the feedback that the
    message was captured as before.
    """
    blocks = [
        *([context(f"Captured already as {joins}. What you add here joins it.")] if joins else ()),
        words_input("quote", "Quote", initial=quote, lines=True, optional=False),
        words_input("problem", "Problem in one line", length=LENGTHS["problem"], placeholder="What gets in their way?"),
        _customer_input(customer),
        choice_input("weight", "Weight", choices(WEIGHTS), initial=choice(WEIGHTS, weight)),
        words_input("theme", "Theme", length=LENGTHS["theme"], placeholder="Security, exports, onboarding"),
        _match_input(matches),
        readers_input(visibility, in_channel=bool(source.channel)),
    ]
    if source.ts and reads:
        blocks.append(_thread_input(in_thread))
    if source.files:
        blocks.append(_files_line(source.files))
    callback, metadata = ids.CAPTURE_SUBMIT, source.packed()
    return modal("Capture feedback", blocks, callback_id=callback, submit="Capture", private_metadata=metadata)


def blank_modal(
    quote: str = "", *, customer: str = "", weight: str = Weight.NICE, matches: Sequence[Match] = ()
) -> View:
    """Return the modal for feedback that comes from no message."""
    everyone = FeedbackVisibility.EVERYONE
    return capture_modal(quote, Source(), customer=customer, visibility=everyone, matches=matches, weight=weight)


def notice_modal(said: str) -> View:
    """Say why no form opens, where nothing else can be said."""
    return modal("Feedback", [section(esc(said))], callback_id="feedback.notice", close="Close")


def edit_modal(captured: Captured, reader: Reader, *, meanwhile: ChangedMeanwhileError | None = None) -> View:
    """Return the modal that edits feedback, with what this reader may know and change of it.

    Where somebody else changed the same `meanwhile`, it shows what they wrote above what was typed.
    """
    feedback = captured.feedback
    now = stored(feedback, captured.account)
    held, seen = (Written(**meanwhile.held), meanwhile.seen) if meanwhile else (now, marks(now))
    blocks = [
        *([_meanwhile(meanwhile)] if meanwhile else ()),
        words_input("quote", "Quote", initial=held.quote, lines=True, optional=False),
        words_input("problem", "Problem in one line", initial=held.problem, length=LENGTHS["problem"]),
        *([_customer_input(held.customer)] if reader.sees_money else ()),
        choice_input("weight", "Weight", choices(WEIGHTS), initial=choice(WEIGHTS, held.weight)),
        words_input("theme", "Theme", initial=held.theme, length=LENGTHS["theme"]),
    ]
    if sets_readers(reader, feedback):
        blocks.append(readers_input(held.visibility, in_channel=feedback.channel is not None))
    if captured.files:
        blocks.append(_files_line(captured.files))
    filled = opened_with(feedback.number, seen)
    return modal(f"Edit {feedback.ref}", blocks, callback_id=ids.EDIT_SUBMIT, submit="Save", private_metadata=filled)


def _customer_input(customer: str) -> Block:
    return words_input("customer", "Customer", initial=customer, length=LENGTHS["customer"], placeholder="Acme")


def _meanwhile(error: ChangedMeanwhileError) -> Block:
    now = {**error.now, "visibility": READERS[error.now["visibility"]]}
    return changed_meanwhile([f"{name}: {esc(shortened(now[name], 600)) or 'none'}" for name in error.both])


def readers_input(visibility: str, *, in_channel: bool) -> Block:
    """Return the field for who may read it; without a channel, there are no members to name."""
    members = FeedbackVisibility.MEMBERS
    readers = {name: said for name, said in READERS.items() if in_channel or name != members}
    chosen = visibility if visibility in readers else FeedbackVisibility.PRODUCT
    return choice_input("visibility", "Who may read it", choices(readers), initial=choice(readers, chosen))


def match_option(match: Match) -> Option:
    """Return an item that feedback may be about, with the reason why it is offered."""
    reason = f"{lane(match.item.lane)} · both say {', '.join(match.words)}"
    return option(f"{match.item.ref} {match.item.title}", str(match.item.number), reason)


def _match_input(matches: Sequence[Match] | None) -> Block:
    # The same option before and after the matches come: Slack keeps what is chosen when a modal is updated.
    new = option("New: not on the roadmap yet", NEW)
    offered = [match_option(one) for one in matches or ()]
    hint = "Looking for matches…" if matches is None else None
    return radio_input("match", "Which item is it about?", [*offered, new], initial=new, hint=hint)


def _files_line(files: Sequence[File | FeedbackFile]) -> Block:
    return context(joined([many(len(files), "file"), *(file_link(one) for one in files)]))


def _thread_input(in_thread: int) -> Block:
    label = f"Include the thread ({many(in_thread, 'message')})" if in_thread else "Include the thread"
    if in_thread > THREAD_AT_MOST:
        label = f"Include the thread (the first {THREAD_AT_MOST:,} of {in_thread:,} messages)"
    return choice_input("include_thread", label, [option("No", "no"), option("Yes", "yes")], initial=option("No", "no"))
