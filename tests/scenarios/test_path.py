"""The main job, end to end, as people do it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.person import Slack

BERLIN = ZoneInfo("Europe/Berlin")


def next_thursday_at(hour: int, now: datetime) -> datetime:
    """Return the next Thursday that lies at least two days ahead, at that hour in Berlin."""
    day = (now.astimezone(BERLIN) + timedelta(days=2)).date()
    while day.weekday() != 3:
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)


async def test_a_message_becomes_feedback_on_the_roadmap_and_is_told_on_thursday(slack: Slack) -> None:
    sofia, mina = slack.as_("sofia"), slack.as_("mina")
    said = await sofia.writes("#support", "Umbrella can't find who changed a refund. They need an audit log, really.")

    modal = await mina.uses("Capture feedback", on=said)
    modal.fill(problem="Nobody can see who changed a refund", customer="Umbrella")
    assert await modal.submit() is None
    card = await mina.sees("#support", containing="FB-", thread=said)
    assert "waiting for triage" in mina.reads(card)
    ref = next(word for word in mina.reads(card).split() if word.startswith("FB-")).rstrip(".")

    linked = await mina.types("#product", f"/roadmap link {ref} RM-3")
    assert "Audit log API" in linked.text
    await mina.sees("#support", containing="linked to RM-3", thread=said)

    overview = await mina.types("#product", "/roadmap")
    assert "RM-3" in overview.text
    assert "Now" in overview.text

    answer = await mina.types("#product", "/roadmap when does Umbrella get the audit log?")
    assert "RM-3" in answer.text
    assert "verified" in answer.text

    moved = await mina.types("#product", '/roadmap move RM-3 now reason:"Two renewals wait for it"')
    assert "Next → Now" in moved.text

    now = datetime.fromtimestamp(slack.sandbox.clock.now(), UTC)
    thursday = next_thursday_at(9, now)
    slack.moves_clock_to(thursday - timedelta(hours=23, minutes=50))
    preview = await mina.dm_from_bot(containing="Weekly roadmap")
    await mina.clicks("Approve", on=preview)
    await mina.dm_from_bot(containing="Approved by")
    slack.moves_clock_to(thursday + timedelta(minutes=1))
    post = await mina.sees("#product", containing="Two renewals wait for it")
    assert "approved by" in mina.reads(post)
