"""The outbox: what is said in Slack is said once.

A service writes a row of nouns in its own transaction (`say`). The sender claims the first unsent row of each channel,
renders it, posts it with the row's mark in the message's metadata, and notes the receipt. When it cannot know whether a
post arrived, the row stays claimed until its lease ends, and whoever claims it next looks in the channel for the mark
before posting again. Where it may not look, or Slack has failed for more than an hour and still does, the row is held
for a person to decide.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from storage import outbox as stored
from storage.database import Session, machine_now, ring
from storage.models import OutboxRow

MARK = "linchpin_post"
"""The type of the metadata that a post carries, for finding it again."""


class Rendered(Protocol):
    """A message ready to send."""

    @property
    def text(self) -> str:
        """Return the plain text, for notifications and screen readers."""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Return Block Kit blocks; empty for a plain message."""


Renderer = Callable[[OutboxRow], Awaitable[Rendered | None]]
"""Makes the message of a row at the moment of sending; None when there is nothing left to say."""

Receipt = Callable[[Session, OutboxRow], None]
"""Notes in the sender's transaction how a row ended: `status` is `sent`, `held` or `dead`."""


def say(
    session: Session,
    *,
    team_id: str,
    key: str,
    kind: str,
    nouns: Mapping[str, Any],
    channel: str,
    thread_ts: str | None = None,
    morning: datetime | None = None,
) -> bool:
    """Post a message once, to a channel or (by user id) to a person; say whether the key was new.

    With a `morning`, it waits until then, and keeps nothing else from being said meanwhile.
    """
    waits = {"status": "waiting", "not_before": morning.timestamp()} if morning is not None else {}
    return _add(
        session, "post", team_id=team_id, key=key, kind=kind, nouns=dict(nouns), channel=channel, thread_ts=thread_ts,
        **waits,
    )  # fmt: skip


def whisper(
    session: Session,
    *,
    team_id: str,
    key: str,
    kind: str,
    nouns: Mapping[str, Any],
    channel: str,
    user: str,
    thread_ts: str | None = None,
) -> bool:
    """Tell one person something in a channel; seen by nobody else, and gone when they reload."""
    return _add(
        session, "ephemeral", team_id=team_id, key=key, kind=kind, nouns=dict(nouns), channel=channel, user=user,
        thread_ts=thread_ts,
    )  # fmt: skip


def refresh(session: Session, *, team_id: str, target: str, cause: str) -> bool:
    """Render the post with key `target` anew where it stands, if it was ever said."""
    return refresh_all(session, team_id=team_id, targets=[target], cause=cause) > 0


def refresh_all(session: Session, *, team_id: str, targets: Sequence[str], cause: str) -> int:
    """Render the posts with these keys anew where they stand; return how many of them were ever said."""
    posts = stored.find_all(session, team_id=team_id, keys=targets)
    now = machine_now(session)
    updates = [
        OutboxRow(
            op="update", created_at=now, team_id=team_id, key=f"{post.key}~{cause}", kind=post.kind, nouns=post.nouns,
            channel=post.channel, target=post.key,
        )
        for post in posts
    ]  # fmt: skip
    stored.add_all(session, team_id=team_id, rows=updates)
    wake(session)
    return len(posts)


def react(session: Session, *, team_id: str, key: str, channel: str, message_ts: str, name: str) -> bool:
    """Put a reaction on somebody's message."""
    nouns = {"ts": message_ts, "name": name}
    return _add(session, "react", team_id=team_id, key=key, kind="reaction", nouns=nouns, channel=channel)


def unreact(session: Session, *, team_id: str, key: str, channel: str, message_ts: str, name: str) -> bool:
    """Take our reaction off somebody's message."""
    nouns = {"ts": message_ts, "name": name}
    return _add(session, "unreact", team_id=team_id, key=key, kind="reaction", nouns=nouns, channel=channel)


def react_beside(
    session: Session,
    *,
    team_id: str,
    targets: Sequence[str],
    channels: Collection[str],
    name: str,
    cause: str,
    put: bool,
) -> None:
    """Put a reaction beside those with these keys, in some channels only, or take it off again."""
    now, op = machine_now(session), "react" if put else "unreact"
    beside = [
        OutboxRow(
            op=op, created_at=now, team_id=team_id, key=f"{one.key}~{name}~{cause}", kind="reaction",
            nouns={"ts": one.nouns["ts"], "name": name}, channel=one.channel,
        )
        for one in stored.find_all(session, team_id=team_id, keys=targets)
        if one.channel in channels
    ]  # fmt: skip
    stored.add_all(session, team_id=team_id, rows=beside)
    wake(session)


def wake(session: Session) -> None:
    """Let the sender look once this transaction is committed."""
    ring(session, "outbox")


def mark_of(row: OutboxRow) -> str:
    """Return the opaque mark that a row's post carries in its metadata."""
    return hashlib.sha256(f"{row.team_id}/{row.key}".encode()).hexdigest()[:32]


def _add(session: Session, op: str, **values: Any) -> bool:
    wake(session)
    return stored.add(session, row=OutboxRow(op=op, created_at=machine_now(session), **values))
