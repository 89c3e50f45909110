"""Who may do what."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.errors import NotAllowedError
from storage import channels, groups, people
from storage.database import Read, Session, Write
from storage.models import Channel, Person, Reader, Role, Standing

FRESH = timedelta(minutes=5)
"""How long what Slack said of a person or a channel is believed."""

BELIEVED = timedelta(hours=1)
"""How long what opens a channel, or lets somebody in, is believed while Slack is silent; then no longer."""

MEMBERS_FRESH = timedelta(minutes=10)
"""How long the members of a channel are believed; they are asked for twice as often."""

GROUPS_FRESH = timedelta(days=1)
"""How long the members of a user group are believed; Slack tells of changes, and is asked each hour."""

_BY_STANDING = {
    Standing.ADMIN: Role.ADMIN,
    Standing.MEMBER: Role.CONTRIBUTOR,
    Standing.GUEST: Role.VIEWER,
    Standing.STRANGER: Role.VIEWER,
}

WHO: Mapping[Role, str] = MappingProxyType(
    {
        Role.CONTRIBUTOR: "members of this workspace",
        Role.PM: "product managers",
        Role.ADMIN: "admins",
    }
)
"""What people read for those who have a role."""


def role_of(
    person: Person | None, *, user_id: str, admins: frozenset[str] = frozenset(), by_groups: Iterable[str] = ()
) -> Role:
    """Return a person's role: the highest of their standing in Slack, a role given by hand, and those of their groups.

    A role given by hand may also be lower than a member's. Named admins come first; somebody unknown is a viewer, and
    a guest never becomes more by hand or by group.
    """
    if user_id in admins:
        return Role.ADMIN
    if person is None:
        return Role.VIEWER
    by_standing = _BY_STANDING[Standing(person.standing)]
    if by_standing in (Role.VIEWER, Role.ADMIN):
        return by_standing
    roles = {Role(person.role or by_standing), *map(Role, by_groups)}
    return max(roles, key=list(Role).index)


def require(reader: Reader, role: Role, what: str) -> None:
    """Raise NotAllowedError, which says who can, unless the reader has the role."""
    if not reader.role.includes(role):
        raise NotAllowedError(f"Only {WHO[role]} can {what}. Ask one of them, or an admin for the role.")


@Write
def learn_people(session: Session, *, told: list[Person]) -> None:
    """Keep what Slack says of people."""
    for person in told:
        people.keep(session, person=person)


@Read
def is_news(session: Session, *, told: Person) -> bool:
    """Say whether what Slack tells of a person is not known yet."""
    known = people.find(session, team_id=told.team_id, user_id=told.user_id)
    here, there = ((one.name, one.tz, one.standing) if one is not None else None for one in (known, told))
    return here != there


@Read
def find_person(session: Session, *, team_id: str, user_id: str, now: datetime) -> tuple[Person | None, bool]:
    """Return what is known of a person, and whether it is fresh enough to act on."""
    person = people.find(session, team_id=team_id, user_id=user_id)
    return person, person is not None and now - person.checked_at < FRESH


@Read
def memberships(session: Session, *, team_id: str, user_id: str, now: datetime) -> frozenset[str]:
    """Return the channels that somebody is known to be in; what is known too long does not count."""
    return frozenset(channels.of_member(session, team_id=team_id, user_id=user_id, since=now - MEMBERS_FRESH))


@Read
def reader_of(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    now: datetime,
    admins: frozenset[str] = frozenset(),
    also: frozenset[str] = frozenset(),
) -> Reader:
    """Return who somebody is as a reader: with the role of now, and the channels they are in, `also` among them."""
    person = people.find(session, team_id=team_id, user_id=user_id)
    by_groups = groups.roles_of(session, team_id=team_id, user_id=user_id, since=now - GROUPS_FRESH)
    role = role_of(person, user_id=user_id, admins=admins, by_groups=by_groups)
    return Reader(team_id, user_id, role, memberships.within(session, team_id=team_id, user_id=user_id, now=now) | also)


@Read
def audience(session: Session, *, team_id: str, channel_id: str, now: datetime) -> Reader:
    """Return a reader who sees what everybody in a channel may see: less where a guest or somebody unknown is in it."""
    standings = channels.standings(session, team_id=team_id, channel_id=channel_id, since=now - MEMBERS_FRESH)
    role = Role.CONTRIBUTOR if standings and standings <= {Standing.ADMIN, Standing.MEMBER} else Role.VIEWER
    return Reader(team_id, "", role, frozenset({channel_id}))


def colleagues_in(team_id: str, channel_id: str) -> Reader:
    """Return a reader who sees what every colleague in a channel may see, whoever else is in it."""
    return Reader(team_id, "", Role.CONTRIBUTOR, frozenset({channel_id}))


@Read
def knows_members(session: Session, *, team_id: str, channel_id: str, now: datetime) -> bool:
    """Say whether what Slack said of a channel's members is fresh enough to act on."""
    return bool(channels.standings(session, team_id=team_id, channel_id=channel_id, since=now - FRESH))


@Write
def learn_members(session: Session, *, team_id: str, channel_id: str, user_ids: frozenset[str], now: datetime) -> None:
    """Keep who is in a channel."""
    channels.keep_members(session, team_id=team_id, channel_id=channel_id, user_ids=user_ids, at=now)


@Read
def channels_to_check(session: Session, *, team_id: str) -> list[str]:
    """List the channels whose members decide who may read feedback."""
    return channels.with_private_feedback(session, team_id=team_id)


@Read
def names(session: Session, *, team_id: str, user_ids: frozenset[str]) -> dict[str, str]:
    """Return people's names by their user ids, of those that are known."""
    return {one.user_id: one.name for one in people.search(session, team_id=team_id, user_ids=user_ids)}


@Write
def learn_channels(session: Session, *, told: list[Channel]) -> None:
    """Keep what Slack says of channels."""
    for channel in told:
        channels.keep(session, channel=channel)


@Write
def close_channel(session: Session, *, team_id: str, channel_id: str, now: datetime, shared: bool = False) -> None:
    """Note that the bot is no longer in a channel, or that the channel is `shared`."""
    channels.close(session, team_id=team_id, channel_id=channel_id, shared=shared, at=now)


def is_believable(known: Channel | Person, now: datetime) -> bool:
    """Say whether what is known of a channel may open it, or of a person let them in, while Slack is silent."""
    return now - known.checked_at < BELIEVED


@Read
def find_channel(session: Session, *, team_id: str, channel_id: str, now: datetime) -> tuple[Channel | None, bool]:
    """Return what is known of a channel, and whether it is fresh enough to act on."""
    channel = channels.find(session, team_id=team_id, channel_id=channel_id)
    return channel, channel is not None and now - channel.checked_at < FRESH
