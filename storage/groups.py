"""User groups of Slack that give their members a role."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session, col, delete, select

from storage.inserting import on_conflict
from storage.models import GroupMember, GroupRole


def search(session: Session, *, team_id: str) -> list[GroupRole]:
    """List the groups that give a role."""
    return list(session.exec(select(GroupRole).where(GroupRole.team_id == team_id).order_by(GroupRole.handle)))


def choose(session: Session, *, team_id: str, roles: Mapping[str, tuple[str, str]], at: datetime) -> None:
    """Let these groups give a role, and no others: role and handle by id. Who is in a new one is not known yet."""
    for one in search(session, team_id=team_id):
        if one.group_id not in roles:
            mine = (col(GroupMember.team_id) == team_id, col(GroupMember.group_id) == one.group_id)
            session.exec(delete(GroupMember).where(*mine))
            session.delete(one)
    session.flush()
    for group_id, (role, handle) in sorted(roles.items()):
        told = {"role": role, "handle": handle}
        insert = on_conflict(session, GroupRole).values(team_id=team_id, group_id=group_id, checked_at=at, **told)
        session.connection().execute(insert.on_conflict_do_update(index_elements=["team_id", "group_id"], set_=told))


def keep_members(session: Session, *, team_id: str, group_id: str, user_ids: Iterable[str], at: datetime) -> None:
    """Store who is in a group, in place of what was known; does nothing for a group that gives no role any more."""
    query = select(GroupRole).where(GroupRole.team_id == team_id, GroupRole.group_id == group_id).with_for_update()
    group = session.exec(query).first()
    if group is None:
        return
    group.checked_at = at
    session.add(group)
    session.exec(delete(GroupMember).where(col(GroupMember.team_id) == team_id, col(GroupMember.group_id) == group_id))
    for user_id in sorted(set(user_ids)):
        session.add(GroupMember(team_id=team_id, group_id=group_id, user_id=user_id))


def roles_of(session: Session, *, team_id: str, user_id: str, since: datetime) -> list[str]:
    """List the roles that somebody has by groups, of those that Slack was asked about since then."""
    query = (
        select(GroupRole.role)
        .join(
            GroupMember, (col(GroupMember.team_id) == GroupRole.team_id) & (GroupMember.group_id == GroupRole.group_id)
        )
        .where(GroupRole.team_id == team_id, GroupMember.user_id == user_id, GroupRole.checked_at > since)
    )
    return list(session.exec(query))
