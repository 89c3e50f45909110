"""Many people, replicas and repeated deliveries capture one message: it is one record, each person counted once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.services import feedback, triage
from bot.services.feedback import Draft
from storage.database import Database
from storage.models import Change, Feedback, OutboxRow, Reader, Role, Supporter
from tests.building import NOW, TEAM, a_channel, a_note, rows_of

HERE: dict[str, Any] = {"channel": "C1", "message_ts": "1.1"}
PEOPLE = [Reader(TEAM, f"U{number}", Role.PM) for number in range(10)]


@pytest.fixture
def replicas(database: Database, database_url: str) -> Iterator[list[Database]]:
    """Yield the database as two processes have it; where only one may run, twice the same."""
    other = database if database.is_sqlite else Database(database_url)
    yield [database, other]
    if other is not database:
        other.close()


async def test_ten_people_on_two_replicas_each_delivered_twice_make_one_record(replicas: list[Database]) -> None:
    await a_channel(replicas[0])
    draft = Draft(quote="Dark", original="Dark", reacted=True, visibility="everyone", **HERE)
    captures = [
        feedback.capture(one, by=by, draft=draft, cause=f"event-{by.user_id}", now=NOW)
        for by in PEOPLE
        for one in replicas
    ]
    refs = {captured.feedback.ref for captured in await asyncio.gather(*captures)}
    assert len(refs) == 1
    assert len(await rows_of(replicas[0], Feedback)) == 1
    assert len(await rows_of(replicas[0], Supporter)) == 10
    assert [one.field for one in await rows_of(replicas[0], Change)] == ["captured"]
    said = await rows_of(replicas[0], OutboxRow)
    kinds = [(one.op, one.kind) for one in said]
    assert kinds.count(("post", "feedback_card")) == 1
    assert sorted(str(one.nouns["name"]) for one in said if one.op == "react") == ["inbox_tray", "repeat"]


async def test_of_ten_who_claim_at_once_one_has_it(replicas: list[Database]) -> None:
    await a_note(replicas[0], **HERE)
    claims = [
        triage.claim(one, by=by, number=1, cause=f"event-{by.user_id}", now=NOW) for by in PEOPLE for one in replicas
    ]
    await asyncio.gather(*claims)
    claimed = [one for one in await rows_of(replicas[0], Change) if one.field == "claimed"]
    assert len(claimed) == 1
