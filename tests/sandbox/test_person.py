"""The words of scenarios fail in sentences that help."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.person import Slack, Slacker
from tests.reading import option_called, plain


async def test_a_hope_that_does_not_come_true_is_told(slack: Slack) -> None:
    with pytest.raises(AssertionError, match=r"After 0\.01 s: no snow"):
        await slack.until(lambda: None, "no snow", timeout=0.01)


async def test_waiting_is_woken_by_a_change(slack: Slack, client: AsyncWebClient, mina: Slacker) -> None:
    async def later() -> None:
        await client.chat_postMessage(channel="C0PRODUCT", text="here I am")

    posting = asyncio.create_task(later())
    assert (await mina.sees("#product", containing="here I am")).text == "here I am"
    await posting


async def test_a_missing_button_is_told_with_those_that_are_there(client: AsyncWebClient, mina: Slacker) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Undo"}}
    await client.chat_postMessage(channel="C0PRODUCT", text="x", blocks=[{"type": "actions", "elements": [button]}])
    card = await mina.sees("#product", containing="Undo")
    with pytest.raises(AssertionError, match="Undo"):
        await mina.clicks("Redo", on=card)


def test_a_missing_option_is_told_with_those_that_are_there() -> None:
    with pytest.raises(AssertionError, match="Now"):
        option_called([{"text": {"type": "plain_text", "text": "Now"}, "value": "now"}], "Later")


def test_text_is_read_as_slack_shows_it(slack: Slack) -> None:
    written = "*Hi* <@U0MINA>, see <#C0SALES|old> and <https://x.org|the plan> by <!date^1^{date}|Thu>: a_b &lt;3"
    assert plain(written, slack.workspace) == "Hi @mina, see #sales and the plan by Thu: a_b <3"
