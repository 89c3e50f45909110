"""What the page gets and sends, and who may see what."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.person import Slacker
from tests.sandbox.conftest import connected
from tests.sandbox.test_modals import modal, opening


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=sandbox.url) as session:
        yield session


async def state(page: aiohttp.ClientSession, who: str) -> dict[str, Any]:
    async with page.get("/page-api/state", params={"as": who}) as answer:
        snapshot: dict[str, Any] = await answer.json()
        return snapshot


async def act(page: aiohttp.ClientSession, who: str, do: str, **what: Any) -> dict[str, Any]:
    async with page.post("/page-api/act", json={"as": who, "do": do, **what}) as answer:
        done: dict[str, Any] = await answer.json()
        return done


async def test_a_snapshot_holds_what_this_person_may_see(page: aiohttp.ClientSession) -> None:
    mina, lee, guest = [await state(page, who) for who in ("U0MINA", "U0LEE", "U0GUS")]
    assert {c["name"] for c in mina["channels"]} == {"product", "sales", "board", "acme"}
    assert {c["name"] for c in lee["channels"]} == {"product", "sales", "acme"}
    assert {c["name"] for c in guest["channels"]} == {"acme"}
    assert "C0BOARD" not in lee["messages"]
    root = next(m for m in mina["messages"]["C0PRODUCT"] if m["thread_ts"] == m["ts"])
    assert (root["reply_count"], root["reply_users"], root["reactions"][0]["name"]) == (1, ["U0MINA"], "eyes")
    assert mina["me"]["initials"] == "MP"
    assert mina["app"]["commands"][0] == {"command": "/echo", "description": "Say it back", "usage_hint": "words"}
    assert not mina["connected"]
    outsider = (await state(page, "U0ANN"))["app"]
    assert [name for name, offered in outsider.items() if offered] == ["name", "user_id", "about"]


async def test_without_a_name_the_page_opens_as_the_first_admin(page: aiohttp.ClientSession) -> None:
    assert (await state(page, ""))["me"]["id"] == "U0MINA"
    assert (await state(page, "U0NOBODY"))["me"]["id"] == "U0MINA"


async def test_acts_are_done_as_the_person(page: aiohttp.ClientSession, mina: Slacker) -> None:
    done = await act(page, "U0MINA", "post", channel="C0PRODUCT", text="from the page")
    message = await mina.sees("#product", containing="from the page")
    assert (done["ok"], done["message"]["ts"]) == (True, message.ts)
    await act(page, "U0LEE", "react", channel="C0PRODUCT", ts=message.ts, name="tada")
    assert message.reactions == {"tada": ["lee"]}
    await act(page, "U0MINA", "edit", channel="C0PRODUCT", ts=message.ts, text="better")
    assert message.text == "better"
    await act(page, "U0MINA", "delete", channel="C0PRODUCT", ts=message.ts)
    assert message.is_gone


async def test_what_slack_would_not_allow_is_refused_in_a_sentence(page: aiohttp.ClientSession, mina: Slacker) -> None:
    message = await mina.writes("#product", "mine")
    edit = await act(page, "U0LEE", "edit", channel="C0PRODUCT", ts=message.ts, text="yours")
    assert edit == {"ok": False, "error": "You can only change your own messages."}
    outside = await act(page, "U0GUS", "post", channel="C0PRODUCT", text="hi")
    assert "that you can see" in outside["error"]
    secret = await act(page, "U0LEE", "react", channel="C0BOARD", ts=message.ts, name="eyes")
    assert not secret["ok"]
    back = await act(page, "U0MINA", "move_clock", by=-60)
    assert back == {"ok": False, "error": "The clock can only move forward."}
    assert not (await act(page, "U0MINA", "levitate"))["ok"]


async def test_a_person_joins_invites_and_opens_a_direct_message(page: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    await act(page, "U0MINA", "join", channel="C0ACME")
    await act(page, "U0LEE", "invite_bot", channel="C0SALES")
    dm = (await act(page, "U0MINA", "open_dm", user="U0SANDBOX"))["channel"]
    assert "U0MINA" in sandbox.workspace.channels["C0ACME"].members
    assert "U0SANDBOX" in sandbox.workspace.channels["C0SALES"].members
    assert (dm["is_im"], dm["with"]) == (True, "U0SANDBOX")


async def test_unread_messages_are_counted_until_read(page: aiohttp.ClientSession, mina: Slacker) -> None:
    await mina.writes("#product", "news")
    assert (await state(page, "U0LEE"))["now_markers"]["C0PRODUCT"] == 1
    assert (await state(page, "U0MINA"))["now_markers"]["C0PRODUCT"] == 0
    await act(page, "U0LEE", "read", channel="C0PRODUCT")
    assert (await state(page, "U0LEE"))["now_markers"]["C0PRODUCT"] == 0


async def test_faults_are_ordered_by_name(
    page: aiohttp.ClientSession, client: AsyncWebClient, sandbox: Sandbox
) -> None:
    for what in ("rate_limit", "fail", "lose_reply", "delay"):
        assert (await act(page, "U0MINA", "fault", what=what, method="auth.test", seconds=0.0))["ok"]
    client.retry_handlers.clear()
    answers = []
    for _ in range(5):
        try:
            answers.append((await client.auth_test()).status_code)
        except SlackApiError as refused:
            answers.append(refused.response.status_code)
        except aiohttp.ClientError:
            answers.append(0)
    assert answers == [429, 500, 0, 200, 200]
    for what in ("duplicate_events", "reorder_events", "lose_acks", "disconnect"):
        assert (await act(page, "U0MINA", "fault", what=what))["ok"]
    assert [sandbox.faults.takes(one) for one in ("duplicate", "late", "lost_ack", "late")] == [True] * 3 + [False]
    unknown = await act(page, "U0MINA", "fault", what="fail", method="chat.postMesage")
    assert unknown == {"ok": False, "error": "The sandbox has no method chat.postMesage."}


async def test_live_tells_each_person_what_they_may_see(
    page: aiohttp.ClientSession, client: AsyncWebClient, sandbox: Sandbox, mina: Slacker
) -> None:
    async with (
        page.ws_connect("/page-api/live", params={"as": "U0MINA"}) as to_mina,
        page.ws_connect("/page-api/live", params={"as": "U0LEE"}) as to_lee,
    ):
        await mina.writes("#board", "for the board")
        await client.chat_postEphemeral(channel="C0PRODUCT", user="U0MINA", text="for Mina")
        await mina.writes("#product", "for all")
        sandbox.clock.move_by(60)
        heard = [await to_mina.receive_json() for _ in range(4)]
        assert [(h["what"], h.get("message", {}).get("text")) for h in heard] == [
            ("message", "for the board"), ("ephemeral", "for Mina"), ("message", "for all"), ("clock", None),
        ]  # fmt: skip
        assert heard[1]["message"]["is_ephemeral"]
        assert heard[3]["clock"]["offset"] == 60
        assert (await to_lee.receive_json())["message"]["text"] == "for all"


async def test_a_modal_is_opened_refused_and_submitted_from_the_page(
    page: aiohttp.ClientSession, sandbox: Sandbox, app: AsyncApp
) -> None:
    opening(app, modal())

    @app.view("note.submit")
    async def on_submit(ack: AsyncAck, view: dict[str, Any]) -> None:
        await ack()

    async with connected(sandbox, app), page.ws_connect("/page-api/live", params={"as": "U0MINA"}) as live:
        assert (await state(page, "U0MINA"))["connected"]
        await act(page, "U0MINA", "global_shortcut", callback_id="new_note")
        view = (await live.receive_json())["view"]
        assert (view["title"]["text"], view["state"]["quote"]["value"]["value"]) == ("Note", "as said")
        empty = {"quote": {"value": {"type": "plain_text_input", "value": ""}}}
        refused = await act(page, "U0MINA", "submit", view=view["id"], state=empty)
        assert refused["errors"] == {"quote": "Please complete this required field."}
        assert (await live.receive_json())["view"]["errors"] == refused["errors"]
        full = {"quote": {"value": {"type": "plain_text_input", "value": "said"}}}
        assert (await act(page, "U0MINA", "submit", view=view["id"], state=full)) == {"ok": True}
        assert (await live.receive_json())["view"] is None
        other = await act(page, "U0LEE", "submit", view=view["id"], state=full)
        assert other == {"ok": False, "error": "That window is closed."}


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
    ids=lambda headers: json.dumps(headers),
)
@pytest.mark.parametrize("path", ["/", "/page-api/state?as=U0MINA", "/page-api/live?as=U0MINA", "/api/auth.test"])
async def test_a_web_page_elsewhere_cannot_reach_the_sandbox(
    page: aiohttp.ClientSession, headers: dict[str, str], path: str
) -> None:
    async with page.get(path, headers=headers) as answer:
        assert answer.status == 403


async def test_its_own_page_may_act_but_a_plain_form_may_not(page: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    body = {"as": "U0MINA", "do": "post", "channel": "C0PRODUCT", "text": "hi"}
    async with page.post("/page-api/act", json=body, headers={"Origin": sandbox.url}) as own:
        assert (await own.json())["ok"]
    async with page.post("/page-api/act", data=json.dumps(body), headers={"Content-Type": "text/plain"}) as form:
        assert form.status == 415


@pytest.mark.parametrize("name", ["..%2Fserver.py", "%2e%2e%2fstory.json", "nothing.js"])
async def test_only_the_pages_own_files_are_served(page: aiohttp.ClientSession, name: str) -> None:
    async with page.get(f"/page/{name}", allow_redirects=False) as answer:
        assert answer.status == 404
