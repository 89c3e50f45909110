"""What people type first, before they know the commands."""

import pytest

from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database

pytestmark = one_database


@pytest.fixture
def mina(slack: Slack) -> Slacker:
    return slack.as_("mina")


@pytest.mark.parametrize("typed", ["show FB-4", "FB-4", "show fb-4"])
async def test_feedback_is_shown_by_its_id(mina: Slacker, typed: str) -> None:
    shown = await mina.types("#acme-shared", f"/roadmap {typed}")
    assert "FB-4 linked to RM-3" in shown.text
    assert "Acme" in shown.text


async def test_an_item_is_shown_by_its_id_alone(mina: Slacker) -> None:
    assert "What people said" in (await mina.types("#product", "/roadmap rm-1")).text


@pytest.mark.parametrize("typed", ["drop RM-4", "delete RM-4", "reopen FB-1"])
async def test_an_unknown_verb_is_not_answered_with_a_status(mina: Slacker, typed: str) -> None:
    reply = await mina.types("#product", f"/roadmap {typed}")
    assert "Nothing was changed" in reply.text
    assert "verified" not in reply.text


@pytest.mark.parametrize("typed", ["hello", "Hi!", "thanks"])
async def test_a_greeting_gets_help(mina: Slacker, typed: str) -> None:
    assert "What you can type" in (await mina.types("#product", f"/roadmap {typed}")).text


@pytest.mark.parametrize(("typed", "usage"), [("add", "add Dark mode"), ("find", "find words"), ("move", "move RM-12")])
async def test_a_command_alone_is_told_what_it_needs(mina: Slacker, typed: str, usage: str) -> None:
    assert usage in (await mina.types("#product", f"/roadmap {typed}")).text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what is at risk?", "RM-2"),
        ("what is off track", "RM-8"),
        ("what did Acme ask for?", "Acme asked on"),
        ("what changed this week?", "RM-2"),
        ("is SSO still on for about a month?", "RM-1"),
    ],
)
async def test_what_product_people_ask_every_day_is_answered(mina: Slacker, question: str, said: str) -> None:
    answer = await mina.types("#acme-shared", f"/roadmap {question}")
    assert said in answer.text
    assert "verified" in answer.text


async def test_what_was_withdrawn_cannot_be_linked(mina: Slacker, slack: Slack) -> None:
    said = await mina.writes("#support", "Exports should remember my columns")
    await mina.reacts(said, "bulb")
    await mina.sees("#support", containing="waiting for triage", thread=said)
    await mina.reacts(said, "no_entry_sign")
    await mina.sees("#support", containing="was withdrawn", thread=said)
    assert "was withdrawn, so it can't be linked" in (await mina.types("#product", "/roadmap link FB-7 RM-2")).text


async def test_the_command_answers_under_the_name_that_the_manifest_gave_it(mina: Slacker, slack: Slack) -> None:
    manifest = slack.sandbox.app.commands
    next(one for one in manifest if one["command"] == "/roadmap")["command"] = "/plan"
    assert "Roadmap · Now" in (await mina.types("#product", "/plan now")).text
