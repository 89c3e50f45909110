"""Who is in a channel, as several processes learn it at once."""

import asyncio
from datetime import timedelta
from functools import partial

from storage import channels
from storage.database import Database
from storage.models import ChannelMember
from tests.building import NOW, TEAM, rows_of


async def _keep(database: Database, *user_ids: str, minutes: int = 0) -> None:
    at = NOW + timedelta(minutes=minutes)
    await database.write(partial(channels.keep_members, team_id=TEAM, channel_id="C1", user_ids=user_ids, at=at))


async def _members(database: Database) -> list[str]:
    return [row.user_id for row in await rows_of(database, ChannelMember)]


async def test_who_has_left_is_no_member_any_more(database: Database) -> None:
    await _keep(database, "U1", "U2")
    await _keep(database, "U2", "U3", minutes=4)
    assert await _members(database) == ["U2", "U3"]
    assert {row.at for row in await rows_of(database, ChannelMember)} == {NOW + timedelta(minutes=4)}
    await _keep(database, minutes=8)
    assert await _members(database) == []


async def test_replicas_that_learn_the_same_at_once_do_not_collide(replicas: list[Database]) -> None:
    people = [f"U{number:03}" for number in range(200)]
    for minutes in range(5):
        await asyncio.gather(*(_keep(one, *people, minutes=minutes) for one in replicas))
    assert await _members(replicas[0]) == people
