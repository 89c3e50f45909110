"""Channels: what an admin decided for each, and what holds where nobody has."""

import asyncio
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotAllowedError
from bot.services import access, channels, meanwhile
from bot.services.channels import DEFAULT_REACTIONS, MEANINGS, Plan
from bot.services.meanwhile import ChangedMeanwhileError, Marks, marks, together
from storage import channels as rows
from storage import summaries
from storage.database import Database
from storage.models import (
    Change,
    Channel,
    ChannelMember,
    ChannelSetting,
    Feedback,
    FeedbackVisibility,
    OutboxRow,
    Standing,
    ThreadSummaryRow,
)
from tests.building import (
    GUEST,
    LEE,
    MINA,
    NOW,
    ROOT,
    TEAM,
    a_channel,
    a_note,
    a_person,
    cause,
    rows_of,
    waits_for_a_lock,
)


async def _set_up(database: Database, plan: Plan, **more: Any) -> None:
    told = {"by": ROOT, "channel_id": "C1", "plan": plan, "cause": cause(), "now": NOW, **more}
    await channels.set_up(database, **told)


async def _setting(database: Database) -> ChannelSetting | None:
    return await channels.setting_of(database, team_id=TEAM, channel_id="C1")


async def test_what_an_admin_decides_holds_and_stands_in_history(database: Database) -> None:
    await a_channel(database)
    plan = Plan(customer="Acme", visibility="product", reactions={"tada": "request"}, listens=False)
    await _set_up(database, plan)
    setting = await _setting(database)
    assert setting is not None
    assert channels.meanings(setting) == {"tada": "request"}
    assert not channels.listens(setting)
    assert channels.default_visibility(None, setting) is FeedbackVisibility.PRODUCT
    assert await channels.customer_at(database, team_id=TEAM, channel_id="C1") == "Acme"
    told = {one.field: (one.before, one.after) for one in await rows_of(database, Change, Change.ref == "#C1")}
    assert told["channel customer"] == (None, "Acme")
    assert told["channel capture"] == ("on", "off")
    assert told["channel reactions"][1] == ":tada:=request"
    assert "channel customer view" not in told


async def test_the_same_click_twice_changes_nothing_and_a_second_plan_replaces_the_first(database: Database) -> None:
    await a_channel(database)
    once = cause()
    await _set_up(database, Plan(customer="Acme"), cause=once)
    await _set_up(database, Plan(customer="Globex"), cause=once)
    assert await channels.customer_at(database, team_id=TEAM, channel_id="C1") == "Acme"
    await _set_up(database, Plan())
    assert await channels.customer_at(database, team_id=TEAM, channel_id="C1") == ""
    assert channels.meanings(await _setting(database)) == DEFAULT_REACTIONS


async def _seen(database: Database) -> Marks:
    return marks(vars(channels.held(await channels.show(database, reader=ROOT, channel_id="C1"))))


async def test_of_two_admins_at_one_form_the_second_keeps_what_the_first_decided_and_is_asked_about_the_same(
    database: Database,
) -> None:
    await a_channel(database)
    opened = await _seen(database)
    await _set_up(database, Plan(customer="Acme"), seen=opened)
    await _set_up(database, Plan(listens=False), seen=opened)
    with pytest.raises(ChangedMeanwhileError) as refused:
        await _set_up(database, Plan(customer="Globex", visibility="product"), seen=opened, cause="late")
    assert (refused.value.both, refused.value.now["customer"]) == (("customer",), "Acme")
    assert (refused.value.held["customer"], refused.value.held["listens"]) == ("Globex", False)
    await _set_up(database, Plan(customer="Globex", visibility="product"), seen=refused.value.seen, cause="late")
    known = await channels.show(database, reader=ROOT, channel_id="C1")
    assert channels.held(known) == Plan(customer="Globex", visibility="product", listens=False)


