"""Taking feedback back: undone by who captured it, withdrawn by who said it, gone with its message."""

from datetime import datetime
from typing import Literal

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import feedback as feedback_service
from bot.services import feedback_cards as cards
from bot.services import kept_threads, roadmap, search
from bot.services.refs import number_of
from storage import causes, history, summaries
from storage import feedback as rows
from storage.database import Session, Write
from storage.models import Feedback, Reader, Role

UNDO_MINUTES = 10
"""How long taking a reaction back undoes what it captured."""


class ChangedSinceError(InvalidInputError):
    """This was linked since, so nothing was undone. The Undo on its card takes back that link first."""


@Write
def undo(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> cards.Captured:
    """Undo a capture that nobody has linked since; its text goes for good."""
    feedback = cards.on_card(session, by, number, lock=True)
    if by.user_id != feedback.captured_by and not by.role.includes(Role.PM):
        raise NotAllowedError(f"Only who captured {feedback.ref} or a product manager can undo it.")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now) or feedback.withdrawn:
        return cards.as_seen(session, by, number)
    if cards.last_link(session, feedback) is not None:
        raise ChangedSinceError()
    purge(session, by, feedback, cause, now)
    return cards.as_seen(session, by, number)


@Write
def unlink(session: Session, *, by: Reader, number: int, link: int, cause: str, now: datetime) -> cards.Captured:
    """Undo the last link of a piece of feedback; `link` is its `undoes`, and one that is undone already stays so."""
    feedback = cards.on_card(session, by, number, lock=True)
    last = cards.last_link(session, feedback)
    if feedback.withdrawn or last is None or (last.id or 0) < link:
        return cards.as_seen(session, by, number)
    if last.id != link:
        raise ChangedSinceError()
    if by.user_id != last.by and not by.role.includes(Role.PM):
        raise NotAllowedError(f"Only who linked {feedback.ref} or a product manager can take the link back.")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return cards.as_seen(session, by, number)
    before = roadmap.get(session, by, number_of(last.before)) if last.before else None
    feedback_service.note(session, by, feedback, "unlinked", last.after, last.before, cause, now)
    feedback.item_id = before.id if before else None
    session.add(feedback)
    cards.refresh(session, feedback, cause=cause)
    return cards.as_seen(session, by, number)


@Write
def withdraw(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> cards.Captured:
    """Take feedback back: its author or its capturer may, and the text goes for good."""
    feedback = cards.on_card(session, by, number, lock=True)
    if by.user_id not in (feedback.captured_by, feedback.said_by):
        raise NotAllowedError(f"Only who said {feedback.ref} or who captured it can withdraw it. Ask one of them.")
    if causes.claim(session, team_id=by.team_id, cause=cause, now=now) and not feedback.withdrawn:
        purge(session, by, feedback, cause, now)
    return cards.as_seen(session, by, number)


@Write
def uncapture(
    session: Session, *, by: Reader, channel: str, message_ts: str, cause: str, now: datetime
) -> Literal["undone", "late", "kept"]:
    """Undo a capture by reaction that nobody has touched since; `late` where nothing but its age keeps it."""
    feedback = rows.find_by_message(session, team_id=by.team_id, channel=channel, message_ts=message_ts, lock=True)
    if feedback is None or feedback.withdrawn:
        return "kept"
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return "kept"
    rows.remove_supporter(session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id)
    others = rows.supporters(session, team_id=by.team_id, feedback_id=feedback.id or 0)
    late = (now - feedback.captured_at).total_seconds() / 60 > UNDO_MINUTES
    theirs = not (others or feedback.touched or feedback.claimed_by) and feedback.captured_by == by.user_id
    if late or not theirs:
        cards.refresh(session, feedback, cause=cause)
        return "late" if theirs else "kept"
    purge(session, by, feedback, cause, now)
    return "undone"


def purge(
    session: Session, by: Reader, feedback: Feedback, cause: str, now: datetime, *, reason: str | None = None
) -> None:
    """Take the words of a piece of feedback out of everything that keeps them, and let its cards say so."""
    lacked = cards.lacks_detail(session, feedback)
    feedback.withdrawn = True
    feedback.quote = feedback.original = feedback.problem = feedback.thread_quote = feedback.theme = ""
    feedback.item_id = feedback.account_id = feedback.claimed_by = None
    session.add(feedback)
    search.forget(session, feedback)
    rows.keep_files(session, team_id=feedback.team_id, feedback_id=feedback.id or 0, files=())
    history.forget(session, team_id=feedback.team_id, ref=feedback.ref, field="also said")
    if feedback.channel is not None and feedback.message_ts is not None:
        thread_ts = feedback.thread_ts or feedback.message_ts
        here = {"team_id": feedback.team_id, "channel": feedback.channel, "thread_ts": thread_ts}
        summaries.forget(session, **here)
        kept_threads.read_again(session, **here, cause=cause)
    history.add(
        session, team_id=feedback.team_id, ref=feedback.ref, at=now, by=by.user_id, field="withdrawn", before=None,
        after=None, reason=reason, cause=cause,
    )  # fmt: skip
    cards.refresh(session, feedback, cause=cause)
    if reason != cards.DELETED:
        cards.take_receipts_back(session, feedback, cause=cause)
        cards.mark_detail(session, feedback, lacked=lacked, cause=cause)
