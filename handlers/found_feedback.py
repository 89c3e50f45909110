"""Feedback found in a thread: captured from its summary, one by one in a form, or all with one click."""

import contextlib
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import NotAllowedError, NotFoundError
from bot.jobs import Awaited
from bot.services import feedback, suggestions, summaries
from bot.services.thread_summary import ThreadMessage, ThreadSummary
from handlers import ids
from handlers.directory import known_channel
from handlers.errors import explained
from handlers.house import House
from handlers.slack import asking, reader_of, update_view
from handlers.threads import read_message, read_thread
from handlers.views import capture as capture_views
from handlers.views import summaries as views


def register(app: AsyncApp, house: House) -> None:
    """Listen to the buttons that capture."""

    @app.action(ids.SUMMARY_CAPTURE)
    async def on_capture(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask = await asking(house, body)
        channel_id, thread_ts, ts = str(action["value"]).split("/")
        message = await read_message(house, channel_id, thread_ts, ts)
        if message is None:
            await update_view(house, body["view"], views.failed_modal("That message is gone, so it can't be captured."))
            return
        known = await _prefilled(house, ask.reader.team_id, channel_id, message.text)
        if not known.listens:
            raise feedback.NotListeningError()
        modal = capture_views.capture_modal(
            message.text,
            capture_views.Source(channel_id, message.ts, thread_ts, message.user_id),
            customer=known.customer,
            visibility=known.visibility,
            matches=await suggestions.matches(house.database, reader=ask.reader, text=message.text),
        )
        await house.client.views_push(trigger_id=body["trigger_id"], view=modal)

    @app.action(ids.SUMMARY_CAPTURE_ALL)
    async def on_capture_all(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask = await asking(house, body)
        channel_id, _, thread_ts = str(action["value"]).partition("/")
        view_id = str(body["view"]["id"])
        new = await summaries.capture_all(
            house.database, by=ask.reader, channel=channel_id, thread_ts=thread_ts, view_id=view_id, cause=ask.cause
        )
        summary = await summaries.find(
            house.database, team_id=ask.reader.team_id, channel=channel_id, thread_ts=thread_ts
        )
        if new and summary is not None:
            await show(house, summary, channel=channel_id, thread_ts=thread_ts, view_id=view_id, capturing=True)


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about what was found."""

    async def capture_found(team_id: str, args: dict[str, Any]) -> None:
        """Capture all feedback found in a thread, and show in the summary what it is captured as."""
        channel_id, thread_ts = str(args["channel"]), str(args["thread_ts"])
        summary = await summaries.find(house.database, team_id=team_id, channel=channel_id, thread_ts=thread_ts)
        if summary is None:
            raise NotFoundError("That summary is gone. Summarize the thread once more.")
        by = await reader_of(house, team_id, str(args["user_id"]), also=frozenset({channel_id}))
        messages, _ = await read_thread(house, channel_id, thread_ts)
        wanted = set(summaries.feedback_stamps(summary))
        try:
            for message in (one for one in messages if one.ts in wanted and one.text.strip()):
                known = await _prefilled(house, team_id, channel_id, message.text)
                draft, cause = _draft(known, channel_id, thread_ts, message), f"{args['cause']}:{message.ts}"
                with contextlib.suppress(feedback.WithdrawnByAuthorError):
                    await feedback.capture(house.database, by=by, draft=draft, cause=cause, now=house.now())
        except NotAllowedError as error:
            await update_view(house, {"id": args["view_id"]}, views.failed_modal(error.message))
            return
        await show(house, summary, channel=channel_id, thread_ts=thread_ts, view_id=str(args["view_id"]))

    async def given_up(_: str, args: dict[str, Any], error: Exception) -> None:
        """Say in the modal that not all was captured."""
        said = explained(error) or "I couldn't capture all of it. Please try again in a few minutes."
        await update_view(house, {"id": args["view_id"]}, views.failed_modal(said))

    return {"capture_found": Awaited(capture_found, given_up)}


async def show(
    house: House, summary: ThreadSummary, *, channel: str, thread_ts: str, view_id: str, capturing: bool = False
) -> None:
    """Show a summary in its modal, with what of it is captured."""
    captured = await summaries.captured_in(
        house.database, team_id=house.identity.team_id, channel=channel, summary=summary
    )
    source, where = f"{channel}/{thread_ts}", links(house, channel, thread_ts, summary)
    shown = views.summary_modal(summary, where, source, captured=captured, capturing=capturing)
    await update_view(house, {"id": view_id}, shown)


def links(house: House, channel: str, thread_ts: str, summary: ThreadSummary) -> dict[int, str]:
    """Return the address of each message of a thread, by its number."""
    return {number: house.permalink(channel, ts, thread_ts) for number, ts in enumerate(summary.stamps)}


def _draft(known: suggestions.Prefilled, channel_id: str, thread_ts: str, message: ThreadMessage) -> feedback.Draft:
    return feedback.Draft(
        quote=message.text,
        original=message.text,
        customer=known.customer,
        said_by=message.user_id or None,
        channel=channel_id,
        message_ts=message.ts,
        thread_ts=thread_ts if thread_ts != message.ts else None,
        permalink=message.permalink,
        visibility=known.visibility,
    )


async def _prefilled(house: House, team_id: str, channel_id: str, text: str) -> suggestions.Prefilled:
    channel = await known_channel(house, team_id, channel_id)
    return await suggestions.prefilled(
        house.database, team_id=team_id, channel=channel, channel_id=channel_id, text=text
    )
