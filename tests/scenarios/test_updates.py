"""Scheduled updates: planned by command, previewed, approved, and posted once at the stated local time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.app import Linchpin
from bot.sandbox import Sandbox
from bot.services import updates
from bot.settings import Settings
from handlers.clock import Planner
from handlers.directory import look_at
from storage.models import Reader, Role
from tests.person import Message, Modal, Slack, Slacker
from tests.scenarios.conftest import one_database, running, tell_story
from tests.scenarios.test_path import next_thursday_at
from tests.scenarios.words import all_done, stored

NEW = '/roadmap schedule new "Friday news" every:fri at:08:30 tz:Europe/Berlin to:#engineering approve:@mina'
MOVE = '/roadmap move RM-3 now reason:"Two renewals wait for it"'


def thursday(slack: Slack) -> datetime:
    """Return the slot of the next weekly update."""
    return next_thursday_at(9, datetime.fromtimestamp(slack.sandbox.clock.now(), UTC))


async def previewed(slack: Slack) -> tuple[datetime, Message]:
    """Move the clock to a day before the weekly update; return its slot and the preview that Mina gets."""
    slot = thursday(slack)
    slack.moves_clock_to(slot - timedelta(hours=23, minutes=50))
    return slot, await slack.as_("mina").dm_from_bot(containing="Weekly roadmap (UPD-1) posts to #product")


def posts(slack: Slack) -> list[Message]:
    """Return the weekly updates that stand in #product, oldest first."""
    said = [Message(slack.workspace, one) for one in slack.workspace.messages["C01PRODUCT"].values() if one.bot_id]
    return [one for one in said if one.text.startswith("Weekly roadmap · ")]


async def posted(times: int, slack: Slack, bot: Linchpin) -> None:
    """Let the clock look twice more; then so many updates stand in #product, and none is on its way."""
    planner = Planner(bot.database, bot.clock, partial(look_at, bot.house))
    for _ in range(2):
        await planner.on_tick()
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'update_post' AND op = 'post'") == [times]
    assert len(posts(slack)) == times


async def test_a_new_schedule_is_confirmed_with_its_next_three_slots(mina: Slacker) -> None:
    reply = await mina.types("#product", NEW)
    lines = reply.text.splitlines()
    assert lines[0] == "Friday news posts to #engineering every Friday at 08:30, Berlin time."
    assert lines[1] == "@mina gets a preview 24 hours before and approves it."
    assert lines[2] == "Next 3"
    assert [line[:6] for line in lines[3:]] == ["• Fri "] * 3
    assert all(" 08:30 CE" in line for line in lines[3:])
    preview = await mina.types("#product", '/roadmap schedule preview "Friday news"')
    assert "and nothing is posted. · audience: internal · 2 left out" in preview.text  # no guest reads #engineering
    listed = await mina.types("#product", "/roadmap schedule list")
    assert "Friday news → #engineering · next Fri " in listed.text
    assert "Weekly roadmap → #product · next Thu " in listed.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('schedule new "X" at:09:00', "I need every: and to: too. Like this: /roadmap schedule new"),
        ('schedule new "X" every:someday to:#product', "I can't read these days. Type every:thu"),
        ('schedule new "X" every:thu at:25:00 to:#product', "I can't read this time of day."),
        ('schedule new "X" every:thu tz:Mars/Base to:#product', "I don't know this time zone."),
        ('schedule new "X" every:thu to:#design', "Type /invite @linchpin in it, or choose another if it is archived."),
        ('schedule new "X" every:thu to:#acme-shared', "shared with another company"),
        (
            'schedule new "X" every:thu to:#product preview:soon',
            "I can't read “soon” as a time. Type it like 24h or 2d.",
        ),
        ('schedule new "X" every:thu to:#product approve:someone', "I can't tell who “someone” is."),
        ('schedule new "X" every:thu to:#product view:everything', "I can't show “everything”"),
        ('schedule new "X" every:thu to:#product if-empty:maybe', "if-empty:"),
        ('schedule new "Weekly roadmap" every:fri to:#product', "Choose another name."),
        ('schedule preview "Nothing"', "I can't find that update."),
    ],
)
@one_database
async def test_a_schedule_that_cannot_be_is_refused_in_a_sentence(mina: Slacker, typed: str, said: str) -> None:
    refused = await mina.types("#product", f"/roadmap {typed}")
    assert said in refused.text
    listed = await mina.types("#product", "/roadmap schedule list")
    assert listed.text.count("→ #") == 1


