"""An answer in a thread is not spent on what passes by itself."""

from typing import cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bot.errors import NotSavedError
from handlers.clock import Clock
from handlers.commands import ANSWER_TRIES, renderers
from handlers.house import House, Identity
from handlers.views import Reply
from storage.database import Database
from storage.models import OutboxRow
from tests.building import TEAM, an_item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_an_answer_waits_for_its_database(database: Database) -> None:
    await an_item(database, "Dark mode")
    _name(database, "search_text", "lost")
    with pytest.raises(NotSavedError):
        await _answer(database, tries=0)
    _name(database, "lost", "search_text")
    assert "RM-1" in str(await _answer(database, tries=1))


async def test_an_answer_that_has_waited_for_long_says_that_it_cannot_be_given(database: Database) -> None:
    _name(database, "search_text", "lost")
    assert "so I can't look that up just now" in str(await _answer(database, tries=ANSWER_TRIES))


async def _answer(database: Database, *, tries: int) -> Reply:
    """Render the answer to "find dark mode" in a direct message."""
    house = House(database, AsyncWebClient(), Clock(), Identity(TEAM, "UBOT", "BBOT", "https://acme.slack.com/"))
    row = OutboxRow(
        op="post", team_id=TEAM, key="answer", kind="answer", nouns={"user": "ULEE", "text": "find dark mode"},
        channel="DLEE", created_at=0.0, tries=tries,
    )  # fmt: skip
    return cast(Reply, await renderers(house)["answer"](row))


def _name(database: Database, table: str, name: str) -> None:
    """Take a table away, or bring it back."""
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
