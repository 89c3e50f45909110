"""Explanations: whoever did something that came to nothing is told why, and nobody else."""

from bot import outbox
from storage import channels
from storage.database import Session, Write
from storage.models import Reader


@Write
def explain(session: Session, *, by: Reader, channel_id: str, message_ts: str, why: str) -> None:
    """Tell somebody alone why their reaction to a message, or what they wrote in it, did nothing; once for a reason."""
    channel = channels.find(session, team_id=by.team_id, channel_id=channel_id)
    key, nouns = f"word:{why}:{channel_id}:{message_ts}:{by.user_id}", {"why": why}
    if channel is not None and channel.has_bot:
        outbox.whisper(
            session, team_id=by.team_id, key=key, kind="explanation", nouns=nouns, channel=channel_id,
            user=by.user_id,
        )  # fmt: skip
    else:
        outbox.say(session, team_id=by.team_id, key=key, kind="explanation", nouns=nouns, channel=by.user_id)
