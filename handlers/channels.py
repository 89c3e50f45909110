"""Channels: the bot comes and goes, and an admin sets up what holds in each."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.errors import NotAllowedError
from bot.outbox import Rendered, Renderer
from bot.services import access, channels, customer_view
from bot.services.meanwhile import ChangedMeanwhileError
from handlers import ids
from handlers.arrivals import cause_of, happened_at, is_late
from handlers.directory import get_channel, open_channel
from handlers.grammar import CHANNEL, command, optional
from handlers.house import House
from handlers.needs import Need
from handlers.slack import Asking, answer_click, asking, open_for
from handlers.views import Reply
from handlers.views import channels as views
from handlers.views import customer_view as customer_views
from handlers.views.forms import read_opened, values
from storage.models import Channel, OutboxRow, Reader, Role

_CLOSING = {
    "channel_archive": "archived",
    "channel_left": "outside",
    "channel_shared": "shared",
    "group_archive": "archived",
    "group_left": "outside",
}
"""The events that close a channel, and why."""

NEEDS = Need(
    scopes=("channels:read", "chat:write", "groups:read", "im:write"),
    events=(*_CLOSING, "channel_id_changed", "channel_unshared", "member_joined_channel"),
)


@command("channel", usage="#product", role=Role.ADMIN, takes=(optional(CHANNEL),))
async def channel(ask: Asking) -> Reply | None:
    """What holds in a channel: its customer, who may read what is captured, what reactions mean."""
    return await open_setup(ask, ask.asked.get("channel") or ask.channel)


async def open_setup(ask: Asking, channel_id: str) -> Reply | None:
    """Open the modal that sets up a channel, or return why it cannot be."""
    access.require(ask.reader, Role.ADMIN, "set up channels")
    if not channel_id.startswith(("C", "G")):
        await open_for(ask, views.which_modal())
        return None
    found = await open_channel(ask.house, ask.reader.team_id, channel_id)
    if found is None or not found.has_bot:
        return views.closed_reply(channel_id)
    known = await channels.show(ask.house.database, reader=ask.reader, channel_id=channel_id)
    await open_for(ask, views.setup_modal(channel_id, known))
    return None


def register(app: AsyncApp, house: House) -> None:
    """Listen to what happens to channels, and to their setting up."""
    _follow(app, house)
    _follow_what_closes(app, house)
    _set_up(app, house)
    _save(app, house)


def _set_up(app: AsyncApp, house: House) -> None:
    @app.action(ids.CHANNEL_SETUP)
    async def on_setup_wanted(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        refused = await open_setup(await asking(house, body), str(action.get("value") or ""))
        if refused is not None:
            await answer_click(body, respond, refused.whispered())

    @app.action(ids.CHANNEL_CHOSEN)
    async def on_channel_chosen(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        ask, channel_id = await asking(house, body), str(action["selected_conversation"])
        access.require(ask.reader, Role.ADMIN, "set up channels")
        found = await open_channel(house, ask.reader.team_id, channel_id)
        if found is None or not found.has_bot:
            raise NotAllowedError("I'm not in that channel. Type `/invite @linchpin` there, then choose it again.")
        known = await channels.show(house.database, reader=ask.reader, channel_id=channel_id)
        await house.client.views_update(view_id=body["view"]["id"], view=views.setup_modal(channel_id, known))

    @app.options(ids.CHANNEL_CUSTOMER)
    async def on_customer_typed(ack: AsyncAck, body: dict[str, Any]) -> None:
        ask = await asking(house, body)
        known = await channels.show(house.database, reader=ask.reader, channel_id="")
        await ack(options=views.customer_options(known.customers, str(body.get("value") or "")))


def _save(app: AsyncApp, house: House) -> None:
    @app.view(ids.CHANNEL_SUBMIT)
    async def on_set_up(ack: AsyncAck, body: dict[str, Any], view: Mapping[str, Any]) -> None:
        ask, (channel_id, seen) = await asking(house, body), read_opened(str(view["private_metadata"]))
        try:
            plan = _plan(values(view["state"]["values"]))
        except channels.WrongEmojiError as error:
            await ack(response_action="errors", errors={error.meaning: error.message})
            return
        try:
            await channels.set_up(
                house.database, by=ask.reader, channel_id=channel_id, plan=plan, seen=seen, cause=ask.cause, now=ask.now
            )
        except ChangedMeanwhileError as error:
            known = await channels.show(house.database, reader=ask.reader, channel_id=channel_id)
            again = views.setup_modal(channel_id, known, meanwhile=error)
            await ack(response_action="update", view=again)
            return
        await ack(response_action="update", view=views.saved_modal(channel_id))


def _follow(app: AsyncApp, house: House) -> None:
    team_id = house.identity.team_id

    @app.event("member_joined_channel")
    async def on_joined(event: dict[str, Any]) -> None:
        if event.get("user") == house.identity.user_id:
            await get_channel(house, team_id, str(event["channel"]), anew=True)
            await channels.greet(
                house.database, team_id=team_id, channel_id=str(event["channel"]), inviter=event.get("inviter")
            )

    @app.event("channel_unshared")
    async def on_unshared(body: dict[str, Any], event: dict[str, Any]) -> None:
        channel_id = str(event["channel"])
        await channels.end_customer_view(
            house.database, team_id=team_id, channel_id=channel_id, happened=happened_at(body), cause=cause_of(body),
            now=house.now(),
        )  # fmt: skip
        await get_channel(house, team_id, channel_id, anew=True)

    @app.event("channel_id_changed")
    async def on_id_changed(event: dict[str, Any]) -> None:
        old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
        await channels.move(house.database, team_id=team_id, before=old, after=new)
        await get_channel(house, team_id, new, anew=True)


def _follow_what_closes(app: AsyncApp, house: House) -> None:
    team_id = house.identity.team_id

    async def on_closed(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        channel_id, why, happened = str(event["channel"]), _CLOSING[str(event["type"])], happened_at(body)
        if is_late(body, house.now(), tries=context["tries"]):
            if why == "shared":  # nothing internal may be said there while Slack is asked
                await access.close_channel(
                    house.database, team_id=team_id, channel_id=channel_id, shared=True, now=happened
                )
            if not await _is_still(house, channel_id, why):
                return  # it was opened since, and somebody may have let its updates go on
        await channels.close(
            house.database, team_id=team_id, channel_id=channel_id, why=why, happened=happened, cause=cause_of(body),
            now=house.now(),
        )  # fmt: skip

    for name in _CLOSING:
        app.event(name)(on_closed)


async def _is_still(house: House, channel_id: str, why: str) -> bool:
    """Ask Slack whether a channel is still closed as an event says that comes late; raise SilentSlackError."""
    found = await get_channel(house, house.identity.team_id, channel_id, anew=True)
    return found is None or (found.is_shared if why == "shared" else not found.has_bot)


def renderers(house: House) -> Mapping[str, Any]:
    """Return what renders greetings, at the moment they are sent."""

    async def greeting(row: OutboxRow) -> Rendered:
        channel_id = str(row.nouns["channel"])
        setting = await channels.setting_of(house.database, team_id=row.team_id, channel_id=channel_id)
        shared = not row.channel.startswith(("C", "G"))
        return views.greeting(channel_id, channels.meanings(setting), shared=shared)

    return {"greeting": greeting}


def guarded(house: House, kind: str, render: Renderer) -> Renderer:
    """Return a renderer that says nothing internal where another company reads along by now."""

    async def rendered(row: OutboxRow) -> Rendered | None:
        if row.op == "ephemeral" or not row.channel.startswith(("C", "G")):
            return await render(row)
        found = await get_channel(house, row.team_id, row.channel)
        if found is not None and not found.is_shared:
            return await render(row)
        if kind == "answer" and found is not None and await customers_at(house, found) is not None:
            return await _customer_answer(house, row)
        return views.neutral_card() if row.op == "update" else None

    return rendered


async def customers_at(house: House, channel: Channel) -> Reader | None:
    """Return for whom the customer view is given in a shared channel: the admin who allowed it; None where none did."""
    team_id, channel_id = channel.team_id, channel.channel_id
    setting = await channels.setting_of(house.database, team_id=team_id, channel_id=channel_id)
    allowed = setting is not None and channels.allows_customers(channel, setting)
    return Reader(team_id, setting.set_by, Role.VIEWER) if setting is not None and allowed else None


async def _customer_answer(house: House, row: OutboxRow) -> Rendered:
    question = str(row.nouns["text"])
    found = await customer_view.answer(
        house.database, team_id=row.team_id, channel_id=row.channel, question=question, now=house.now()
    )
    return customer_views.answer_reply(found)


def _plan(filled: Mapping[str, str]) -> channels.Plan:
    """Return what a modal holds as a plan; raise WrongEmojiError."""
    visibility = filled.get("visibility", views.DEFAULT)
    return channels.Plan(
        customer=filled.get("customer", "").removeprefix("name:")
        if filled.get("customer") != views.NO_CUSTOMER
        else "",
        visibility=None if visibility == views.DEFAULT else visibility,
        reactions=channels.read_reactions(filled),
        listens=filled.get("listens") != "no",
        customer_view=filled.get("customer_view") == "yes",
    )
