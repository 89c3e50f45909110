"""A long roadmap that another house has kept comes in, and talk that is no tidier is captured and linked to it."""

from pathlib import Path

import pytest

from bot.settings import Settings
from tests.bot.test_cli import linchpin
from tests.person import Slacker
from tests.scenarios.conftest import one_database

pytestmark = one_database
PROPOSALS = Path(__file__).parents[1] / "data" / "proposals.jsonl"


@pytest.fixture
async def imported(mina: Slacker, settings: Settings, tmp_path: Path) -> str:
    """Import the proposals beside the running bot; return what the command said."""
    command = ("import", "roadmap", str(PROPOSALS), "--skip-bad")
    code, out, wrong = await linchpin(*command, folder=tmp_path, DATABASE_URL=settings.database)
    assert code == 0
    return out + wrong


async def test_a_long_roadmap_comes_in_and_no_answer_becomes_a_wall(mina: Slacker, imported: str) -> None:
    assert "22 new, 0 changed, 0 unchanged, 2 wrong." in imported
    assert '--lane "Rejected=later"' in imported
    seen = await mina.types("#product", "/roadmap")
    assert "[Show all 21 in Next]" in seen.text
    answer = await mina.types("#product", "/roadmap what is next?")
    assert answer.text.count("is in Next") == 7
    assert "… and 14 more: /roadmap next" in answer.text
    preview = await mina.types("#product", "/roadmap share next")
    assert preview.text.count("• RM-") == 15
    assert "more: /roadmap next" in preview.text


async def test_an_imported_item_reads_like_one_that_was_written_here(mina: Slacker, imported: str) -> None:
    assert "Done: 22 new" in imported
    card = await mina.types("#product", "/roadmap show RM-13")
    assert "Next · planned, never confirmed · no owner yet" in card.text
    assert "gives every webhook a retry schedule that its owner can read and change, and a page" in card.text
    assert "It covers:\n- retries for three days\n- a signed header" in card.text
    assert "• imported from proposals.jsonl · " in card.text
    marked = await mina.types("#product", "/roadmap find auditors snapshot")
    assert "their <tools> · Next · planned, never confirmed" in marked.text


async def test_untidy_talk_is_captured_and_linked_to_what_it_is_about(
    mina: Slacker, lee: Slacker, imported: str
) -> None:
    assert imported
    message = await lee.writes("#support", "noted, is there a way to get statements in our own time zone??")
    modal = await (await mina.uses("Capture feedback", on=message)).shows("both say time, zone")
    assert [one.split()[0] for one in modal.options("match")] == ["RM-18", "New:"]
    modal.fill(match="RM-18 Time zones on statements")
    assert await modal.submit() is None
    card = await mina.sees("#support", containing="linked to RM-18 Time zones on statements (Next)", thread=message)
    assert "You'll hear here when it moves." in card.text
