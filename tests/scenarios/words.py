"""What scenarios say over and over: capture this, which number did it get, which cards stand there."""

import re

from sqlalchemy import text

from bot.app import Linchpin
from tests.person import Message, Slack, Slacker
from tests.waiting import until

AUDIT = "Umbrella can't find who changed a refund. They need an audit log, really."


async def captured_by(person: Slacker, message: Message, **filled: str) -> str:
    """Capture a message with the shortcut, see the card in its thread, and return its id."""
    modal = await person.uses("Capture feedback", on=message)
    assert await modal.fill(**filled).submit() is None
    root = message.thread_ts or message.ts
    return ref_in(await person.slack.until(lambda: _card_at(person.slack, message.channel, root), "No card came."))


async def wears_receipt(slack: Slack, message: Message) -> None:
    """Wait until a captured message wears its receipt: it comes after the card, which the bot then knows as its own."""
    await slack.until(lambda: message.reactions.get("inbox_tray"), "No receipt on the message.")


async def all_done(slack: Slack, bot: Linchpin) -> None:
    """Wait until the bot has seen everything through that came in: what has not happened then does not happen."""
    await slack.settled()
    await until(lambda: stored(bot, "SELECT count(*) FROM intake WHERE status = 'open'") == [0], "all is done")


def stored(bot: Linchpin, query: str) -> list[object]:
    """Return the first row of a query, for what people must not be able to see."""
    with bot.database.engine.connect() as connection:
        return list(connection.execute(text(query)).one())


def ref_in(message: Message) -> str:
    """Return the id of the feedback that a card is about."""
    found = re.search(r"FB-\d+", message.text)
    assert found, f"There is no FB-… in {message.text!r}"
    return found[0]


def cards_in(slack: Slack, message: Message) -> list[Message]:
    """List what the bot has said in a message's thread."""
    return _from_bot(slack, message.channel, message.thread_ts or message.ts)


def _card_at(slack: Slack, channel: str, root: str) -> Message | None:
    found = _from_bot(slack, channel, root)
    return found[-1] if found else None


def _from_bot(slack: Slack, channel: str, root: str) -> list[Message]:
    said = slack.workspace.messages.get(channel, {}).values()
    return [Message(slack.workspace, one) for one in said if one.bot_id and one.is_reply and one.thread_ts == root]
