"""Thread summaries: the latest of each thread."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select, update

from storage.inserting import on_conflict
from storage.models import ThreadSummaryRow


def keep(
    session: Session,
    *,
    team_id: str,
    channel: str,
    thread_ts: str,
    body: dict[str, Any],
    model: str | None,
    prompt_version: str | None,
    asked_by: str,
    at: datetime,
) -> None:
    """Store a thread's summary in place of an earlier one."""
    told = {"body": body, "model": model, "prompt_version": prompt_version, "asked_by": asked_by, "at": at}
    insert = on_conflict(session, ThreadSummaryRow).values(
        team_id=team_id, channel=channel, thread_ts=thread_ts, **told
    )
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["team_id", "channel", "thread_ts"], set_=told)
    )


def find(session: Session, *, team_id: str, channel: str, thread_ts: str) -> ThreadSummaryRow | None:
    """Return the latest summary of a thread."""
    return session.exec(
        select(ThreadSummaryRow).where(
            ThreadSummaryRow.team_id == team_id,
            ThreadSummaryRow.channel == channel,
            ThreadSummaryRow.thread_ts == thread_ts,
        )
    ).first()


def move(session: Session, *, team_id: str, before: str, after: str) -> None:
    """Give the summaries of a channel's threads the channel's new id; those that are there already stay."""
    here = (col(ThreadSummaryRow.team_id) == team_id, col(ThreadSummaryRow.channel) == before)
    there = select(ThreadSummaryRow.thread_ts).where(
        ThreadSummaryRow.team_id == team_id, ThreadSummaryRow.channel == after
    )
    session.exec(delete(ThreadSummaryRow).where(*here, col(ThreadSummaryRow.thread_ts).in_(there)))
    session.exec(update(ThreadSummaryRow).where(*here).values(channel=after))


def forget(session: Session, *, team_id: str, channel: str, thread_ts: str) -> None:
    """Delete the summary of a thread: it may quote what was taken back."""
    session.exec(
        delete(ThreadSummaryRow).where(
            col(ThreadSummaryRow.team_id) == team_id,
            col(ThreadSummaryRow.channel) == channel,
            col(ThreadSummaryRow.thread_ts) == thread_ts,
        )
    )
