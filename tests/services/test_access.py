"""Who may do what follows from their standing in Slack, a role given by hand, and the admins of the settings."""

from datetime import timedelta

import pytest

from bot.errors import NotAllowedError
from bot.services import access
from storage import people
from storage.database import Database
from storage.models import Channel, Person, Reader, Role, Standing
from tests.building import GUEST, LEE, MINA, NOW, ROOT, STRANGER, TEAM, a_channel, a_person

MINUTE = timedelta(minutes=1)


def _person(standing: Standing, role: Role | None = None) -> Person:
    return Person(team_id=TEAM, user_id="U1", name="One", standing=standing, role=role, checked_at=NOW)


@pytest.mark.parametrize(
    ("person", "role"),
    [
        (None, Role.VIEWER),
        (_person(Standing.ADMIN), Role.ADMIN),
        (_person(Standing.MEMBER), Role.CONTRIBUTOR),
        (_person(Standing.GUEST), Role.VIEWER),
        (_person(Standing.STRANGER), Role.VIEWER),
        (_person(Standing.MEMBER, Role.PM), Role.PM),
        (_person(Standing.MEMBER, Role.VIEWER), Role.VIEWER),
        (_person(Standing.GUEST, Role.ADMIN), Role.VIEWER),
        (_person(Standing.STRANGER, Role.PM), Role.VIEWER),
    ],
)
def test_a_role_follows_from_standing_and_a_guest_never_becomes_more(person: Person | None, role: Role) -> None:
    assert access.role_of(person, user_id="U1") is role
    assert access.role_of(person, user_id="U1", admins=frozenset({"U1"})) is Role.ADMIN
    assert access.role_of(person, user_id="U1", admins=frozenset({"U2"})) is role


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, {GUEST, LEE, MINA, ROOT}),
        (Role.CONTRIBUTOR, {LEE, MINA, ROOT}),
        (Role.PM, {MINA, ROOT}),
        (Role.ADMIN, {ROOT}),
    ],
)
def test_each_role_may_do_what_those_before_it_may(role: Role, allowed: set[Reader]) -> None:
    for reader in (GUEST, LEE, MINA, ROOT):
        if reader in allowed:
            access.require(reader, role, "do that")
        else:
            with pytest.raises(NotAllowedError, match="can do that"):
                access.require(reader, role, "do that")


async def test_only_a_change_of_name_zone_or_standing_is_news_of_a_person(database: Database) -> None:
    told = _person(Standing.MEMBER)
    assert await access.is_news(database, told=told)
    await access.learn_people(database, told=[told])
    assert not await access.is_news(database, told=_person(Standing.MEMBER))
    assert await access.is_news(database, told=_person(Standing.GUEST))
    renamed = _person(Standing.MEMBER)
    renamed.name = "Ona"
    assert await access.is_news(database, told=renamed)


async def test_what_slack_says_of_a_person_is_believed_for_five_minutes(database: Database) -> None:
    lee = {"team_id": TEAM, "user_id": LEE.user_id}
    assert await access.find_person(database, now=NOW, **lee) == (None, False)
    await a_person(database, LEE)
    for minutes, fresh in ((4, True), (5, False)):
        person, is_fresh = await access.find_person(database, now=NOW + minutes * MINUTE, **lee)
        assert (person and person.user_id, is_fresh) == (LEE.user_id, fresh)


async def test_a_role_given_by_hand_and_the_last_look_outlive_what_slack_says(database: Database) -> None:
    await a_person(database, LEE)
    await database.write(lambda session: people.give_role(session, team_id=TEAM, user_id=LEE.user_id, role=Role.PM))
    await database.write(lambda session: people.mark_looked(session, team_id=TEAM, user_id=LEE.user_id, at=NOW))
    await a_person(database, LEE, name="Lee the Second", tz="Europe/Berlin")
    person, _ = await access.find_person(database, team_id=TEAM, user_id=LEE.user_id, now=NOW)
    assert person is not None
    assert (person.name, person.tz, person.role, person.looked_at) == ("Lee the Second", "Europe/Berlin", Role.PM, NOW)


async def test_names_are_told_of_those_who_are_known_here(database: Database) -> None:
    await a_person(database, LEE, name="Lee")
    await a_person(database, STRANGER, name="Another Mina")
    wanted = frozenset({LEE.user_id, MINA.user_id})
    assert await access.names(database, team_id=TEAM, user_ids=wanted) == {LEE.user_id: "Lee"}


async def test_a_channel_is_known_until_slack_says_otherwise(database: Database) -> None:
    here = {"team_id": TEAM, "channel_id": "C1"}
    await a_channel(database)
    channel, fresh = await access.find_channel(database, now=NOW, **here)
    assert (channel and channel.speaks, fresh) == (True, True)
    await a_channel(database, is_shared=True, name="acme-shared")
    channel, _ = await access.find_channel(database, now=NOW, **here)
    assert channel is not None
    assert (channel.name, channel.is_shared, channel.speaks) == ("acme-shared", True, False)
    assert await access.find_channel(database, team_id="T2", channel_id="C1", now=NOW) == (None, False)


def test_an_unknown_channel_is_taken_for_private_shared_and_closed() -> None:
    channel = Channel(team_id=TEAM, channel_id="C1", checked_at=NOW)
    assert (channel.is_private, channel.is_shared, channel.speaks) == (True, True, False)
