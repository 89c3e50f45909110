"""The cards that follow a piece of feedback: one in its thread or with its capturer, edited in place for life."""

from collections.abc import Callable
from dataclasses import dataclass

from bot import outbox
from bot.errors import NotFoundError
from bot.services import accounts, deliveries
from bot.services.words import says_something
from storage import channels, history, people
from storage import feedback as rows
from storage import outbox as outbox_rows
from storage import roadmap as items
from storage.database import Read, Session
from storage.models import Change, Feedback, FeedbackFile, Item, OutboxRow, Reader, Standing

DELETED = "deleted"
"""The reason in the history of feedback whose message is gone from Slack."""


class UnknownFeedbackError(NotFoundError):
    """I can't find that piece of feedback. `/roadmap find` looks for it by words."""


@dataclass(frozen=True)
class Captured:
    """A piece of feedback and what is around it."""

    feedback: Feedback
    item: Item | None
    account: str | None
    supporters: int
    new: bool = False
    """Whether this capture made it; otherwise it joined an earlier one."""
    files: tuple[FeedbackFile, ...] = ()
    deleted: bool = False
    """Whether it is withdrawn because its message is gone from Slack."""
    undoes: int | None = None
    """Id of the last link that can be undone; None where undoing takes back the capture itself."""
    lacks_detail: bool = False
    """Whether there is nothing to act on in it yet."""


@Read
def card(session: Session, *, reader: Reader, number: int) -> Captured:
    """Return a piece of feedback for a card that this reader sees; what is not for them to read is left out."""
    return as_seen(session, reader, number)


@Read
def number_at(session: Session, *, team_id: str, channel: str, ts: str) -> int | None:
    """Return the number of the feedback that a message was captured as, or whose card it is."""
    found = rows.find_by_message(session, team_id=team_id, channel=channel, message_ts=ts)
    if found is not None:
        return found.number
    post = outbox_rows.find_post(session, team_id=team_id, channel=channel, ts=ts, kind="feedback_card")
    return int(post.nouns["number"]) if post is not None else None


def facts(session: Session, reader: Reader, number: int, *, new: bool = False) -> Captured:
    """Return a piece of feedback with what is around it, if this reader may read it."""
    feedback = get(session, reader, number)
    item = None
    if feedback.item_id is not None:
        found = items.search(session, team_id=reader.team_id, reader=reader, ids=[feedback.item_id])
        item = found[0] if found else None
    supporters = rows.supporters(session, team_id=reader.team_id, feedback_id=feedback.id or 0)
    names = accounts.names_for(session, reader, [feedback])
    files = rows.files(session, team_id=reader.team_id, feedback_ids=[feedback.id or 0]).get(feedback.id or 0, ())
    account, deleted = names.get(feedback.account_id or 0), _is_deleted(session, feedback)
    undoes, lacks = _undoes(session, feedback), lacks_detail(session, feedback)
    return Captured(feedback, item, account, len(supporters), new, tuple(files), deleted, undoes, lacks)


def as_seen(session: Session, reader: Reader, number: int, *, new: bool = False) -> Captured:
    """Return a piece of feedback with what is around it; what is not for this reader to read is left out."""
    if rows.find(session, team_id=reader.team_id, number=number, reader=reader) is not None:
        return facts(session, reader, number, new=new)
    feedback = rows.find(session, team_id=reader.team_id, number=number)
    if feedback is None:
        raise UnknownFeedbackError()
    lacks = lacks_detail(session, feedback)
    session.expunge(feedback)
    feedback.quote = feedback.original = feedback.problem = feedback.thread_quote = feedback.theme = ""
    supporters = rows.supporters(session, team_id=reader.team_id, feedback_id=feedback.id or 0)
    deleted, undoes = _is_deleted(session, feedback), _undoes(session, feedback)
    return Captured(feedback, None, None, len(supporters), new, deleted=deleted, undoes=undoes, lacks_detail=lacks)


def last_link(session: Session, feedback: Feedback) -> Change | None:
    """Return the last link that is not undone yet and came after the capture; None where only the capture is left."""
    changes = history.search(
        session, team_id=feedback.team_id, refs=[feedback.ref], fields=("captured", "item", "unlinked"), limit=100
    )
    captures = {one.cause for one in changes if one.field == "captured"}
    undone = 0
    for change in changes:
        if change.field == "unlinked":
            undone += 1
        elif change.cause in captures:
            return None
        elif undone:
            undone -= 1
        else:
            return change
    return None


