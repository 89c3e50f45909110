"""The errands: each a way through the doors, step by step, and what the bot promises on it."""

import re

from bot.sandbox.workspace import User
from tests.faults.clerks import COLLEAGUE, PLANS, Clerk, Errand, new_channel
from tests.person import Message, Slacker


async def write_items(me: Clerk) -> None:
    """Write an item in the form, move one, edit it, and look at all of them."""
    await me.submits(await me.who.uses("New roadmap item"), of="New roadmap item", title=f"Form of {me.mark}")
    me.was_promised("the form", "item WHERE title = :title", title=f"Form of {me.mark}")
    item = await me.adds()
    await me.types(f'move RM-{item} now reason:"Move of {me.mark}"', "→")
    me.was_promised("the move", "change WHERE field = 'lane' AND reason = :why", why=f"Move of {me.mark}")
    form = await me.who.opens(me.desk, f"/roadmap edit RM-{item}")
    await me.submits(form, of=f"Edit RM-{item}", summary=f"Summary of {me.mark}")
    me.was_promised("the edit", "item WHERE summary = :summary", summary=f"Summary of {me.mark}")
    await me.types("", "Now")


async def vote(me: Clerk) -> None:
    """Vote for a customer whom nobody knew, and take one's own vote back."""
    item = await me.adds()
    asked = await me.types(f'vote RM-{item} for:"Customer {me.mark}"', "I don't know an account called")
    await me.who.clicks(f"Add Customer {me.mark}", on=asked)
    await me.who.sees_only_me(me.desk, containing=f"RM-{item} Wish of {me.mark} counts as nice")
    customers = "vote JOIN item ON item.id = vote.item_id WHERE item.number = :item AND account_id IS NOT NULL"
    me.was_promised("the customer's vote", customers, item=item)
    await me.types(f"vote RM-{item}", "counts as nice")
    await me.types(f"unvote RM-{item}", "counts no longer")
    nobody = "item WHERE number = :item AND id NOT IN (SELECT item_id FROM vote WHERE voter = :me)"
    me.was_promised("the vote taken back", nobody, item=item, me=me.who.id)


async def follow(me: Clerk) -> None:
    """Follow two items, let one move, and stop following the other."""
    kept, left = await me.adds(), await me.adds(more="Another wish")
    await me.types(f"follow RM-{kept}", "You follow RM-")
    followed = "item WHERE number = :item AND id IN (SELECT item_id FROM follow WHERE user_id = :me)"
    me.was_promised("the following", followed, item=kept, me=me.who.id)
    await me.types(f"follow RM-{left}", "You follow RM-")
    await me.has_moved(left)
    await me.types(f"unfollow RM-{left}", "no longer follow")
    nobody = "item WHERE number = :item AND id NOT IN (SELECT item_id FROM follow WHERE user_id = :me)"
    me.was_promised("following no more", nobody, item=left, me=me.who.id)


async def report(me: Clerk) -> None:
    """Say how an item is doing, see that, and publish it."""
    item = await me.adds("lane:now")
    preview = await me.types(f"update RM-{item} at-risk The review is late, says {me.mark}", "AT RISK")
    await me.who.clicks("Publish", on=preview)
    await me.who.sees_only_me(me.desk, containing=f"Published: RM-{item}")
    me.was_promised("the status", "item WHERE number = :item AND status = 'at-risk'", item=item)
    me.was_promised("the report", "change WHERE ref = :ref AND reason LIKE :why", ref=f"RM-{item}", why=f"%{me.mark}")


async def share(me: Clerk) -> None:
    """Share an item with a channel, and ask for a file with everything."""
    item = await me.adds()
    await me.who.clicks("Post it", on=await me.types(f"share RM-{item}", "A preview"))
    await me.who.sees_only_me(me.desk, containing="osted to")
    posts = "outbox WHERE kind = 'excerpt' AND channel = :desk AND status = 'sent' AND CAST(nouns AS text) LIKE :item"
    me.was_promised("the post", posts, desk=me.who.person.channel(me.desk).id, item=f'%"RM-{item}"%')
    hidden = me.slack.workspace.channels[new_channel(me, is_private=True)].name
    await me.types(f"share RM-{item} to:#{hidden}", "I can't tell where it should go")
    await me.types("export", "file")


