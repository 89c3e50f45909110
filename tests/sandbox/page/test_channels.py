"""What people do to a channel, and what they see of the app: by hand, on the page."""

from typing import Any

from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.sandbox.conftest import client_of
from tests.sandbox.page.gallery import element, words
from tests.sandbox.page.looking import MARKS, Visit, composer

pytestmark = MARKS


async def choose(page: Page, *names: str) -> None:
    """Choose from the channel's menu, and from the one that it opens."""
    await page.get_by_title("Channel menu").click()
    for name in names:
        await page.get_by_role("menuitem", name=name).click()


async def test_a_channel_gets_the_app_another_company_and_an_end(
    visit: Visit, app: dict[str, Any], slack: Sandbox
) -> None:
    page = await visit("/archives/C0SALES?as=U0MINA")
    sales = slack.workspace.channels["C0SALES"]
    await choose(page, "Add Echo")
    await expect(page.get_by_role("button", name="3 members")).to_be_visible()
    await choose(page, "Remove Echo")
    await expect(page.get_by_role("button", name="2 members")).to_be_visible()

    await choose(page, "Share with another company")
    await expect(page.get_by_role("link", name="#sales, shared with another company")).to_be_visible()
    await choose(page, "Add people", "Ann Acme")
    await expect(page.get_by_role("button", name="3 members")).to_be_visible()
    assert (sales.is_ext_shared, "U0ANN" in sales.members) == (True, True)
    await choose(page, "Stop sharing")
    await expect(page.get_by_role("button", name="2 members")).to_be_visible()

    await choose(page, "Archive channel")
    await page.get_by_role("alertdialog").get_by_role("button", name="Archive").click()
    await expect(composer(page, "#sales")).to_be_hidden()
    await expect(page.get_by_role("link", name="#sales, archived")).to_be_visible()
    await choose(page, "Unarchive channel")
    await expect(composer(page, "#sales")).to_be_visible()
    await choose(page, "Leave channel")
    await expect(page.get_by_role("button", name="Join channel")).to_be_visible()


async def test_a_new_home_keeps_the_focus_and_the_app_says_what_it_can_do(
    visit: Visit, app: dict[str, Any], slack: Sandbox
) -> None:
    page, client = await visit("/?as=U0MINA&tab=home"), client_of(slack)
    await expect(page.get_by_role("heading", name="Hi there")).to_be_visible()
    button = {"type": "actions", "block_id": "do", "elements": [element("button")]}
    for title in ("First", "Second"):
        blocks = [{"type": "header", "block_id": "title", "text": words(title)}, button]
        await client.views_publish(user_id="U0MINA", view={"type": "home", "blocks": blocks})
        await expect(page.get_by_role("heading", name=title)).to_be_visible()
        await page.get_by_role("button", name="The button").focus() if title == "First" else None
    await expect(page.get_by_role("button", name="The button")).to_be_focused()

    await page.get_by_role("tab", name="About").click()
    about = page.get_by_role("tabpanel", name="About")
    await expect(about.get_by_text("/echo words")).to_be_visible()
    await page.reload()
    await about.get_by_role("button", name="Message Echo").click()
    await expect(page.get_by_role("complementary", name="Conversation with Echo")).to_be_visible()


async def test_people_and_groups_that_are_new_can_be_mentioned_at_once(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    slack.slack.administration.form_group("designers", "Designers", ["U0MINA"], by="U0LEE")
    await composer(page).press_sequentially("hello @desi")
    await expect(page.get_by_role("option", name="Designers")).to_be_visible()
    await composer(page).press("Enter")
    await composer(page).press("Enter")
    await expect(page.get_by_role("main").locator(".mention-me")).to_have_text("@designers")
