"""Messages of which nobody knows whether Slack posted them: a person looks, and decides."""

from bot import outbox
from bot.errors import NotAllowedError, NotFoundError
from storage import outbox as rows
from storage.database import Read, Session, Write
from storage.models import OutboxRow, Reader, Role


class DecidedError(NotFoundError):
    """That is decided already."""


def ask(session: Session, row: OutboxRow, *, who: str) -> None:
    """Ask somebody whether a held message is there; does nothing for a message that is not held."""
    if row.status == "held":
        outbox.say(
            session, team_id=row.team_id, key=_notice(row.key), kind="held_notice", nouns={"key": row.key, "who": who},
            channel=who,
        )  # fmt: skip


@Read
def find(session: Session, *, team_id: str, key: str) -> OutboxRow | None:
    """Return the message with that key."""
    return rows.find(session, team_id=team_id, key=key)


@Write
def decide(session: Session, *, by: Reader, key: str, there: bool, cause: str) -> OutboxRow:
    """Take a held message as posted (`there`), or post it again; return it as it now is."""
    notice = rows.find(session, team_id=by.team_id, key=_notice(key))
    if notice is None or (notice.nouns["who"] != by.user_id and not by.role.includes(Role.PM)):
        raise NotAllowedError("Only who was asked can decide on this message.")
    if not rows.settle(session, team_id=by.team_id, key=key, status="sent" if there else "new"):
        raise DecidedError()
    outbox.refresh(session, team_id=by.team_id, target=_notice(key), cause=cause)
    outbox.wake(session)
    decided = rows.find(session, team_id=by.team_id, key=key)
    if decided is None:
        raise DecidedError()
    return decided


def _notice(key: str) -> str:
    return f"held:{key}"
