"""A scheduled update skipped, run out of turn, or approved by somebody who stands in."""

import pytest

from bot.errors import InvalidInputError, NotAllowedError
from bot.services import schedules, updates
from storage.database import Database
from tests.building import ADA, LEE, MINA, NOW, an_item, cause, said
from tests.services.planning import DAY, HOUR, SLOT, Planning


@pytest.fixture
async def planning(database: Database) -> Planning:
    """Return a weekly update with one item."""
    planning = Planning(database)
    await an_item(database, lane="now")
    return planning


async def _asked(planning: Planning) -> list[str]:
    return [row.channel for row in await said(planning.database, "update_preview")]


@pytest.mark.parametrize("previewed", [False, True])
async def test_the_next_one_is_skipped_drafted_or_not_and_the_one_after_comes(
    planning: Planning, previewed: bool
) -> None:
    await planning.create()
    if previewed:
        await planning.tick(SLOT - DAY)
    for _ in range(2):
        await updates.skip_next(planning.database, by=MINA, name="", cause="skip", now=SLOT - HOUR)
    await planning.tick(SLOT)
    assert [(run.status, run.outcome) for run in await planning.runs()] == [("skipped", "skipped_by UMINA")]
    await planning.tick(SLOT + 6 * DAY)
    assert await planning.statuses() == ["skipped", "drafted"]


async def test_one_out_of_turn_is_previewed_at_once_and_posted_only_when_approved(planning: Planning) -> None:
    await planning.create(approver=ADA.user_id)
    for _ in range(2):
        await updates.run_now(planning.database, by=MINA, name="", cause="run", now=NOW)
    await planning.tick(NOW + HOUR)
    assert (await planning.statuses(), await planning.posts(), await _asked(planning)) == (["drafted"], [], ["UADA"])
    await planning.approve(now=NOW + 2 * HOUR, by=ADA)
    assert await planning.posts() == ["run:UPD-1"]
    await planning.receipt(now=NOW + 2 * HOUR)
    await planning.tick(SLOT - HOUR)
    assert await planning.statuses() == ["posted", "drafted"]


async def test_one_out_of_turn_asks_who_wanted_it_where_nobody_approves(planning: Planning) -> None:
    await planning.create(approver=None)
    await updates.run_now(planning.database, by=MINA, name="", cause="run", now=NOW)
    await planning.tick(NOW + HOUR)
    assert (await planning.posts(), await _asked(planning)) == ([], ["UMINA"])
    await planning.approve(now=NOW + HOUR)
    assert await planning.posts() == ["run:UPD-1"]


async def test_a_paused_schedule_is_not_run(planning: Planning) -> None:
    await planning.create()
    await schedules.pause(planning.database, by=MINA, name="", paused=True)
    with pytest.raises(InvalidInputError, match="schedule resume"):
        await updates.run_now(planning.database, by=MINA, name="", cause="run", now=NOW)


async def test_the_delegate_is_asked_once_when_half_of_the_time_has_passed_and_may_approve(planning: Planning) -> None:
    await planning.create(delegate=ADA.user_id)
    await planning.tick(SLOT - DAY)
    await planning.tick(SLOT - 13 * HOUR)
    assert await _asked(planning) == ["UMINA"]
    for hours in (12, 11):
        await planning.tick(SLOT - hours * HOUR)
    assert await _asked(planning) == ["UMINA", "UADA"]
    with pytest.raises(NotAllowedError):
        await planning.approve(now=SLOT - HOUR, by=LEE)
    await planning.approve(now=SLOT - HOUR, by=ADA)
    await planning.tick(SLOT)
    assert await planning.posts() == ["run:UPD-1"]


async def test_a_delegate_is_not_bothered_where_the_approver_has_decided(planning: Planning) -> None:
    await planning.create(delegate=ADA.user_id)
    await planning.tick(SLOT - DAY)
    await planning.approve(now=SLOT - 20 * HOUR)
    await planning.tick(SLOT - HOUR)
    assert await _asked(planning) == ["UMINA"]


async def test_a_delegate_needs_somebody_to_stand_in_for(planning: Planning) -> None:
    with pytest.raises(InvalidInputError, match="approve:"):
        await planning.create(approver=None, delegate=ADA.user_id)


async def test_only_a_product_manager_skips_and_runs(planning: Planning) -> None:
    await planning.create()
    for act in (updates.skip_next, updates.run_now):
        with pytest.raises(NotAllowedError):
            await act(planning.database, by=LEE, name="", cause=cause(), now=NOW)