async def test_of_two_admins_who_save_a_channel_at_once_one_comes_second(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_channel(database)
    opened, really, loop = await _seen(database), together, asyncio.get_running_loop()
    saving: list[Future[None]] = []

    def first_of_two(*given: Any) -> dict[str, Any]:
        monkeypatch.setattr(meanwhile, "together", really)
        saving.append(asyncio.run_coroutine_threadsafe(_set_up(database, Plan(customer="Globex"), seen=opened), loop))
        while not database.is_sqlite and not saving[0].done() and not waits_for_a_lock(database):
            pass
        return really(*given)

    monkeypatch.setattr(meanwhile, "together", first_of_two)
    await _set_up(database, Plan(customer="Acme"), seen=opened)
    with pytest.raises(ChangedMeanwhileError):
        await asyncio.wrap_future(saving[0])
    assert await channels.customer_at(database, team_id=TEAM, channel_id="C1") == "Acme"


async def test_only_an_admin_decides(database: Database) -> None:
    for reader in (GUEST, LEE, MINA):
        with pytest.raises(NotAllowedError, match="Only admins can set up channels"):
            await _set_up(database, Plan(), by=reader)
    assert await _setting(database) is None


@pytest.mark.parametrize(("shared", "allowed"), [(True, True), (False, False)])
async def test_the_customer_view_is_only_allowed_where_another_company_reads(
    database: Database, shared: bool, allowed: bool
) -> None:
    channel = await a_channel(database, is_shared=shared)
    await _set_up(database, Plan(customer_view=True))
    setting = await _setting(database)
    assert setting is not None
    assert setting.customer_view is allowed
    assert channels.allows_customers(channel, setting) is allowed
    assert not channels.allows_customers(channel, None)


@pytest.mark.parametrize(
    ("channel", "visibility"),
    [
        ({}, "everyone"),
        ({"is_private": True}, "members"),
        ({"is_shared": True}, "members"),
    ],
)
def test_where_nobody_decided_a_private_or_shared_channel_keeps_to_its_members(
    channel: dict[str, Any], visibility: str
) -> None:
    told = {"is_private": False, "is_shared": False, "has_bot": True, **channel}
    known = Channel(team_id=TEAM, channel_id="C1", checked_at=NOW, **told)
    assert channels.default_visibility(known) == visibility
    assert channels.default_visibility(None) == "members"


async def test_every_emoji_that_means_something_somewhere_is_known_and_a_change_is_seen_at_once(
    database: Database,
) -> None:
    await a_channel(database)
    mapped = channels.MappedReactions(database)
    assert await mapped.names(TEAM) == frozenset(DEFAULT_REACTIONS)
    await _set_up(database, Plan(reactions={"tada": "request"}))
    assert await mapped.names(TEAM) == {*DEFAULT_REACTIONS, "tada"}
    assert await mapped.names("T2") == frozenset(DEFAULT_REACTIONS)


async def test_emoji_names_are_remembered_for_a_moment(database: Database) -> None:
    await a_channel(database)
    mapped = channels.MappedReactions(database)
    await mapped.names(TEAM)
    setting = ChannelSetting(team_id=TEAM, channel_id="C1", reactions={"x": "claim"}, set_by="U1", set_at=NOW)
    await database.write(lambda session: rows.keep_setting(session, setting=setting))  # by another replica
    assert "x" not in await mapped.names(TEAM)
    assert "x" in await channels.mapped_reactions(database, team_id=TEAM)


async def test_what_belongs_to_a_channel_follows_it_to_its_new_id(database: Database) -> None:
    await a_channel(database)
    await _set_up(database, Plan(customer="Acme"))
    note = await a_note(database, channel="C1", message_ts="1.1")
    for _ in range(2):
        await channels.move(database, team_id=TEAM, before="C1", after="C9")
    assert await channels.customer_at(database, team_id=TEAM, channel_id="C9") == "Acme"
    assert await _setting(database) is None
    assert [one.channel for one in await rows_of(database, Feedback)] == ["C9"]
    card = await rows_of(database, OutboxRow, OutboxRow.key == f"card:{note.feedback.ref}")
    assert [one.channel for one in card] == ["C9"]


async def test_what_was_decided_follows_a_channel_whose_new_id_is_known_already(database: Database) -> None:
    for channel_id in ("C1", "C9"):
        await a_channel(database, channel_id)
    await _set_up(database, Plan(customer="Acme", listens=False))
    members = frozenset({"ULEE"})
    await access.learn_members(database, team_id=TEAM, channel_id="C1", user_ids=members, now=NOW)
    for ts, places in (("1.1", ("C1", "C9")), ("1.2", ("C1",))):
        for place in places:
            keep = partial(summaries.keep, team_id=TEAM, channel=place, thread_ts=ts, body={"from": place})
            await database.write(partial(keep, model=None, prompt_version=None, asked_by="ULEE", at=NOW))
    await channels.move(database, team_id=TEAM, before="C1", after="C9")
    assert await channels.customer_at(database, team_id=TEAM, channel_id="C9") == "Acme"
    assert [one.channel_id for one in await rows_of(database, Channel)] == ["C9"]
    assert [one.channel_id for one in await rows_of(database, ChannelMember)] == ["C9"]
    kept = [(one.channel, one.thread_ts, one.body["from"]) for one in await rows_of(database, ThreadSummaryRow)]
    assert sorted(kept) == [("C9", "1.1", "C9"), ("C9", "1.2", "C1")]


async def test_who_shares_a_channel_anew_is_not_answered_until_an_admin_allows_it(database: Database) -> None:
    for end in ("shared", "unshared"):
        shared = await a_channel(database, is_shared=True)
        await _set_up(database, Plan(customer_view=True))
        assert channels.allows_customers(shared, await _setting(database))
        await _end(database, end, cause=cause())
        assert not channels.allows_customers(shared, await _setting(database))
    changes = [one.after for one in await rows_of(database, Change, Change.field == "channel customer view")]
    assert changes == ["on", "off", "on", "off"]


@pytest.mark.parametrize("end", ["shared", "unshared"])
async def test_what_an_admin_allows_after_a_channel_is_shared_stays_though_the_event_is_run_again_or_late(
    database: Database, end: str
) -> None:
    shared = await a_channel(database, is_shared=True)
    await _end(database, end, cause="event:1")
    await _set_up(database, Plan(customer_view=True))
    await _end(database, end, cause="event:1")
    await _end(database, end, cause="event:2", happened=NOW - timedelta(minutes=1))
    assert channels.allows_customers(shared, await _setting(database))


async def _end(database: Database, end: str, *, cause: str, happened: datetime = NOW) -> None:
    told: dict[str, Any] = {"team_id": TEAM, "channel_id": "C1", "cause": cause, "happened": happened, "now": NOW}
    if end == "shared":
        await channels.close(database, why=end, **told)
    else:
        await channels.end_customer_view(database, **told)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        (":bulb: :tada:", ["bulb", "tada"]),
        (":bulb::tada:", ["bulb", "tada"]),
        ("bulb, Tada", ["bulb", "tada"]),
        (":+1::skin-tone-2:", ["+1"]),
        (":thumbsup: thumbsdown", ["+1", "-1"]),
        ("  ", []),
    ],
)
def test_emoji_are_read_as_people_type_them(typed: str, names: list[str]) -> None:
    assert channels.read_reactions({"request": typed}) == dict.fromkeys(names, "request")


