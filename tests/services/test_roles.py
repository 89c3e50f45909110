"""Roles: whom an admin named, by person and by user group."""

import asyncio
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotAllowedError
from bot.services import access, roles
from bot.services.roles import Named
from storage.database import Database
from storage.models import Change, JobRow, Reader, Role, Standing
from tests.building import ADA, GUEST, LEE, MINA, NOW, ROOT, TEAM, a_person, cause, rows_of, waits_for_a_lock

DAY = timedelta(days=1)


async def _name(database: Database, named: Named, *, by: Reader = ROOT, seen: Named | None = None) -> Named:
    seen = seen or await roles.named(database, reader=ROOT)
    return await roles.name(database, by=by, named=named, seen=seen, cause=cause(), now=NOW)


def _pms(**handles: str) -> Named:
    return Named(groups={Role.PM: handles})


async def _role(database: Database, who: Reader, *, after: timedelta = timedelta()) -> Role:
    return (await access.reader_of(database, team_id=TEAM, user_id=who.user_id, now=NOW + after)).role


async def test_a_named_person_has_the_role_until_the_name_is_taken_out(database: Database) -> None:
    await a_person(database, LEE)
    await a_person(database, ADA)
    await _name(database, Named(pms=(LEE.user_id,), admins=(ADA.user_id,)))
    assert await _role(database, LEE) is Role.PM
    assert await _role(database, ADA) is Role.ADMIN
    assert await roles.named(database, reader=ROOT) == Named(pms=(LEE.user_id,), admins=(ADA.user_id,))
    await _name(database, Named())
    assert await _role(database, LEE) is Role.CONTRIBUTOR
    assert [one.field for one in await rows_of(database, Change)] == ["product managers", "admins"] * 2


async def test_the_members_of_a_named_group_have_the_role_and_the_highest_wins(database: Database) -> None:
    for who, standing in ((LEE, Standing.MEMBER), (ADA, Standing.ADMIN), (GUEST, Standing.GUEST)):
        await a_person(database, who, standing=standing)
    await _name(database, _pms(S1="pms"))
    assert [one.args for one in await rows_of(database, JobRow)] == [{"group": "S1"}]
    members = frozenset({LEE.user_id, ADA.user_id, GUEST.user_id})
    await roles.learn_group(database, team_id=TEAM, group_id="S1", user_ids=members, now=NOW)
    assert await _role(database, LEE) is Role.PM
    assert await _role(database, ADA) is Role.ADMIN
    assert await _role(database, GUEST) is Role.VIEWER
    await roles.learn_group(database, team_id=TEAM, group_id="S1", user_ids=frozenset(), now=NOW)
    assert await _role(database, LEE) is Role.CONTRIBUTOR


async def test_groups_of_admins_give_their_role_and_to_guests_and_strangers_nothing(database: Database) -> None:
    for who, standing in ((LEE, Standing.MEMBER), (GUEST, Standing.GUEST)):
        await a_person(database, who, standing=standing)
    both = frozenset({LEE.user_id, GUEST.user_id})
    groups = {Role.PM: {"S1": "leads", "S2": "pms"}, Role.ADMIN: {"S3": "ops", "S2": "pms"}}
    named = await _name(database, Named(groups=groups))
    assert named.groups == {Role.PM: {"S1": "leads"}, Role.ADMIN: {"S2": "pms", "S3": "ops"}}
    for group in ("S3", "S1"):
        await roles.learn_group(database, team_id=TEAM, group_id=group, user_ids=both, now=NOW)
        assert (await _role(database, LEE), await _role(database, GUEST)) == (Role.ADMIN, Role.VIEWER)
    told = {one.field: one.after for one in await rows_of(database, Change)}
    assert told == {"groups of product managers": "S1", "groups of admins": "S2 S3"}
    await a_person(database, GUEST, standing=Standing.STRANGER)
    assert await _role(database, GUEST) is Role.VIEWER


