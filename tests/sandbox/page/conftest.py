"""A browser, a sandbox with a tiny app, and visits that complain about anything that went wrong."""

import os
import shutil
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Dialog, Page, async_playwright, expect

from bot.sandbox import Sandbox
from tests.sandbox.conftest import connected, running
from tests.sandbox.page.app import tiny_app
from tests.sandbox.page.looking import DESK, Visit
from tests.sandbox.stories import MANIFEST

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AGENT = {
    "agent_description": "I say things back.",
    "suggested_prompts": [{"title": "Next", "message": "What is next?"}],
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Yield Chromium; a person's machine may lack it, CI may not."""
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed; the tests of the page need it.")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM or "/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def slack() -> AsyncIterator[Sandbox]:
    """Yield a sandbox that nothing is connected to."""
    manifest = MANIFEST | {"features": MANIFEST["features"] | {"agent_view": AGENT}}
    async with running(manifest=manifest) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def app(slack: Sandbox) -> AsyncIterator[dict[str, Any]]:
    """Connect the tiny app; yields what it heard, by name."""
    heard: dict[str, Any] = {}
    async with connected(slack, tiny_app(slack, heard)):
        yield heard


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, slack: Sandbox) -> AsyncIterator[Visit]:
    """Yield a function that opens the page as someone; afterwards nothing may have gone wrong or gone out."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def go(path: str = "/archives/C0PRODUCT?as=U0MINA", **options: Any) -> Page:
        context = await browser.new_context(**{"viewport": DESK, **options})
        contexts.append(context)
        page = await context.new_page()
        _listen(page, complaints)
        await page.goto(slack.url + path)
        await expect(page.get_by_role("button", name="You are")).to_be_visible()
        return page

    yield go
    for context in contexts:
        await context.close()
    assert complaints == []


def _listen(page: Page, complaints: list[str]) -> None:
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(_outside(request.url)))

    async def refuse(dialog: Dialog) -> None:
        complaints.append(f"the page asked: {dialog.message}")
        await dialog.dismiss()

    page.on("dialog", refuse)


def _outside(url: str) -> list[str]:
    parts = urlsplit(url)
    return [] if parts.scheme == "data" or parts.hostname == "127.0.0.1" else [f"a request left: {url}"]
