"""Messages of which nobody knows whether Slack posted them: a person looks, and decides."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot import outbox
from bot.errors import NotAllowedError, NotFoundError
from storage import causes
from storage import outbox as rows
from storage.database import Read, Session, Write
from storage.models import OutboxRow, Reader, Role

Seen = Callable[[Session, Reader, OutboxRow, datetime], None]
"""Notes that somebody has seen a message, in the transaction that takes it as posted."""


class DecidedError(NotFoundError):
    """That is decided already."""


def ask(session: Session, row: OutboxRow, *, who: str) -> None:
    """Ask somebody whether a held message is there, once for each doubt; does nothing for one that is not held."""
    if row.status == "held":
        outbox.say(
            session, team_id=row.team_id, key=f"held:{row.key}:{row.tries}", kind="held_notice",
            nouns={"key": row.key, "tries": row.tries, "who": who}, channel=who,
        )  # fmt: skip


@Read
def find(session: Session, *, notice: OutboxRow) -> OutboxRow | None:
    """Return the message that a notice asks about, if it is still the same doubt."""
    return _asked_about(session, notice)


@Write
def decide(
    session: Session,
    *,
    by: Reader,
    notice: str,
    there: bool,
    cause: str,
    now: datetime,
    seen: Mapping[str, Seen],
) -> None:
    """Take a held message as posted (`there`), or post it again; `seen` notes the first by the message's kind.

    `notice` is the key of the notice that asked.
    """
    asked = rows.find(session, team_id=by.team_id, key=notice)
    if asked is None or (asked.nouns["who"] != by.user_id and not by.role.includes(Role.PM)):
        raise NotAllowedError("Only who was asked can decide on this message.")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return
    row = _asked_about(session, asked)
    if row is None or not rows.settle(session, team_id=by.team_id, key=row.key, status="sent" if there else "new"):
        raise DecidedError()
    if there and row.kind in seen:
        seen[row.kind](session, by, row, now)
    outbox.refresh(session, team_id=by.team_id, target=notice, cause=cause)


def _asked_about(session: Session, notice: OutboxRow) -> OutboxRow | None:
    row = rows.find(session, team_id=notice.team_id, key=str(notice.nouns["key"]))
    return row if row is not None and row.tries == notice.nouns["tries"] else None
