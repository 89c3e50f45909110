import asyncio
from typing import Any

import pytest
from sqlmodel import SQLModel

from storage import accounts
from storage.database import Database
from storage.inserting import insert_new
from storage.models import Account, Cause, JobRow
from tests.building import NOW, TEAM, rows_of

_ACCOUNT = {"team_id": TEAM, "name": "Acme", "name_key": "acme"}
_CAUSE = {"team_id": TEAM, "cause": "click", "at": NOW}
_JOB = {
    "team_id": TEAM, "key": "read", "task": "read", "args": {}, "status": "open", "not_before": 0.0, "tries": 0,
    "created_at": 0.0,
}  # fmt: skip


async def _insert(database: Database, table: type[SQLModel], values: dict[str, Any], *unique: str) -> bool:
    return await database.write(lambda session: insert_new(session, table, values, unique=unique))


@pytest.mark.parametrize(
    ("table", "values", "unique"),
    [
        (Account, _ACCOUNT, ("team_id", "name_key")),
        (Cause, _CAUSE, ("team_id", "cause")),
        (JobRow, _JOB, ("team_id", "key")),
    ],
)
async def test_a_second_row_with_the_same_key_is_not_inserted_and_it_says_so(
    database: Database, table: type[SQLModel], values: dict[str, Any], unique: tuple[str, ...]
) -> None:
    assert await _insert(database, table, values, *unique) is True
    assert await _insert(database, table, values, *unique) is False
    assert len(await rows_of(database, table)) == 1


async def test_the_first_row_stays_as_it_was(database: Database) -> None:
    await _insert(database, Account, _ACCOUNT, "team_id", "name_key")
    await _insert(database, Account, {**_ACCOUNT, "name": "ACME"}, "team_id", "name_key")
    assert [account.name for account in await rows_of(database, Account)] == ["Acme"]


async def test_the_same_key_belongs_to_each_workspace(database: Database) -> None:
    assert await _insert(database, Cause, _CAUSE, "team_id", "cause")
    assert await _insert(database, Cause, {**_CAUSE, "team_id": "T2"}, "team_id", "cause")


async def test_of_many_who_insert_the_same_key_at_once_one_is_told_it_did(replicas: list[Database]) -> None:
    told = await asyncio.gather(
        *(_insert(replicas[turn % 3], Account, _ACCOUNT, "team_id", "name_key") for turn in range(12))
    )
    assert sorted(told) == [False] * 11 + [True]


async def test_an_account_is_found_again_by_its_name_however_it_is_spelled(database: Database) -> None:
    spelled = ["Acme  Corp", "acme corp", " ACME Corp "]
    found = [
        await database.write(lambda session, name=name: accounts.add_or_get(session, team_id=TEAM, name=name))  # type: ignore[misc]
        for name in spelled
    ]
    assert {(account.id, account.name) for account in found} == {(1, "Acme Corp")}
