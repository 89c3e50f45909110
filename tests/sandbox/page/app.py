"""A tiny app for the tests of the sandbox's page: one command, one shortcut with a modal, a Home."""

import asyncio
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.blocks import ON_SURFACE
from tests.sandbox.page.gallery import shown

Json = dict[str, Any]


def words(text: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    """Return a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def choice(value: str, text: str) -> Json:
    """Return an option."""
    return {"text": words(text), "value": value}


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    """Return an input block whose element has the action_id `value`."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": words(label),
        "element": {**element, "action_id": "value"},
    } | more


NOTE: Json = {
    "type": "modal",
    "callback_id": "note",
    "title": words("Take a note"),
    "submit": words("Save"),
    "blocks": [
        field("problem", "Problem", {"type": "plain_text_input", "max_length": 100}, dispatch_action=True),
        field("customer", "Customer", {"type": "external_select", "min_query_length": 1}),
        field(
            "weight",
            "Weight",
            {
                "type": "static_select",
                "options": [choice("nice", "Nice"), choice("blocker", "Blocker")],
                "initial_option": choice("nice", "Nice"),
            },
        ),
        field("match", "Same as", {"type": "radio_buttons", "options": [choice("RM-1", "SSO"), choice("new", "New")]}),
        field("tell", "Tell", {"type": "multi_users_select"}, optional=True),
        field("due", "Wanted by", {"type": "datepicker"}, optional=True),
        {"type": "actions", "block_id": "more", "elements": [
            {"type": "button", "action_id": "find", "text": words("Find matches")},
        ]},
    ],
}  # fmt: skip

CARD: list[Json] = [
    {"type": "header", "text": words("Audit log API")},
    {"type": "section", "text": marked("*RM-1* is next"), "fields": [marked("*Owner*\n<@U0LEE>"), marked("*Due*\nQ1")]},
    {"type": "actions", "elements": [
        {"type": "static_select", "action_id": "show", "placeholder": words("Show item"),
         "options": [choice("RM-1", "RM-1 SSO"), choice("RM-2", "RM-2 Export")]},
        {"type": "button", "action_id": "withdraw", "text": words("Withdraw"), "style": "danger", "confirm": {
            "title": words("Withdraw it?"), "text": marked("Its text goes away."),
            "confirm": words("Yes, withdraw"), "deny": words("Keep")}},
    ]},
]  # fmt: skip

HOSTILE_CARD: list[Json] = [
    {"type": "section", "text": words("hostile card <img src=x onerror=alert(7)>")},
    {"type": "section", "text": marked("<javascript:alert(8)|tap me> <data:text/html,x|or me>")},
    {"type": "image", "image_url": "http://evil.example/pixel.png", "alt_text": "A picture elsewhere"},
    {"type": "markdown", "text": "[x](javascript:alert(9)) <script>alert(10)</script>"},
]

MARKUP = (
    "Markup *bold* _italic_ ~gone~ `a_b*c` <@U0LEE> <#C0PRODUCT|product> <https://example.com/a_b|the docs> :bulb: "
    "at 10:30:45 snake_case_name 2 * 3 * 4 on <!date^1795563000^{date_num}|some day>\n"
    "&gt; quoted &amp; so\n```x = 1\ny```"
)

ANSWERS: dict[str, Json] = {
    "card": {"text": "A card", "blocks": CARD},
    "hostile": {"text": "A card", "blocks": HOSTILE_CARD},
    "markup": {"text": MARKUP},
}

GALLERY: Json = {
    "type": "modal",
    "title": words("Gallery"),
    "submit": words("Save"),
    "blocks": shown(set(ON_SURFACE["modal"])),
}

HOME: Json = {"type": "home", "blocks": [{"type": "header", "text": words("Hi there")}]}


def tiny_app(slack: Sandbox, heard: Json) -> AsyncApp:
    """Return an app for this sandbox that notes in `heard` what it was told."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret="unused", process_before_response=True)
    _add_listeners(app, heard)
    for event in ("message", "reaction_added", "reaction_removed"):
        app.event(event)(_ignore)
    return app


async def _ignore() -> None:
    """Let the event be acknowledged."""


def _add_listeners(app: AsyncApp, heard: Json) -> None:
    @app.command("/echo")
    async def on_echo(ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        if command["text"] == "modal":
            await client.views_open(trigger_id=command["trigger_id"], view=GALLERY)
            await ack()
        else:
            await ack(**ANSWERS.get(command["text"], {"text": f"You said {command['text']}"}))

    @app.shortcut("new_note")
    @app.shortcut("note_this")
    async def on_note(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=NOTE)
        await ack()

    @app.action({"block_id": "problem", "action_id": "value"})
    @app.action("find")
    async def on_find(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        heard["clicked"] = body
        found = {"type": "section", "text": words("2 matches")}
        problem = NOTE["blocks"][0] | {"hint": words("Rebuilt with a hint")}
        view = NOTE | {"blocks": [found, problem, *NOTE["blocks"][1:]]}
        await client.views_update(view_id=body["view"]["id"], view=view)
        await ack()

    @app.options(re.compile("value|external_select"))
    async def on_suggest(ack: AsyncAck) -> None:
        await ack(options=[choice("acme", "Acme"), choice("globex", "Globex")])

    @app.view("note")
    async def on_submit(ack: AsyncAck, view: Json) -> None:
        heard["submitted"] = view["state"]["values"]
        if heard["submitted"]["problem"]["value"]["value"] == "wrong":
            await ack(response_action="errors", errors={"problem": "Say what hurts."})
        else:
            await ack()

    @app.action("show")
    async def on_show(ack: AsyncAck, action: Json, respond: AsyncRespond) -> None:
        await respond(f"You picked {action['selected_option']['value']}", replace_original=False)
        await ack()

    @app.action("withdraw")
    async def on_withdraw(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        heard["clicked"] = body
        await respond("You clicked withdraw", replace_original=False)
        await ack()

    heard["actions"] = asyncio.Queue()

    @app.action(re.compile("."))
    async def on_action(ack: AsyncAck, body: Json, action: Json) -> None:
        heard["clicked"] = body
        heard["actions"].put_nowait(action)
        await ack()

    @app.event("agent_session_stopped")
    async def on_stopped(event: Json) -> None:
        heard["stopped"] = event

    heard["contexts"] = asyncio.Queue()

    @app.event("app_context_changed")
    async def on_context(event: Json) -> None:
        heard["contexts"].put_nowait(event)

    @app.event("app_home_opened")
    async def on_home(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)