@one_database
async def test_a_contributor_may_not_schedule(lee: Slacker) -> None:
    refused = await lee.types("#product", NEW)
    assert refused.text.startswith("Only product managers can use /roadmap schedule new.")


async def test_a_preview_shows_to_whoever_asks_and_posts_nothing(mina: Slacker, slack: Slack) -> None:
    await mina.types("#product", MOVE)
    preview = await mina.types("#product", '/roadmap schedule preview "Weekly roadmap"')
    assert preview.is_ephemeral
    assert preview.text.startswith(
        "A preview: only you see this, and nothing is posted. · audience: internal and guests"
        " · 2 left out: not for everyone in #product\nWeekly roadmap · "
    )
    assert "· 1 account" not in preview.text  # Noor, a guest, reads #product
    moved = re.search(r"▲ RM-3 Audit log API · (?:Later → )?Next → Now\n(?:↳ why: .*\n)?↳ why: (.*)", preview.text)
    assert moved is not None  # from Tuesday noon on, its move of five days ago is within the week before the post
    assert moved[1] == "Two renewals wait for it"
    assert "• RM-2 Invoice export · AT RISK · due " in preview.text
    assert preview.text.count("RM-3 Audit log API · ") == 2  # what changed, once, and where it is
    assert "New pricing tiers" not in preview.text
    assert posts(slack) == []


