"""What the app answers to people is checked and recorded like its calls, and complained of at the end of a scenario."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Sandbox
from bot.sandbox.acts import TROUBLE, Where
from tests.person import Slacker
from tests.sandbox.conftest import refusal
from tests.sandbox.test_payloads import MODAL, modal
from tests.scenarios.slack_types import complaints

__all__ = ["modal"]

OPTION = {"text": {"type": "plain_text", "text": "Acme"}, "value": "a1"}
TYPED = {"quote": {"value": {"type": "plain_text_input", "value": "as said"}}}


def answering(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, reply: dict[str, Any]) -> None:
    """Let the app acknowledge with these words, whatever it is asked."""

    async def request(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        return reply

    monkeypatch.setattr(sandbox.slack.delivery, "request", request)


@pytest.mark.parametrize(
    "reply",
    [
        {"response_action": "errors", "errors": {"nowhere": "No."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors"},
        {"response_action": "explode"},
        {"response_action": "update", "view": MODAL | {"title": {"type": "plain_text", "text": "x" * 25}}},
        {"response_action": "push", "view": None},
    ],
    ids=["a field that is not there", "no errors", "errors left out", "unknown action", "bad view", "no view"],
)
async def test_a_submission_is_not_answered_as_slack_wants_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, mina: Slacker, modal: str, reply: dict[str, Any]
) -> None:
    answering(sandbox, monkeypatch, reply)
    done = await mina.person.submit(modal, TYPED)
    assert done.notice == TROUBLE
    assert done.view is not None
    assert len(complaints(sandbox)) == 1


@pytest.mark.parametrize("reply", [{}, {"response_action": "clear"}])
async def test_a_submission_is_answered_well(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, mina: Slacker, modal: str, reply: dict[str, Any]
) -> None:
    answering(sandbox, monkeypatch, reply)
    assert (await mina.person.submit(modal, TYPED)).notice is None
    assert complaints(sandbox) == []


@pytest.mark.parametrize(
    ("reply", "is_good"),
    [
        ({"options": [OPTION] * 100}, True),
        ({"options": [OPTION] * 101}, False),
        ({"options": [OPTION | {"value": "v" * 151}]}, False),
        ({"option_groups": [{"label": OPTION["text"], "options": [OPTION]}]}, True),
        ({"option_groups": [{"label": "Accounts", "options": [OPTION]}]}, False),
    ],
)
async def test_suggestions_that_slack_would_not_show_are_not_shown(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    mina: Slacker,
    modal: str,
    reply: dict[str, Any],
    is_good: bool,
) -> None:
    answering(sandbox, monkeypatch, reply)
    shown = await mina.person.suggestions(Where(view_id=modal), "more", "account", "a")
    assert shown == (reply if is_good else {"options": []})
    assert len(complaints(sandbox)) == (0 if is_good else 1)


async def test_a_command_is_answered_with_what_slack_does_not_know(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, mina: Slacker
) -> None:
    answering(sandbox, monkeypatch, {"text": "hi", "color": "red"})
    await mina.types("#product", "/echo")
    assert complaints(sandbox) == ["command knows no ['color']"]


async def test_a_response_url_is_answered_with_what_slack_does_not_know(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, mina: Slacker
) -> None:
    url, _ = sandbox.slack.response_urls.new("U0MINA", "C0PRODUCT")
    await AsyncWebhookClient(url).send_dict({"text": "hi", "color": "red"})
    assert complaints(sandbox) == ["response_url knows no ['color']"]


async def test_a_call_is_complained_of_when_it_is_the_apps_mistake_alone(
    sandbox: Sandbox, client: AsyncWebClient
) -> None:
    await refusal(client.users_info(user="U0NOBODY"))
    assert complaints(sandbox) == []
    await client.users_info(user="U0MINA", shoe_size=True)
    await refusal(client.chat_postMessage(channel="C0PRODUCT", text="x" * 40_001))
    assert [complaint.split(":")[0] for complaint in complaints(sandbox)] == [
        "users.info knows no ['shoe_size']", "chat.postMessage",
    ]  # fmt: skip
