"""Writing, reacting, threads, and commands on the page."""

import asyncio
import re
from typing import Any

from playwright.async_api import Route, expect

from bot.sandbox import Sandbox
from tests.sandbox.page.looking import MARKS, Visit, composer, said, type_in, use_shortcut

pytestmark = MARKS


async def test_a_person_reads_a_channel_and_writes_in_it(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    await expect(page.get_by_role("heading", name="product")).to_be_visible()
    await expect(said(page, "Acme asks for SSO")).to_contain_text("Lee Wong")

    await composer(page).press_sequentially("first line")
    await composer(page).press("Shift+Enter")
    await composer(page).press_sequentially("*second* & <b>last</b>")
    await composer(page).press("Enter")

    mine = said(page, "first line")
    await expect(mine).to_contain_text("& <b>last</b>")
    await expect(mine.locator("strong")).to_have_text("second")
    await expect(composer(page)).to_have_value("")
    newest = max(slack.workspace.messages["C0PRODUCT"].values(), key=lambda message: message.ts)
    assert newest.text == "first line\n*second* &amp; &lt;b&gt;last&lt;/b&gt;"


async def test_what_is_sent_before_the_last_has_arrived_follows_it(visit: Visit) -> None:
    page = await visit()
    arrived = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await page.route("**/page-api/act", hold)
    await type_in(page, "one at once")
    await type_in(page, "two at once")
    await expect(composer(page)).to_have_value("")
    arrived.set()
    await expect(said(page, "at once")).to_contain_text(["one", "two"])


async def test_what_was_not_sent_comes_back_before_what_was_typed_since(visit: Visit) -> None:
    page = await visit()
    refused = asyncio.Event()

    async def refuse(route: Route) -> None:
        await refused.wait()
        await route.fulfill(json={"ok": False, "error": "The disk is full."})

    await page.route("**/page-api/act", refuse)
    await type_in(page, "a long story")
    await composer(page).fill("and its end")
    refused.set()
    await expect(composer(page)).to_have_value("a long story\nand its end")
    await expect(page.get_by_text("The disk is full.")).to_be_visible()


async def test_what_others_write_arrives_without_a_reload(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    await slack.person("lee").post("#product", "hello from New York")
    await expect(said(page, "hello from New York")).to_be_visible()
    await slack.person("lee").post("#sales", "and another")
    sales = page.get_by_role("link", name="#sales")
    await expect(sales).to_have_accessible_name("#sales, unread")
    await expect(sales).to_have_css("font-weight", "700")
    await expect(sales.locator(".side-count")).to_have_count(0)
    await slack.person("lee").post("#sales", "one for @mina")
    await expect(sales).to_have_accessible_name("#sales, 1 mention")
    await expect(sales.locator(".side-count")).to_have_text("1")


async def test_clicking_a_reaction_twice_takes_it_back(visit: Visit) -> None:
    page = await visit()
    message = said(page, "Acme asks for SSO")
    await message.hover()
    await message.get_by_role("button", name="Add reaction").click()
    await page.get_by_role("dialog", name="Emoji").get_by_role("button", name="bulb", exact=True).first.click()

    pill = message.get_by_role("button", name="bulb 1. you reacted with :bulb:")
    await expect(pill).to_have_attribute("aria-pressed", "true")
    await pill.click()
    await expect(pill).to_have_count(0)


async def test_a_reply_appears_in_the_thread_and_is_counted_in_the_channel(visit: Visit) -> None:
    page = await visit()
    await said(page, "Acme asks for SSO").get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("textbox", name="Reply in thread").fill("Globex too")
    await thread.get_by_role("button", name="Send reply").click()

    await expect(thread.get_by_role("article").filter(has_text="Globex too")).to_be_visible()
    await expect(said(page, "Acme asks for SSO").get_by_role("button", name="2 replies")).to_be_visible()
    await thread.get_by_role("button", name="Close thread").click()
    await expect(thread).to_be_hidden()
    await expect(said(page, "Globex too")).to_have_count(0)


async def test_a_command_is_offered_answered_privately_and_dismissed(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    await composer(page).press_sequentially("/ec")
    await expect(page.get_by_role("option", name="/echo words")).to_be_visible()
    await composer(page).press("Enter")
    await composer(page).press_sequentially("good morning")
    await page.get_by_role("button", name="Send", exact=True).click()

    answer = said(page, "You said good morning")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer).to_contain_text("APP")
    lee = await visit("/archives/C0PRODUCT?as=U0LEE")
    await expect(said(lee, "Acme asks for SSO")).to_be_visible()
    await expect(said(lee, "You said good morning")).to_have_count(0)
    await answer.get_by_role("button", name="Dismiss message").click()
    await expect(answer).to_have_count(0)


async def test_a_link_to_a_message_opens_its_thread_and_lights_it(visit: Visit, slack: Sandbox) -> None:
    reply = next(m for m in slack.workspace.messages["C0PRODUCT"].values() if m.text == "On it")
    page = await visit(f"/archives/C0PRODUCT/p{reply.ts.replace('.', '')}?as=U0MINA")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.locator(".highlight")).to_contain_text("On it")


async def test_people_edit_and_delete_what_they_wrote_and_nothing_else(visit: Visit, slack: Sandbox) -> None:
    page = await visit("/archives/C0PRODUCT?as=U0LEE")
    await composer(page).fill("see @mina in #sales")
    await composer(page).press("Enter")
    mine = said(page, "see @Mina Park in #sales")
    await expect(mine).to_be_visible()
    await composer(page).press("ArrowUp")
    editor = page.get_by_role("textbox", name="Edit message")
    await expect(editor).to_have_value("see @mina in #sales")
    await editor.fill("see @mina")
    await editor.press("Enter")
    mine = said(page, "see @Mina Park")
    await expect(mine).to_contain_text("(edited)")

    await use_shortcut(page, mine, "Delete message")
    await page.get_by_role("alertdialog", name="Delete message").get_by_role("button", name="Delete").click()
    await expect(mine).to_have_count(0)

    await slack.person("mina").post("#product", "not yours")
    await said(page, "not yours").hover()
    await said(page, "not yours").get_by_role("button", name="More actions").click()
    await expect(page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Delete message")).to_have_count(0)
    await expect(page.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    await page.keyboard.press("Escape")

    root = await slack.person("lee").upload("#product", "plan.txt", b"words", "old news")
    await slack.person("mina").react("#product", root.ts, "eyes")
    await slack.person("mina").post("#product", "too late", root.ts)
    await use_shortcut(page, said(page, "old news"), "Delete message")
    await page.get_by_role("alertdialog", name="Delete message").get_by_role("button", name="Delete").click()
    left = said(page, "This message was deleted.")
    await expect(left).not_to_contain_text(re.compile("edited|Somebody|plan.txt"))
    await expect(left.get_by_role("button")).to_have_count(1)
    await left.get_by_role("button", name="1 reply, open thread").click()
    await expect(page.get_by_role("complementary", name="Thread").get_by_text("too late")).to_be_visible()


async def test_a_direct_message_reaches_the_other_person(visit: Visit) -> None:
    page = await visit()
    await page.get_by_role("button", name="New message").click()
    await page.get_by_role("menuitem", name="Lee Wong").click()
    await composer(page, "Lee Wong").fill("just between us")
    await composer(page, "Lee Wong").press("Enter")
    lee = await visit("/archives/C0PRODUCT?as=U0LEE")
    await lee.get_by_role("link", name="Mina Park, 1 unread").click()
    await expect(said(lee, "just between us")).to_be_visible()
    await expect(lee.get_by_role("separator", name="New")).to_be_visible()
    await lee.get_by_role("link", name="#sales").click()
    await lee.get_by_role("link", name="Mina Park").click()
    await expect(said(lee, "just between us")).to_be_visible()
    await expect(lee.get_by_role("separator", name="New")).to_have_count(0)


async def test_people_join_a_channel_before_they_write_in_it(visit: Visit) -> None:
    page = await visit("/archives/C0ACME?as=U0MINA")
    await expect(composer(page, "#acme")).to_be_hidden()
    await page.get_by_role("button", name="Join channel").click()
    await expect(composer(page, "#acme")).to_be_visible()
