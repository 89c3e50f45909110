"""Which events are about something that we know: asked before an event is stored."""

from typing import Any

from bot.services import access, originals
from handlers.arrivals import edited, reaction_name, team_of
from handlers.house import House
from handlers.told import person_of


async def concerns_us(house: House, payload: dict[str, Any]) -> bool:
    """Say whether a wanted event is about something that we know.

    Edits and deletions come from everything that is said, reactions with every emoji, and changes of people with every
    status that they set: only those of messages that are kept, those that mean something somewhere, and those by which
    somebody is called or may do something else, are for us.
    """
    event, team_id = payload["event"], team_of(payload)
    if event["type"] in ("reaction_added", "reaction_removed"):
        return reaction_name(event) in await house.reactions.names(team_id)
    if message := edited(event):
        return await originals.is_kept(
            house.database, team_id=team_id, channel=message.channel, message_ts=message.ts,
            thread_ts=message.thread_ts,
        )  # fmt: skip
    if event["type"] == "user_change":
        told = person_of(event["user"], team_id=team_id, now=house.now())
        return await access.is_news(house.database, told=told)
    return True
