"""The pages show what the bot says today, word for word."""

import asyncio
from pathlib import Path

import pytest

from handlers.commands import COMMANDS
from tests.house import command_table, talk


@pytest.mark.parametrize("page", talk.pages(), ids=lambda page: page.stem)
def test_a_page_shows_what_the_bot_says(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert asyncio.run(talk.played(text)) == text


def test_the_table_of_commands_is_that_of_the_grammar() -> None:
    assert command_table.in_paper() == command_table.table()


def test_every_command_is_played_or_told_on_a_page() -> None:
    written = "\n".join(page.read_text(encoding="utf-8").partition(command_table.BEGIN)[0] for page in talk.pages())
    untold = [name for name in COMMANDS.names if f"/roadmap {name}".strip() not in written]
    assert untold == []
