"""The manifest is made from what the topics need, and Slack would take it."""

from collections.abc import Callable
from copy import deepcopy
from types import ModuleType
from typing import Any

import pytest

from bot.errors import SettingError
from handlers.needs import (
    SCOPE_OF_EVENT,
    Need,
    Prompt,
    Shortcut,
    SlashCommand,
    collect,
    manifest,
    optional_scopes,
    required_scopes,
)
from handlers.scopes import WITHOUT
from handlers.topics import NEEDS
from tests.handlers.manifest_rules import knows_slack_types, problems

ROADMAP = Need(
    scopes=("chat:write", "users:read"),
    events=("app_mention", "app_home_opened"),
    commands=(SlashCommand("/roadmap", "See the roadmap", "now · show RM-12 · ask <question>"),),
    prompts=(Prompt("What is next?", "What is next on the roadmap?"),),
)
CAPTURE = Need(
    scopes=("chat:write", "reactions:write"),
    events=("reaction_added", "app_mention"),
    optional_events=("message.channels",),
    commands=(SlashCommand("/feedback", "Capture feedback", "<text> [for:Acme]"),),
    shortcuts=(
        Shortcut("message", "capture_feedback", "Capture feedback", "Keep what this message asks for"),
        Shortcut("global", "new_feedback", "New feedback", "Write down what somebody asked for"),
    ),
)
TOPICS = (ROADMAP, CAPTURE)
LEAST = {
    *("app_mentions:read", "assistant:write", "channels:read", "chat:write", "commands", "files:write", "groups:read"),
    *("im:history", "im:write", "reactions:read", "reactions:write", "users:read"),
}
OPTIONAL = {"canvases:write", "channels:history", "groups:history", "links:read", "links:write", "usergroups:read"}
URL = "https://bot.acme.example"


@pytest.mark.parametrize("http_url", [None, URL])
def test_slack_takes_the_manifest(http_url: str | None) -> None:
    assert problems(manifest(TOPICS, http_url=http_url)) == []


@pytest.mark.parametrize("http_url", [None, URL])
def test_slack_takes_the_manifest_of_our_own_topics(http_url: str | None) -> None:
    assert problems(manifest(NEEDS, http_url=http_url)) == []


def test_we_ask_for_no_scope_without_having_thought_about_it() -> None:
    assert set(required_scopes(NEEDS)) <= LEAST
    assert set(optional_scopes(NEEDS)) <= OPTIONAL


def test_of_every_scope_is_known_what_stops_without_it() -> None:
    assert set(WITHOUT) == {*required_scopes(NEEDS), *optional_scopes(NEEDS)}


def test_the_bot_has_a_home_and_messages_only_when_somebody_listens() -> None:
    silent = manifest([Need(scopes=("chat:write",))])["features"]
    listening = manifest([Need(events=("app_home_opened", "message.im"))])["features"]

    assert not silent["app_home"]["home_tab_enabled"]
    assert not silent["app_home"]["messages_tab_enabled"]
    assert listening["app_home"]["home_tab_enabled"]
    assert listening["app_home"]["messages_tab_enabled"]
    assert "agent_view" not in silent


def test_a_topic_that_needs_little_makes_a_manifest_too() -> None:
    assert problems(manifest([Need(scopes=("chat:write",))])) == []


def test_slack_knows_every_event_and_its_scope_by_name() -> None:
    if not knows_slack_types():
        pytest.skip("LINCHPIN_SLACK_SCHEMAS is not set: Slack's own list of names is not at hand")
    assert problems(manifest([Need(events=tuple(SCOPE_OF_EVENT))])) == []


def test_each_scope_is_asked_for_once_and_follows_from_events_and_commands() -> None:
    assert required_scopes(TOPICS) == (
        *("app_mentions:read", "assistant:write", "chat:write", "commands"),
        *("reactions:read", "reactions:write", "users:read"),
    )


def test_an_optional_scope_stands_in_both_lists() -> None:
    scopes = manifest(TOPICS)["oauth_config"]["scopes"]

    assert scopes["bot_optional"] == ["channels:history"]
    assert "channels:history" in scopes["bot"]


def test_what_one_topic_cannot_do_without_is_optional_to_none() -> None:
    needs = (Need(scopes=("users:read",)), Need(optional_scopes=("users:read", "usergroups:read")))

    assert optional_scopes(needs) == ("usergroups:read",)


