"""What is said where many read it, and what a second try does."""

import pytest

from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import captured_by

pytestmark = one_database


@pytest.fixture
def mina(slack: Slack) -> Slacker:
    return slack.as_("mina")


async def test_in_a_channel_with_a_guest_no_money_is_named(mina: Slacker) -> None:
    await mina.writes("#product", "@linchpin now")
    answer = await mina.sees("#product", containing="SSO for all plans")
    assert "$" not in answer.text
    assert "only you see this" not in answer.text


async def test_an_overview_in_a_channel_does_not_claim_to_be_private(mina: Slacker) -> None:
    await mina.writes("#product", "@linchpin")
    answer = await mina.sees("#product", containing="live items")
    assert "$" not in answer.text
    assert "only you see this" not in answer.text
    assert "only you see this" in (await mina.types("#product", "/roadmap")).text


async def test_what_cannot_be_found_is_said_in_the_thread_too(mina: Slacker) -> None:
    asked = await mina.writes("#product", "@linchpin show RM-99")
    await mina.sees("#product", containing="I can't find RM-99", thread=asked)


async def test_a_question_is_read_as_it_was_typed(mina: Slacker) -> None:
    answer = await mina.types("#product", "/roadmap R&D exports for zebras?")
    assert "&amp;" not in answer.text
    assert " amp " not in answer.text
    await mina.clicks("Capture it as feedback", on=answer)
    modal = await mina.sees_modal("Capture feedback")
    assert modal.fields["quote"] == "R&D exports for zebras?"


async def test_the_same_modal_sent_again_is_answered_again(mina: Slacker) -> None:
    modal = await mina.uses("Capture feedback", on=await mina.sees("#support", containing="failed payments"))
    modal.fill(quote="   ")
    first = await modal.submit()
    again = await modal.submit()
    assert first is not None
    assert again == first
    assert modal.is_open


async def test_where_everybody_reads_along_nobodys_words_money_or_customer_are_repeated(
    mina: Slacker, lee: Slacker
) -> None:
    message = await lee.writes("#support", "Our payouts vanish at night")
    ref = await captured_by(lee, message, match="New")
    shown = await lee.types("#support", f"/roadmap show {ref}")
    assert "Our payouts vanish" in shown.text
    for typed in (f"show {ref}", "find vanish"):
        asked = await mina.writes("#support", f"@linchpin {typed}")
        answer = await mina.sees("#support", containing=ref, thread=asked)
        assert "Our payouts" not in answer.text
    alone = await mina.types("#support", "/roadmap show RM-4")
    assert "$210k" in alone.text
    assert "Hooli" in alone.text
    await mina.types("#support", f"/roadmap link {ref} RM-4")
    for typed in ("show RM-4", "why RM-4"):
        asked = await mina.writes("#support", f"@linchpin {typed}")
        answer = await mina.sees("#support", containing="Dark mode", thread=asked)
        assert "What people said" in answer.text
        assert ref in answer.text
        assert not any(words in answer.text for words in ("$", "Hooli", "Our payouts"))
