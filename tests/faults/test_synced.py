"""A kill cannot show whether a commit outlives a power cut: the database must be told to sync each of them."""

import pytest

from storage.database import Connection, Database, Session

ASKED = {True: ("PRAGMA synchronous", 2), False: ("SHOW synchronous_commit", "on")}
"""By whether it is SQLite: the question, and the answer that says yes (SQLite's 2 is FULL)."""


@pytest.mark.parametrize("bare", [False, True])
async def test_every_commit_waits_for_the_disk(database: Database, bare: bool) -> None:
    question, yes = ASKED[database.is_sqlite]

    def ask(session: Session) -> object:
        return session.connection().exec_driver_sql(question).scalar_one()

    def ask_bare(connection: Connection) -> object:
        return connection.exec_driver_sql(question).scalar_one()

    assert await (database.write_bare(ask_bare) if bare else database.write(ask)) == yes
