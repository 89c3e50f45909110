"""What is said where many read it, and what a second try does."""

import pytest

from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database

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