def test_an_event_of_unknown_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="SCOPE_OF_EVENT"):
        manifest([Need(events=("moon_landed",))])


def test_socket_mode_names_no_address() -> None:
    made = manifest(TOPICS)

    assert made["settings"]["socket_mode_enabled"]
    assert "https://" not in str(made)


def test_http_sends_everything_to_one_address() -> None:
    made = manifest(TOPICS, http_url=f"{URL}/")
    settings = made["settings"]
    addresses = [
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        settings["interactivity"]["message_menu_options_url"],
        *(command["url"] for command in made["features"]["slash_commands"]),
    ]

    assert set(addresses) == {f"{URL}/slack/events"}
    assert made["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]
    assert not settings["socket_mode_enabled"]


def test_the_roadmap_command_can_be_renamed_and_no_other_is() -> None:
    commands = manifest(TOPICS, command="/plan")["features"]["slash_commands"]

    assert [command["command"] for command in commands] == ["/plan", "/feedback"]


def test_people_and_channels_reach_a_command_as_ids() -> None:
    assert all(command["should_escape"] for command in manifest(TOPICS)["features"]["slash_commands"])


def test_the_bot_user_is_called_as_people_invite_it() -> None:
    assert manifest(TOPICS)["features"]["bot_user"]["display_name"] == "linchpin"
    assert manifest(TOPICS, name="Linchpin (test)")["features"]["bot_user"]["display_name"] == "linchpin-test"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "L" * 40}, "35 characters"),
        ({"name": ""}, "35 characters"),
        ({"http_url": "http://bot.acme.example"}, "https://"),
        ({"http_url": "https://bot.acme.example/?a=b"}, "https://"),
        ({"command": "roadmap"}, "like /plan"),
        ({"command": "/Road Map"}, "like /plan"),
        ({"command": "/" + "a" * 32}, "like /plan"),
        ({"command": "/feedback"}, "another command"),
    ],
)
def test_what_slack_would_refuse_is_said_before(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        manifest(TOPICS, **wrong)


def test_collecting_skips_modules_that_need_nothing() -> None:
    topic, grammar = ModuleType("topic"), ModuleType("grammar")
    vars(topic)["NEEDS"] = ROADMAP

    assert collect([grammar, topic]) == (ROADMAP,)


def _long_name(broken: dict[str, Any]) -> None:
    broken["display_information"]["name"] = "L" * 40


def _unknown_key(broken: dict[str, Any]) -> None:
    broken["settings"]["is_wonderful"] = True


def _five_prompts(broken: dict[str, Any]) -> None:
    prompts = [{"title": f"Ask {n}", "message": "What is next?"} for n in range(5)]
    broken["features"]["agent_view"]["suggested_prompts"] = prompts


def _long_shortcut(broken: dict[str, Any]) -> None:
    broken["features"]["shortcuts"][0]["name"] = "Capture this piece of feedback"


def _eleven_shortcuts(broken: dict[str, Any]) -> None:
    one = broken["features"]["shortcuts"][0]
    broken["features"]["shortcuts"] = [{**one, "callback_id": f"capture_{n}"} for n in range(11)]


def _plain_http(broken: dict[str, Any]) -> None:
    broken["settings"]["event_subscriptions"]["request_url"] = "http://bot.acme.example/slack/events"


@pytest.mark.parametrize(
    "breaks", [_long_name, _unknown_key, _five_prompts, _long_shortcut, _eleven_shortcuts, _plain_http]
)
def test_the_check_refuses_a_broken_manifest(breaks: Callable[[dict[str, Any]], None]) -> None:
    broken = deepcopy(manifest(TOPICS, http_url=URL))
    breaks(broken)

    assert len(problems(broken)) == 1


@pytest.mark.parametrize("place", ["scopes", "events"])
def test_slack_refuses_names_that_it_does_not_have(place: str) -> None:
    if not knows_slack_types():
        pytest.skip("LINCHPIN_SLACK_SCHEMAS is not set: Slack's own list of names is not at hand")
    broken = deepcopy(manifest(TOPICS))
    if place == "scopes":
        broken["oauth_config"]["scopes"]["bot"].append("moon:write")
    else:
        broken["settings"]["event_subscriptions"]["bot_events"].append("moon_landed")

    assert problems(broken)
