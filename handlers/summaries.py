"""Summarizing a thread from its message's menu."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.errors import BotError, NotAllowedError, NotFoundError
from bot.jobs import Awaited, BusyError
from bot.outbox import Receipt, Rendered
from bot.outbox.sender import refusal
from bot.services import deliveries, summaries
from bot.services.refusals import known_refusal
from handlers import found_feedback, ids
from handlers.directory import known_channel
from handlers.errors import explained
from handlers.house import House
from handlers.needs import Need, Shortcut
from handlers.slack import asking, open_view, update_view
from handlers.threads import read_thread
from handlers.views import summaries as views
from storage.database import Session
from storage.models import OutboxRow

NEEDS = Need(
    scopes=("chat:write",),
    optional_scopes=("channels:history", "groups:history"),
    shortcuts=(Shortcut("message", ids.SUMMARIZE, "Summarize thread", "Decisions, open questions, actions, feedback"),),
)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the shortcut, and to the buttons under a summary."""

    @app.shortcut(ids.SUMMARIZE)
    async def on_summary_wanted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        ask = await asking(house, body)
        opened = await open_view(house, body, views.reading_modal())
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

    found_feedback.register(app, house)


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about summaries."""

    async def summarize_thread(team_id: str, args: dict[str, Any]) -> None:
        """Read a thread, summarize it, keep the summary, and show it to whoever asked."""
        channel, thread_ts, opened = str(args["channel"]), str(args["thread_ts"]), {"id": args["view_id"]}

        async def progress(read: int, total: int) -> None:
            await update_view(house, opened, views.reading_modal(read, total))

        try:
            messages, total = await read_thread(house, channel, thread_ts, progress)
        except SlackApiError as error:
            if (known := known_refusal(refusal(error))) is None:
                raise
            await update_view(house, opened, views.failed_modal(known.sentence))
            return
        if house.model is not None:
            await update_view(house, opened, views.writing_modal(len(messages)))
        customers = await summaries.customers(house.database, team_id=team_id)
        summary = await summaries.make(house.model, messages, total, customers=customers)
        await summaries.keep(
            house.database, team_id=team_id, channel=channel, thread_ts=thread_ts, summary=summary,
            asked_by=str(args["user_id"]), now=house.now(),
        )  # fmt: skip
        await found_feedback.show(house, summary, channel=channel, thread_ts=thread_ts, view_id=str(args["view_id"]))

    async def given_up(_: str, args: dict[str, Any], error: Exception) -> None:
        """Say in the modal that there will be no summary."""
        known = explained(error) if isinstance(error, BotError | SlackApiError) else None
        if isinstance(error, BusyError):
            known = "Slack lets me read only slowly just now. Please try again in a few minutes."
        said = known or "I couldn't summarize this thread this time. Please try again in a few minutes."
        await update_view(house, {"id": args["view_id"]}, views.failed_modal(said))

    return {"summarize_thread": Awaited(summarize_thread, given_up), **found_feedback.tasks(house)}


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders a shared summary."""

    async def thread_summary(row: OutboxRow) -> Rendered | None:
        channel, thread_ts = str(row.nouns["channel"]), str(row.nouns["thread_ts"])
        known = await known_channel(house, row.team_id, channel)
        if known is None or not known.speaks:
            return None  # shared with another company meanwhile
        summary = await summaries.find(house.database, team_id=row.team_id, channel=channel, thread_ts=thread_ts)
        if summary is None:
            raise NotFoundError("That summary is gone.")
        return views.summary_reply(summary, found_feedback.links(house, channel, thread_ts, summary))

    return {"thread_summary": thread_summary}


def receipts(_: House) -> Mapping[str, Receipt]:
    """Return what asks about a message that may or may not be there."""

    def ended(session: Session, row: OutboxRow) -> None:
        deliveries.ask(session, row, who=str(row.nouns["by"]))

    return {"thread_summary": ended}
