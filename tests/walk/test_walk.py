"""A newcomer walks the README's path in a browser: capture, link, look, ask, summarize, approve, read on Thursday."""

import math
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from tests.sandbox.page.looking import MARKS, PHONE, Visit, composer, said, use_shortcut
from tests.walk.conftest import take_picture

pytestmark = MARKS
BERLIN = ZoneInfo("Europe/Berlin")
DESK = {"width": 1280, "height": 980}
LETTERS = re.compile("[a-z]")
READABLE = {"answer", "capture", "preview", "roadmap", "summary"}
"""The pictures whose words are the same on any day: they are kept, and compared."""
LOOKS = {"/roadmap": "live items", "/roadmap link FB-7 RM-6": "Linked FB-7 to RM-6 Self-serve refunds"}
ASKS = {
    "/roadmap when does Acme get the audit log?": "RM-3 has no date per account",
    "/roadmap what is at risk?": "The reason given for the last change of its status",
    "/roadmap show FB-7": "linked to RM-6 Self-serve refunds",
}


async def test_a_newcomer_walks_the_path(visit: Visit) -> None:
    page = await visit("/?as=U01MINA", viewport=DESK)
    await page.get_by_role("link", name="#support").first.click()
    await captures_a_message(page)
    await captures_by_reaction(page)
    await page.get_by_role("link", name="#product").first.click()
    await links_and_looks(page)
    await asks(page)
    await summarizes(page)
    await approves(page)
    await reads_on_thursday(page)
    phone = await visit("/archives/C01PRODUCT?as=U01SOFIA", viewport=PHONE)
    await expect(said(phone, "approved by")).to_be_visible()
    assert await phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await take_picture(phone, "phone")


async def captures_a_message(page: Page) -> None:
    await use_shortcut(page, said(page, "charged twice after a time-out"), "Capture feedback")
    modal = page.get_by_role("dialog", name="Capture feedback")
    await expect(modal.get_by_label("Quote")).to_have_value(re.compile("partial refunds"))
    await expect(modal.get_by_label("Customer")).to_have_value("Umbrella")
    await modal.get_by_label("Problem in one line").fill("Support has to refund by hand")
    await expect(modal.get_by_text("RM-6 Self-serve refunds")).to_be_visible()
    await expect(modal.get_by_label("Problem in one line")).to_have_value("Support has to refund by hand")
    await take_picture(page, "capture", modal)
    await modal.get_by_role("button", name="Capture", exact=True).click()
    await expect(modal).to_be_hidden()
    message = said(page, "charged twice after a time-out")
    await expect(message.get_by_text("3 replies")).to_be_visible()
    await message.get_by_text("3 replies").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_text("waiting for triage")).to_be_visible()


async def captures_by_reaction(page: Page) -> None:
    message = said(page, "emails about failed payments")
    await message.hover()
    await message.get_by_role("button", name="React with bulb").click()
    await expect(said(page, "Captured as")).to_be_visible()
    await expect(said(page, "Captured as").get_by_role("button", name="Add details")).to_be_visible()


async def links_and_looks(page: Page) -> None:
    for typed, answered in LOOKS.items():
        await types(page, typed)
        await expect(said(page, answered)).to_be_visible()
    await dismisses_all(page)  # the picture shows one answer
    await types(page, "/roadmap")
    await expect(said(page, "live items")).to_contain_text("RM-6 Self-serve refunds")
    await take_picture(page, "roadmap", said(page, "live items"))


async def asks(page: Page) -> None:
    for typed, answered in ASKS.items():
        await dismisses_all(page)
        await types(page, typed)
        await expect(said(page, answered)).to_be_visible()
        if "Acme" in typed:
            await expect(said(page, answered)).to_contain_text("Acme asked on")
            await take_picture(page, "answer", said(page, answered))
    await types(page, "/roadmap when do we get an offline mode?")
    await expect(said(page, "I have no roadmap item or feedback about “offline mode”")).to_be_visible()


async def summarizes(page: Page) -> None:
    await dismisses_all(page)
    await use_shortcut(page, said(page, "Invoice export: let's settle").first, "Summarize thread")
    modal = page.get_by_role("dialog", name="Thread summary")
    await expect(modal.get_by_text("Decided")).to_be_visible()
    await expect(modal.get_by_text("18 of 18 messages read · extractive, no model")).to_be_visible()
    await take_picture(page, "summary", modal)
    await modal.get_by_role("button", name="Close").last.click()


async def approves(page: Page) -> None:
    for _ in range(days_until_preview()):
        await page.get_by_role("button", name="+1 day").click()
    await page.get_by_role("link", name=re.compile("^linchpin", re.IGNORECASE)).click()
    await expect(page.get_by_text("Needs you")).to_be_visible()
    await take_picture(page, "home")
    await page.get_by_role("tab", name="Messages").click()
    preview = said(page, "posts to #product").last
    await expect(preview.get_by_role("button", name="Approve")).to_be_visible(timeout=15_000)
    await preview.evaluate("preview => preview.scrollIntoView({block: 'start'})")
    await take_picture(page, "preview", *await preview.get_by_role("button").filter(has_text=LETTERS).all())
    await preview.get_by_role("button", name="Approve").click()
    await expect(preview).to_contain_text("Approved by")


async def reads_on_thursday(page: Page) -> None:
    await page.get_by_role("link", name="#product").first.click()
    await page.get_by_role("button", name="Next Thu 09:00").click()
    post = said(page, "What changed").last
    await expect(post).to_contain_text("approved by", timeout=15_000)
    await expect(said(page, "facts as of")).to_have_count(1)
    await post.scroll_into_view_if_needed()
    await take_picture(page, "update")


async def dismisses_all(page: Page) -> None:
    while await (buttons := page.get_by_role("main").get_by_role("button", name="Dismiss message")).count():
        before = await buttons.count()
        await buttons.first.click()
        await expect(buttons).to_have_count(before - 1)


async def types(page: Page, text: str) -> None:
    await composer(page).fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


def days_until_preview() -> int:
    """Return how many whole days lie before the day in which the weekly update's preview is due."""
    now = datetime.now(UTC).astimezone(BERLIN)
    day = now.date()
    while (slot := datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN)) <= now or day.weekday() != 3:
        day += timedelta(days=1)
    return max(0, math.ceil((slot - timedelta(hours=24) - now) / timedelta(days=1)))
