"""Channels: what Slack says of them."""

from sqlmodel import Session, select

from storage.inserting import on_conflict
from storage.models import Channel


def find(session: Session, *, team_id: str, channel_id: str) -> Channel | None:
    """Return what is known of a channel."""
    return session.exec(select(Channel).where(Channel.team_id == team_id, Channel.channel_id == channel_id)).first()


def keep(session: Session, *, channel: Channel) -> None:
    """Store what Slack says of a channel."""
    told = channel.model_dump(exclude={"team_id", "channel_id"})
    insert = on_conflict(session, Channel).values(team_id=channel.team_id, channel_id=channel.channel_id, **told)
    session.connection().execute(insert.on_conflict_do_update(index_elements=["team_id", "channel_id"], set_=told))
