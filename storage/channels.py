"""Channels: what Slack says of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, delete, select

from storage.inserting import on_conflict
from storage.models import Channel, ChannelMember, Feedback, FeedbackVisibility


def find(session: Session, *, team_id: str, channel_id: str) -> Channel | None:
    """Return what is known of a channel."""
    return session.exec(select(Channel).where(Channel.team_id == team_id, Channel.channel_id == channel_id)).first()


def keep(session: Session, *, channel: Channel) -> None:
    """Store what Slack says of a channel."""
    told = channel.model_dump(exclude={"team_id", "channel_id"})
    insert = on_conflict(session, Channel).values(team_id=channel.team_id, channel_id=channel.channel_id, **told)
    session.connection().execute(insert.on_conflict_do_update(index_elements=["team_id", "channel_id"], set_=told))


def keep_members(session: Session, *, team_id: str, channel_id: str, user_ids: Iterable[str], at: datetime) -> None:
    """Store who is in a channel, in place of what was known; another replica may do the same at the same time."""
    members = sorted(set(user_ids))  # sorted: two transactions lock in the same order
    if members:
        insert = on_conflict(session, ChannelMember)
        keep = insert.on_conflict_do_update(
            index_elements=["team_id", "channel_id", "user_id"], set_={"at": insert.excluded.at}
        )
        told = {"team_id": team_id, "channel_id": channel_id, "at": at}
        session.connection().execute(keep, [{**told, "user_id": user_id} for user_id in members])
    here = (col(ChannelMember.team_id) == team_id, col(ChannelMember.channel_id) == channel_id)
    known = session.exec(select(ChannelMember.user_id).where(*here))
    for user_id in sorted(set(known) - set(members)):
        session.exec(delete(ChannelMember).where(*here, col(ChannelMember.user_id) == user_id))


def members(session: Session, *, team_id: str, channel_id: str, since: datetime) -> set[str]:
    """Return who is in a channel; empty where Slack has not been asked since then."""
    query = select(ChannelMember.user_id).where(
        ChannelMember.team_id == team_id, ChannelMember.channel_id == channel_id, ChannelMember.at > since
    )
    return set(session.exec(query))


def of_member(session: Session, *, team_id: str, user_id: str, since: datetime) -> set[str]:
    """Return the channels that somebody is in, of those that Slack was asked about since then."""
    query = select(ChannelMember.channel_id).where(
        ChannelMember.team_id == team_id, ChannelMember.user_id == user_id, ChannelMember.at > since
    )
    return set(session.exec(query))


def with_private_feedback(session: Session, *, team_id: str) -> list[str]:
    """List the channels whose feedback only their members may read."""
    query = (
        select(Feedback.channel)
        .where(Feedback.team_id == team_id, Feedback.visibility == FeedbackVisibility.MEMBERS)
        .where(col(Feedback.withdrawn).is_(False), col(Feedback.channel).is_not(None))
        .distinct()
    )
    return sorted(channel for channel in session.exec(query) if channel is not None)
