"""Thread summaries: asked for, made by the model or without one, kept, and shared."""

import asyncio
import logging
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter

import prompts
from bot import jobs, outbox
from bot.llm import Model, ModelError
from bot.services import access
from bot.services.thread_summary import (
    ThreadMessage,
    ThreadSummary,
    extractive,
    from_model,
    newest_that_fit,
    prompt_messages,
)
from storage import accounts, causes
from storage import feedback as feedback_rows
from storage import summaries as rows
from storage.database import Read, Session, Write
from storage.models import Reader, Role

log = logging.getLogger(__name__)

PROMPT = "summarize_thread"
MODEL_SECONDS = 60.0
"""How long the model may take before the summary is made without it."""

_STORED = TypeAdapter(ThreadSummary)


@Write
def request(
    session: Session, *, by: Reader, channel: str, thread_ts: str, view_id: str, cause: str, now: datetime
) -> bool:
    """Have a thread summarized soon, for whoever looks at the modal `view_id`; say whether this asked for it first."""
    access.require(by, Role.CONTRIBUTOR, "summarize threads")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return False
    args = {"channel": channel, "thread_ts": thread_ts, "view_id": view_id, "user_id": by.user_id}
    return jobs.defer(session, team_id=by.team_id, key=f"summarize:{cause}", task="summarize_thread", args=args)


async def make(
    model: Model | None, messages: Sequence[ThreadMessage], total: int, *, customers: Set[str] = frozenset()
) -> ThreadSummary:
    """Summarize a thread: by the model, its lines checked against the messages, or in the messages' own sentences.

    `customers` are the names of accounts in lower case.
    """
    summary = await _make(model, messages, total, customers)
    return replace(summary, stamps=tuple(message.ts for message in messages))


@Read
def customers(session: Session, *, team_id: str) -> frozenset[str]:
    """Return the names of the accounts in lower case."""
    return frozenset(accounts.name_keys(session, team_id=team_id))


@Write
def keep(
    session: Session,
    *,
    team_id: str,
    channel: str,
    thread_ts: str,
    summary: ThreadSummary,
    asked_by: str,
    now: datetime,
) -> None:
    """Keep the latest summary of a thread; where it was shared, the message there says the new one."""
    rows.keep(
        session, team_id=team_id, channel=channel, thread_ts=thread_ts, body=_STORED.dump_python(summary, mode="json"),
        model=summary.model, prompt_version=summary.prompt_version, asked_by=asked_by, at=now,
    )  # fmt: skip
    outbox.refresh(session, team_id=team_id, target=_key(channel, thread_ts), cause=now.isoformat())


@Read
def find(session: Session, *, team_id: str, channel: str, thread_ts: str) -> ThreadSummary | None:
    """Return the latest summary of a thread."""
    row = rows.find(session, team_id=team_id, channel=channel, thread_ts=thread_ts)
    return _STORED.validate_python(row.body) if row is not None else None


@Write
def capture_all(session: Session, *, by: Reader, channel: str, thread_ts: str, view_id: str, cause: str) -> bool:
    """Have all feedback found in a thread captured soon; say whether this click was new."""
    access.require(by, Role.CONTRIBUTOR, "capture feedback")
    args = {"channel": channel, "thread_ts": thread_ts, "view_id": view_id, "user_id": by.user_id, "cause": cause}
    return jobs.defer(session, team_id=by.team_id, key=f"capture_found:{cause}", task="capture_found", args=args)


@Read
def captured_in(session: Session, *, team_id: str, channel: str, summary: ThreadSummary) -> dict[str, str]:
    """Return what the feedback found in a thread is captured as, by the messages' ts."""
    found = {
        ts: feedback_rows.find_by_message(session, team_id=team_id, channel=channel, message_ts=ts)
        for ts in feedback_stamps(summary)
    }
    return {ts: one.ref for ts, one in found.items() if one is not None and not one.withdrawn}


def feedback_stamps(summary: ThreadSummary) -> list[str]:
    """Return the ts of each message in which feedback was found, none twice."""
    return list(dict.fromkeys(summary.stamps[line.cites[0]] for line in summary.feedback))


@Write
def share(session: Session, *, by: Reader, channel: str, thread_ts: str) -> bool:
    """Post a thread's summary in the thread, once; say whether it was new there."""
    access.require(by, Role.CONTRIBUTOR, "share summaries")
    nouns: dict[str, Any] = {"channel": channel, "thread_ts": thread_ts, "by": by.user_id}
    return outbox.say(
        session, team_id=by.team_id, key=_key(channel, thread_ts), kind="thread_summary", nouns=nouns, channel=channel,
        thread_ts=thread_ts,
    )  # fmt: skip


async def _make(model: Model | None, messages: Sequence[ThreadMessage], total: int, known: Set[str]) -> ThreadSummary:
    plainly = partial(extractive, messages, total, customers=known)
    if model is None:
        return await asyncio.to_thread(plainly)
    prompt, read = prompts.load(PROMPT), newest_that_fit(messages)
    try:
        answer = await model.fill(prompt.render(messages=prompt_messages(read)), deadline=MODEL_SECONDS)
    except ModelError as error:
        log.warning("the model could not summarize, so the thread's own sentences serve: %s", error)
        return replace(await asyncio.to_thread(plainly), unanswered=True)
    summary = await asyncio.to_thread(
        from_model, answer, read, total=total, model=model.name, prompt_version=prompt.version, customers=known
    )
    return replace(summary, unanswered=summary.model is None)


def _key(channel: str, thread_ts: str) -> str:
    return f"summary:{channel}:{thread_ts}"
