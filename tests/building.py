"""Nouns for tests, made through the services wherever there is one."""

import itertools
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import inspect, text
from sqlmodel import Session, col, select, update

from bot.services import access, feedback, items
from bot.services.feedback import Draft
from bot.services.feedback_cards import Captured
from storage import accounts
from storage import roadmap as item_rows
from storage.database import Database
from storage.models import (
    Account,
    Channel,
    FeedbackVisibility,
    Item,
    ItemVisibility,
    OutboxRow,
    Person,
    Reader,
    Role,
    Standing,
)

TEAM = "T1"
NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
"""A Tuesday."""
MINA = Reader(TEAM, "UMINA", Role.PM)
LEE = Reader(TEAM, "ULEE", Role.CONTRIBUTOR)
ADA = Reader(TEAM, "UADA", Role.CONTRIBUTOR)
ROOT = Reader(TEAM, "UROOT", Role.ADMIN)
GUEST = Reader(TEAM, "UGUEST", Role.VIEWER)
STRANGER = Reader("T2", "UMINA", Role.ADMIN)
"""Of another workspace, with the highest role there."""

_causes = itertools.count(1)


def cause() -> str:
    """Return the name of a click that has not been seen before."""
    return f"click-{next(_causes)}"


async def an_item(database: Database, title: str = "Dark mode", *, by: Reader = MINA, **more: Any) -> Item:
    """Add an item through the service."""
    when: dict[str, Any] = {"cause": cause(), "now": NOW} | {
        name: more.pop(name) for name in ("lane", "cause", "now") if name in more
    }
    draft = items.Draft(title, **{"owner": by.user_id, **more})
    return await items.add(database, by=by, draft=draft, **when)


async def a_note(
    database: Database, quote: str = "We need it dark", *, by: Reader = LEE, now: datetime = NOW, **draft: Any
) -> Captured:
    """Capture feedback through the service; everybody may read it unless told otherwise."""
    draft.setdefault("visibility", FeedbackVisibility.EVERYONE)
    told = Draft(**{"quote": quote, "original": quote, **draft})
    return await feedback.capture(database, by=by, draft=told, cause=cause(), now=now)


async def an_account(database: Database, name: str, *, arr: int | None = None, team_id: str = TEAM) -> Account:
    """Add an account with its revenue."""

    def write(session: Session) -> Account:
        account = accounts.add_or_get(session, team_id=team_id, name=name)
        account.arr = arr
        session.add(account)
        return account

    return await database.write(write)


async def a_channel(database: Database, channel_id: str = "C1", **more: Any) -> Channel:
    """Make a public channel known in which the bot is a member."""
    told = {"team_id": TEAM, "name": channel_id.lower(), "is_private": False, "is_shared": False, "has_bot": True}
    channel = Channel(**{**told, "channel_id": channel_id, "checked_at": NOW, **more})
    await access.learn_channels(database, told=[channel])
    return channel


async def a_person(database: Database, reader: Reader, *, standing: Standing = Standing.MEMBER, **more: Any) -> None:
    """Make a person known."""
    told = {"name": reader.user_id.title(), "standing": standing, "checked_at": NOW, **more}
    await access.learn_people(database, told=[Person(team_id=reader.team_id, user_id=reader.user_id, **told)])


async def show_only_to(database: Database, item: Item, visibility: ItemVisibility, *readers: Reader) -> None:
    """Restrict who may see an item."""

    def write(session: Session) -> None:
        session.exec(update(Item).where(col(Item.id) == item.id).values(visibility=visibility))
        for reader in readers:
            item_rows.add_reader(session, team_id=item.team_id, item_id=item.id or 0, user_id=reader.user_id)

    await database.write(write)


async def set_item(database: Database, item: Item, **values: Any) -> None:
    """Change fields for which there is no service yet."""
    await database.write(lambda session: session.exec(update(Item).where(col(Item.id) == item.id).values(**values)))


async def rows_of(database: Database, table: Any, *conditions: Any) -> list[Any]:
    """Return the rows of a table in the order in which they were added."""
    query = select(table).where(*conditions).order_by(*inspect(table).primary_key)
    return await database.read(lambda session: list(session.exec(query)))


async def said(database: Database, kind: str) -> list[OutboxRow]:
    """Return the posts of a kind that wait in the outbox or have been sent."""
    return await rows_of(database, OutboxRow, col(OutboxRow.kind) == kind, col(OutboxRow.op) == "post")


async def places_of(database: Database, words: str) -> set[str]:
    """Return the tables in which some words are kept, indexes of the full-text search among them."""

    def read(session: Session) -> set[str]:
        connection = session.connection()
        found = set()
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 (the names are the database's)
                if any(words.encode() in _bytes(value) for value in row):
                    found.add(table)
        return found

    return await database.read(read)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).lower().encode()


def waits_for_a_lock(database: Database) -> bool:
    """Say whether somebody waits in PostgreSQL until another transaction ends."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.engine.connect() as connection:
        return connection.execute(text(waiting)).first() is not None
