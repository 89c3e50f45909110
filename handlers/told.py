"""What Slack tells of people and channels, as nouns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.models import Channel, Person, Standing


def person_of(user: Mapping[str, Any], *, team_id: str, now: datetime) -> Person:
    """Return the noun for what Slack says of a user."""
    profile = user.get("profile") or {}
    return Person(
        team_id=team_id,
        user_id=str(user["id"]),
        name=str(user.get("real_name") or profile.get("real_name") or user.get("name") or user["id"]),
        tz=str(user.get("tz") or "UTC"),
        standing=_standing(user, team_id),
        checked_at=now,
    )


def channel_of(told: Mapping[str, Any], *, team_id: str, now: datetime) -> Channel:
    """Return the noun for what Slack says of a channel."""
    return Channel(
        team_id=team_id,
        channel_id=str(told["id"]),
        name=str(told.get("name") or ""),
        is_private=bool(told.get("is_private") or told.get("is_im") or told.get("is_mpim")),
        is_shared=bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared")),
        has_bot=bool(told.get("is_member") or told.get("is_im")) and not told.get("is_archived"),
        checked_at=now,
    )


def _standing(user: Mapping[str, Any], team_id: str) -> Standing:
    if user.get("is_stranger") or str(user.get("team_id") or team_id) != team_id:
        return Standing.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.ADMIN if user.get("is_admin") or user.get("is_owner") else Standing.MEMBER