async def test_an_approved_update_is_posted_once_at_nine(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    slot, preview = await previewed(slack)
    assert slot.strftime("%H:%M") == "09:00"
    await mina.clicks("Approve", on=preview)
    await preview.shows("Approved by @mina · posts Thu", "[Skip this one]")
    slack.moves_clock_to(slot - timedelta(minutes=1))
    await mina.types("#product", "/roadmap now")
    await posted(0, slack, bot)
    slack.moves_clock_to(slot + timedelta(seconds=30))
    post = await mina.sees("#product", containing="approved by @mina")
    assert "UPD-1 · approved by @mina" in post.text
    await preview.shows("Posted Thu 09:00", "approved by @mina")
    slack.moves_clock_to(slot + timedelta(hours=1))
    listed = await mina.types("#product", "/roadmap schedule list")
    assert "posted" in listed.text
    await posted(1, slack, bot)


async def test_an_update_that_nobody_approves_is_held_and_its_owner_told_when_it_expires(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    slot, preview = await previewed(slack)
    assert "no reply → it waits for you until the next one is due" in preview.text
    slack.moves_clock_to(slot + timedelta(hours=5))
    await mina.types("#product", "/roadmap now")
    await posted(0, slack, bot)
    assert "[Approve]" in preview.text
    slack.moves_clock_to(slot + timedelta(days=7, minutes=1))
    await mina.dm_from_bot(containing="Weekly roadmap was not posted. Nobody approved it before the next one was due.")
    await preview.shows("Nobody approved it before the next one was due")
    await posted(0, slack, bot)


async def test_a_late_approval_posts_at_once(mina: Slacker, slack: Slack) -> None:
    slot, preview = await previewed(slack)
    slack.moves_clock_to(slot + timedelta(hours=5))
    await mina.clicks("Approve", on=preview)
    await mina.sees("#product", containing="UPD-1 · approved by @mina")


async def test_a_skipped_update_is_not_posted(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    slot, preview = await previewed(slack)
    await mina.clicks("Skip this one", on=preview)
    await preview.shows("Skipped by @mina")
    assert "Approve" not in preview.buttons
    slack.moves_clock_to(slot + timedelta(minutes=1))
    listed = await mina.types("#product", "/roadmap schedule list")
    assert "skipped by @mina" in listed.text
    await posted(0, slack, bot)


async def test_words_above_the_facts_are_edited_in_a_modal_and_posted(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    slot, preview = await previewed(slack)
    await mina.clicks("Add a note", on=preview)
    modal = await mina.sees_modal("Add a note")
    delegate = Reader(bot.house.identity.team_id, "U01GRACE", Role.PM)
    now = bot.house.now()
    await updates.edit(bot.database, by=delegate, number=1, intro="Two of us were ill.", cause="c", now=now)
    again = await modal.fill(intro="A quiet week, on purpose.").submit()
    assert isinstance(again, Modal)
    assert "• Note: Two of us were ill." in again.text
    assert await again.submit() is None
    await preview.shows("A quiet week, on purpose.")
    await mina.clicks("Approve", on=preview)
    slack.moves_clock_to(slot + timedelta(minutes=1))
    post = await mina.sees("#product", containing="approved by @mina")
    assert "A quiet week, on purpose." in post.text


async def test_post_now_posts_at_once_and_not_again_at_nine(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    slot, preview = await previewed(slack)
    await mina.clicks("Post now", on=preview)
    await mina.sees("#product", containing="UPD-1 · approved by @mina")
    await preview.shows("Posted Wed")
    slack.moves_clock_to(slot + timedelta(minutes=1))
    await mina.types("#product", "/roadmap schedule list")
    await posted(1, slack, bot)


async def test_what_changed_after_the_approval_is_marked(mina: Slacker, slack: Slack) -> None:
    slot, preview = await previewed(slack)
    await mina.clicks("Approve", on=preview)
    await preview.shows("Approved by @mina")
    await mina.types("#product", MOVE)
    slack.moves_clock_to(slot + timedelta(minutes=1))
    post = await mina.sees("#product", containing="UPD-1 · approved by @mina")
    approved, _, later = post.text.partition("Changed after this was approved")
    assert "RM-3 Audit log API · Next → Now" in later
    assert "Two renewals wait for it" not in approved


async def test_when_an_item_got_worse_the_approver_is_asked_again(
    mina: Slacker, slack: Slack, bot: Linchpin, worsen: Callable[[int], None]
) -> None:
    slot, preview = await previewed(slack)
    await mina.clicks("Approve", on=preview)
    await preview.shows("Approved by @mina")
    worsen(1)
    slack.moves_clock_to(slot + timedelta(minutes=1))
    again = await another_dm(mina, preview, "RM-1 got worse, so please look again.")
    assert "posts to #product as soon as you approve it; it was due Thu" in again.text
    assert "RM-1 SSO for all plans · OFF TRACK" in again.text
    await posted(0, slack, bot)
    await mina.clicks("Approve", on=again)
    await mina.sees("#product", containing="UPD-1 · approved by @mina")


async def another_dm(person: Slacker, but: Message, words: str) -> Message:
    """Wait for a message from the bot other than one that has come already."""

    def found() -> Message | None:
        said = [Message(person.slack.workspace, one) for one in person.slack.workspace.messages[but.channel].values()]
        return next((one for one in said if one.ts != but.ts and words in one.text), None)

    return await person.slack.until(found, f"Nothing else says {words!r}.")


@pytest.fixture
def worsen(bot: Linchpin) -> Callable[[int], None]:
    """Return what puts an item off track, as a tracker or another tool would."""
    from sqlmodel import col, update

    from storage.models import Item, Status

    def put(number: int) -> None:
        with bot.database.engine.begin() as connection:
            connection.execute(update(Item).where(col(Item.number) == number).values(status=Status.OFF_TRACK))

    return put


@one_database
async def test_a_decided_update_is_not_decided_again_by_an_old_button(mina: Slacker, slack: Slack) -> None:
    _, preview = await previewed(slack)
    skip = slack.sandbox.slack.payloads.click_in_message(
        mina.person.user,
        preview.raw,
        *_button(preview, "Skip this one"),
        None,
        trigger_id="1.2.3",
        response_url=slack.sandbox.slack.response_urls.new(mina.id, preview.channel, original=preview.raw)[0],
    )
    await mina.clicks("Post now", on=preview)
    await mina.sees("#product", containing="UPD-1 · approved by @mina")
    await preview.shows("Posted Wed")
    await slack.sandbox.slack.delivery.request("interactive", skip)
    await mina.sees_only_me("@linchpin", containing="This update is decided already.")
    assert "Posted Wed" in preview.text


def _button(message: Message, label: str) -> tuple[dict[str, object], dict[str, object]]:
    for block in message.blocks:
        for element in block.get("elements") or []:
            if isinstance(element.get("text"), dict) and element["text"]["text"] == label:
                return block, element
    raise AssertionError(f"no {label!r} in {message.text!r}")


async def test_a_paused_schedule_posts_nothing_until_it_goes_on(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    paused = await mina.types("#product", '/roadmap schedule pause "Weekly roadmap"')
    assert paused.text == "Weekly roadmap is paused."
    assert "paused" in (await mina.types("#product", "/roadmap schedule list")).text
    slack.moves_clock_to(thursday(slack) + timedelta(minutes=1))
    await posted(0, slack, bot)
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'update_preview'") == [0]
    assert (await mina.types("#product", "/roadmap schedule resume")).text == "Weekly roadmap goes on."
    await previewed(slack)


async def test_a_restart_between_the_approval_and_nine_still_posts_once(settings: Settings, sandbox: Sandbox) -> None:
    slack = Slack(sandbox)
    mina = slack.as_("mina")
    async with running(settings, sandbox) as bot:
        await tell_story(bot, sandbox)
        slot, preview = await previewed(slack)
        await mina.clicks("Approve", on=preview)
        await preview.shows("Approved by @mina")
    slack.moves_clock_to(slot + timedelta(minutes=1))
    async with running(settings, sandbox):
        await mina.sees("#product", containing="UPD-1 · approved by @mina")
        await preview.shows("Posted Thu")
    async with running(settings, sandbox) as bot:
        await mina.types("#product", "/roadmap schedule list")
        await posted(1, slack, bot)


async def test_a_bot_that_was_away_too_long_says_what_it_missed(settings: Settings, sandbox: Sandbox) -> None:
    slack = Slack(sandbox)
    async with running(settings, sandbox) as bot:
        await tell_story(bot, sandbox)
        slot = thursday(slack)
    slack.moves_clock_to(slot + timedelta(hours=3))
    async with running(settings, sandbox) as bot:
        told = await slack.as_("mina").dm_from_bot(containing="Weekly roadmap was not posted")
        assert "Linchpin was not running when it was due" in told.text
        await posted(0, slack, bot)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_linchpins_at_once_post_once(settings: Settings, sandbox: Sandbox) -> None:
    slack = Slack(sandbox)
    mina = slack.as_("mina")
    async with running(settings, sandbox) as bot, running(settings, sandbox):
        await tell_story(bot, sandbox)
        slot, preview = await previewed(slack)
        await mina.clicks("Approve", on=preview)
        await preview.shows("Approved by @mina")
        slack.moves_clock_to(slot + timedelta(minutes=1))
        await mina.sees("#product", containing="UPD-1 · approved by @mina")
        await preview.shows("Posted Thu")
        slack.moves_clock_to(slot + timedelta(minutes=10))
        await mina.types("#product", "/roadmap schedule list")
        await posted(1, slack, bot)


async def test_the_next_one_is_skipped_and_the_list_says_by_whom(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    skipped = await mina.types("#product", '/roadmap schedule skip "Weekly roadmap"')
    assert skipped.text.startswith("Weekly roadmap of Thu ")
    assert skipped.text.endswith(" is skipped. The one after it comes as planned.")
    gone = skipped.text.removeprefix("Weekly roadmap of ").partition(" is skipped")[0]
    assert gone not in (await mina.types("#product", "/roadmap digest")).text
    assert gone not in (await mina.types("#product", "/roadmap schedule list")).text.partition("next")[2]
    slack.moves_clock_to(thursday(slack) + timedelta(minutes=1))
    await posted(0, slack, bot)
    listed = await mina.types("#product", "/roadmap schedule list")
    assert "skipped by @mina" in listed.text


@one_database
async def test_an_update_out_of_turn_is_previewed_and_posted_once_it_is_approved(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    reply = await mina.types("#product", "/roadmap schedule run")
    assert (
        reply.text
        == "@mina gets a preview of Weekly roadmap (UPD-1) now. It posts to #product once it is approved there."
    )
    preview = await mina.dm_from_bot(containing="Weekly roadmap (UPD-1) posts to #product as soon as you approve it")
    await posted(0, slack, bot)
    await mina.clicks("Approve", on=preview)
    await mina.sees("#product", containing="UPD-1 · approved by @mina")
    await posted(1, slack, bot)


@one_database
async def test_a_delegate_gets_the_preview_when_the_approver_is_silent_and_approves(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    planned = await mina.types("#product", f"{NEW} delegate:@lee")
    assert "@lee is asked too when half of that time has passed without a word." in planned.text
    slot = next_friday_at_half_past_eight(slack)
    slack.moves_clock_to(slot - timedelta(hours=23))
    await mina.dm_from_bot(containing="Friday news")
    slack.moves_clock_to(slot - timedelta(hours=11))
    preview = await slack.as_("lee").dm_from_bot(containing="Friday news")
    await slack.as_("lee").clicks("Approve", on=preview)
    await preview.shows("Approved by @lee")


def next_friday_at_half_past_eight(slack: Slack) -> datetime:
    now = datetime.fromtimestamp(slack.sandbox.clock.now(), UTC)
    return next_thursday_at(8, now - timedelta(days=1)) + timedelta(days=1, minutes=30)


@one_database
async def test_where_the_bot_was_removed_nothing_is_posted_and_the_owner_learns_how_it_goes_on(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    slot, preview = await previewed(slack)
    await mina.clicks("Approve", on=preview)
    await preview.shows("Approved by @mina")
    await mina.removes_bot("#product")
    slack.moves_clock_to(slot + timedelta(minutes=1))
    told = await mina.dm_from_bot(containing="Weekly roadmap is paused")
    assert "I'm not in the channel any more, or it is archived." in told.text
    assert (
        "Bring it back if it is archived, and type /invite @linchpin in it."
        ' Then type /roadmap schedule resume "Weekly roadmap".'
    ) in told.text
    refused = await mina.types("@linchpin", '/roadmap schedule resume "Weekly roadmap"')
    assert "Type /invite @linchpin in it" in refused.text
    await mina.archives("#product")
    refused = await mina.types("@linchpin", '/roadmap schedule resume "Weekly roadmap"')
    assert refused.text.startswith("That channel is archived. Bring it back in Slack, or choose another channel")
    await mina.unarchives("#product")
    await posted(0, slack, bot)
    await mina.invites_bot("#product")
    slack.moves_clock_to(slot + timedelta(hours=2))
    goes_on = await mina.types("@linchpin", '/roadmap schedule resume "Weekly roadmap"')
    assert goes_on.text == "Weekly roadmap goes on."
    await _hears_late(slack, bot, "channel_left")
    paused = "SELECT paused_why FROM schedule WHERE name = 'Weekly roadmap'"
    notices = "SELECT count(*) FROM outbox WHERE kind = 'update_notice' AND key LIKE 'notice:paused:%'"
    assert (stored(bot, paused), stored(bot, notices)) == ([None], [1])
    slack.workspace.channels["C01PRODUCT"].members.remove(bot.house.identity.user_id)
    for _ in range(2):
        await _hears_late(slack, bot, "channel_left")
    assert (stored(bot, paused), stored(bot, notices)) == (["outside"], [2])


async def _hears_late(slack: Slack, bot: Linchpin, kind: str) -> None:
    """Tell of what happened to #product an hour ago, as where the bot could not follow it then."""
    happened = f"{slack.workspace.clock.now() - 3600:.6f}"
    slack.sandbox.slack.events.send(kind, {"type": kind, "channel": "C01PRODUCT", "event_ts": happened})
    await all_done(slack, bot)
