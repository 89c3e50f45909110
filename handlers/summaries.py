"""Summarizing a thread from its message's menu."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.errors import NotAllowedError, NotFoundError
from bot.outbox import Receipt, Rendered
from bot.outbox.sender import refusal
from bot.services import access, deliveries, suggestions, summaries
from bot.services.thread_summary import ThreadMessage, ThreadSummary
from handlers import ids
from handlers.needs import Need, Shortcut
from handlers.slack import House, asking, known_channel, open_view, update_view, words_in
from handlers.views import feedback as feedback_views
from handlers.views import summaries as views
from storage.database import Session
from storage.models import OutboxRow

MESSAGES_AT_MOST = 1000

NEEDS = Need(
    scopes=("chat:write",),
    optional_scopes=("channels:history", "groups:history"),
    shortcuts=(Shortcut("message", ids.SUMMARIZE, "Summarize thread", "Decisions, open questions, actions, feedback"),),
)

_REFUSALS = {
    "missing_scope": "I may not read messages here. Ask an admin to grant Linchpin the history scopes.",
    "not_in_channel": "I'm not in this channel. Type `/invite @linchpin` in it, then summarize again.",
    "channel_not_found": "I'm not in this channel. Type `/invite @linchpin` in it, then summarize again.",
    "thread_not_found": "This thread is gone.",
}


def register(app: AsyncApp, house: House) -> None:
    """Listen to the shortcut, and to the buttons under a summary."""

    @app.shortcut(ids.SUMMARIZE)
    async def on_summary_wanted(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        ask = await asking(house, body)
        opened = await open_view(house, body, views.reading_modal(), respond)
        if opened is None:
            return
        message = body["message"]
        thread_ts = str(message.get("thread_ts") or message["ts"])
        try:
            await summaries.request(
                house.database, by=ask.reader, channel=ask.channel, thread_ts=thread_ts, view_id=str(opened["id"]),
                cause=ask.cause, now=ask.now,
            )  # fmt: skip
        except NotAllowedError as error:
            await update_view(house, opened, views.failed_modal(error.message))

    @app.action(ids.SUMMARY_SHARE)
    async def on_share(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask = await asking(house, body)
        channel_id, _, thread_ts = str(action["value"]).partition("/")
        channel = await known_channel(house, ask.reader.team_id, channel_id)
        if channel is None or not channel.speaks:
            said = "I may not post in this channel, so the summary stays with you."
            await update_view(house, body["view"], views.failed_modal(said))
            return
        await summaries.share(house.database, by=ask.reader, channel=channel_id, thread_ts=thread_ts)
        await update_view(house, body["view"], views.shared_modal())

    @app.action(ids.SUMMARY_CAPTURE)
    async def on_capture(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask = await asking(house, body)
        channel_id, thread_ts, ts = str(action["value"]).split("/")
        messages, _ = await _read(house, channel_id, thread_ts)
        message = next((one for one in messages if one.ts == ts), None)
        if message is None:
            await update_view(house, body["view"], views.failed_modal("That message is gone, so it can't be captured."))
            return
        channel = await known_channel(house, ask.reader.team_id, channel_id)
        source = feedback_views.Source(channel_id, message.ts, thread_ts, message.user_id)
        modal = feedback_views.capture_modal(
            message.text,
            source,
            customer=await suggestions.customer_in(
                house.database,
                team_id=ask.reader.team_id,
                channel_name=channel.name if channel else "",
                text=message.text,
            ),
            visibility=suggestions.default_visibility(channel),
            matches=await suggestions.matches(house.database, reader=ask.reader, text=message.text),
        )
        await house.client.views_push(trigger_id=body["trigger_id"], view=modal)


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about summaries."""

    async def summarize_thread(team_id: str, args: dict[str, Any]) -> None:
        """Read a thread, summarize it, keep the summary, and show it to whoever asked."""
        channel, thread_ts = str(args["channel"]), str(args["thread_ts"])
        try:
            messages, total = await _read(house, channel, thread_ts)
        except SlackApiError as error:
            if (said := _REFUSALS.get(refusal(error))) is None:
                raise
            await update_view(house, {"id": args["view_id"]}, views.failed_modal(said))
            return
        summary = await summaries.make(house.model, messages, total)
        await summaries.keep(
            house.database, team_id=team_id, channel=channel, thread_ts=thread_ts, summary=summary,
            asked_by=str(args["user_id"]), now=house.now(),
        )  # fmt: skip
        shown = views.summary_modal(summary, _links(house, channel, thread_ts, summary), f"{channel}/{thread_ts}")
        await update_view(house, {"id": args["view_id"]}, shown)

    return {"summarize_thread": summarize_thread}


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders a shared summary."""

    async def thread_summary(row: OutboxRow) -> Rendered:
        channel, thread_ts = str(row.nouns["channel"]), str(row.nouns["thread_ts"])
        summary = await summaries.find(house.database, team_id=row.team_id, channel=channel, thread_ts=thread_ts)
        if summary is None:
            raise NotFoundError("That summary is gone.")
        return views.summary_reply(summary, _links(house, channel, thread_ts, summary))

    return {"thread_summary": thread_summary}


def _links(house: House, channel: str, thread_ts: str, summary: ThreadSummary) -> dict[int, str]:
    return {number: house.permalink(channel, ts, thread_ts) for number, ts in enumerate(summary.stamps)}


async def _read(house: House, channel: str, thread_ts: str) -> tuple[list[ThreadMessage], int]:
    """Return a thread's messages, oldest first, and how many it has in all."""
    found: list[dict[str, Any]] = []
    cursor = None
    while len(found) < MESSAGES_AT_MOST:
        page = await house.client.conversations_replies(channel=channel, ts=thread_ts, limit=200, cursor=cursor)
        found += page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    total = max(len(found), int(found[0].get("reply_count") or 0) + 1) if found else 0
    team_id = house.identity.team_id
    authors = frozenset(str(one.get("user")) for one in found)
    names = await access.names(house.database, team_id=team_id, user_ids=authors)
    words = await words_in(house, team_id, found)
    return [_message(house, channel, at, one, words[at], names) for at, one in enumerate(found)], total


def _message(
    house: House, channel: str, index: int, told: Mapping[str, Any], text: str, names: Mapping[str, str]
) -> ThreadMessage:
    user_id, ts = str(told.get("user") or ""), str(told["ts"])
    return ThreadMessage(
        index=index,
        user_id=user_id,
        name=names.get(user_id, user_id or "app"),
        text=text,
        ts=ts,
        permalink=house.permalink(channel, ts, str(told.get("thread_ts") or "")),
        is_bot=bool(told.get("bot_id")),
    )


def receipts(_: House) -> Mapping[str, Receipt]:
    """Return what asks about a message that may or may not be there."""

    def ended(session: Session, row: OutboxRow) -> None:
        deliveries.ask(session, row, who=str(row.nouns["by"]))

    return {"thread_summary": ended}