async def schedule(me: Clerk) -> None:
    """Schedule an update, leave it out, run it out of turn, note, post; run and leave it out; pause it."""
    name, other = f"{PLANS} {me.mark}", f"{PLANS} {me.mark} too"
    for one in (name, other):
        asked = f'schedule new "{one}" every:day at:12:00 tz:UTC to:{me.desk} approve:@{me.name}'
        await me.types(f"{asked} delegate:@{COLLEAGUE} preview:48h", "posts to")
        me.was_promised("the schedule", "schedule WHERE name = :name", name=one)
    await me.colleague.dm_from_bot(containing=name)
    runs = "run JOIN schedule ON schedule.id = run.schedule_id WHERE schedule.name = :name AND"
    await me.types(f'schedule skip "{other}"', "")
    me.was_promised("what is left out", f"{runs} run.status = 'skipped'", name=other)
    preview = await _run_out_of_turn(me, name)
    await me.who.clicks("Add a note", on=preview)
    await me.submits(await me.who.sees_modal("Add a note"), intro=f"A note of {me.mark}")
    me.was_promised("the note", f"{runs} run.intro = :note", name=name, note=f"A note of {me.mark}")
    await me.who.clicks("Post now", on=preview)
    me.was_promised("the update", f"{runs} run.status = 'posted' AND run.intro <> ''", name=name)
    await me.who.clicks("Approve", on=await _run_out_of_turn(me, name))
    me.was_promised("what is approved", f"{runs} run.status = 'posted' AND run.intro = ''", name=name)
    unwanted = await _run_out_of_turn(me, name)
    await me.who.clicks("Skip this one", on=unwanted)
    number = _number_in("UPD", unwanted)
    me.was_promised("the run left out", "run WHERE number = :number AND status = 'skipped'", number=number)
    await me.types(f'schedule pause "{name}"', "paused")
    me.was_promised("the pause", "schedule WHERE name = :name AND paused", name=name)


async def react(me: Clerk) -> None:
    """Capture a message, take its triage on and back, be counted in and out, and take the capture back."""
    said = await me.writes("We need the audit log.")
    await me.colleague.reacts(said, "bulb")
    await me.slack.until(lambda: said.reactions.get("inbox_tray"), "No receipt.")
    card = await me.who.sees(me.desk, containing="FB-", thread=said)
    for emoji in ("eyes", "heavy_plus_sign"):
        await me.who.reacts(said, emoji)
        await me.slack.settled()
        await me.who.unreacts(said, emoji)
    await me.who.reacts(card, "bug")
    await me.who.sees_only_me(me.desk, containing="That is the card of feedback")
    await me.colleague.unreacts(said, "bulb")
    await card.shows("withdrawn")
    taken_back = "feedback WHERE message_ts = :ts AND withdrawn AND quote = '' AND claimed_by IS NULL"
    me.was_promised("the capture taken back", taken_back, ts=said.ts)


async def capture(me: Clerk) -> None:
    """Capture what a thread says, edit it, link it, undo the link; follow the author; withdraw it."""
    item = await me.adds()
    said = await me.colleague.writes(me.desk, f"Refunds take three days ({me.mark}).")
    await me.writes("And nobody tells us why.", thread=said)
    number = await _captured(me, me.who, said, include_thread="Yes")
    await me.types(f"link FB-{number} RM-{item}", f"Linked FB-{number}")
    card = await (await me.who.sees(me.desk, containing=f"FB-{number}", thread=said)).shows("linked to RM-")
    await me.who.clicks("Undo", on=card)
    await card.shows("waiting for triage")
    await me.colleague.clicks(next(one for one in card.buttons if one.startswith("Me too")), on=card)
    supporters = "supporter JOIN feedback ON feedback.id = feedback_id WHERE number = :number AND user_id = :they"
    me.was_promised("the support", supporters, number=number, they=me.colleague.id)
    await me.who.clicks("Edit", on=card)
    await me.submits(await me.who.sees_modal("FB-"), problem=f"Problem of {me.mark}")
    kept = "feedback WHERE number = :number AND"
    me.was_promised("the edit", f"{kept} problem = :problem AND item_id IS NULL", number=number,
                    problem=f"Problem of {me.mark}")  # fmt: skip
    await me.colleague.edits(said, f"Refunds take five days ({me.mark}).")
    await me.slack.settled()
    me.was_promised("the author's edit", f"{kept} quote LIKE '%five days%'", number=number)
    other = await me.writes("Exports stop after 500 rows.")
    withdrawn = await _captured(me, me.who, other)
    await me.who.clicks("Undo", on=await me.who.sees(me.desk, containing=f"FB-{withdrawn}", thread=other))
    me.was_promised("the undo", f"{kept} withdrawn", number=withdrawn)
    last = await me.writes("Invoices have no number.")
    gone = await _captured(me, me.who, last)
    await me.who.deletes(last)
    await me.slack.settled()
    me.was_promised("the deletion", f"{kept} withdrawn", number=gone)
    mine = await me.writes("Search finds nothing.")
    taken_back = await _captured(me, me.colleague, mine)
    await me.who.reacts(mine, "no_entry_sign")
    await me.slack.settled()
    me.was_promised("the withdrawal", f"{kept} withdrawn AND quote = ''", number=taken_back)


