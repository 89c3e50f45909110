"""Every block and element on every surface: shown, named, and usable with the keyboard alone."""

import asyncio
import re
from typing import Any, Literal

import pytest
from playwright.async_api import Locator, Page, Route, expect

from bot.sandbox import Sandbox
from bot.sandbox.blocks import ON_SURFACE
from bot.sandbox.elements import IN_ACTIONS
from tests.sandbox.conftest import client_of
from tests.sandbox.page.gallery import PLAIN, inputs, shown, words
from tests.sandbox.page.looking import MARKS, PHONE, Visit, composer, faint_words, outside

pytestmark = MARKS

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FOCUSED = "document.activeElement.closest('.message') && (document.activeElement.dataset.key ?? '')"
NAMELESS = re.compile(r"- (button|link|combobox|textbox|checkbox|radio|img|radiogroup|spinbutton|menuitem)( \[|:|$)")


async def has_shown(page: Page, inside: Locator, surface: Any) -> None:
    """Expect each block of a surface, drawn and with names for screen readers."""
    assert set(PLAIN) | {"input"} >= set(ON_SURFACE[surface])
    for block in shown(set(ON_SURFACE[surface])):
        await expect(inside.locator(f"[data-block='{block['block_id']}']")).to_be_visible()
    await expect(inside.get_by_text("This sandbox cannot show")).to_have_count(0)
    await expect(inside.get_by_role("radiogroup", name="A section")).to_be_visible()
    read = (await inside.aria_snapshot()).splitlines()
    assert [line for line in read if NAMELESS.search(line.strip())] == []


async def test_each_block_is_shown_on_each_surface(visit: Visit, app: dict[str, Any], slack: Sandbox) -> None:
    client = client_of(slack)
    page = await visit()
    await client.chat_postMessage(channel="C0PRODUCT", text="A gallery", blocks=shown(set(ON_SURFACE["message"])))
    await has_shown(page, page.get_by_role("main").locator(".message").last, "message")
    for theme in THEMES:
        await page.emulate_media(color_scheme=theme)
        assert await faint_words(page) == []

    await page.get_by_role("link", name="Echo").click()
    await expect(page.get_by_role("heading", name="Hi there")).to_be_visible()
    await client.views_publish(user_id="U0MINA", view={"type": "home", "blocks": shown(set(ON_SURFACE["home"]))})
    await has_shown(page, page.get_by_role("tabpanel", name="Home"), "home")


