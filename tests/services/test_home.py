"""The Home: what each role finds there."""

from datetime import timedelta

import pytest

from bot.errors import NotAllowedError
from bot.services import home, setup
from storage.database import Database
from storage.models import Reader
from tests.building import ADA, GUEST, LEE, MINA, NOW, ROOT, a_channel, a_note, a_person, an_item
from tests.services.planning import SLOT, Planning


async def _look(database: Database, reader: Reader) -> home.Home:
    return await home.look(database, reader=reader, now=NOW)


async def test_who_triages_finds_how_much_waits_and_since_when(database: Database) -> None:
    first = await a_note(database, "We need it dark", now=NOW - timedelta(days=2))
    await a_note(database, "And quiet", by=ADA)
    found = await _look(database, MINA)
    assert found.oldest is not None
    assert (found.waiting, found.oldest.ref) == (2, first.feedback.ref)
    for reader in (LEE, GUEST):
        found = await _look(database, reader)
        assert (found.waiting, found.oldest, found.schedules, found.channels) == (0, None, (), ())


async def test_everybody_finds_what_is_theirs(database: Database) -> None:
    await a_person(database, LEE, name="Lee Carter")
    note = await a_note(database, by=LEE)
    found = await _look(database, LEE)
    assert found.name == "Lee Carter"
    assert [one.ref for one, _ in found.mine.asks] == [note.feedback.ref]
    assert (await _look(database, ADA)).mine.asks == ()


async def test_an_admin_finds_the_channels_and_whether_there_is_a_roadmap(database: Database) -> None:
    await a_channel(database, "C1")
    await a_channel(database, "C2", has_bot=False)
    found = await _look(database, ROOT)
    assert [one.channel_id for one in found.channels] == ["C1"]
    assert not found.has_items
    await an_item(database)
    assert (await _look(database, ROOT)).has_items


async def test_an_update_waits_for_its_approver_and_their_delegate_until_it_is_approved(database: Database) -> None:
    planning = Planning(database)
    await planning.create(delegate=ADA.user_id)
    await planning.tick(SLOT - timedelta(hours=23))
    for reader in (MINA, ADA):
        assert [run.ref for _, run in (await _look(database, reader)).approvals] == ["UPD-1"]
    assert (await _look(database, LEE)).approvals == ()
    await planning.approve(now=SLOT - timedelta(hours=22))
    assert (await _look(database, MINA)).approvals == ()


async def test_the_first_steps_are_for_admins(database: Database) -> None:
    for reader in (GUEST, LEE, MINA):
        with pytest.raises(NotAllowedError, match="Only admins can set up Linchpin"):
            await setup.first_steps(database, reader=reader)
    steps = await setup.first_steps(database, reader=ROOT)
    assert (steps.named.is_empty, steps.channels, steps.has_items, steps.schedules) == (True, (), False, 0)
