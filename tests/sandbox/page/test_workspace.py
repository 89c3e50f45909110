"""The person, the clock, the phone and the connection on the page."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, Route, expect

from bot.sandbox import Sandbox
from tests.sandbox.page.looking import MARKS, PHONE, Visit, composer, outside, said, type_in
from tests.sandbox.stories import MANIFEST, STORY

pytestmark = MARKS


async def test_switching_the_person_switches_what_is_seen(visit: Visit) -> None:
    page = await visit()
    await expect(page.get_by_role("link", name="#board, private")).to_be_visible()
    await page.get_by_role("button", name="You are Mina Park · PM").click()
    await page.get_by_role("menuitemradio", name="Lee Wong").click()

    await expect(page.get_by_role("button", name="You are Lee Wong")).to_be_visible()
    await expect(page.get_by_role("link", name="#board, private")).to_have_count(0)
    await expect(page.get_by_role("link", name=re.compile("^#acme"))).to_be_visible()
    assert "as=U0LEE" in page.url


async def test_the_keyboard_jumps_to_a_channel_or_a_person(visit: Visit) -> None:
    page = await visit()
    await page.keyboard.press("Control+k")
    window = page.get_by_role("dialog", name="Jump to")
    await window.get_by_role("combobox").press_sequentially("wo")
    await expect(window.get_by_role("option", name="Lee Wong")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(composer(page, "Lee Wong")).to_be_focused()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("nowhere")
    await expect(window.get_by_text("Nothing found.")).to_be_visible()
    await page.keyboard.press("Control+k")
    await expect(window).to_be_hidden()


async def test_what_goes_wrong_is_chosen_beside_the_name(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    await page.get_by_role("button", name="Sandbox").click()
    await page.get_by_role("menuitem", name="It hears the next event twice").click()
    await expect(page.get_by_role("status").get_by_text("It hears the next event twice.")).to_be_visible()
    assert slack.faults.takes("duplicate")


async def test_the_clock_moves_forward_only(visit: Visit, slack: Sandbox) -> None:
    page = await visit(viewport={"width": 1440, "height": 900})
    before = slack.clock.offset
    await page.get_by_role("button", name="+1 day").click()
    await expect(page.get_by_text("Yesterday")).to_have_count(0)
    assert slack.clock.offset == before + 86400

    await page.get_by_role("button", name="Next Thu 09:00").click()
    await expect(page.get_by_role("group", name="Clock")).to_contain_text(
        re.compile(r"Thu \d+ \w+, 09:00 · Europe/Berlin")
    )
    assert datetime.fromtimestamp(slack.clock.now(), UTC).weekday() == 3
    await page.get_by_role("button", name="Move the clock").click()
    panel = page.get_by_role("dialog", name="Move the clock")
    await panel.get_by_label("Date and time").fill("2020-01-01T09:00")
    await panel.get_by_role("button", name="Move", exact=True).click()
    await expect(panel.get_by_role("alert")).to_contain_text("only moves forward")


async def test_a_phone_reaches_everything_without_scrolling_sideways(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit(viewport=PHONE, has_touch=True)

    await composer(page).fill("/echo card")
    await page.get_by_role("button", name="Send", exact=True).tap()
    await expect(said(page, "Audit log API")).to_be_visible()
    assert await outside(page) == []
    await said(page, "Acme asks for SSO").get_by_role("button", name="More actions").tap()
    await page.get_by_role("menuitem", name="Reply in thread").tap()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    await expect(composer(page)).to_be_hidden()
    assert await outside(page) == []
    await page.get_by_role("button", name="Close thread").tap()
    await said(page, "Acme asks for SSO").get_by_role("button", name="More actions").tap()
    await page.get_by_role("menuitem", name="Note this").tap()
    modal = page.get_by_role("dialog", name="Take a note")
    await expect(modal).to_be_visible()
    box = await modal.bounding_box()
    assert box is not None
    assert box["width"] == PHONE["width"]
    assert await outside(page) == []
    await modal.get_by_role("button", name="Cancel").tap()
    await page.get_by_role("button", name="Channels", exact=True).tap()
    await page.get_by_role("link", name="#sales").tap()
    await expect(page.get_by_role("heading", name="sales")).to_be_visible()
    await expect(page.get_by_role("link", name="#sales")).to_be_hidden()


async def test_the_page_says_when_no_app_is_connected(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    await expect(page.get_by_text("Echo is not connected")).to_be_visible()
    await type_in(page, "/echo anyone")
    await expect(page.get_by_text('/echo failed with the error "dispatch_failed"')).to_be_visible()


async def test_the_page_comes_back_when_the_sandbox_does(browser: Browser, tmp_path: Path) -> None:
    first = Sandbox(tmp_path, manifest=MANIFEST, story=STORY)
    await first.start()
    page = await browser.new_page()
    await page.goto(f"{first.url}/archives/C0PRODUCT?as=U0MINA")
    await expect(said(page, "Acme asks for SSO")).to_be_visible()
    await first.close()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()

    async with Sandbox(tmp_path, port=urlsplit(first.url).port or 0, manifest=MANIFEST, story=STORY) as second:
        await second.person("lee").post("#product", "back again")
        await expect(said(page, "back again")).to_be_visible(timeout=15_000)
        await expect(page.get_by_text("Reconnecting…")).to_have_count(0)
        await page.close()


async def test_a_snapshot_that_comes_late_takes_nothing_back(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    await expect(page.get_by_text("Reconnecting…")).to_be_hidden()  # what it connects with is here

    async def delay(route: Route) -> None:
        older = await route.fetch()
        await slack.person("lee").post("#product", "said meanwhile")
        await expect(said(page, "said meanwhile")).to_be_visible()
        await route.fulfill(response=older)

    await page.route("**/page-api/state*", delay)
    async with page.expect_response("**/page-api/state*"):
        await slack.person("mina").open_dm("U0LEE")
    await expect(page.get_by_role("link", name="Lee Wong")).to_be_visible()
    await expect(said(page, "said meanwhile")).to_be_visible()
