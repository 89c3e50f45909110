"""Files on the page: attached, sent, shown, saved."""

from pathlib import Path
from typing import Any

from playwright.async_api import FilePayload, Page, Route, expect

from bot.sandbox import Sandbox
from tests.sandbox.page.looking import MARKS, Visit, composer, said

pytestmark = MARKS

NOTES: FilePayload = {"name": "interviews.csv", "mimeType": "text/csv", "buffer": b"who,what\nAcme,SSO\n" * 100}
PLAN: FilePayload = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"SSO, then exports"}
DRAWING: FilePayload = {"name": "dot.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"}
HUGE: FilePayload = {"name": "film.bin", "mimeType": "application/octet-stream", "buffer": bytes(2_600_000)}


async def attach(page: Page, *files: FilePayload) -> None:
    """Choose files with the paper clip of the channel's composer."""
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Attach files").first.click()
    await (await chosen.value).set_files(list(files))


async def test_a_file_is_attached_sent_shown_and_saved(
    visit: Visit, app: dict[str, Any], slack: Sandbox, tmp_path: Path
) -> None:
    page = await visit()
    await attach(page, NOTES, DRAWING, PLAN)
    await page.get_by_role("button", name="Remove dot.svg").click()
    await composer(page).fill("What they said")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("list", name="Files to send")).to_have_count(0)

    lee = await visit("/archives/C0PRODUCT?as=U0LEE")
    message = said(lee, "What they said")
    await expect(message).to_contain_text("CSV · 2 KB")
    await expect(message.get_by_role("link", name="Download plan.txt")).to_be_visible()
    async with lee.expect_download() as saved:
        await message.get_by_role("link", name="Download interviews.csv").click()
    await (await saved.value).save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_bytes() == NOTES["buffer"]
    assert [file.name for file in slack.workspace.files.values()] == ["interviews.csv", "plan.txt"]


async def test_a_file_that_is_too_large_or_dangerous_does_no_harm(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    await attach(page, HUGE)
    await expect(page.get_by_text("film.bin: files of up to 2.5 MB can be shared here.")).to_be_visible()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await attach(page, DRAWING)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("main").get_by_text("dot.svg")).to_be_visible()


async def test_a_file_that_could_not_be_sent_stays_in_the_composer(visit: Visit, slack: Sandbox) -> None:
    page = await visit()
    await attach(page, NOTES)
    await composer(page).fill("What they said")

    async def refuse(route: Route) -> None:
        await route.fulfill(json={"ok": False, "error": "The disk is full."})

    await page.route("**/page-api/act", refuse)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("The disk is full.")).to_be_visible()
    await expect(page.get_by_role("button", name="Remove interviews.csv")).to_be_visible()
    await expect(composer(page)).to_have_value("What they said")
