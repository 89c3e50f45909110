"""The rest of the thread that a piece of feedback stands in, kept with it where somebody asked for that."""

from collections.abc import Mapping

from bot import jobs
from bot.services import search
from storage import feedback as rows
from storage.database import Read, Session, Write


@Read
def source_of(session: Session, *, team_id: str, number: int) -> tuple[str, str] | None:
    """Return the channel and the thread that feedback comes from; None where it comes from no message."""
    feedback = rows.find(session, team_id=team_id, number=number)
    if feedback is None or feedback.channel is None or feedback.message_ts is None:
        return None
    return feedback.channel, feedback.thread_ts or feedback.message_ts


@Write
def keep(session: Session, *, team_id: str, number: int, words: Mapping[str, str]) -> None:
    """Keep the rest of the thread with a piece of feedback: the words of its messages by ts, but none taken back."""
    feedback = rows.find(session, team_id=team_id, number=number, lock=True)
    if feedback is not None and not feedback.withdrawn:
        gone = rows.withdrawn_messages(session, team_id=team_id, channel=feedback.channel or "", among=words)
        feedback.thread_quote = "\n".join(said for ts, said in words.items() if ts not in gone)
        session.add(feedback)
        search.index_feedback(session, feedback)


def read_again(session: Session, *, team_id: str, channel: str, thread_ts: str, cause: str) -> None:
    """Let the kept words of a thread follow what became of one of its messages; they are forgotten until then."""
    for number in rows.numbers_with_thread(session, team_id=team_id, channel=channel, thread_ts=thread_ts):
        _forget(session, team_id=team_id, number=number)
        jobs.defer(
            session, team_id=team_id, key=f"read_thread:FB-{number}:{cause}", task="read_thread",
            args={"number": number},
        )  # fmt: skip


def _forget(session: Session, *, team_id: str, number: int) -> None:
    feedback = rows.find(session, team_id=team_id, number=number, lock=True)
    if feedback is not None:
        feedback.thread_quote = ""
        session.add(feedback)
        search.forget(session, feedback)
        search.index_feedback(session, feedback)