async def test_each_block_is_shown_in_a_modal_on_a_phone(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit(viewport=PHONE, has_touch=True)
    await composer(page).fill("/echo modal")
    await page.get_by_role("button", name="Send", exact=True).tap()
    modal = page.get_by_role("dialog", name="Gallery")
    await has_shown(page, modal, "modal")
    for block in inputs():
        label = block["label"]["text"]
        await expect(modal.get_by_label(label, exact=True)).to_be_visible()
    for theme in THEMES:
        await page.emulate_media(color_scheme=theme)
        assert await faint_words(page) == []
    assert await outside(page) == []


async def test_a_block_that_nobody_knows_is_shown_as_its_words(visit: Visit, slack: Sandbox) -> None:
    hologram = {"type": "hologram", "title": "A hull", "parts": [{"text": words("seen from <all> sides")}]}
    slack.slack.talk.app_says(slack.workspace.channels["C0PRODUCT"], {"text": "A hull", "blocks": [hologram]})
    note = (await visit()).get_by_role("main").get_by_role("note")
    await expect(note).to_contain_text("This sandbox cannot show a “hologram” block.")
    await expect(note).to_contain_text("A hull")
    await expect(note).to_contain_text("seen from <all> sides")


KEYS = {
    "static_select": ["Enter", "ArrowDown", "Enter"],
    "external_select": ["Enter", "Enter"],
    "users_select": ["l", "e", "Enter"],
    "conversations_select": ["Enter", "Enter"],
    "channels_select": ["p", "r", "Enter"],
    "overflow": ["Enter", "ArrowDown", "Enter"],
    "checkboxes": ["Space"],
    "radio_buttons": ["Space"],
    "datepicker": [*"11252026", "Enter"],
    "timepicker": [*"0930a", "Enter"],
    "datetimepicker": [*"11252026", "ArrowRight", *"0930a", "Enter"],
    "rich_text_input": ["H", "i", "Tab"],
}
TOLD = {
    "static_select": {"selected_option": "later"},
    "users_select": {"selected_user": "U0LEE"},
    "channels_select": {"selected_channel": "C0PRODUCT"},
    "overflow": {"selected_option": "later"},
    "datepicker": {"selected_date": "2026-11-25"},
    "timepicker": {"selected_time": "09:30"},
    "feedback_buttons": {"value": "good"},
}


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["actions"], sorted(IN_ACTIONS)),
        (["context_actions"], ["feedback_buttons", "icon_button"]),
        (["carousel", "container"], ["button", "static_select"]),
    ],
    ids=["actions", "answer", "within"],
)
async def test_each_element_works_with_the_keyboard(
    visit: Visit, app: dict[str, Any], slack: Sandbox, names: list[str], kinds: list[str]
) -> None:
    page = await visit()
    await client_of(slack).chat_postMessage(channel="C0PRODUCT", text="A gallery", blocks=shown(set(names)))
    message = page.get_by_role("main").locator(".message").last
    await expect(message.locator(f"[data-block='{names[-1]}']")).to_be_visible()
    assert {key.split(" ")[1] for key in await reached_by_tab(page, message) if " " in key} >= set(kinds)

    for kind in kinds:
        await message.locator(f"[data-key*=' {kind}']").first.focus()
        for key in KEYS.get(kind.removeprefix("multi_"), ["Enter"]):
            await page.keyboard.press(key)
            await expect(page.get_by_text("Looking…")).to_have_count(0)
        action = await heard_of(app, kind)
        for part, value in TOLD.get(kind, {}).items():
            told = action[part]
            assert (told["value"] if isinstance(told, dict) else told) == value


async def test_what_was_chosen_inside_a_box_is_told_when_something_else_is_clicked(
    visit: Visit, app: dict[str, Any], slack: Sandbox
) -> None:
    page = await visit()
    blocks = shown({"carousel", "container"})
    await client_of(slack).chat_postMessage(channel="C0PRODUCT", text="A gallery", blocks=blocks)
    message = page.get_by_role("main").locator(".message").last
    for kind in ("static_select", "button"):
        await message.locator(f"[data-key*=' {kind}']").focus()
        for key in KEYS.get(kind, ["Enter"]):
            await page.keyboard.press(key)
        await heard_of(app, kind)
    (kept,) = app["clicked"]["state"]["values"].values()
    assert kept["static_select"]["selected_option"]["value"] == "later"


async def test_what_is_chosen_while_the_app_is_busy_is_told_afterwards(
    visit: Visit, app: dict[str, Any], slack: Sandbox
) -> None:
    page, busy = await visit(), asyncio.Event()
    await client_of(slack).chat_postMessage(channel="C0PRODUCT", text="A gallery", blocks=shown({"actions"}))

    async def hold(route: Route) -> None:
        await busy.wait()
        await route.continue_()

    await page.route("**/page-api/act", hold)
    await page.get_by_role("checkbox", name="Now").check()
    await page.get_by_role("checkbox", name="Later").check()
    busy.set()
    await heard_of(app, "checkboxes")
    last = await heard_of(app, "checkboxes")
    assert [one["value"] for one in last["selected_options"]] == ["now", "later"]


async def heard_of(app: dict[str, Any], action_id: str) -> dict[str, Any]:
    """Wait until the app hears of an element."""
    async with asyncio.timeout(5):
        while (action := await app["actions"].get())["action_id"] != action_id:
            pass
    return dict(action)


async def reached_by_tab(page: Page, message: Locator) -> list[str]:
    """List the keys of what the Tab key reaches from a message on."""
    await message.focus()
    keys: list[str] = []
    for _ in range(60):
        await page.keyboard.press("Tab")
        here = await page.evaluate(FOCUSED)
        if here is None and keys:
            break
        keys.append(here or "")
    return keys
