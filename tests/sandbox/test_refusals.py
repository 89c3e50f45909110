"""Every refusal in the table of methods happens, and none happens that is not in it."""

import copy
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.web_api.methods import EVERY_METHOD, METHODS
from tests.person import Slack
from tests.sandbox.conftest import client_of, running
from tests.sandbox.stories import MANIFEST

LONG = "x" * 40_001
HOLOGRAM = [{"type": "hologram"}]
HOME = {"type": "home", "blocks": []}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Note"}, "blocks": []}
HUGE = MODAL | {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 100}
BAD_CONTENT: list[tuple[str, dict[str, Any]]] = [
    ("invalid_blocks", {"text": "x", "blocks": HOLOGRAM}),
    ("invalid_blocks_format", {"text": "x", "blocks": "{"}),
    ("markdown_text_conflict", {"text": "x", "markdown_text": "y"}),
    ("msg_too_long", {"text": LONG}),
    ("no_text", {}),
    ("too_many_attachments", {"text": "x", "attachments": [{"text": "a"}] * 101}),
]
BAD_METADATA: list[tuple[str, dict[str, Any]]] = [
    ("invalid_metadata_format", {"text": "x", "metadata": {"event_type": "t"}}),
    ("invalid_metadata_schema", {"text": "x", "metadata": {"event_payload": {}}}),
    ("metadata_too_large", {"text": "x", "metadata": {"event_type": "t", "event_payload": {"k": LONG}}}),
]
WHERE: dict[str, dict[str, Any]] = {
    "channel_not_found": {"channel": "C0NOWHERE"},
    "not_in_channel": {"channel": "C0SALES", "ts": "SALES", "timestamp": "SALES"},
    "is_archived": {"channel": "C0OLD"},
}
NEEDED: dict[str, dict[str, Any]] = {
    "chat.postMessage": {"channel": "C0PRODUCT", "text": "x"},
    "chat.postEphemeral": {"channel": "C0PRODUCT", "text": "x", "user": "U0MINA"},
    "chat.update": {"channel": "C0PRODUCT", "ts": "OWN", "text": "x"},
    "chat.delete": {"channel": "C0PRODUCT", "ts": "OWN"},
    "chat.getPermalink": {"channel": "C0PRODUCT", "message_ts": "OWN"},
    "chat.startStream": {
        "channel": "C0PRODUCT", "thread_ts": "ROOT", "recipient_user_id": "U0MINA", "recipient_team_id": "T0PAPER",
    },
    "chat.appendStream": {"channel": "C0PRODUCT", "ts": "STREAM", "markdown_text": "x"},
    "chat.stopStream": {"channel": "C0PRODUCT", "ts": "STREAM"},
    "conversations.history": {"channel": "C0PRODUCT"},
    "conversations.info": {"channel": "C0PRODUCT"},
    "conversations.join": {"channel": "C0PRODUCT"},
    "conversations.members": {"channel": "C0PRODUCT"},
    "conversations.open": {"users": "U0MINA"},
    "conversations.replies": {"channel": "C0PRODUCT", "ts": "ROOT"},
    "assistant.threads.setStatus": {"channel_id": "C0PRODUCT", "thread_ts": "ROOT", "status": "thinks"},
    "assistant.threads.setTitle": {"channel_id": "C0PRODUCT", "thread_ts": "ROOT", "title": "Plans"},
    "assistant.threads.setSuggestedPrompts": {
        "channel_id": "C0PRODUCT", "prompts": [{"title": "What next", "message": "What comes next?"}],
    },
    "reactions.add": {"channel": "C0PRODUCT", "timestamp": "ROOT", "name": "wave"},
    "reactions.remove": {"channel": "C0PRODUCT", "timestamp": "ROOT", "name": "tada"},
    "reactions.get": {"channel": "C0PRODUCT", "timestamp": "ROOT"},
    "files.getUploadURLExternal": {"filename": "a.csv", "length": 3},
    "files.completeUploadExternal": {"files": [{"id": "FILE"}]},
    "files.info": {"file": "FILE"},
    "usergroups.users.list": {"usergroup": "S0PMS"},
    "users.info": {"user": "U0MINA"},
    "views.open": {"trigger_id": "TRIGGER", "view": MODAL},
    "views.push": {"trigger_id": "TRIGGER", "view": MODAL},
    "views.publish": {"user_id": "U0MINA", "view": HOME},
    "views.update": {"view_id": "VIEW", "view": MODAL},
}  # fmt: skip
OWN: list[tuple[str, str, dict[str, Any]]] = [
    ("bots.info", "bot_not_found", {"bot": "B0OTHER"}),
    ("chat.postEphemeral", "thread_not_found", {"thread_ts": "1.000001"}),
    ("chat.postEphemeral", "user_not_in_channel", {"user": "U0ANN"}),
    ("chat.postMessage", "thread_not_found", {"thread_ts": "1.000001"}),
    ("chat.update", "cant_update_message", {"ts": "ROOT"}),
    ("chat.update", "message_not_found", {"ts": "1.000001"}),
    ("chat.update", "is_inactive", {"channel": "C0OLD", "ts": "OLD"}),
    ("chat.update", "streaming_state_conflict", {"ts": "STREAM"}),
    ("chat.delete", "cant_delete_message", {"ts": "ROOT"}),
    ("chat.delete", "message_not_found", {"ts": "1.000001"}),
    ("chat.getPermalink", "message_not_found", {"message_ts": "1.000001"}),
    ("chat.startStream", "invalid_chunks", {"chunks": HOLOGRAM}),
    ("chat.startStream", "missing_recipient_team_id", {"recipient_team_id": None}),
    ("chat.startStream", "missing_recipient_user_id", {"recipient_user_id": None}),
    ("chat.startStream", "msg_too_long", {"markdown_text": "x" * 12_001}),
    ("chat.startStream", "thread_not_found", {"thread_ts": "1.000001"}),
    ("chat.startStream", "user_not_found", {"recipient_user_id": "U0NOBODY"}),
    ("chat.appendStream", "invalid_chunks", {"markdown_text": None, "chunks": HOLOGRAM}),
    ("chat.appendStream", "message_not_found", {"ts": "ROOT"}),
    ("chat.appendStream", "message_not_in_streaming_state", {"ts": "OWN"}),
    ("chat.appendStream", "msg_too_long", {"markdown_text": "x" * 12_001}),
    ("chat.appendStream", "no_text", {"markdown_text": None}),
    ("chat.appendStream", "stopped_by_user", {"ts": "STOPPED"}),
    ("chat.stopStream", "invalid_blocks", {"blocks": HOLOGRAM}),
    ("chat.stopStream", "invalid_blocks_format", {"blocks": "{"}),
    ("chat.stopStream", "invalid_chunks", {"chunks": HOLOGRAM}),
    ("chat.stopStream", "message_not_found", {"ts": "ROOT"}),
    ("chat.stopStream", "message_not_in_streaming_state", {"ts": "OWN"}),
    ("chat.stopStream", "msg_too_long", {"markdown_text": "x" * 12_001}),
    ("chat.stopStream", "no_text", {"ts": "EMPTY"}),
    ("chat.stopStream", "stopped_by_user", {"ts": "STOPPED"}),
    *[("chat.stopStream", error, given | {"text": None}) for error, given in BAD_METADATA],
    *[
        (method, error, {"text": None} | given)
        for method in ("chat.postMessage", "chat.postEphemeral", "chat.update")
        for error, given in BAD_CONTENT
    ],
    *[(method, *bad) for method in ("chat.postMessage", "chat.update") for bad in BAD_METADATA],
    *[
        (method, error, {name: "later"})
        for method in ("conversations.history", "conversations.replies")
        for error, name in (("invalid_ts_latest", "latest"), ("invalid_ts_oldest", "oldest"))
    ],
    ("conversations.join", "is_archived", {"channel": "C0OLD"}),
    ("conversations.join", "method_not_supported_for_channel_type", {"channel": "DM"}),
    ("conversations.list", "invalid_types", {"types": "tavern"}),
    ("users.conversations", "invalid_types", {"types": "tavern"}),
    ("users.conversations", "user_not_found", {"user": "U0NOBODY"}),
    ("conversations.open", "channel_not_found", {"channel": "C0NOWHERE"}),
    ("conversations.open", "method_not_supported_for_channel_type", {"users": "U0MINA,U0LEE"}),
    ("conversations.open", "user_disabled", {"users": "U0GONE"}),
    ("conversations.open", "user_not_found", {"users": "U0NOBODY"}),
    ("conversations.open", "users_list_not_supplied", {"users": None}),
    ("conversations.replies", "thread_not_found", {"ts": "1.000001"}),
    ("files.completeUploadExternal", "file_not_found", {"files": [{"id": "F0"}]}),
    ("files.completeUploadExternal", "invalid_channel", {"channel_id": "U0MINA"}),
    ("files.getUploadURLExternal", "alt_txt_too_large", {"alt_txt": "x" * 1001}),
    ("files.getUploadURLExternal", "missing_argument", {"length": 0}),
    ("files.getUploadURLExternal", "snippet_too_large", {"length": 1_000_001, "snippet_type": "text"}),
    ("files.info", "file_not_found", {"file": "F0"}),
    ("reactions.add", "already_reacted", {"name": "tada"}),
    ("reactions.add", "invalid_name", {"name": "Not A Name"}),
    ("reactions.add", "message_not_found", {"timestamp": "1.000001"}),
    ("reactions.add", "no_item_specified", {"timestamp": None}),
    ("reactions.add", "too_many_emoji", {"timestamp": "BUSY"}),
    ("reactions.add", "is_archived", {"channel": "C0OLD", "timestamp": "OLD"}),
    ("reactions.remove", "invalid_name", {"name": "Not A Name"}),
    ("reactions.remove", "message_not_found", {"timestamp": "1.000001"}),
    ("reactions.remove", "no_item_specified", {"timestamp": None}),
    ("reactions.remove", "no_reaction", {"name": "cry"}),
    ("reactions.get", "message_not_found", {"timestamp": "1.000001"}),
    ("reactions.get", "no_item_specified", {"timestamp": None}),
    ("usergroups.users.list", "no_such_subteam", {"usergroup": "S0"}),
    ("users.info", "user_not_found", {"user": "U0NOBODY"}),
    *[
        (method, error, given)
        for method in ("views.open", "views.push")
        for error, given in (
            ("exchanged_trigger_id", {"trigger_id": "USED"}),
            ("expired_trigger_id", {"trigger_id": "LATE"}),
            ("invalid_trigger_id", {"trigger_id": "1.2.x"}),
            ("duplicate_external_id", {"view": MODAL | {"external_id": "taken"}}),
            ("view_too_large", {"view": HUGE}),
        )
    ],
    ("views.push", "push_limit_reached", {}),
    ("views.publish", "hash_conflict", {"hash": "old"}),
    ("views.publish", "user_not_found", {"user_id": "U0NOBODY"}),
    ("views.publish", "view_too_large", {"view": HOME | {"blocks": HUGE["blocks"]}}),
    ("views.update", "hash_conflict", {"hash": "old"}),
    ("views.update", "not_found", {"view_id": "V0"}),
    ("views.update", "view_too_large", {"view": HUGE}),
]


