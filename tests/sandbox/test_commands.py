"""Slash commands, shortcuts and clicks: payloads, acknowledgements, response URLs."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Sandbox
from tests.person import Slack, Slacker
from tests.sandbox.conftest import bolt_app, connected, running

CARD: list[dict[str, Any]] = [
    {"type": "section", "block_id": "card", "text": {"type": "mrkdwn", "text": "*A card*"}},
    {
        "type": "actions",
        "block_id": "doing",
        "elements": [
            {
                "type": "button", "action_id": "undo", "value": "v1", "style": "danger",
                "text": {"type": "plain_text", "text": "Undo"},
            },
            {
                "type": "static_select", "action_id": "lane", "placeholder": {"type": "plain_text", "text": "Lane"},
                "options": [
                    {"text": {"type": "plain_text", "text": "Now"}, "value": "now"},
                    {"text": {"type": "plain_text", "text": "Next"}, "value": "next"},
                ],
            },
        ],
    },
]  # fmt: skip


async def test_a_command_carries_slacks_fields(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    bodies: list[dict[str, Any]] = []

    @app.command("/echo")
    async def echo(ack: AsyncAck, body: dict[str, Any]) -> None:
        bodies.append(body)
        await ack("ok")

    async with connected(sandbox, app):
        await mina.types("#product", "/echo  tell @lee in #sales & more ")
        await mina.types("#board", "/echo")
    public, private = bodies
    assert public["text"] == "tell <@U0LEE|lee> in <#C0SALES|sales> &amp; more"
    assert (public["command"], public["user_id"], public["channel_name"]) == ("/echo", "U0MINA", "product")
    assert (private["text"], private["channel_name"]) == ("", "privategroup")
    assert public["response_url"].startswith(f"{sandbox.url}/response/")
    assert set(public) == {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text",
        "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
    }  # fmt: skip


async def test_a_command_without_escaping_is_sent_as_typed(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    @app.command("/raw")
    async def raw(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(response_type="in_channel", text=str(command["text"] == "@lee & co"))

    async with connected(sandbox, app):
        assert (await mina.types("#product", "/raw @lee & co")).text == "True"


async def test_the_acknowledgement_may_speak_to_one_or_to_all(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    @app.command("/echo")
    async def echo(ack: AsyncAck, command: dict[str, Any]) -> None:
        if command["text"] == "loud":
            await ack(response_type="in_channel", text="everybody", blocks=CARD)
        else:
            await ack("only you")

    async with connected(sandbox, app):
        quiet = await mina.types("#product", "/echo")
        loud = await mina.types("#product", "/echo loud")
    assert quiet.is_ephemeral
    assert not loud.is_ephemeral
    assert loud.text == "A card\n[Undo] [Lane]"
    assert loud.buttons == ["Undo", "Lane"]


async def test_an_empty_acknowledgement_shows_nothing(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    @app.command("/echo")
    async def echo(ack: AsyncAck) -> None:
        await ack()

    async with connected(sandbox, app):
        outcome = await mina.person.command("#product", "/echo")
    assert outcome.acknowledged
    assert outcome.answers == []


async def test_without_a_connection_the_command_fails_with_slacks_words(sandbox: Sandbox, mina: Slacker) -> None:
    outcome = await mina.person.command("#product", "/echo hi")
    assert outcome.notice == '/echo failed with the error "dispatch_failed"'


async def test_a_late_acknowledgement_is_a_timeout() -> None:
    async with running(ack_timeout=0.1) as sandbox, connected(sandbox, bolt_app(sandbox)):
        outcome = await Slack(sandbox).as_("mina").person.command("#product", "/echo hi")
        assert outcome.notice == '/echo failed with the error "operation_timeout"'


async def test_an_unknown_command_and_a_stranger_get_slacks_words(mina: Slacker, slack: Slack) -> None:
    assert (await mina.person.command("#product", "/nope")).notice == "/nope is not a valid command."
    assert (await slack.as_("ann").person.command("#acme", "/echo")).notice == "/echo is not a valid command."


async def test_a_response_url_works_where_the_app_is_no_member(
    sandbox: Sandbox, app: AsyncApp, mina: Slacker, lee: Slacker
) -> None:
    @app.command("/echo")
    async def echo(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("working on it")
        await respond("done", replace_original=True)
        await respond(text="for all", response_type="in_channel", replace_original=False)

    async with connected(sandbox, app):
        reply = await mina.types("#board", "/echo")
        await reply.shows("done")
        await mina.sees("#board", containing="for all")
    assert len(sandbox.workspace.ephemerals) == 1


async def test_a_response_url_is_good_for_five_answers(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    urls: list[str] = []

    @app.command("/echo")
    async def echo(ack: AsyncAck, command: dict[str, Any]) -> None:
        urls.append(command["response_url"])
        await ack()

    async with connected(sandbox, app):
        await mina.person.command("#product", "/echo")
    hook = AsyncWebhookClient(urls[0])
    assert [(await hook.send(text=f"n{n}")).status_code for n in range(6)] == [200] * 5 + [404]
    bad = await AsyncWebhookClient(f"{sandbox.url}/response/unknown").send(text="x")
    assert (bad.status_code, "expired_url" in bad.body) == (404, True)


async def test_a_response_that_slack_would_refuse_is_refused(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    urls: list[str] = []

    @app.command("/echo")
    async def echo(ack: AsyncAck, command: dict[str, Any]) -> None:
        urls.append(command["response_url"])
        await ack()

    async with connected(sandbox, app):
        await mina.person.command("#product", "/echo")
    refused = await AsyncWebhookClient(urls[0]).send(text="x", blocks=[{"type": "hologram"}])
    assert (refused.status_code, "invalid_blocks" in refused.body) == (400, True)


async def test_a_message_shortcut_carries_the_message_from_where_the_app_is_not(
    sandbox: Sandbox, app: AsyncApp, mina: Slacker
) -> None:
    bodies: list[dict[str, Any]] = []

    @app.shortcut("note_this")
    async def note(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        bodies.append(body)
        await ack()
        await respond("noted")

    async with connected(sandbox, app):
        message = await mina.sees("#board", containing="Confidential")
        reply = await mina.runs("Note this", on=message)
    assert reply.text == "noted"
    assert reply.is_ephemeral
    body = bodies[0]
    assert (body["type"], body["callback_id"], body["message_ts"]) == ("message_action", "note_this", message.ts)
    assert body["message"]["text"] == "Confidential"
    assert body["channel"] == {"id": "C0BOARD", "name": "privategroup"}


async def test_a_click_carries_message_action_and_state(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("undo")
    async def undo(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        bodies.append(body)
        await ack()
        await respond(text="undone", replace_original=True)

    async with connected(sandbox, app):
        await app.client.chat_postMessage(channel="C0PRODUCT", text="card", blocks=CARD)
        card = await mina.sees("#product", containing="A card")
        await mina.clicks("Undo", on=card)
        await card.shows("undone")
    body = bodies[0]
    assert body["container"] == {
        "type": "message", "message_ts": card.ts, "channel_id": "C0PRODUCT", "is_ephemeral": False,
    }  # fmt: skip
    assert body["message"]["ts"] == card.ts
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("undo", "doing", "v1")
    assert body["state"]["values"] == {"doing": {"lane": {"type": "static_select", "selected_option": None}}}


async def test_a_choice_carries_the_option(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    chosen: list[dict[str, Any]] = []

    @app.action("lane")
    async def lane(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        await ack()
        chosen.extend([action["selected_option"], body["state"]["values"]["doing"]["lane"]["selected_option"]])

    async with connected(sandbox, app):
        await app.client.chat_postMessage(channel="C0PRODUCT", text="card", blocks=CARD)
        card = await mina.sees("#product", containing="A card")
        await mina.chooses("Next", in_="Lane", on=card)
    assert [option["value"] for option in chosen] == ["next", "next"]


async def test_a_click_in_an_ephemeral_message_may_delete_it(sandbox: Sandbox, app: AsyncApp, mina: Slacker) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("undo")
    async def undo(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        bodies.append(body)
        await ack()
        await respond(delete_original=True)

    async with connected(sandbox, app):
        await app.client.chat_postEphemeral(channel="C0PRODUCT", user="U0MINA", text="card", blocks=CARD)
        card = await mina.sees_only_me("#product", containing="A card")
        await mina.clicks("Undo", on=card)
        await mina.no_longer_sees(card)
    assert bodies[0]["container"]["is_ephemeral"]
    assert "message" not in bodies[0]


async def test_a_click_that_nobody_acknowledges_shows_slacks_words() -> None:
    async with running(ack_timeout=0.1) as sandbox, connected(sandbox, app := bolt_app(sandbox)):
        mina = Slack(sandbox).as_("mina")
        await app.client.chat_postMessage(channel="C0PRODUCT", text="card", blocks=CARD)
        card = await mina.sees("#product", containing="A card")
        outcome = await mina.person.click(mina._where(card), "doing", "undo")
        assert outcome.notice == "Operation timed out. Apps need to respond within 3 seconds."
