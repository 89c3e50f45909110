"""How an item is doing: the owner says it, sees it first, and confirms what is still true."""

import asyncio

from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database


async def test_an_update_is_seen_first_and_then_published(slack: Slack, lee: Slacker) -> None:
    dana = slack.as_("dana")
    preview = await dana.types("#product", "/roadmap update RM-6 at risk, the bank's API is late")
    assert "RM-6 Self-serve refunds · Now · on track → AT RISK" in preview.text
    assert preview.buttons == ["Publish", "Change", "Cancel"]
    assert "AT RISK" not in (await lee.types("#product", "/roadmap show RM-6")).text
    await asyncio.gather(*(dana.clicks("Publish", on=preview) for _ in range(2)))
    await dana.sees_only_me("#product", containing="Published: RM-6 Self-serve refunds is AT RISK.")
    card = await lee.types("#product", "/roadmap show RM-6")
    assert "Now · AT RISK" in card.text
    assert "the bank's API is late\n@dana," in card.text
    assert "still AT RISK" not in card.text


@one_database
async def test_an_update_is_changed_or_dropped_before_it_is_published(mina: Slacker, slack: Slack) -> None:
    preview = await mina.types("#product", "/roadmap update RM-1 Two plans are left")
    await mina.clicks("Change", on=preview)
    form = await mina.sees_modal("Update RM-1")
    assert form.fields["text"] == "Two plans are left"
    done = await form.fill(text="One plan is left", status="Off track").submit()
    assert not isinstance(done, dict)
    assert "OFF TRACK" in (await mina.types("#product", "/roadmap show RM-1")).text
    dropped = await mina.types("#product", "/roadmap update RM-1 on-track All is well")
    await mina.clicks("Cancel", on=dropped)
    await mina.no_longer_sees(dropped)
    card = await mina.types("#product", "/roadmap show RM-1")
    assert "One plan is left" in card.text
    assert "All is well" not in card.text


@one_database
async def test_only_the_owner_or_a_product_manager_says_how_it_goes(lee: Slacker) -> None:
    refused = await lee.types("#product", "/roadmap update RM-6 on-track All is well")
    assert refused.text == "@dana, who owns RM-6, or a product manager says how it is doing."


@one_database
async def test_an_update_without_words_asks_for_them(mina: Slacker) -> None:
    asked = await mina.types("#product", "/roadmap update RM-6 at-risk")
    assert asked.text.startswith("Say how it goes, in a sentence:")
    refused = await mina.types("#product", "/roadmap update RM-4 on-track Nearly there")
    assert refused.text.startswith("RM-4 is in Later, where nothing is on track.")


@one_database
async def test_an_old_status_is_no_fact_until_somebody_confirms_it(slack: Slack, lee: Slacker) -> None:
    yuki = slack.as_("yuki")
    before = await lee.types("#product", "/roadmap show RM-4")
    assert "Later · idea, unconfirmed for 12 days" in before.text
    assert "Still true" not in before.buttons
    card = await yuki.types("#product", "/roadmap show RM-4")
    await yuki.clicks("Still true", on=card)
    await yuki.sees_only_me("#product", containing="Noted: RM-4 Dark mode is idea, confirmed today.")
    after = await lee.types("#product", "/roadmap show RM-4")
    assert "unconfirmed" not in after.text
    assert "status confirmed today by @yuki" in after.text


@one_database
async def test_words_changed_after_publishing_are_published_too(mina: Slacker) -> None:
    preview = await mina.types("#product", "/roadmap update RM-1 Two plans are left")
    await mina.clicks("Change", on=preview)
    form = await mina.sees_modal("Update RM-1")
    await mina.clicks("Publish", on=preview)
    await mina.sees_only_me("#product", containing="Two plans are left")
    done = await form.fill(text="One plan is left").submit()
    assert not isinstance(done, dict)
    assert "One plan is left" in (await mina.types("#product", "/roadmap show RM-1")).text
