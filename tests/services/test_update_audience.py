"""What an update counts is what everybody who reads its channel may know, guests among them."""

from datetime import datetime

import pytest
from sqlalchemy import text

from bot.services import access, roadmap, updates
from storage.database import Database
from storage.models import Lane, Role, Standing
from tests.building import GUEST, LEE, MINA, TEAM, a_note, a_person, an_account, an_item, cause
from tests.services.planning import DAY, HOUR, SLOT, Planning


@pytest.fixture
async def planning(database: Database) -> Planning:
    """Return a weekly update of one item that an account asked for, in words that guests may not read."""
    planning = Planning(database)
    await planning.create(if_empty="post")
    await a_person(database, LEE)
    await a_person(database, GUEST, standing=Standing.GUEST)
    item = await an_item(database, lane=Lane.NOW)
    await an_account(database, "Acme")
    await a_note(database, customer="Acme", item=item.number)
    return planning


async def read_by(planning: Planning, *users: str, at: datetime) -> None:
    """Let Slack say who is in the channel."""
    told = frozenset(users)
    await access.learn_members(planning.database, team_id=TEAM, channel_id="C1", user_ids=told, now=at)


async def counted(planning: Planning, at: datetime) -> tuple[Role, list[int]]:
    """Return whom the update is for, and how many accounts it counts."""
    draft = await updates.draft(planning.database, team_id=TEAM, number=1, now=at)
    return draft.facts.read_by, [line.accounts for line in draft.facts.lines]


async def reasons(planning: Planning, at: datetime) -> list[str]:
    """Return the reasons that the update gives."""
    draft = await updates.draft(planning.database, team_id=TEAM, number=1, now=at)
    return [change.reason for change in draft.facts.changes if change.reason]


async def test_among_colleagues_an_update_counts_what_colleagues_may_read(planning: Planning) -> None:
    await read_by(planning, MINA.user_id, LEE.user_id, at=SLOT - DAY)
    await planning.tick(SLOT - DAY)
    assert await counted(planning, SLOT) == (Role.CONTRIBUTOR, [1])


@pytest.mark.parametrize("members", [(MINA.user_id, GUEST.user_id), (MINA.user_id, "UNKNOWN"), ()])
async def test_where_a_guest_or_nobody_knows_who_reads_along_it_counts_what_guests_may(
    planning: Planning, members: tuple[str, ...]
) -> None:
    await read_by(planning, *members, at=SLOT - DAY)
    await planning.tick(SLOT - DAY)
    assert await counted(planning, SLOT) == (Role.VIEWER, [0])


async def test_an_update_goes_to_a_channel_of_more_people_than_a_statement_may_name(planning: Planning) -> None:
    await read_by(planning, MINA.user_id, at=SLOT - DAY)
    await planning.database.write(lambda session: session.connection().execute(text(_A_CROWD)).rowcount)
    await planning.tick(SLOT - DAY)
    assert await counted(planning, SLOT) == (Role.VIEWER, [0])


_A_CROWD = (
    "WITH RECURSIVE one (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM one WHERE number < 70000)"
    " INSERT INTO channel_member (team_id, channel_id, user_id, at)"
    " SELECT team_id, channel_id, 'UC' || number, at FROM channel_member, one"
)


async def test_the_audience_stays_as_it_was_drafted_when_a_guest_leaves(planning: Planning) -> None:
    await read_by(planning, MINA.user_id, GUEST.user_id, at=SLOT - DAY)
    await planning.tick(SLOT - DAY)
    await planning.approve(now=SLOT - HOUR)
    await read_by(planning, MINA.user_id, LEE.user_id, at=SLOT)
    await planning.tick(SLOT)
    assert await planning.posts() == ["run:UPD-1"]
    assert await counted(planning, SLOT) == (Role.VIEWER, [0])


async def test_a_guest_who_joins_after_the_approval_learns_no_more_than_a_guest(planning: Planning) -> None:
    await read_by(planning, MINA.user_id, LEE.user_id, at=SLOT - DAY)
    before = SLOT - DAY - HOUR
    await roadmap.move(
        planning.database, by=MINA, number=1, lane="next", reason="Acme can wait", cause=cause(), now=before
    )
    await planning.tick(SLOT - DAY)
    assert await reasons(planning, SLOT - DAY) == ["Acme can wait"]
    await planning.approve(now=SLOT - HOUR)
    await read_by(planning, MINA.user_id, LEE.user_id, GUEST.user_id, at=SLOT)
    await planning.tick(SLOT)
    assert await planning.posts() == ["run:UPD-1"]
    assert await counted(planning, SLOT) == (Role.VIEWER, [0])
    assert await reasons(planning, SLOT) == ["A customer can wait"]
