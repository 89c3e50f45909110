"""What is wrong with the database has a sentence; what is wrong with a statement stays an error."""

import logging
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import SettingError
from storage import history
from storage.database import Connection, Database, DatabaseDownError, Session, _prepare_sqlite
from storage.migrations import bring_up, is_current
from storage.models import Change
from tests.building import NOW, rows_of

CAUSE = text("INSERT INTO cause (team_id, cause, at) VALUES ('T1', 'c1', '2026-11-24 00:00:00')")


def _turned_read_only(session: Session) -> None:
    """Write where only reading is possible, as after a failover."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.connection().execute(text("PRAGMA query_only=ON" if sqlite else "SET TRANSACTION READ ONLY"))
    session.connection().execute(CAUSE)


async def test_a_database_that_turned_read_only_counts_as_down(database: Database) -> None:
    with pytest.raises(DatabaseDownError):
        await database.write(_turned_read_only)


async def test_a_bare_transaction_that_fails_keeps_nothing_and_the_next_one_works(database: Database) -> None:
    def add_and_fail(connection: Connection) -> None:
        connection.execute(CAUSE)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        await database.write_bare(add_and_fail)
    count = text("SELECT count(*) FROM cause")
    assert await database.write_bare(lambda connection: connection.execute(count).scalar_one()) == 0
    await database.write_bare(lambda connection: connection.execute(CAUSE))
    assert await database.read(lambda session: session.connection().execute(count).scalar_one()) == 1


async def test_a_statement_that_is_at_fault_is_no_outage_and_tells_no_words(database: Database) -> None:
    def twice(session: Session) -> None:
        add = text("INSERT INTO cause (team_id, cause, at) VALUES ('T1', :cause, '2026-11-24 00:00:00')")
        for _ in range(2):
            session.connection().execute(add, {"cause": "secret words"})

    with pytest.raises(IntegrityError) as caught:
        await database.write(twice)
    assert "[SQL parameters hidden" in str(caught.value).replace("\n", " ")
    assert "parameters: " not in str(caught.value)


async def test_what_history_refuses_is_no_outage(database: Database) -> None:
    def rewrite(session: Session) -> None:
        add = {"team_id": "T1", "ref": "RM-1", "at": NOW, "by": "U1", "before": None, "after": "x", "cause": "c"}
        history.add(session, field="lane", **add)  # type: ignore[arg-type]
        session.flush()
        history.forget(session, team_id="T1", ref="RM-1", field="lane")

    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(rewrite)


async def test_only_what_somebody_said_besides_can_be_taken_out_of_history(database: Database) -> None:
    def write(session: Session) -> None:
        for field in ("also said", "lane"):
            history.add(
                session, team_id="T1", ref="FB-1", at=NOW, by="U1", field=field, before=None, after="x", cause="c"
            )
        session.flush()
        history.forget(session, team_id="T1", ref="FB-1", field="also said")

    await database.write(write)
    assert [change.field for change in await rows_of(database, Change)] == ["lane"]


async def test_who_only_looks_needs_no_lock_and_cannot_write(database: Database, database_url: str) -> None:
    beside = Database(database_url, read_only=True)
    assert await beside.read(is_current) is True
    with pytest.raises(DBAPIError), beside.engine.begin() as connection:
        connection.execute(CAUSE)
    beside.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://mina:hunter2@db:port/linchpin",
        "postgresql://mina:hunter2@127.0.0.1:9/linchpin",
        "sqlite:////proc/nowhere/linchpin.db",
    ],
    ids=["a port that is no number", "a server that is down", "a folder that cannot be made"],
)
def test_an_address_that_cannot_be_opened_is_a_wrong_setting(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SettingError, match="DATABASE_URL") as caught:
        bring_up(Database(url).engine)
    assert "\n" not in caught.value.message
    assert "hunter2" not in caught.value.message + caplog.text


def test_sqlite_overwrites_what_is_deleted_also_where_it_was_built_not_to() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        _prepare_sqlite(connection, None)
        assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
