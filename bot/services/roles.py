"""Roles: whom an admin named, by person and by user group."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot import jobs
from bot.errors import InvalidInputError
from bot.services import access
from storage import causes, groups, history, people
from storage.database import Read, Session, Write
from storage.models import GroupRole, Person, Reader, Role, Standing

REF = "#roles"
"""What history calls the list of roles."""


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
    groups: Mapping[str, str] = field(default_factory=dict)
    """Handles of the user groups whose members are product managers, by their ids."""

    @property
    def is_empty(self) -> bool:
        """Say whether nobody was named yet."""
        return not (self.pms or self.admins or self.groups)


@Read
def named(session: Session, *, reader: Reader) -> Named:
    """Return who was named."""
    access.require(reader, Role.ADMIN, "see and change roles")
    return _named(session, reader.team_id)


@Write
def name(session: Session, *, by: Reader, named: Named, cause: str, now: datetime) -> None:
    """Give these people and groups their roles, and take them from all others; raise GuestRoleError for a guest."""
    access.require(by, Role.ADMIN, "see and change roles")
    chosen = dict.fromkeys(named.pms, Role.PM) | dict.fromkeys(named.admins, Role.ADMIN)
    _check(people.search(session, team_id=by.team_id, user_ids=chosen), named)
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return
    before = _named(session, by.team_id)
    for user_id in sorted({*chosen, *before.pms, *before.admins}):
        people.give_role(session, team_id=by.team_id, user_id=user_id, role=chosen.get(user_id))
    groups.choose(session, team_id=by.team_id, role=Role.PM, handles=named.groups, at=now)
    for group_id in sorted(named.groups):
        jobs.defer(
            session, team_id=by.team_id, key=f"learn_group:{group_id}:{cause}", task="learn_group",
            args={"group": group_id},
        )  # fmt: skip
    was, is_ = _told(before), _told(_named(session, by.team_id))
    for field_ in is_:
        if was[field_] != is_[field_]:
            history.add(
                session, team_id=by.team_id, ref=REF, at=now, by=by.user_id, field=field_, before=was[field_],
                after=is_[field_], cause=cause,
            )  # fmt: skip


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


def _named(session: Session, team_id: str) -> Named:
    with_role = people.with_role(session, team_id=team_id)
    return Named(
        pms=tuple(one.user_id for one in with_role if one.role == Role.PM),
        admins=tuple(one.user_id for one in with_role if one.role == Role.ADMIN),
        groups={one.group_id: one.handle for one in groups.search(session, team_id=team_id) if one.role == Role.PM},
    )


def _told(named: Named) -> dict[str, str | None]:
    return {
        "product managers": " ".join(sorted(named.pms)) or None,
        "admins": " ".join(sorted(named.admins)) or None,
        "groups of product managers": " ".join(sorted(named.groups)) or None,
    }
