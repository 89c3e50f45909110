"""Following: who follows an item hears when it moves, unless it was them, not at night, and not too often."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import Linchpin
from bot.services import follows
from storage.models import Reader, Role
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import captured_by


@pytest.fixture(autouse=True)
def at_noon(slack: Slack) -> None:
    """Let it be noon in London, where Lee is."""
    now = datetime.fromtimestamp(slack.sandbox.clock.now(), ZoneInfo("Europe/London"))
    noon = now.replace(hour=12, minute=0)
    slack.moves_clock_to(noon if noon > now else noon + timedelta(days=1))


def heard(slack: Slack, person: Slacker) -> list[str]:
    """List what the bot has written to somebody."""
    dm = slack.workspace.find_direct_message(person.id, slack.sandbox.app.bot_user_id)
    said = slack.workspace.messages.get(dm.id, {}).values() if dm is not None else ()
    return [one.text for one in said if one.bot_id and "RM-" in one.text]


async def test_a_follower_hears_of_a_move_and_who_made_it_does_not(mina: Slacker, lee: Slacker, slack: Slack) -> None:
    for person in (mina, lee):
        assert (await person.types("#product", "/roadmap follow RM-3")).text.startswith(
            "You follow RM-3 Audit log API."
        )
    await mina.types("#product", '/roadmap move RM-3 now reason:"Two renewals wait for it"')
    told = await lee.dm_from_bot(containing="RM-3 Audit log API: Next → Now, planned → on track")
    assert "Two renewals wait for it\nby @mina · you follow it" in told.text
    await lee.clicks("Unfollow", on=told)
    await slack.until(lambda: _unfollowed(slack), "Lee does not follow it any more.")
    await mina.types("#product", '/roadmap move RM-3 next reason:"Not yet"')
    await mina.types("#product", "/roadmap follow RM-4")
    assert (await mina.types("#product", "/roadmap mine")).text.count("RM-3") == 1
    assert len(heard(slack, lee)) == 1
    assert heard(slack, mina) == []


async def test_a_guest_who_follows_hears_why_without_the_names_of_customers(
    mina: Slacker, lee: Slacker, noor: Slacker
) -> None:
    for person in (lee, noor):
        await person.types("#product", "/roadmap follow RM-3")
    await mina.types("#product", '/roadmap move RM-3 now reason:"Acme waits for it"')
    assert "Acme waits for it" in (await lee.dm_from_bot(containing="RM-3 Audit log API: Next → Now")).text
    told = await noor.dm_from_bot(containing="RM-3 Audit log API: Next → Now")
    assert "A customer waits for it\nby @mina · you follow it" in told.text


async def test_a_follower_hears_what_the_owner_says_and_when_the_date_changes(mina: Slacker, lee: Slacker) -> None:
    await lee.types("#product", "/roadmap follow RM-6")
    preview = await mina.types("#product", "/roadmap update RM-6 at risk, the bank's API is late")
    await mina.clicks("Publish", on=preview)
    told = await lee.dm_from_bot(containing="RM-6 Self-serve refunds: on track → AT RISK")
    assert "the bank's API is late\nby @mina" in told.text
    form = await mina.opens("#product", "/roadmap edit RM-6")
    assert await form.fill(due="2027-06-30").submit() is None
    told = await lee.dm_from_bot(containing="RM-6 Self-serve refunds: due date ")
    assert "→ 30 Jun 2027" in told.text


def _unfollowed(slack: Slack) -> bool | None:
    return any("no longer follow" in one.text for one in slack.workspace.ephemerals) or None


@one_database
async def test_the_third_message_of_a_day_is_the_last(mina: Slacker, lee: Slacker, slack: Slack) -> None:
    await lee.types("#product", "/roadmap follow RM-3")
    for lane in ("now", "next", "later", "now"):
        await mina.types("#product", f'/roadmap move RM-3 {lane} reason:"To {lane}"')
    last = await lee.dm_from_bot(containing="that was the third today: for more, type /roadmap mine")
    assert "To later" in last.text
    await mina.types("#product", "/roadmap follow RM-3")
    assert len(heard(slack, lee)) == 3


@one_database
async def test_what_happens_at_night_is_told_in_the_morning(mina: Slacker, lee: Slacker, slack: Slack) -> None:
    await lee.types("#product", "/roadmap follow RM-3")
    noon = datetime.fromtimestamp(slack.sandbox.clock.now(), ZoneInfo("Europe/London"))
    slack.moves_clock_to(noon.replace(hour=22))
    await mina.types("#product", '/roadmap move RM-3 now reason:"Late"')
    await lee.types("#product", "/roadmap follow RM-8")
    assert heard(slack, lee) == []
    slack.moves_clock_to(noon.replace(hour=8, minute=1) + timedelta(days=1))
    await lee.dm_from_bot(containing="Late")


@one_database
async def test_mine_says_where_everything_of_mine_stands(lee: Slacker, slack: Slack) -> None:
    assert (await slack.as_("yuki").types("#product", "/roadmap mine")).text.startswith("Nothing here yet.")
    message = await lee.writes("#product", "Initech wants their invoices as XML")
    ref = await captured_by(lee, message, match="New")
    await lee.types("#product", "/roadmap vote RM-1 for:Acme weight:blocker")
    await lee.types("#product", "/roadmap follow RM-8")
    mine = await lee.types("#product", "/roadmap mine")
    assert f"{ref} “Initech wants their invoices as XML” → waiting for triage" in mine.text
    assert "RM-1 SSO for all plans · Now · on track · for Acme · blocker" in mine.text
    assert "You follow\n• RM-8 Smart card retries · Now · OFF TRACK · due" in mine.text


@one_database
async def test_mine_is_told_to_nobody_but_who_asks(lee: Slacker) -> None:
    await lee.types("#product", "/roadmap follow RM-8")
    asked = await lee.writes("#product", "@linchpin mine")
    offer = await lee.sees("#product", containing="mine", thread=asked)
    assert "RM-8" not in offer.text
    await lee.clicks("Do it", on=offer)
    await lee.sees_only_me("#product", containing="RM-8 Smart card retries")


@one_database
async def test_who_may_no_longer_see_an_item_hears_nothing_of_it(mina: Slacker, lee: Slacker, slack: Slack) -> None:
    await lee.types("#product", "/roadmap follow RM-3")
    form = await mina.opens("#product", "/roadmap edit RM-3")
    assert await form.fill(visibility="Product team").submit() is None
    await mina.types("#product", '/roadmap move RM-3 now reason:"Quietly"')
    await lee.types("#product", "/roadmap follow RM-8")
    await mina.types("#product", '/roadmap move RM-8 next reason:"Loudly"')
    await lee.dm_from_bot(containing="Loudly")
    assert len(heard(slack, lee)) == 1
    assert "RM-3" not in (await lee.types("#product", "/roadmap mine")).text


@one_database
async def test_the_home_has_no_place_for_a_message_so_a_modal_shows_the_rest(lee: Slacker, bot: Linchpin) -> None:
    team_id = bot.house.identity.team_id
    reader = Reader(team_id, lee.id, Role.ADMIN)
    for number in (*range(1, 5), *range(6, 10)):
        await follows.follow(bot.database, by=reader, number=number, cause=f"test:{number}", now=bot.house.now())
    home = await lee.opens_home("RM-1 SSO for all plans")
    assert "RM-9" not in home.text
    await lee.clicks("Show all", on=home)
    assert "RM-9 Instant payouts" in (await lee.sees_modal("Linchpin")).text
