"""Votes: one a person, one an account, and what they add up to."""

from tests.person import Slacker
from tests.scenarios.conftest import one_database


async def test_a_vote_counts_once_for_a_person_and_once_for_an_account(lee: Slacker, omar: Slacker) -> None:
    voted = await lee.types("#product", "/roadmap vote RM-4")
    assert voted.text.startswith("Your vote for RM-4 Dark mode counts as nice.\n1 vote · 1 note · 1 account · $210k")
    for person in (lee, omar):
        reply = await person.types("#product", "/roadmap vote RM-4 for:Acme weight:blocker")
    assert reply.text.startswith("Acme's vote for RM-4 Dark mode counts already as blocker.\n2 votes · 1 note · 2 acc")
    hooli = await omar.types("#product", "/roadmap vote RM-4 for:hooli")
    assert "3 votes · 1 note · 2 accounts · $390k" in hooli.text
    assert (
        "RM-4 Dark mode · idea, unconfirmed for 12 days · 3 votes · 2 accounts · $390k"
        in (await lee.types("#product", "/roadmap later")).text
    )


@one_database
async def test_a_vote_is_weighed_anew_and_undone(lee: Slacker) -> None:
    await lee.types("#product", "/roadmap vote RM-4")
    heavier = await lee.types("#product", "/roadmap vote RM-4 weight:important")
    assert "counts, now as important (was nice)." in heavier.text
    await lee.clicks("Undo", on=heavier)
    lighter = await lee.sees_only_me("#product", containing="now as nice (was important)")
    assert lighter
    gone = await lee.types("#product", "/roadmap unvote RM-4")
    assert gone.text.startswith("Your vote for RM-4 Dark mode counts no longer.\n1 note")
    assert (await lee.types("#product", "/roadmap unvote RM-4")).text == "There is no vote of yours for RM-4."


@one_database
async def test_an_account_nobody_knows_is_asked_about(lee: Slacker) -> None:
    asked = await lee.types("#product", "/roadmap vote RM-4 for:Akme weight:blocker")
    assert asked.text.startswith("I don't know an account called “Akme”. Did you mean Acme? Nothing was counted yet.")
    await lee.clicks("Acme", on=asked)
    await lee.sees_only_me("#product", containing="Acme's vote for RM-4 Dark mode counts as blocker")
    await lee.clicks("Add Akme", on=asked)
    await lee.sees_only_me("#product", containing="Akme's vote for RM-4 Dark mode counts as blocker")


@one_database
async def test_a_guest_does_not_vote_and_nobody_takes_back_what_another_cast(
    noor: Slacker, lee: Slacker, omar: Slacker
) -> None:
    assert (await noor.types("#product", "/roadmap vote RM-4")).text.startswith("Only members of this workspace can")
    await lee.types("#product", "/roadmap vote RM-4 for:Acme")
    refused = await omar.types("#product", "/roadmap unvote RM-4 for:Acme")
    assert refused.text == "Only @lee, who cast that vote, or a product manager can take it back."


@one_database
async def test_what_was_undone_is_not_said_to_count_when_its_button_is_pressed_again(lee: Slacker) -> None:
    asked = await lee.writes("#product", "@linchpin vote RM-4")
    offer = await lee.sees("#product", containing="vote RM-4", thread=asked)
    await lee.clicks("Do it", on=offer)
    voted = await lee.sees_only_me("#product", containing="Your vote for RM-4 Dark mode counts as nice")
    await lee.clicks("Undo", on=voted)
    await lee.sees_only_me("#product", containing="counts no longer")
    await lee.clicks("Do it", on=offer)
    await lee.sees_only_me("#product", containing="There is no vote of yours for RM-4.")
