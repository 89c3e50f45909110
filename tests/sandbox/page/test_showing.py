"""What people and apps wrote, as the page shows it."""

from typing import Any

from playwright.async_api import expect

from bot.sandbox import Sandbox
from tests.sandbox.page.looking import MARKS, Visit, said, type_in

pytestmark = MARKS


HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "javascript:alert(3) [x](javascript:alert(4))",
    '"><svg onload=alert(5)> *<b onclick=alert(6)>bold</b>*',
    "`<img src=http://evil.example/x.png>` :bulb:<iframe src=http://evil.example>",
)


async def test_hostile_text_stays_text(visit: Visit, app: dict[str, Any], slack: Sandbox) -> None:
    for words in HOSTILE:
        await slack.person("lee").post("#product", words)
    page = await visit()
    for words in HOSTILE[:3]:
        await expect(said(page, words.replace("*", ""))).to_be_visible()
    await type_in(page, "/echo hostile")
    await expect(said(page, "hostile card")).to_be_visible()

    main = page.get_by_role("main")
    assert await main.locator("script, iframe, b[onclick], svg[onload], img[src^='http'], img[src='x']").count() == 0
    assert await main.locator("a[href^='javascript' i], a[href^='data' i]").count() == 0
    await expect(main.get_by_role("img", name="A picture elsewhere")).to_be_visible()


async def test_slack_markup_is_shown_as_slack_shows_it(visit: Visit, app: dict[str, Any]) -> None:
    page = await visit()
    await type_in(page, "/echo markup")
    shown = said(page, "Markup")
    for tag, words in {
        "strong": "bold", "em": "italic", "s": "gone", "code": "a_b*c", "pre": "x = 1\ny", "blockquote": "quoted & so",
    }.items():  # fmt: skip
        await expect(shown.locator(tag).first).to_have_text(words)
    await expect(shown.get_by_text("@Lee Wong")).to_be_visible()
    await expect(shown.get_by_role("link", name="#product")).to_have_attribute("href", "/archives/C0PRODUCT")
    await expect(shown.get_by_role("link", name="the docs")).to_have_attribute("rel", "noopener noreferrer")
    await expect(shown.get_by_role("img", name="bulb emoji")).to_have_text("💡")
    await expect(shown).to_contain_text("at 10:30:45 snake_case_name 2 * 3 * 4")
    await expect(shown).to_contain_text("on 2026-11-25")  # still the 24th in UTC
