"""Roles: whom an admin named, by person and by user group."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot import jobs
from bot.errors import InvalidInputError
from bot.services import access
from bot.services.meanwhile import lists_together
from storage import causes, groups, history, people
from storage.database import Read, Session, Write
from storage.holding import hold
from storage.models import GroupRole, Person, Reader, Role, Standing

REF = "#roles"
"""What history calls the list of roles."""

GIVEN = (Role.PM, Role.ADMIN)
"""The roles that a user group can give, the highest last; members contribute anyway, and guests never do."""


class GuestRoleError(InvalidInputError):
    """Guests can ask and follow; they can't be given more."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field
        """Where they were named: `pms` or `admins`."""


@dataclass(frozen=True)
class Named:
    """Who has a role because an admin said so."""

    pms: tuple[str, ...] = ()
    """Slack user ids."""
    admins: tuple[str, ...] = ()
    groups: Mapping[Role, Mapping[str, str]] = field(default_factory=dict)
    """Handles of the user groups that give a role, by role and by id; where there are none, the role is left out."""

    @property
    def is_empty(self) -> bool:
        """Say whether nobody was named yet."""
        return not (self.pms or self.admins or self.groups)

    @property
    def handles(self) -> dict[str, str]:
        """Return the handles of all groups by id."""
        return {group_id: handle for named in self.groups.values() for group_id, handle in named.items()}


@Read
def named(session: Session, *, reader: Reader) -> Named:
    """Return who was named."""
    access.require(reader, Role.ADMIN, "see and change roles")
    return _named(session, reader.team_id)


@Write
def name(session: Session, *, by: Reader, named: Named, seen: Named, cause: str, now: datetime) -> Named:
    """Name and take out whom an admin did, and return who is named now; raise GuestRoleError for a guest.

    `seen` is what the form began with. Only what differs from it is changed, so that two admins at one form keep each
    other's names. Where somebody, or a group, is named twice, the higher role counts.
    """
    access.require(by, Role.ADMIN, "see and change roles")
    hold(session, team_id=by.team_id, what="roles")
    _check(people.search(session, team_id=by.team_id, user_ids={*named.pms, *named.admins}), named)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return _named(session, by.team_id)
    before = _named(session, by.team_id)
    chosen = _merged(before, named, seen)
    roles = dict.fromkeys(chosen.pms, Role.PM) | dict.fromkeys(chosen.admins, Role.ADMIN)
    for user_id in sorted({*roles, *before.pms, *before.admins}):
        people.give_role(session, team_id=by.team_id, user_id=user_id, role=roles.get(user_id))
    by_group = {one: (role, handle) for role in GIVEN for one, handle in chosen.groups.get(role, {}).items()}
    groups.choose(session, team_id=by.team_id, roles=by_group, at=now)
    for group_id in sorted(by_group):
        jobs.defer(
            session, team_id=by.team_id, key=f"learn_group:{group_id}:{cause}", task="learn_group",
            args={"group": group_id},
        )  # fmt: skip
    after = _named(session, by.team_id)
    history.add_differences(
        session, team_id=by.team_id, ref=REF, at=now, by=by.user_id, before=_told(before), after=_told(after),
        cause=cause,
    )  # fmt: skip
    return after


@Read
def groups_with_role(session: Session, *, team_id: str) -> list[GroupRole]:
    """List the user groups that give a role."""
    return groups.search(session, team_id=team_id)


@Write
def learn_group(session: Session, *, team_id: str, group_id: str, user_ids: frozenset[str], now: datetime) -> None:
    """Keep who is in a user group that gives a role."""
    groups.keep_members(session, team_id=team_id, group_id=group_id, user_ids=user_ids, at=now)


def _check(known: list[Person], named: Named) -> None:
    members = {one.user_id for one in known if one.standing in (Standing.ADMIN, Standing.MEMBER)}
    for where, user_ids in (("pms", named.pms), ("admins", named.admins)):
        others = [user_id for user_id in user_ids if user_id not in members]
        if others:
            who = " and ".join(one.name for one in known if one.user_id in others) or "One of these"
            raise GuestRoleError(f"{who} can't have a role: guests and apps can ask, and no more.", where)


def _merged(before: Named, named: Named, seen: Named) -> Named:
    """Return who was named before, with what one admin added and without what they took out."""
    handles = before.handles | named.handles
    by_role = {
        role: lists_together(named.groups.get(role, ()), before.groups.get(role, ()), seen.groups.get(role, ()))
        for role in GIVEN
    }
    return Named(
        pms=lists_together(named.pms, before.pms, seen.pms),
        admins=lists_together(named.admins, before.admins, seen.admins),
        groups={role: {one: handles[one] for one in by_role[role]} for role in GIVEN},
    )


def _named(session: Session, team_id: str) -> Named:
    with_role = people.with_role(session, team_id=team_id)
    by_role: dict[Role, dict[str, str]] = {}
    for one in groups.search(session, team_id=team_id):
        by_role.setdefault(Role(one.role), {})[one.group_id] = one.handle
    return Named(
        pms=tuple(one.user_id for one in with_role if one.role == Role.PM),
        admins=tuple(one.user_id for one in with_role if one.role == Role.ADMIN),
        groups=by_role,
    )


def _told(named: Named) -> dict[str, str | None]:
    return {
        access.WHO[Role.PM]: " ".join(sorted(named.pms)) or None,
        access.WHO[Role.ADMIN]: " ".join(sorted(named.admins)) or None,
        **{f"groups of {access.WHO[role]}": " ".join(sorted(named.groups.get(role, ()))) or None for role in GIVEN},
    }
