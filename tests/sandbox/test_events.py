"""Which events the app hears, and what is in them."""

import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.sandbox import Sandbox
from tests.person import Slack, Slacker
from tests.sandbox.conftest import bolt_app, client_of, connected, running
from tests.sandbox.stories import MANIFEST


class Ears:
    """An app that acknowledges every event and remembers it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.app: AsyncApp = bolt_app(sandbox)
        self.heard: list[dict[str, Any]] = []
        for name in sorted({event.split(".")[0] for event in sandbox.app.events}):
            self.app.event(name)(self._on_event)

    async def _on_event(self, event: dict[str, Any]) -> None:
        self.heard.append(event)

    async def all(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a type (or message subtype) so far."""
        await self._sandbox.delivered()
        return [event for event in self.heard if kind in (event["type"], event.get("subtype"))]


@pytest.fixture
async def ears(sandbox: Sandbox) -> AsyncIterator[Ears]:
    ears = Ears(sandbox)
    async with connected(sandbox, ears.app):
        yield ears


async def test_channels_without_the_app_are_not_heard(ears: Ears, mina: Slacker) -> None:
    await mina.writes("#sales", "psst")
    await mina.writes("#board", "psst")
    assert await ears.all("message") == []


async def test_a_mention_comes_as_message_and_as_app_mention(ears: Ears, mina: Slacker) -> None:
    await mina.writes("#product", "@echo what about #sales?")
    (mention,) = await ears.all("app_mention")
    assert mention["text"] == "<@U0SANDBOX> what about <#C0SALES|sales>?"
    assert "channel_type" not in mention
    assert len(await ears.all("message")) == 1


async def test_what_people_type_is_escaped_and_links_are_marked(ears: Ears, mina: Slacker) -> None:
    await mina.writes("#product", "<b> & https://x.org/a?b=1&c=2.")
    (message,) = await ears.all("message")
    assert message["text"] == "&lt;b&gt; &amp; <https://x.org/a?b=1&amp;c=2>."
    kinds = [part["type"] for part in message["blocks"][0]["elements"][0]["elements"]]
    assert kinds == ["text", "link", "text"]


async def test_a_direct_message_is_an_im(ears: Ears, mina: Slacker) -> None:
    await mina.writes("@echo", "hello you")
    (message,) = await ears.all("message")
    assert message["channel_type"] == "im"
    assert await ears.all("app_mention") == []


async def test_an_edit_carries_before_and_after(ears: Ears, mina: Slacker) -> None:
    message = await mina.writes("#product", "frist")
    await mina.edits(message, "first")
    (event,) = await ears.all("message_changed")
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("frist", "first")
    assert event["message"]["edited"]["user"] == "U0MINA"
    assert event["message"]["ts"] == message.ts != event["ts"]


async def test_a_deletion_names_what_is_gone(ears: Ears, mina: Slacker) -> None:
    message = await mina.writes("#product", "oops")
    await mina.deletes(message)
    (event,) = await ears.all("message_deleted")
    assert event["deleted_ts"] == message.ts
    assert event["previous_message"]["text"] == "oops"


async def test_a_deleted_root_with_replies_leaves_a_tombstone_until_they_go(
    ears: Ears, sandbox: Sandbox, mina: Slacker, lee: Slacker
) -> None:
    root = await mina.uploads("#product", "oops.txt", "oops")
    reply = await lee.writes("#product", "too late", thread=root)
    await mina.deletes(root)
    (event,) = await ears.all("message_changed")
    assert event["message"]["subtype"] == "tombstone"
    assert "files" not in event["message"]
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client_of(sandbox).reactions_add(channel="C0PRODUCT", timestamp=root.ts, name="eyes")
    await lee.deletes(reply)
    assert root.ts not in sandbox.workspace.messages["C0PRODUCT"]
    assert root.is_gone


async def test_reactions_are_heard_from_public_channels_without_the_app_but_not_from_private_ones(
    ears: Ears, mina: Slacker
) -> None:
    await mina.reacts(await mina.sees("#sales", containing="Globex"), "bulb")
    await mina.reacts(await mina.sees("#board", containing="Confidential"), "bulb")
    (event,) = await ears.all("reaction_added")
    assert (event["reaction"], event["item"]["channel"], event["item_user"]) == ("bulb", "C0SALES", "U0LEE")


async def test_reacting_twice_is_heard_once_and_taking_it_back_is_heard(ears: Ears, mina: Slacker) -> None:
    message = await mina.writes("#product", "nice")
    await mina.reacts(message, "bulb")
    await mina.reacts(message, ":bulb:")
    await mina.unreacts(message, "bulb")
    assert len(await ears.all("reaction_added")) == 1
    assert len(await ears.all("reaction_removed")) == 1


async def test_the_app_hears_its_own_posts_with_its_bot_id(sandbox: Sandbox, slack: Slack) -> None:
    app = AsyncApp(client=bolt_app(sandbox).client, ignoring_self_events_enabled=False)
    heard: list[dict[str, Any]] = []

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        heard.append(event)

    async with connected(sandbox, app):
        await app.client.chat_postMessage(channel="C0PRODUCT", text="from me")
        await sandbox.delivered()
    assert (heard[0]["bot_id"], heard[0]["user"]) == ("B0SANDBOX", "U0SANDBOX")


async def test_an_invited_app_hears_that_it_joined(ears: Ears, mina: Slacker) -> None:
    await mina.person.command("#sales", "/invite @echo")
    (event,) = await ears.all("member_joined_channel")
    assert (event["user"], event["channel"], event["inviter"]) == ("U0SANDBOX", "C0SALES", "U0MINA")
    await mina.writes("#sales", "welcome")
    assert [m["text"] for m in await ears.all("message") if "subtype" not in m] == ["welcome"]


async def test_a_removed_app_hears_channel_left_and_nothing_after_it(ears: Ears, mina: Slacker) -> None:
    await mina.removes_bot("#product")
    await mina.writes("#product", "alone at last")
    assert [event["channel"] for event in await ears.all("channel_left")] == ["C0PRODUCT"]
    assert await ears.all("message") == []


async def test_an_archived_channel_is_told(ears: Ears, mina: Slacker) -> None:
    await mina.person.archive("#product")
    assert [event["user"] for event in await ears.all("channel_archive")] == ["U0MINA"]


async def test_people_of_other_companies_are_marked(ears: Ears, slack: Slack) -> None:
    await slack.as_("ann").writes("#acme", "hello from Acme")
    (event,) = await ears.all("message")
    assert event["user_team"] == "T0ACME"


async def test_events_that_the_manifest_does_not_name_are_not_sent() -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"] = ["app_mention"]
    async with running(manifest=manifest) as sandbox:
        ears = Ears(sandbox)
        async with connected(sandbox, ears.app):
            mina = Slack(sandbox).as_("mina")
            await mina.writes("#product", "hi @echo")
            assert [event["type"] for event in await ears.all("app_mention")] == ["app_mention"]
            assert len(ears.heard) == 1
            assert sandbox.undelivered_events == []
