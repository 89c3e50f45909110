"""Who may do what, checked when it is done: by command, and at every button."""

from datetime import UTC, datetime, timedelta

from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import captured_by

pytestmark = one_database


async def _card(slack: Slack) -> Message:
    """Capture something of Sofia's by Lee, and return the card."""
    said = await slack.as_("sofia").writes("#support", "Stark wants to see who changed a payout.")
    await captured_by(slack.as_("lee"), said)
    return await slack.as_("lee").sees("#support", containing="FB-7", thread=said)


async def test_undo_by_somebody_without_the_right_is_refused_to_them_alone(omar: Slacker, slack: Slack) -> None:
    card = await _card(slack)
    await omar.clicks("Undo", on=card)
    refused = await omar.sees_only_me("#support", containing="Only who captured FB-7")
    assert refused.text == "Only who captured FB-7 or a product manager can undo it."
    assert "waiting for triage" in card.text


async def test_edit_by_somebody_without_the_right_is_refused_before_the_form_opens(omar: Slacker, slack: Slack) -> None:
    card = await _card(slack)
    await omar.clicks("Edit", on=card)
    refused = await omar.sees_only_me("#support", containing="edit it")
    assert refused.text == "Only who captured FB-7, who said it, or a product manager can edit it."
    assert slack.workspace.top_view(omar.id) is None


async def test_the_author_may_edit_what_somebody_else_captured(sofia: Slacker, slack: Slack) -> None:
    card = await _card(slack)
    await sofia.clicks("Edit", on=card)
    modal = await sofia.sees_modal("Edit FB-7")
    assert await modal.fill(problem="Payouts can't be traced").submit() is None
    await card.shows("Payouts can't be traced")


async def test_a_product_manager_may_undo_what_somebody_else_captured(mina: Slacker, slack: Slack) -> None:
    card = await _card(slack)
    await mina.clicks("Undo", on=card)
    await card.shows("FB-7 was withdrawn")


async def test_a_guest_s_me_too_is_refused_in_a_sentence(noor: Slacker, lee: Slacker) -> None:
    said = await lee.writes("#product", "Stark wants to see who changed a payout.")
    await captured_by(lee, said)
    card = await lee.sees("#product", containing="Me too · 1", thread=said)
    await noor.clicks("Me too · 1", on=card)
    refused = await noor.sees_only_me("#product", containing="Only members")
    assert refused.text == "Only members of this workspace can vote. Ask one of them, or an admin for the role."
    assert "Me too · 1" in card.text


async def test_the_author_withdraws_what_was_captured_where_the_bot_is_not(mina: Slacker, slack: Slack) -> None:
    grace = slack.as_("grace")
    said = await grace.writes("#leadership", "The board wants SSO before the renewal.")
    modal = await mina.uses("Capture feedback", on=said)
    await modal.submit()
    told = await grace.dm_from_bot(containing="something you said")
    await grace.clicks("Withdraw", on=told)
    await told.shows("FB-7 was withdrawn. Its text is gone.")
    card = await mina.dm_from_bot(containing="FB-7")
    await card.shows("FB-7 was withdrawn. Its text is gone.")


async def test_feedback_from_a_private_channel_is_not_found_elsewhere_by_others(mina: Slacker, slack: Slack) -> None:
    said = await slack.as_("grace").writes("#leadership", "The board asked about a zeppelin.")
    modal = await mina.uses("Capture feedback", on=said)
    await modal.submit()
    await mina.dm_from_bot(containing="FB-7")
    own = await mina.types("#product", "/roadmap find zeppelin")
    assert "FB-7" in own.text
    others = await slack.as_("lee").types("#product", "/roadmap find zeppelin")
    assert "FB-7" not in others.text


async def test_a_command_that_a_role_may_not_use_is_not_in_its_help_either(lee: Slacker) -> None:
    helped = await lee.types("#product", "/roadmap help")
    for word in ("move", "add", "link", "schedule"):
        assert f"/roadmap {word}" not in helped.text


async def test_whom_slack_has_not_told_of_for_long_is_let_in_no_more(lee: Slacker, slack: Slack, broken: None) -> None:
    assert "SSO" in (await lee.types("#product", "/roadmap show RM-1")).text
    now = datetime.fromtimestamp(slack.sandbox.clock.now(), UTC)
    for minutes, heard in ((30, "SSO for all plans"), (90, "Slack didn't tell me who you are")):
        slack.moves_clock_to(now + timedelta(minutes=minutes))
        slack.sandbox.faults.fail("users.info", status=503, times=3)
        assert heard in (await lee.types("#product", "/roadmap show RM-1")).text
