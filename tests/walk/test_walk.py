"""A newcomer walks the whole path in a browser: capture, link, look, ask, summarize, approve, read on Thursday."""

import math
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from tests.sandbox.page.looking import MARKS, PHONE, Visit, composer, said, use_shortcut
from tests.walk.conftest import take_picture

pytestmark = MARKS
BERLIN = ZoneInfo("Europe/Berlin")
MINA = "/archives/C01SUPPORT?as=U01MINA"
DESK = {"width": 1280, "height": 860}


async def test_a_newcomer_walks_the_path(visit: Visit) -> None:
    page = await visit(MINA, viewport=DESK)
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
    await take_picture(page, "capture")
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
    await types(page, "/roadmap find refund by hand")
    found = said(page, "Support has to refund by hand").last
    ref = re.search(r"FB-\d+", await found.inner_text())
    assert ref is not None
    await types(page, f"/roadmap link {ref[0]} RM-6")
    await expect(said(page, f"Linked {ref[0]} to RM-6")).to_be_visible()
    await page.reload()  # ephemeral answers go, as in Slack: the picture shows one
    await types(page, "/roadmap")
    await expect(said(page, "live items")).to_contain_text("RM-6 Self-serve refunds")
    await take_picture(page, "roadmap")


async def asks(page: Page) -> None:
    await page.reload()
    await types(page, "/roadmap when does Acme get the audit log?")
    answer = said(page, "verified")
    await expect(answer).to_contain_text("RM-3")
    await expect(answer).to_contain_text("Acme asked on")
    await take_picture(page, "answer")
    await types(page, "/roadmap when do we get an offline mode?")
    await expect(said(page, "I have no roadmap item or feedback about “offline mode”")).to_be_visible()


async def summarizes(page: Page) -> None:
    await page.reload()
    await use_shortcut(page, said(page, "Invoice export: let's settle").first, "Summarize thread")
    modal = page.get_by_role("dialog", name="Thread summary")
    await expect(modal.get_by_text("Decided")).to_be_visible()
    await expect(modal.get_by_text("18 of 18 messages read · extractive, no model")).to_be_visible()
    await take_picture(page, "summary")
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
    await take_picture(page, "preview")
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
