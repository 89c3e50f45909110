"""The agent's pane: what it suggests, what it is doing, the answer as it grows, and what one thinks of it."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.workspace import Channel
from tests.sandbox.conftest import client_of
from tests.sandbox.page.gallery import element
from tests.sandbox.page.looking import DESK, MARKS, PHONE, Visit, faint_words, said

pytestmark = MARKS


def dm_of(slack: Sandbox) -> Channel:
    """Return Mina's conversation with the app."""
    return slack.workspace.direct_message("U0MINA", slack.app.bot_user_id)


async def asked(page: Page, slack: Sandbox) -> tuple[Locator, str]:
    """Open the pane and take the suggested prompt; return the pane and the question's ts."""
    await page.get_by_role("button", name="Ask Echo").click()
    pane = page.get_by_role("complementary", name="Conversation with Echo")
    await expect(pane.get_by_text("I say things back.")).to_be_visible()
    await pane.get_by_role("button", name="Next").click()
    await expect(pane.get_by_role("article").filter(has_text="What is next?")).to_be_visible()
    (ts,) = slack.workspace.messages[dm_of(slack).id]
    return pane, ts


async def begin(client: AsyncWebClient, slack: Sandbox, ts: str) -> str:
    """Begin to write an answer; return its ts."""
    begun = await client.chat_startStream(channel=dm_of(slack).id, thread_ts=ts, markdown_text="Next is ")
    return str(begun["ts"])


async def test_an_answer_is_announced_grows_and_can_be_judged(
    visit: Visit, app: dict[str, Any], slack: Sandbox
) -> None:
    page, client = await visit(), client_of(slack)
    pane, ts = await asked(page, slack)
    channel = dm_of(slack).id
    await client.assistant_threads_setTitle(channel_id=channel, thread_ts=ts, title="What comes next")
    await expect(pane.get_by_role("heading", name="What comes next")).to_be_visible()
    await client.assistant_threads_setStatus(channel_id=channel, thread_ts=ts, status="is thinking…")
    await expect(pane.get_by_role("status")).to_have_text("Echo is thinking…")
    assert await faint_words(page) == []

    answer = await begin(client, slack, ts)
    await expect(pane.get_by_role("status")).to_contain_text("Echo is writing…")
    await client.chat_appendStream(channel=channel, ts=answer, markdown_text="**Passkeys**")
    await expect(pane.locator("strong")).to_have_text("Passkeys")
    thumbs = {"type": "context_actions", "elements": [element("feedback_buttons")]}
    await client.chat_stopStream(channel=channel, ts=answer, blocks=[thumbs])
    await expect(pane.get_by_role("status")).to_have_count(0)
    await expect(pane.locator("strong")).to_have_text("Passkeys")

    good = pane.get_by_role("button", name="Good answer")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "true")
    async with asyncio.timeout(5):
        assert (await app["actions"].get())["value"] == "good"


async def test_a_person_stops_an_answer_and_keeps_what_was_written(
    visit: Visit, app: dict[str, Any], slack: Sandbox
) -> None:
    page, client = await visit(), client_of(slack)
    pane, ts = await asked(page, slack)
    answer = await begin(client, slack, ts)
    await pane.get_by_role("button", name="Stop").click()
    await expect(pane.get_by_role("status")).to_have_count(0)
    await expect(pane.get_by_text("Next is")).to_be_visible()
    await slack.delivered()
    assert app["stopped"]["streaming_message_ts"] == [answer]
    with pytest.raises(SlackApiError, match="stopped_by_user"):
        await client.chat_appendStream(channel=dm_of(slack).id, ts=answer, markdown_text="more")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_conversations_are_left_begun_and_found_again(
    visit: Visit, app: dict[str, Any], slack: Sandbox, size: dict[str, int]
) -> None:
    page = await visit(viewport=size)
    pane, _ = await asked(page, slack)
    await pane.get_by_role("textbox", name="Ask Echo").fill("and after that?")
    await page.keyboard.press("Enter")
    await expect(pane.get_by_role("article").filter(has_text="and after that?")).to_be_visible()
    await pane.get_by_role("button", name="New conversation").click()
    await expect(pane.get_by_role("article")).to_have_count(0)
    await pane.get_by_role("button", name="Earlier conversations").click()
    await page.get_by_role("menuitemradio", name="What is next?").click()
    await expect(pane.get_by_role("article")).to_have_count(2)

    await page.keyboard.press("Escape")
    await expect(pane).to_be_hidden()
    await expect(page.get_by_role("button", name="Ask Echo")).to_be_focused()
    await expect(said(page, "Acme asks for SSO")).to_be_visible()
    replies = [message for message in slack.workspace.messages[dm_of(slack).id].values() if message.is_reply]
    assert [message.text for message in replies] == ["and after that?"]


async def test_the_agent_is_told_what_the_person_looks_at(visit: Visit, app: dict[str, Any], slack: Sandbox) -> None:
    page = await visit()
    await page.get_by_role("button", name="Ask Echo").click()
    await page.get_by_role("link", name="#sales").click()
    async with asyncio.timeout(5):
        seen = [await app["contexts"].get() for _ in range(2)]
    assert [one["context"]["entities"][0]["value"] for one in seen] == ["C0PRODUCT", "C0SALES"]
