"""Items in their form: written, edited, restricted, and changed by two people at once."""

from bot.app import Linchpin
from storage.models import Role
from storage.people import give_role
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database


async def test_an_item_is_edited_in_a_form_and_each_change_is_history(mina: Slacker, lee: Slacker) -> None:
    form = await mina.opens("#product", "/roadmap edit RM-4")
    assert (form.title, form.fields["title"]) == ("Edit RM-4", "Dark mode")
    filled = form.fill(
        title="Dark theme", area="Design", owner="dana", objective="OBJ-3 Enterprise ready", due="mid-October",
        effort="2.5",
    )  # fmt: skip
    assert await filled.submit() is None
    card = await lee.types("#product", "/roadmap show RM-4")
    assert "RM-4 Dark theme" in card.text
    assert "due mid-Oct" in card.text
    assert "owner @dana" in card.text
    assert "OBJ-3 Enterprise ready" in card.text
    assert "objective none → OBJ-3 · @mina," in card.text
    assert "RM-4 Dark theme" in (await lee.types("#product", "/roadmap find theme")).text
    again = await mina.opens("#product", "/roadmap edit RM-4")
    assert again.fields["effort"] == "2.5"
    assert again.fields["due"].startswith("mid-Oct 20")


@one_database
async def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_lost(mina: Slacker) -> None:
    form = await mina.opens("#product", "/roadmap edit RM-4")
    errors = await form.fill(title="Dark theme", due="soonish", effort="a lot").submit()
    assert errors == {
        "due": "I can't read that as a date. Type it like 2026-10-01, 14 Oct or Q4.",
        "effort": "Type the number of weeks, like 3 or 0.5.",
    }
    assert form.fields["title"] == "Dark theme"


@one_database
async def test_who_comes_second_to_a_form_is_told_and_loses_no_words(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    dana, team_id = slack.as_("dana"), bot.house.identity.team_id
    await bot.database.write(lambda session: give_role(session, team_id=team_id, user_id=dana.id, role=Role.PM))
    late = await dana.opens("#product", "/roadmap edit RM-4")
    early = await mina.opens("#product", "/roadmap edit RM-4")
    assert await early.fill(title="Dark theme", area="Nights").submit() is None
    second = await late.fill(title="Night mode", summary="For the night shift at Hooli").submit()
    assert second is not None
    assert not isinstance(second, dict)
    assert "This changed while you were writing." in second.text
    assert "• Title: Dark theme · @mina" in second.text
    assert second.fields["summary"] == "For the night shift at Hooli"
    assert second.fields["title"] == "Night mode"
    summary = next(block for block in second.blocks if block["block_id"] == "summary")
    assert summary["element"]["initial_value"] == "For the night shift at Hooli"  # also where Slack keeps no fields
    assert await second.submit() is None
    card = await mina.types("#product", "/roadmap show RM-4")
    assert "RM-4 Night mode" in card.text
    assert "Nights" in card.text
    assert "For the night shift at Hooli" in card.text


@one_database
async def test_a_restricted_item_is_only_there_for_those_who_are_named(
    mina: Slacker, lee: Slacker, sofia: Slacker
) -> None:
    form = await mina.opens("#product", "/roadmap edit RM-4")
    assert await form.fill(visibility="Only people named below", readers=["lee"]).submit() is None
    assert "RM-4 Dark mode" in (await lee.types("#product", "/roadmap show RM-4")).text
    assert (await sofia.types("#product", "/roadmap show RM-4")).text.startswith("I can't find RM-4.")
    form = await mina.opens("#product", "/roadmap edit RM-4")
    assert await form.fill(visibility="Everyone in the company").submit() is None
    assert "RM-4 Dark mode" in (await sofia.types("#product", "/roadmap show RM-4")).text


@one_database
async def test_a_new_item_is_written_from_anywhere_by_its_shortcut(mina: Slacker) -> None:
    form = await mina.uses("New roadmap item")
    assert form.title == "New roadmap item"
    assert await form.fill(title="Offline mode", area="Growth", due="Q4").submit() is None
    card = await mina.types("#product", "/roadmap show RM-13")
    assert "RM-13 Offline mode\nLater · idea · Q4 · owner @mina" in card.text


@one_database
async def test_only_product_managers_edit(lee: Slacker) -> None:
    refused = await lee.types("#product", "/roadmap edit RM-4")
    assert refused.text == "Only product managers can use /roadmap edit. Ask one of them, or an admin for the role."


@one_database
async def test_an_item_is_added_for_a_customer_on_an_objective(mina: Slacker) -> None:
    refused = await mina.types("#product", "/roadmap add Offline mode for:Akme")
    assert refused.text.startswith("I don't know an account called “Akme”. Did you mean Acme?")
    assert "Nothing was added." in refused.text
    added = await mina.types("#product", "/roadmap add Offline mode for:Acme obj:3")
    assert added.text.startswith("Added RM-13 Offline mode to Later.")
    card = await mina.types("#product", "/roadmap show RM-13")
    assert "1 vote · 0 notes · 1 account · $180k · OBJ-3 Enterprise ready" in card.text


@one_database
async def test_in_a_thread_a_button_does_what_was_asked(mina: Slacker, lee: Slacker) -> None:
    asked = await mina.writes("#product", "@linchpin edit RM-4")
    offer = await mina.sees("#product", containing="edit RM-4", thread=asked)
    await mina.clicks("Do it", on=offer)
    assert (await mina.sees_modal("Edit RM-4")).fields["title"] == "Dark mode"
    await lee.clicks("Do it", on=offer)
    assert (await lee.sees_only_me("#product")).text.startswith("Only product managers can use /roadmap edit.")


@one_database
async def test_in_a_direct_message_a_button_does_it_too_and_what_is_mine_is_told_at_once(lee: Slacker) -> None:
    await lee.writes("@linchpin", "follow RM-3")
    offer = await lee.dm_from_bot(containing="follow RM-3")
    await lee.clicks("Do it", on=offer)
    await lee.sees_only_me("@linchpin", containing="You follow RM-3 Audit log API.")
    await lee.writes("@linchpin", "mine")
    await lee.dm_from_bot(containing="You follow\n• RM-3 Audit log API")


@one_database
async def test_what_a_thread_asked_for_is_done_once_however_often_it_is_pressed(mina: Slacker) -> None:
    asked = await mina.writes("#product", "@linchpin add Offline mode")
    offer = await mina.sees("#product", containing="add Offline mode", thread=asked)
    for _ in range(2):
        await mina.clicks("Do it", on=offer)
    await mina.sees_only_me("#product", containing="Added RM-13 Offline mode")
    assert "2 matches" not in (await mina.types("#product", "/roadmap find offline")).text
    assert (await mina.types("#product", "/roadmap show RM-14")).text.startswith("I can't find RM-14.")