def say(session: Session, feedback: Feedback, *, cause: str = "") -> None:
    """Say the one card that is edited in place for life: in the thread, or to the capturer alone.

    `cause` names a capture after the first; where the card stands already, that one follows it.
    """
    channel = channels.find(session, team_id=feedback.team_id, channel_id=feedback.channel or "")
    if channel is None or not channel.speaks:
        say_privately(session, team_id=feedback.team_id, number=feedback.number)
        return
    key, _ = _card_keys(feedback.ref, feedback.captured_by)
    outbox.say(
        session, team_id=feedback.team_id, key=key, kind="feedback_card",
        nouns={"number": feedback.number}, channel=channel.channel_id,
        thread_ts=feedback.thread_ts or feedback.message_ts,
    )  # fmt: skip
    put_receipt(session, feedback, cause=cause)


def put_receipt(session: Session, feedback: Feedback, *, cause: str = "") -> None:
    """Put our receipt on the message, where the bot may be seen; `cause` names a capture after the first."""
    key = f"receipt:{feedback.ref}:{cause}" if cause else f"receipt:{feedback.ref}"
    _mark(session, feedback, key, "inbox_tray")


def mark_joined(session: Session, feedback: Feedback) -> None:
    """Show on the message that others have joined its capture."""
    _mark(session, feedback, f"joined:{feedback.ref}", "repeat")


def lacks_detail(session: Session, feedback: Feedback) -> bool:
    """Say whether there is nothing to act on: no problem line, and no words but emoji, links, names, names of files."""
    if feedback.withdrawn or feedback.problem:
        return False
    if not says_something(feedback.quote):
        return True
    files = rows.files(session, team_id=feedback.team_id, feedback_ids=[feedback.id or 0]).get(feedback.id or 0, ())
    return bool(files) and feedback.quote == ", ".join(one.name for one in files)


def mark_detail(session: Session, feedback: Feedback, *, lacked: bool, cause: str) -> None:
    """Show on the message that it needs detail, or no longer does; `lacked` says whether it did before."""
    lacks = lacks_detail(session, feedback)
    if lacks and not lacked:
        _mark(session, feedback, f"lacks:{feedback.ref}:{cause}", "warning")
    elif lacked and not lacks:
        _mark(session, feedback, f"lacks-no-more:{feedback.ref}:{cause}", "warning", put=outbox.unreact)


def take_receipts_back(session: Session, feedback: Feedback, *, cause: str) -> None:
    """Take our receipts off the message of feedback that is gone."""
    for name in ("inbox_tray", "repeat"):
        _mark(session, feedback, f"gone:{feedback.ref}:{name}:{cause}", name, put=outbox.unreact)


def ask_to_complete(session: Session, by: Reader, feedback: Feedback, cause: str, *, new: bool) -> None:
    """Ask who captured by a reaction to add what a reaction cannot say; only they see it."""
    channel = channels.find(session, team_id=by.team_id, channel_id=feedback.channel or "")
    if channel is not None and channel.speaks:
        outbox.whisper(
            session, team_id=by.team_id, key=f"complete:{cause}", kind="feedback_complete",
            nouns={"number": feedback.number, "new": new}, channel=channel.channel_id, user=by.user_id,
            thread_ts=feedback.thread_ts,
        )  # fmt: skip


def note_receipt(session: Session, row: OutboxRow) -> None:
    """Where Slack refused the card in its channel, send it to its capturer instead."""
    if row.status == "dead" and row.op == "post" and row.key.startswith("card:"):
        say_privately(session, team_id=row.team_id, number=int(row.nouns["number"]))
    feedback = rows.find(session, team_id=row.team_id, number=int(row.nouns["number"]))
    if feedback is not None:
        deliveries.ask(session, row, who=feedback.captured_by)


def refresh(session: Session, feedback: Feedback, *, cause: str) -> None:
    """Let the cards of a piece of feedback say how it stands now."""
    for target in (*_card_keys(feedback.ref, feedback.captured_by), f"told:{feedback.ref}"):
        outbox.refresh(session, team_id=feedback.team_id, target=target, cause=cause)


