"""Captured feedback: its cards, and what people do with their buttons."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.outbox import Receipt, Rendered
from bot.services import access, feedback, feedback_cards, kept_threads, withdrawals
from bot.services.meanwhile import ChangedMeanwhileError
from handlers import ids, threads
from handlers.capture import draft_in
from handlers.directory import learn_members
from handlers.house import House
from handlers.needs import Need
from handlers.slack import asking, open_view, reader_of
from handlers.views import capture as capture_views
from handlers.views import feedback as views
from handlers.views.forms import read_opened
from storage.models import OutboxRow, Reader

NEEDS = Need(
    scopes=("channels:read", "chat:write", "groups:read", "im:write", "reactions:write", "users:read"),
    optional_scopes=("channels:history", "groups:history"),
)


def register(app: AsyncApp, house: House) -> None:
    """Listen to the buttons of cards, and to the form that edits."""
    _edit(app, house)
    _decide(app, house)


def _edit(app: AsyncApp, house: House) -> None:
    @app.view(ids.EDIT_SUBMIT)
    async def on_edit_submitted(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask = await asking(house, body)
        what, seen = read_opened(str(view["private_metadata"]))
        number, draft = int(what), draft_in(house, view)
        try:
            await feedback.edit(
                house.database, by=ask.reader, number=number, draft=draft, seen=seen, cause=ask.cause, now=ask.now
            )
        except feedback.NothingSaidError as error:
            await ack(response_action="errors", errors={"quote": error.message})
        except ChangedMeanwhileError as error:
            found = await feedback.show(house.database, reader=ask.reader, number=number, to_edit=True)
            again = capture_views.edit_modal(found, ask.reader, meanwhile=error)
            await ack(response_action="update", view=again)
        else:
            await ack()

    @app.action(ids.FEEDBACK_EDIT)
    async def on_edit_wanted(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        ask = await asking(house, body)
        captured = await feedback.show(house.database, reader=ask.reader, number=int(action["value"]), to_edit=True)
        await open_view(house, body, capture_views.edit_modal(captured, ask.reader))
        if is_ephemeral(body):  # its card in the thread has the button for later
            await respond(replace_original=True, **views.completing_reply(captured).whispered())


def _decide(app: AsyncApp, house: House) -> None:
    @app.action(ids.FEEDBACK_UNDO)
    async def on_undo(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        ask, (number, _, link) = await asking(house, body), str(action["value"]).partition(":")
        undone: dict[str, Any] = {"by": ask.reader, "number": int(number), "cause": ask.cause, "now": ask.now}
        if link.isdigit():
            captured = await withdrawals.unlink(house.database, link=int(link), **undone)
        else:
            captured = await withdrawals.undo(house.database, **undone)
        await respond(replace_original=is_ephemeral(body), **views.undone_reply(captured).whispered())

    @app.action(ids.FEEDBACK_WITHDRAW)
    async def on_withdraw(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await withdrawals.withdraw(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)

    @app.action(ids.FEEDBACK_SUPPORT)
    async def on_me_too(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, number = await asking(house, body), int(action["value"])
        await feedback.support(house.database, by=ask.reader, number=number, cause=ask.cause, now=ask.now)


def is_ephemeral(body: Mapping[str, Any]) -> bool:
    """Say whether a button stands on a message that only one person sees: such a message is replaced, not added to."""
    return bool((body.get("container") or {}).get("is_ephemeral"))


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders the messages about feedback, at the moment they are sent."""

    async def shown(row: OutboxRow) -> feedback_cards.Captured:
        return await feedback_cards.card(house.database, reader=await _reader(house, row), number=_of(row))

    async def card(row: OutboxRow) -> Rendered:
        return views.feedback_card(await shown(row))

    async def told(row: OutboxRow) -> Rendered:
        return views.told_card(await shown(row))

    async def complete(row: OutboxRow) -> Rendered:
        reader = await reader_of(house, row.team_id, row.user or "", also=frozenset({row.channel}))
        captured = await feedback_cards.card(house.database, reader=reader, number=_of(row))
        return views.complete_card(captured, new=bool(row.nouns["new"]))

    return {"feedback_card": card, "feedback_told": told, "feedback_complete": complete}


def receipts(house: House) -> Mapping[str, Receipt]:
    """Return what notes how a card ended."""
    return {"feedback_card": feedback_cards.note_receipt}


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about feedback."""

    async def read_thread(team_id: str, args: dict[str, Any]) -> None:
        """Read the thread that a piece of feedback stands in, and keep its words with it."""
        source = await kept_threads.source_of(house.database, team_id=team_id, number=int(args["number"]))
        if source is None:
            return
        channel, ts = source
        messages, _ = await threads.read_thread(house, channel, ts)
        words = {one.ts: one.text for one in messages if not one.is_bot}
        await kept_threads.keep(house.database, team_id=team_id, number=int(args["number"]), words=words)

    async def learn_members_of(_: str, args: dict[str, Any]) -> None:
        """Learn who may read what was captured from a channel."""
        await learn_members(house, str(args["channel"]))

    return {"read_thread": read_thread, "learn_members": learn_members_of}


async def _reader(house: House, row: OutboxRow) -> Reader:
    """Return who will see a row's message: a person in a direct message, or everybody in a channel."""
    if not row.channel.startswith(("U", "W")):
        return access.colleagues_in(row.team_id, row.channel)
    return await reader_of(house, row.team_id, row.channel)


def _of(row: OutboxRow) -> int:
    return int(row.nouns["number"])
