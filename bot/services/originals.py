"""The messages that feedback comes from: what their authors change or delete in Slack is followed."""

from collections.abc import Sequence
from datetime import datetime

from bot.services import feedback as feedback_service
from bot.services import feedback_cards as cards
from bot.services import kept_threads, search, withdrawals
from storage import causes
from storage import feedback as rows
from storage.database import Read, Session, Write
from storage.models import Feedback, Reader


@Read
def is_kept(session: Session, *, team_id: str, channel: str, message_ts: str, thread_ts: str | None) -> bool:
    """Say whether anything of a message is kept: as feedback, or as part of a thread that feedback includes."""
    found = rows.find_by_message(session, team_id=team_id, channel=channel, message_ts=message_ts)
    if found is not None and not found.withdrawn:
        return True
    root = thread_ts or message_ts
    return bool(rows.numbers_with_thread(session, team_id=team_id, channel=channel, thread_ts=root))


@Write
def follow_edit(
    session: Session,
    *,
    team_id: str,
    channel: str,
    message_ts: str,
    thread_ts: str | None,
    words: str,
    files: Sequence[feedback_service.File],
    cause: str,
    now: datetime,
) -> None:
    """Keep what a message says now; the quote follows while nobody has put it in other words."""
    if not causes.claim(session, team_id=team_id, cause=cause, now=now):
        return
    kept_threads.read_again(session, team_id=team_id, channel=channel, thread_ts=thread_ts or message_ts, cause=cause)
    feedback = rows.find_by_message(session, team_id=team_id, channel=channel, message_ts=message_ts, lock=True)
    if feedback is None or feedback.withdrawn:
        return
    lacked = cards.lacks_detail(session, feedback)
    words = feedback_service.words_or_names(words, files)
    feedback_service.keep_files(session, feedback, files)
    if words == feedback.original:
        return  # a preview of a link was added, or the like
    author = _author(feedback)
    if not words.strip():
        withdrawals.purge(session, author, feedback, cause, now, reason=cards.DELETED)
        return
    if feedback.quote == feedback_service.as_quote(feedback.original):
        feedback.quote = feedback_service.as_quote(words)
    feedback.original = words
    session.add(feedback)
    feedback_service.note(session, author, feedback, "original", None, None, cause, now)
    search.forget(session, feedback)
    search.index_feedback(session, feedback)
    cards.mark_detail(session, feedback, lacked=lacked, cause=cause)
    cards.refresh(session, feedback, cause=cause)


@Write
def follow_delete(
    session: Session, *, team_id: str, channel: str, message_ts: str, thread_ts: str | None, cause: str, now: datetime
) -> None:
    """Forget the words of a message that is gone from Slack."""
    if not causes.claim(session, team_id=team_id, cause=cause, now=now):
        return
    kept_threads.read_again(session, team_id=team_id, channel=channel, thread_ts=thread_ts or message_ts, cause=cause)
    feedback = rows.find_by_message(session, team_id=team_id, channel=channel, message_ts=message_ts, lock=True)
    if feedback is not None and not feedback.withdrawn:
        withdrawals.purge(session, _author(feedback), feedback, cause, now, reason=cards.DELETED)


def _author(feedback: Feedback) -> Reader:
    return Reader(feedback.team_id, feedback.said_by or feedback.captured_by)
