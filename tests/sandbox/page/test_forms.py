"""Modals, buttons, selects and the Home tab on the page."""

from typing import Any

from playwright.async_api import expect

from tests.sandbox.page.looking import MARKS, Visit, composer, said, type_in, use_shortcut

pytestmark = MARKS


async def test_a_modal_shows_its_error_in_place_until_the_answer_is_right(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    await use_shortcut(page, said(page, "Acme asks for SSO"), "Note this")
    modal = page.get_by_role("dialog", name="Take a note")
    problem = modal.get_by_role("textbox", name="Problem")
    await modal.get_by_role("button", name="Save").click()
    await expect(modal.get_by_role("alert").first).to_have_text("Please complete this required field.")

    await problem.fill("wrong")
    await modal.get_by_role("combobox", name="Customer").fill("glo")
    await page.get_by_role("option", name="Globex").click()
    await modal.get_by_role("radio", name="New").check()
    await modal.get_by_role("button", name="Save").click()
    await expect(modal.get_by_role("alert")).to_have_text("Say what hurts.")
    await expect(problem).to_have_value("wrong")
    await expect(problem).to_be_focused()

    await problem.fill("SSO")
    await modal.get_by_role("button", name="Save").click()
    await expect(modal).to_have_count(0)
    values = app["submitted"]
    assert values["problem"]["value"]["value"] == "SSO"
    assert values["customer"]["value"]["selected_option"]["value"] == "globex"
    assert values["match"]["value"]["selected_option"]["value"] == "new"
    assert values["weight"]["value"]["selected_option"]["value"] == "nice"
    assert values["tell"]["value"]["selected_users"] == []
    assert values["due"]["value"]["selected_date"] is None


async def test_an_update_keeps_what_was_typed_and_where(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    await use_shortcut(page, said(page, "Acme asks for SSO"), "Note this")
    modal = page.get_by_role("dialog", name="Take a note")
    problem = modal.get_by_role("textbox", name="Problem")
    await problem.fill("half a thought")
    await modal.get_by_role("radio", name="New").check()
    await problem.press("Enter")

    await expect(modal).to_contain_text("2 matches")
    await expect(modal).to_contain_text("Rebuilt with a hint")
    await expect(problem).to_have_value("half a thought")
    await expect(problem).to_be_focused()
    await expect(modal.get_by_role("radio", name="New")).to_be_checked()
    assert app["clicked"]["view"]["state"]["values"]["problem"]["value"]["value"] == "half a thought"


async def test_escape_closes_a_modal_and_gives_the_focus_back(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    message = said(page, "Acme asks for SSO")
    await use_shortcut(page, message, "Note this")
    modal = page.get_by_role("dialog", name="Take a note")
    await expect(modal.get_by_role("textbox", name="Problem")).to_be_focused()
    for _ in range(15):
        await page.keyboard.press("Tab")
        assert await modal.evaluate("node => node.contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)
    await expect(message.get_by_role("button", name="More actions")).to_be_focused()


async def test_a_dangerous_button_asks_first_and_a_select_reports_its_choice(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    await type_in(page, "/echo card")
    card = said(page, "Audit log API")
    await card.get_by_role("button", name="Withdraw").click()
    await page.get_by_role("alertdialog", name="Withdraw it?").get_by_role("button", name="Keep").click()
    assert "clicked" not in app

    await card.get_by_role("combobox", name="Show item").click()
    await page.get_by_role("option", name="RM-2").click()
    await expect(said(page, "You picked RM-2")).to_be_visible()
    await card.get_by_role("button", name="Withdraw").click()
    await page.get_by_role("alertdialog", name="Withdraw it?").get_by_role("button", name="Yes, withdraw").click()
    await expect(said(page, "You clicked withdraw")).to_be_visible()


async def test_the_home_tab_shows_what_the_app_published(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    await page.get_by_role("link", name="Echo").click()
    await expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    await expect(page.get_by_role("heading", name="Hi there")).to_be_visible()
    await page.get_by_role("tab", name="Messages").click()
    await expect(composer(page, "Echo")).to_be_visible()


async def test_a_global_shortcut_is_found_beside_the_composer(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    await page.get_by_role("button", name="Shortcuts").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Shortcuts")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="New note")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Take a note")).to_be_visible()