async def test_of_two_admins_at_one_form_each_keeps_what_the_other_named(database: Database) -> None:
    for who in (LEE, ADA, MINA):
        await a_person(database, who)
    shown = await _name(database, Named(pms=(LEE.user_id,), groups={Role.PM: {"S1": "pms"}}))
    mine = Named(pms=(LEE.user_id, ADA.user_id), groups={Role.PM: {"S1": "product"}, Role.ADMIN: {"S2": "ops"}})
    await _name(database, mine, seen=shown)
    theirs = Named(admins=(MINA.user_id,))
    assert await _name(database, theirs, seen=shown) == Named(
        pms=(ADA.user_id,), admins=(MINA.user_id,), groups={Role.ADMIN: {"S2": "ops"}}
    )
    assert await _role(database, LEE) is Role.CONTRIBUTOR


async def test_of_two_admins_who_save_at_once_neither_takes_back_what_the_other_did(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (LEE, ADA, MINA):
        await a_person(database, who)
    shown = await _name(database, Named(pms=(LEE.user_id,), groups={Role.PM: {"S1": "pms"}}))
    loop, really = asyncio.get_running_loop(), roles._merged
    saving: list[Future[Named]] = []

    def meanwhile(*given: Named) -> Named:
        monkeypatch.setattr(roles, "_merged", really)
        mine = Named(pms=(ADA.user_id,), groups={Role.PM: {"S1": "pms"}, Role.ADMIN: {"S2": "ops"}})
        saving.append(asyncio.run_coroutine_threadsafe(_name(database, mine, seen=shown), loop))
        while not database.is_sqlite and not saving[0].done() and not waits_for_a_lock(database):
            pass
        return really(*given)

    monkeypatch.setattr(roles, "_merged", meanwhile)
    await _name(database, replace(shown, admins=(MINA.user_id,)), seen=shown)
    await asyncio.wrap_future(saving[0])
    assert await roles.named(database, reader=ROOT) == Named(
        pms=(ADA.user_id,), admins=(MINA.user_id,), groups={Role.PM: {"S1": "pms"}, Role.ADMIN: {"S2": "ops"}}
    )


async def test_a_group_that_is_no_longer_named_gives_nothing_and_neither_does_an_old_list(database: Database) -> None:
    await a_person(database, LEE)
    await _name(database, _pms(S1="pms", S2="leads"))
    for group in ("S1", "S2"):
        await roles.learn_group(database, team_id=TEAM, group_id=group, user_ids=frozenset({LEE.user_id}), now=NOW)
    await _name(database, _pms(S2="leads"))
    assert await _role(database, LEE) is Role.PM
    assert await _role(database, LEE, after=DAY) is Role.CONTRIBUTOR
    await _name(database, Named())
    assert await _role(database, LEE) is Role.CONTRIBUTOR
    await roles.learn_group(database, team_id=TEAM, group_id="S2", user_ids=frozenset({LEE.user_id}), now=NOW)
    assert await _role(database, LEE) is Role.CONTRIBUTOR


async def test_guests_and_strangers_are_refused_by_name_and_nothing_is_kept(database: Database) -> None:
    await a_person(database, LEE)
    await a_person(database, GUEST, standing=Standing.GUEST)
    with pytest.raises(roles.GuestRoleError, match="Uguest can't have a role") as refused:
        await _name(database, Named(pms=(LEE.user_id,), admins=(GUEST.user_id,)))
    assert refused.value.field == "admins"
    with pytest.raises(roles.GuestRoleError, match="One of these"):
        await _name(database, Named(pms=("UNOBODY",)))
    assert (await roles.named(database, reader=ROOT)).is_empty


async def test_only_an_admin_names(database: Database) -> None:
    with pytest.raises(NotAllowedError):
        await _name(database, Named(), by=MINA)
    with pytest.raises(NotAllowedError):
        await roles.named(database, reader=MINA)


async def test_the_same_click_twice_names_once(database: Database) -> None:
    await a_person(database, LEE)
    once = cause()
    for named in (Named(pms=(LEE.user_id,)), Named()):
        await roles.name(database, by=ROOT, named=named, seen=Named(), cause=once, now=NOW)
    assert await _role(database, LEE) is Role.PM