def cases() -> list[tuple[str, str, dict[str, Any]]]:
    """List what drives each refusal in the table: the special ones, and those that many methods share."""
    shared = [
        (name, error, _where(name, error))
        for name, method in METHODS.items()
        for error in method.refuses.split()
        if (name, error) not in {(name, error) for name, error, _ in OWN}
    ]
    return [*OWN, *shared]


def _where(name: str, error: str) -> dict[str, Any]:
    if error == "invalid_cursor":
        return {"cursor": "nonsense"}
    if error == "invalid_limit":
        return {"limit": "many"}
    if error == "invalid_thread_ts":
        return {"thread_ts": "1.000001"}
    given = WHERE.get(error, {})
    return {"channel_id": given["channel"]} if name.startswith("assistant.") and given else dict(given)


@dataclass
class Scene:
    """A workspace in which everything can be refused."""

    sandbox: Sandbox
    client: AsyncWebClient
    stands_for: dict[str, str]

    def filled(self, value: Any) -> Any:
        """Replace the words that stand for ids."""
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        return self.stands_for.get(value, value) if isinstance(value, str) else value


async def _stream(client: AsyncWebClient, root: str, text: str | None) -> str:
    given = NEEDED["chat.startStream"] | {"thread_ts": root, "markdown_text": text}
    return str((await client.api_call("chat.startStream", json=given))["ts"])


