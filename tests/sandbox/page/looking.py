"""How the tests of the page find things: by role and name, as a person does."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page

MARKS = [pytest.mark.page, pytest.mark.asyncio(loop_scope="session")]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

FAINT_WORDS = Path(__file__).with_name("faint_words.js")

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


async def faint_words(page: Page) -> list[str]:
    """List the texts whose contrast with what is behind them is below 4.5, which WCAG asks for."""
    found: list[str] = await page.evaluate(FAINT_WORDS.read_text().partition("*/")[2].strip().removesuffix(";"))
    return found


async def outside(page: Page) -> list[str]:
    """List what sticks out of the screen sideways, other than what scrolls in its own box."""
    found: list[str] = await page.evaluate(
        """() => {
          const wide = (node) => node.matches("html") ? node.scrollWidth : node.getBoundingClientRect().right;
          return [...document.querySelectorAll("html, #main *, #thread *, #agent *, #topbar *, #modals *")]
            .filter((node) => !node.closest("pre, .table-wrap") && node.checkVisibility())
            .filter((node) => wide(node) > innerWidth + 1)
            .map((node) => node.outerHTML.slice(0, 120));
        }"""
    )
    return found