@pytest.mark.parametrize("typed", ["a bug!", "<script>", "💡", ":a: :b: :c: :d: :e: :f:"])
def test_what_is_no_emoji_name_is_refused_where_it_was_typed(typed: str) -> None:
    with pytest.raises(channels.WrongEmojiError) as refused:
        channels.read_reactions({"problem": typed})
    assert refused.value.meaning == "problem"


@given(st.dictionaries(st.sampled_from(MEANINGS), st.text(max_size=20)))
def test_whatever_is_typed_each_emoji_means_one_thing_or_it_is_refused(typed: dict[str, str]) -> None:
    try:
        found = channels.read_reactions(typed)
    except channels.WrongEmojiError:
        return
    assert set(found.values()) <= set(typed)
    assert all(name and ":" not in name for name in found)


@pytest.mark.parametrize(
    ("channel", "inviter", "place"),
    [
        ({}, LEE, ["C1"]),
        ({"is_shared": True}, LEE, [LEE.user_id]),
        ({"is_shared": True}, GUEST, []),
        ({"has_bot": False}, LEE, []),
    ],
)
async def test_the_greeting_goes_where_nobody_of_another_company_reads_it(
    database: Database, channel: dict[str, Any], inviter: Any, place: list[str]
) -> None:
    await a_channel(database, **channel)
    await a_person(database, inviter, standing=Standing.STRANGER if inviter is GUEST else Standing.MEMBER)
    for _ in range(2):
        await channels.greet(database, team_id=TEAM, channel_id="C1", inviter=inviter.user_id)
    assert [one.channel for one in await rows_of(database, OutboxRow)] == place