async def _messages(sandbox: Sandbox, client: AsyncWebClient) -> dict[str, str]:
    """Say what can be changed, streamed, reacted to, and what cannot."""
    mina = Slack(sandbox).as_("mina")
    root, busy = await mina.sees("#product", containing="SSO"), await mina.writes("#product", "busy")
    busy.raw.reactions = {f"e{n}": ["U0LEE"] for n in range(23)}
    await client.reactions_add(channel="C0PRODUCT", timestamp=root.ts, name="tada")
    ids = {"ROOT": root.ts, "BUSY": busy.ts, "SALES": (await mina.sees("#sales", containing="Globex")).ts}
    ids["OWN"] = (await client.chat_postMessage(channel="C0PRODUCT", text="own"))["ts"]
    for name, text in (("STREAM", "so far"), ("STOPPED", "too much"), ("EMPTY", None)):
        ids[name] = await _stream(client, root.ts, text)
    await mina.person.stop("#product", ids["STOPPED"])
    return ids


async def _places(sandbox: Sandbox, client: AsyncWebClient) -> dict[str, str]:
    """Add an archived channel with a message, somebody who has left, and a direct message."""
    here = sandbox.workspace
    old = here.channels["C0OLD"] = replace(here.channels["C0PRODUCT"], id="C0OLD", name="old")
    said = await client.chat_postMessage(channel="C0OLD", text="old")
    old.is_archived = True
    here.users["U0GONE"] = replace(here.users["U0LEE"], id="U0GONE", is_deleted=True)
    return {"OLD": said["ts"], "DM": here.direct_message("U0MINA", "U0SANDBOX").id}