async def sum_up(me: Clerk) -> None:
    """Sum a thread up, capture all that it asks for, and share the summary."""
    said = await me.writes("Invoice export: let's settle what the first release holds.")
    for words in (
        "Let's ship CSV only.",
        "Stark asked for a column with the purchase order.",
        "Hooli wants the tax rate.",
    ):
        await me.colleague.writes(me.desk, words, thread=said)
    modal = await (await me.who.uses("Summarize thread", on=said)).shows("messages read")
    me.was_promised("the summary", "thread_summary WHERE thread_ts = :ts", ts=said.ts)
    await me.who.clicks("Capture all…", on=modal)
    await modal.shows("✓ captured as FB-")
    me.was_promised("what was asked for", "feedback WHERE thread_ts = :ts AND quote LIKE 'Stark%'", ts=said.ts)
    await me.who.clicks("Share in thread", on=modal)
    await modal.shows("Shared in the thread.")
    me.was_promised(
        "the shared summary", "outbox WHERE kind = 'thread_summary' AND thread_ts = :ts AND status = 'sent'", ts=said.ts
    )


async def run_the_place(me: Clerk) -> None:
    """Set a channel up and name people; let the bot into a new channel, and close it; ask, and ask the owner."""
    form = await me.who.opens(me.desk, f"/roadmap channel {me.desk}")
    await me.submits(form, "works like this from now on", of="Set up channel", customer=f"Customer {me.mark}")
    me.was_promised(
        "the channel's customer",
        "change WHERE field = 'channel customer' AND after = :name",
        name=f"Customer {me.mark}",
    )
    await me.who.clicks("Name people", on=await me.types("setup", "People and roles"))
    roles = await (await me.who.sees_modal("People and roles")).shows("User groups")
    await me.submits(roles, "Roles count from", groups=["@everybody"] if me.number % 2 else [])
    office, group = me.slack.sandbox.slack.administration, me.slack.workspace.user_groups["S0EVERYBODY"]
    office.change(me.colleague.person.user, title=f"Known to {me.mark}")
    office.set_members(group, [me.who.id] if me.number % 2 else [me.who.id, me.colleague.id])
    await _open_and_close(me, new_channel(me))
    item = await me.adds(f"owner:@{_somebody_new(me)} lane:now")  # who has been asked nothing today
    asked = await me.writes(f"@linchpin when does RM-{item} ship?")
    answer = await me.who.sees(me.desk, containing=f"RM-{item}", thread=asked)
    me.was_promised("the answer", "outbox WHERE kind = 'answer' AND thread_ts = :ts AND status = 'sent'", ts=asked.ts)
    await me.who.clicks("Ask owner", on=answer)
    await me.who.sees_only_me(me.desk, containing="I passed your question on")


def _somebody_new(me: Clerk) -> str:
    name = f"new-{me.name}-{me.number}"
    user = User(id=f"U0{me.name.upper()}{me.number:03}", name=name, real_name=name, team_id=me.slack.workspace.team_id)
    me.slack.sandbox.slack.administration.let_in(user)
    return user.name


async def _open_and_close(me: Clerk, place: str) -> None:
    await me.who.invites_bot(place)
    await me.who.sees(place, containing="I'm Linchpin")
    me.was_promised("the greeting", "outbox WHERE kind = 'greeting' AND channel = :place", place=place)
    await me.who.shares(place)
    await me.who.writes(place, "@linchpin what ships next?")
    await me.who.sees_only_me(place)
    await me.who.unshares(place)
    await me.who.archives(place)
    await me.slack.settled()
    me.was_promised("the closing", "channel WHERE channel_id = :place AND NOT has_bot", place=place)


ERRANDS: dict[str, Errand] = {
    one.__name__: one
    for one in (write_items, vote, follow, report, share, schedule, react, capture, sum_up, run_the_place)
}


async def _run_out_of_turn(me: Clerk, name: str) -> Message:
    """Have an update drafted out of turn, and return its preview."""
    ran = await me.types(f'schedule run "{name}"', "UPD-")
    return await me.who.dm_from_bot(containing=f"(UPD-{_number_in('UPD', ran)})")


async def _captured(me: Clerk, who: Slacker, said: Message, **filled: str) -> int:
    """Capture a message in the form; return its number."""
    form = await who.uses("Capture feedback", on=said)
    assert f"({me.mark})" in str(form.view.body), "opened late, for an errand that was broken off"
    await me.submits(form, **filled)
    me.was_promised("a capture", "feedback WHERE message_ts = :ts", ts=said.ts)
    if "include_thread" in filled:  # a job's work: promised as soon as the form is, whoever lives to read it
        me.was_promised("the thread's words", "feedback WHERE message_ts = :ts AND thread_quote <> ''", ts=said.ts)
    return _number_in("FB", await who.sees(me.desk, containing="FB-", thread=said))


def _number_in(kind: str, message: Message) -> int:
    found = re.search(rf"{kind}-(\d+)", message.text)
    assert found is not None, message.text
    return int(found[1])
