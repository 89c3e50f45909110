"""How the tests of the page find things: by role and name, as a person does."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page

MARKS = [pytest.mark.page, pytest.mark.asyncio(loop_scope="session")]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

Visit = Callable[..., Awaitable[Page]]


def said(page: Page, words: str) -> Locator:
    """Return the messages of the open channel with these words."""
    return page.get_by_role("main").get_by_role("article").filter(has_text=words)


def composer(page: Page, channel: str = "#product") -> Locator:
    """Return the field in which messages to a channel are typed."""
    return page.get_by_role("textbox", name=f"Message {channel}")


async def type_in(page: Page, text: str) -> None:
    """Send a message or a command in #product."""
    await composer(page).fill(text)
    await composer(page).press("Enter")


async def use_shortcut(page: Page, message: Locator, name: str) -> None:
    """Choose something from a message's menu."""
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=name).click()