async def _views(sandbox: Sandbox, client: AsyncWebClient) -> dict[str, str]:
    """Open as many views as fit, and leave triggers of every kind."""
    triggers = sandbox.slack.triggers
    used, late, fresh = triggers.new("U0LEE"), triggers.new("U0MINA"), triggers.new("U0MINA")
    taken = await client.views_open(trigger_id=used, view=MODAL | {"external_id": "taken"})
    for opens in (client.views_open, client.views_push, client.views_push):
        await opens(trigger_id=triggers.new("U0MINA"), view=MODAL)
    await client.views_publish(user_id="U0MINA", view=HOME)
    triggers._given[late].good_until = 0.0
    return {"USED": used, "LATE": late, "TRIGGER": fresh, "VIEW": taken["view"]["id"]}


async def _file(client: AsyncWebClient) -> dict[str, str]:
    answer = await client.files_getUploadURLExternal(filename="a.csv", length=3)
    async with aiohttp.ClientSession() as session:
        await (await session.post(answer["upload_url"], data=b"a,b")).read()
    return {"FILE": answer["file_id"]}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with running() as sandbox:
        client = client_of(sandbox)
        ids = await _messages(sandbox, client) | await _places(sandbox, client) | await _views(sandbox, client)
        yield Scene(sandbox, client, ids | await _file(client))


async def test_every_refusal_in_the_table_happens(scene: Scene) -> None:
    happened: dict[tuple[str, str], str] = {}
    for method, error, given in cases():
        if error == "not_enabled":
            continue  # another manifest: below
        args = scene.filled(NEEDED.get(method, {}) | given)
        happened[method, error] = await _refusal(scene.client, method, args)
    assert {key: got for key, got in happened.items() if key[1] != got} == {}


async def _refusal(client: AsyncWebClient, method: str, args: dict[str, Any]) -> str:
    try:
        await client.api_call(method, json={key: value for key, value in args.items() if value is not None})
    except SlackApiError as refused:
        return str(refused.response["error"])
    return "ok"


async def test_no_refusal_happens_that_is_not_in_the_table(scene: Scene) -> None:
    for method, _, given in cases():
        await _refusal(scene.client, method, scene.filled(NEEDED.get(method, {}) | given))
    known = {name: {*method.refuses.split(), *EVERY_METHOD} for name, method in METHODS.items()}
    strange = [
        (call.method, call.response["error"])
        for call in scene.sandbox.calls
        if not call.response["ok"] and call.response["error"] not in known[call.method]
    ]
    assert strange == []


async def test_a_home_needs_its_tab() -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["features"]["app_home"]["home_tab_enabled"] = False
    async with running(manifest=manifest) as sandbox:
        assert await _refusal(client_of(sandbox), "views.publish", NEEDED["views.publish"]) == "not_enabled"


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.scopes])
async def test_a_method_without_its_scope_says_which_it_needs(name: str) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] = ["commands"]
    async with running(manifest=manifest) as sandbox:
        given = {"channel": "C0PRODUCT"} if "channel" in METHODS[name].takes.split() else {}
        assert await _refusal(client_of(sandbox), name, given) == "missing_scope"
        answer = sandbox.calls[-1].response
        assert answer["provided"] == "commands"
        assert set(answer["needed"].split(",")) <= set(METHODS[name].scopes)
