"""Channels: what Slack says of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from storage import summaries
from storage.inserting import on_conflict
from storage.models import (
    Channel,
    ChannelMember,
    ChannelSetting,
    Feedback,
    FeedbackVisibility,
    OutboxRow,
    Person,
    Schedule,
)


def find(session: Session, *, team_id: str, channel_id: str) -> Channel | None:
    """Return what is known of a channel."""
    return session.exec(select(Channel).where(Channel.team_id == team_id, Channel.channel_id == channel_id)).first()


def keep(session: Session, *, channel: Channel) -> None:
    """Store what Slack says of a channel."""
    told = channel.model_dump(exclude={"team_id", "channel_id"})
    insert = on_conflict(session, Channel).values(team_id=channel.team_id, channel_id=channel.channel_id, **told)
    session.connection().execute(insert.on_conflict_do_update(index_elements=["team_id", "channel_id"], set_=told))


def close(session: Session, *, team_id: str, channel_id: str, shared: bool, at: datetime) -> None:
    """Note that a known channel is shared with another company, or else that the bot is no longer in it."""
    closed = {"is_shared": True} if shared else {"has_bot": False}
    here = (col(Channel.team_id) == team_id, col(Channel.channel_id) == channel_id)
    session.exec(update(Channel).where(*here).values(checked_at=at, **closed))


def move(session: Session, *, team_id: str, before: str, after: str) -> None:
    """Give everything that belongs to a channel the channel's new id; what is known under the new id already stays."""
    for table in (Channel, ChannelSetting, ChannelMember):
        here = (col(table.team_id) == team_id, col(table.channel_id) == before)
        if session.exec(select(table).where(table.team_id == team_id, table.channel_id == after).limit(1)).first():
            session.exec(delete(table).where(*here))
        else:
            session.exec(update(table).where(*here).values(channel_id=after))
    summaries.move(session, team_id=team_id, before=before, after=after)
    for owner in (Feedback, Schedule, OutboxRow):
        there = (col(owner.team_id) == team_id, col(owner.channel) == before)
        session.exec(update(owner).where(*there).values(channel=after))
    sent = (col(OutboxRow.team_id) == team_id, col(OutboxRow.sent_channel) == before)
    session.exec(update(OutboxRow).where(*sent).values(sent_channel=after))


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


def standings(session: Session, *, team_id: str, channel_id: str, since: datetime) -> set[str | None]:
    """Return what those in a channel are in Slack, None for people nobody knows; empty if not asked since then."""
    here = (ChannelMember.team_id == team_id, ChannelMember.channel_id == channel_id, ChannelMember.at > since)
    member = (col(Person.team_id) == ChannelMember.team_id) & (col(Person.user_id) == ChannelMember.user_id)
    query = select(Person.standing).select_from(ChannelMember).join(Person, member, isouter=True).where(*here)
    return {standing for (standing,) in session.connection().execute(query.distinct())}


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


def find_setting(session: Session, *, team_id: str, channel_id: str) -> ChannelSetting | None:
    """Return what an admin decided for a channel."""
    query = select(ChannelSetting).where(ChannelSetting.team_id == team_id, ChannelSetting.channel_id == channel_id)
    return session.exec(query).first()


def keep_setting(session: Session, *, setting: ChannelSetting) -> None:
    """Store what an admin decided for a channel, in place of what was decided before."""
    decided = setting.model_dump(exclude={"team_id", "channel_id"})
    insert = on_conflict(session, ChannelSetting).values(
        team_id=setting.team_id, channel_id=setting.channel_id, **decided
    )
    session.connection().execute(insert.on_conflict_do_update(index_elements=["team_id", "channel_id"], set_=decided))


def end_customer_view(session: Session, *, team_id: str, channel_id: str, allowed_before: datetime) -> bool:
    """Allow the customer view in a channel no longer; say whether it was allowed, and not later than that."""
    result = session.exec(
        update(ChannelSetting)
        .where(col(ChannelSetting.team_id) == team_id, col(ChannelSetting.channel_id) == channel_id)
        .where(col(ChannelSetting.customer_view), col(ChannelSetting.set_at) <= allowed_before)
        .values(customer_view=False)
    )
    return bool(result.rowcount)


def settings(session: Session, *, team_id: str) -> dict[str, ChannelSetting]:
    """Return what was decided for channels, by their ids."""
    query = select(ChannelSetting).where(ChannelSetting.team_id == team_id)
    return {one.channel_id: one for one in session.exec(query)}


def with_bot(session: Session, *, team_id: str) -> list[Channel]:
    """List the channels that the bot is in, by name; no direct messages."""
    direct = col(Channel.channel_id).startswith("D")
    query = select(Channel).where(Channel.team_id == team_id, col(Channel.has_bot), ~direct)
    return list(session.exec(query.order_by(Channel.name)))