def refresh_of(session: Session, item: Item, *, cause: str) -> None:
    """Let the cards of all feedback about an item say where that stands now."""
    captures = rows.captures_of_item(session, team_id=item.team_id, item_id=item.id or 0)
    targets = [key for number, who in captures for key in _card_keys(f"FB-{number}", who)]
    outbox.refresh_all(session, team_id=item.team_id, targets=targets, cause=cause)


def mark_shipped(session: Session, item: Item, *, shipped: bool, cause: str) -> None:
    """Put a rocket on the messages that asked for an item when it ships; take it off when it comes back."""
    captures = rows.captures_of_item(session, team_id=item.team_id, item_id=item.id or 0)
    spoken = {one.channel_id for one in channels.with_bot(session, team_id=item.team_id) if one.speaks}
    outbox.react_beside(
        session, team_id=item.team_id, targets=[f"receipt:FB-{number}" for number, _ in captures], channels=spoken,
        name="rocket", cause=cause, put=shipped,
    )  # fmt: skip


def say_privately(session: Session, *, team_id: str, number: int) -> None:
    """Send the lasting card to its capturer, and word to the author, where the bot may not speak in the channel."""
    feedback = rows.find(session, team_id=team_id, number=number)
    if feedback is None:
        return
    _, key = _card_keys(feedback.ref, feedback.captured_by)
    outbox.say(
        session, team_id=team_id, key=key, kind="feedback_card", nouns={"number": number},
        channel=feedback.captured_by,
    )  # fmt: skip
    author = people.find(session, team_id=team_id, user_id=feedback.said_by or "")
    if author is not None and author.standing != Standing.STRANGER and author.user_id != feedback.captured_by:
        outbox.say(
            session, team_id=team_id, key=f"told:{feedback.ref}", kind="feedback_told", nouns={"number": number},
            channel=author.user_id,
        )  # fmt: skip


def on_card(session: Session, reader: Reader, number: int, *, lock: bool = False) -> Feedback:
    """Return the feedback with that number for a click on its card, which stands where its message does.

    Whoever is there sees the card and may press its buttons, also where its words are for fewer people.
    """
    found = rows.find(session, team_id=reader.team_id, number=number, reader=reader, lock=lock)
    if found is None:
        found = rows.find(session, team_id=reader.team_id, number=number, lock=lock)
        if found is None or found.channel not in reader.channels:
            raise UnknownFeedbackError(f"I can't find FB-{number}. `/roadmap find` looks for it by words.")
    return found


def get(session: Session, reader: Reader, number: int, *, lock: bool = False) -> Feedback:
    """Return the feedback with that number; raise UnknownFeedbackError, also for what is not for this reader."""
    feedback = rows.find(session, team_id=reader.team_id, number=number, reader=reader, lock=lock)
    if feedback is None:
        raise UnknownFeedbackError(f"I can't find FB-{number}. `/roadmap find` looks for it by words.")
    return feedback


def _mark(
    session: Session, feedback: Feedback, key: str, name: str, *, put: Callable[..., bool] = outbox.react
) -> None:
    channel = channels.find(session, team_id=feedback.team_id, channel_id=feedback.channel or "")
    if channel is not None and channel.speaks and feedback.message_ts is not None:
        put(
            session, team_id=feedback.team_id, key=key, channel=channel.channel_id, message_ts=feedback.message_ts,
            name=name,
        )  # fmt: skip


def _card_keys(ref: str, captured_by: str) -> tuple[str, str]:
    """Return the keys under which its card was said: in its thread, or to its capturer."""
    # what one person has undone another may capture, and then the card is theirs
    return f"card:{ref}", f"card-dm:{ref}:{captured_by}"


def _undoes(session: Session, feedback: Feedback) -> int | None:
    link = last_link(session, feedback)
    return link.id if link is not None else None


def _is_deleted(session: Session, feedback: Feedback) -> bool:
    if not feedback.withdrawn:
        return False
    ends = history.search(session, team_id=feedback.team_id, refs=[feedback.ref], fields=("withdrawn",), limit=1)
    return any(one.reason == DELETED for one in ends)
