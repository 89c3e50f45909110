"""What one workspace keeps, no other ever sees."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from storage import (
    accounts,
    causes,
    channels,
    feedback,
    groups,
    history,
    jobs,
    objectives,
    outbox,
    people,
    roadmap,
    search,
    summaries,
    updates,
)  # fmt: skip
from storage.database import Database
from storage.models import Channel, ChannelSetting, Feedback, Item, KeyResult, OutboxRow, Person, Reader, Role, Schedule
from tests.building import NOW

HERE, THERE = "T1", "T2"
READER, OWN = (Reader(team_id, "U1", Role.ADMIN, frozenset({"C1"})) for team_id in (HERE, THERE))


def _fill(session: Session) -> None:
    """Keep a noun of each kind in another workspace, under the ids that this one would use."""
    account = accounts.add_or_get(session, team_id=THERE, name="Acme")
    objective = objectives.add(session, team_id=THERE, title="Ready", weight=1)
    key_result = KeyResult(team_id=THERE, objective_id=objective.id or 0, title="KR", start=0, target=1, current=0)
    objectives.add_key_result(session, key_result=key_result)
    told: dict[str, Any] = {"team_id": THERE, "number": 0, "created_at": NOW, "created_by": "U1", "updated_at": NOW}
    item = roadmap.add(session, item=Item(title="Dark mode", **told))
    words: dict[str, Any] = {
        "quote": "dark",
        "original": "dark",
        "visibility": "everyone",
        "channel": "C1",
        "message_ts": "1.1",
    }
    row = Feedback(
        team_id=THERE, number=0, captured_by="U1", captured_at=NOW, item_id=item.id, account_id=account.id, **words
    )
    note, _ = feedback.add_or_get(session, feedback=row)
    unlinked = Feedback(team_id=THERE, number=0, quote="x", original="x", captured_by="U1", captured_at=NOW)
    feedback.add_or_get(session, feedback=unlinked)
    feedback.add_supporter(session, team_id=THERE, feedback_id=note.id or 0, user_id="U1", at=NOW)
    history.add(session, team_id=THERE, ref="RM-1", at=NOW, by="U1", field="lane", before=None, after="now", cause="c1")
    search.index(session, team_id=THERE, ref="RM-1", title="dark mode", body="rm")
    people.keep(session, person=Person(team_id=THERE, user_id="U1", name="One", checked_at=NOW))
    channels.keep(session, channel=Channel(team_id=THERE, channel_id="C1", checked_at=NOW))
    channels.keep(session, channel=Channel(team_id=THERE, channel_id="C2", name="two", has_bot=True, checked_at=NOW))
    decided: dict[str, Any] = {"reactions": {"tada": "request"}, "set_by": "U1", "set_at": NOW}
    channels.keep_setting(session, setting=ChannelSetting(team_id=THERE, channel_id="C2", **decided))
    people.keep(session, person=Person(team_id=THERE, user_id="U2", name="Two", role=Role.PM, checked_at=NOW))
    groups.choose(session, team_id=THERE, roles={"S1": (Role.PM, "pms")}, at=NOW)
    groups.keep_members(session, team_id=THERE, group_id="S1", user_ids={"U1"}, at=NOW)
    causes.claim(session, team_id=THERE, cause="c1", now=NOW)
    causes.mark_result(session, team_id=THERE, cause="c1", result="RM-1")
    thread: dict[str, Any] = {"channel": "C1", "thread_ts": "1.1", "body": {}, "model": None, "prompt_version": None}
    summaries.keep(session, team_id=THERE, asked_by="U1", at=NOW, **thread)
    when: dict[str, Any] = {
        "created_at": NOW,
        "planned_until": NOW,
        "every": "thu",
        "at": "09:00",
        "tz": "UTC",
        "created_by": "U1",
    }
    schedule = updates.add(session, schedule=Schedule(team_id=THERE, name="Weekly", channel="C1", **when))
    updates.add_run(session, team_id=THERE, schedule_id=schedule.id or 0, slot=NOW)
    outbox.add(
        session,
        row=OutboxRow(team_id=THERE, key="k1", op="post", kind="word", nouns={}, channel="C1", created_at=0.0),
    )
    jobs.add(session, team_id=THERE, key="j1", task="read", args={}, now=0.0)


READS: dict[str, Callable[[Session, Reader], Any]] = {
    "accounts": lambda session, who: accounts.search(session, team_id=who.team_id, ids=[1]),
    "accounts by name": lambda session, who: accounts.names(session, team_id=who.team_id, ids=[1]),
    "causes": lambda session, who: causes.find_result(session, team_id=who.team_id, cause="c1"),
    "channels": lambda session, who: channels.find(session, team_id=who.team_id, channel_id="C1"),
    "channel settings": lambda session, who: channels.find_setting(session, team_id=who.team_id, channel_id="C2"),
    "channels that are set up": lambda session, who: channels.settings(session, team_id=who.team_id),
    "channels with the bot": lambda session, who: channels.with_bot(session, team_id=who.team_id),
    "groups": lambda session, who: groups.search(session, team_id=who.team_id),
    "people with a role": lambda session, who: people.with_role(session, team_id=who.team_id),
    "roles by group": lambda session, who: groups.roles_of(
        session, team_id=who.team_id, user_id="U1", since=NOW - timedelta(days=1)
    ),
    "feedback": lambda session, who: feedback.search(session, team_id=who.team_id, reader=who),
    "feedback by message": lambda session, who: feedback.find_by_message(
        session, team_id=who.team_id, channel="C1", message_ts="1.1"
    ),
    "feedback by number": lambda session, who: feedback.find(session, team_id=who.team_id, number=1),
    "feedback of an item": lambda session, who: feedback.captures_of_item(session, team_id=who.team_id, item_id=1),
    "feedback captured": lambda session, who: feedback.count_captured(
        session, team_id=who.team_id, reader=None, since=NOW - timedelta(days=1), until=NOW
    ),
    "feedback to triage": lambda session, who: feedback.waiting(session, team_id=who.team_id, reader=who)[0],
    "history": lambda session, who: history.search(session, team_id=who.team_id),
    "history by id": lambda session, who: history.get(session, team_id=who.team_id, change_id=1),
    "items": lambda session, who: roadmap.search(session, team_id=who.team_id, reader=who, ids=[1], numbers=[1]),
    "items by number": lambda session, who: roadmap.find(session, team_id=who.team_id, number=1, reader=who),
    "key results": lambda session, who: objectives.search_key_results(session, team_id=who.team_id, objective_ids=[1]),
    "objectives": lambda session, who: objectives.search(session, team_id=who.team_id, ids=[1]),
    "objectives by number": lambda session, who: objectives.find(session, team_id=who.team_id, number=1),
    "people": lambda session, who: people.search(session, team_id=who.team_id),
    "people by id": lambda session, who: people.find(session, team_id=who.team_id, user_id="U1"),
    "posts": lambda session, who: outbox.find(session, team_id=who.team_id, key="k1"),
    "runs": lambda session, who: updates.runs(session, team_id=who.team_id, schedule_ids=[1]),
    "runs by number": lambda session, who: updates.find_run(session, team_id=who.team_id, number=1),
    "schedules": lambda session, who: updates.search(session, team_id=who.team_id),
    "schedules by name": lambda session, who: updates.find(session, team_id=who.team_id, name="Weekly"),
    "search": lambda session, who: search.candidates(session, team_id=who.team_id, words=["dark"]),
    "searchable nouns": lambda session, who: search.estimated_count(session, team_id=who.team_id),
    "searchable words": lambda session, who: search.words_like(session, team_id=who.team_id, start="d"),
    "known words": lambda session, who: search.known_words(session, team_id=who.team_id, words=["dark"]),
    "summaries": lambda session, who: summaries.find(session, team_id=who.team_id, channel="C1", thread_ts="1.1"),
    "supporters": lambda session, who: feedback.supporters(session, team_id=who.team_id, feedback_id=1),
}


async def _read(database: Database, read: Callable[[Session, Reader], Any], who: Reader) -> Any:
    return await database.read(lambda session: read(session, who))


async def test_nothing_of_another_workspace_is_ever_returned(database: Database) -> None:
    await database.write(_fill)
    for name, read in READS.items():
        assert not await _read(database, read, READER), name
        assert await _read(database, read, OWN), f"{name}, by its own workspace"
    demand = await database.read(lambda session: feedback.demand(session, team_id=HERE, reader=READER, item_ids=[1]))
    assert demand == {1: feedback.Demand()}


async def test_nothing_of_another_workspace_is_ever_changed(database: Database) -> None:
    await database.write(_fill)

    def meddle(session: Session) -> None:
        people.mark_looked(session, team_id=HERE, user_id="U1", at=NOW)
        people.give_role(session, team_id=HERE, user_id="U1", role=Role.ADMIN)
        channels.close(session, team_id=HERE, channel_id="C2", shared=False, at=NOW)
        channels.move(session, team_id=HERE, before="C2", after="C3")
        groups.choose(session, team_id=HERE, roles={}, at=NOW)
        groups.keep_members(session, team_id=HERE, group_id="S1", user_ids=(), at=NOW)
        updates.mark_paused(session, team_id=HERE, schedule_id=1, why="mine")
        updates.mark_planned(session, team_id=HERE, schedule_id=1, until=NOW + timedelta(days=9))
        assert not updates.move_run(session, team_id=HERE, run_id=1, before=["drafted"], after="skipped")
        assert not outbox.settle(session, team_id=HERE, key="k1", status="sent")
        feedback.remove_supporter(session, team_id=HERE, feedback_id=1, user_id="U1")
        search.forget(session, team_id=HERE, ref="RM-1")
        summaries.forget(session, team_id=HERE, channel="C1", thread_ts="1.1")
        history.forget(session, team_id=HERE, ref="RM-1", field="lane")
        causes.mark_result(session, team_id=HERE, cause="c1", result="mine")

    def picture(session: Session) -> list[str]:
        return [
            str(people.search(session, team_id=THERE)),
            str(channels.with_bot(session, team_id=THERE)),
            str(channels.find_setting(session, team_id=THERE, channel_id="C2")),
            str(groups.roles_of(session, team_id=THERE, user_id="U1", since=NOW - timedelta(days=1))),
            str(updates.search(session, team_id=THERE)),
            str(updates.runs(session, team_id=THERE, schedule_ids=[1])),
            str(feedback.supporters(session, team_id=THERE, feedback_id=1)),
            str(search.candidates(session, team_id=THERE, words=["dark"])),
            str(search.words_like(session, team_id=THERE, start="d")),
            str(summaries.find(session, team_id=THERE, channel="C1", thread_ts="1.1")),
            str(history.search(session, team_id=THERE)),
            str(causes.find_result(session, team_id=THERE, cause="c1")),
            str(roadmap.search(session, team_id=THERE, reader=OWN)),
        ]

    before = await database.read(picture)
    assert all(one not in ("None", "[]") for one in before)
    await database.write(meddle)
    assert await database.read(picture) == before
