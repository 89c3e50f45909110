"""What is wrong with the database has a sentence; what is wrong with a statement stays an error."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import SettingError
from storage import history
from storage.database import Connection, CutOffError, Database, DatabaseDownError, Session
from storage.engine import READERS, prepare_sqlite
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


async def test_only_after_a_commit_that_is_cut_off_it_is_said_that_nobody_knows(postgres_url: str) -> None:
    database = Database(postgres_url)
    bring_up(database.engine)
    cut = "SELECT pg_terminate_backend(pg_backend_pid())"

    def laid(session: Session) -> None:
        session.connection().execute(
            text(f"""
            CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM ({cut}); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON cause DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION cut()""")
        )

    await database.write(laid)
    with pytest.raises(CutOffError, match="can't tell whether"):
        await database.write(lambda session: session.connection().execute(CAUSE))
    with pytest.raises(DatabaseDownError, match="was not saved"):
        await database.write(lambda session: session.connection().execute(text(cut)))
    await database.write(lambda session: session.connection().execute(text("DROP FUNCTION cut CASCADE")))
    database.close()


async def test_what_goes_first_waits_for_nobody_who_reads_or_writes(postgres_url: str) -> None:
    database, other, key = Database(postgres_url), Database(postgres_url), "SELECT {}(4711)"

    def wait(session: Session) -> None:
        session.connection().execute(text(key.format("pg_advisory_xact_lock")))

    with other.engine.connect() as holder:
        holder.execute(text(key.format("pg_advisory_lock")))
        others = [asyncio.ensure_future(ask(wait)) for ask in (database.read, database.write) for _ in range(READERS)]
        async with asyncio.timeout(10):
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while await database.write(lambda session: session.connection().scalar(waiting), first=True) < READERS:
                pass
            assert await database.write_bare(lambda connection: connection.scalar(text("SELECT 2"))) == 2
        holder.execute(text(key.format("pg_advisory_unlock")))
        await asyncio.gather(*others)
    other.close()
    database.close()


async def test_once_its_file_is_gone_nothing_is_kept_in_what_nobody_finds_again(tmp_path: Path) -> None:
    path = tmp_path / "linchpin.db"
    database = Database(f"sqlite:///{path}")
    bring_up(database.engine)
    await database.write_bare(lambda connection: connection.execute(CAUSE))
    path.rename(tmp_path / "elsewhere.db")
    for _ in range(2):
        with pytest.raises(DatabaseDownError):
            await database.write_bare(lambda connection: connection.execute(CAUSE))
    assert not await database.is_there()
    (tmp_path / "elsewhere.db").rename(path)
    await database.write_bare(lambda connection: connection.execute(text("DELETE FROM cause")))
    assert await database.is_there()
    database.close()


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


def test_the_folder_that_is_made_for_it_is_its_owners_alone(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path}/data/linchpin.db").close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


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
        prepare_sqlite(connection, None)
        assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
