"""The tables of methods and events: they know what the SDK sends, and the papers show them."""

import inspect
import re
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.event_types import EVENTS
from bot.sandbox.web_api.methods import METHODS
from handlers import topics
from handlers.needs import SCOPE_OF_EVENT, manifest
from tests.house.sandbox_tables import in_paper, tables


@pytest.mark.parametrize("name", METHODS)
def test_every_argument_that_the_sdk_knows_is_known(name: str) -> None:
    parameters = inspect.signature(getattr(AsyncWebClient, name.replace(".", "_"))).parameters
    assert set(parameters) - {"self", "kwargs"} - set(METHODS[name].takes.split()) == set()


def test_every_method_that_the_bot_calls_is_here() -> None:
    root = Path(__file__).parents[2]
    ours = [path for part in ("handlers", "bot") for path in (root / part).rglob("*.py") if "sandbox" not in path.parts]
    named = {name for path in ours for name in re.findall(r"\.([a-z]+_\w+)\(", path.read_text("utf-8"))}
    called = {name for name in named if name in vars(AsyncWebClient)}
    known = {name.replace(".", "_") for name in METHODS} | {"api_call", "files_upload_v2"}
    assert "views_open" in called
    assert called - known == set()


async def test_an_unknown_argument_is_accepted_and_noted_even_when_the_call_is_refused(
    sandbox: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0PRODUCT", text="hi", unheard_of=1)
    await client.users_info(user="U0MINA", include_shoe_size=True)
    with pytest.raises(Exception, match="user_not_found"):
        await client.users_info(user="U0NOBODY", include_shoe_size=True)
    assert [call.unknown_args for call in sandbox.calls] == [["unheard_of"], *[["include_shoe_size"]] * 2]


def test_every_event_that_the_bot_subscribes_to_can_happen_here() -> None:
    wanted = manifest(topics.NEEDS)["settings"]["event_subscriptions"]["bot_events"]
    assert set(wanted) - set(EVENTS) == set()


def test_the_scopes_of_events_are_those_that_the_manifest_asks_for() -> None:
    differing = {name for name, scope in SCOPE_OF_EVENT.items() if name in EVENTS and EVENTS[name].scope != scope}
    assert differing == set()


def test_the_paper_shows_the_tables_of_the_code() -> None:
    assert in_paper() == tables()
