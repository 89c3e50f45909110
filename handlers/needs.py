"""What the topics need of Slack, and the app manifest and OAuth scopes made from it.

A topic declares its needs once, as `NEEDS = Need(...)`, next to the listeners that use them. Nobody keeps a list of
scopes: the scope of an event or of a command follows from it, and so does which tabs the bot's page in Slack has.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any, Literal

from bot.errors import SettingError


@dataclass(frozen=True)
class SlashCommand:
    """A slash command as Slack lists it."""

    name: str
    """With its slash: `/feedback`."""
    description: str
    hint: str
    """What may follow it: `<text> [for:Acme]`."""


@dataclass(frozen=True)
class Shortcut:
    """An entry in a message's menu, or in the menu of the workspace."""

    kind: Literal["message", "global"]
    callback_id: str
    name: str
    """What people read in the menu; at most 24 characters."""
    description: str


@dataclass(frozen=True)
class Prompt:
    """A suggestion on top of the conversation with the bot; the first one makes it an agent in Slack's eyes."""

    title: str
    message: str
    """What the bot is asked when somebody picks it."""


@dataclass(frozen=True)
class Need:
    """What one topic needs of Slack."""

    scopes: tuple[str, ...] = ()
    """Scopes of the Web API methods it calls; what events, commands, shortcuts and prompts ask for is added."""
    optional_scopes: tuple[str, ...] = ()
    """Scopes that the installer may untick; the topic then does less, and says so."""
    events: tuple[str, ...] = ()
    optional_events: tuple[str, ...] = ()
    """Events whose scope the installer may untick."""
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    prompts: tuple[Prompt, ...] = ()


COMMAND = "/roadmap"
"""The command that an installer may rename, where another app has it already."""

SCOPE_OF_EVENT = MappingProxyType(
    {
        "agent_session_stopped": "chat:write",
        "app_context_changed": "assistant:write",
        "app_home_opened": None,
        "app_mention": "app_mentions:read",
        "app_uninstalled": None,
        "channel_archive": "channels:read",
        "channel_id_changed": None,
        "channel_left": "channels:read",
        "channel_shared": "channels:read",
        "channel_unshared": "channels:read",
        "group_archive": "groups:read",
        "group_left": "groups:read",
        "link_shared": "links:read",
        "member_joined_channel": "channels:read",
        "member_left_channel": "channels:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "reaction_added": "reactions:read",
        "reaction_removed": "reactions:read",
        "subteam_members_changed": "usergroups:read",
        "subteam_updated": "usergroups:read",
        "team_join": "users:read",
        "tokens_revoked": None,
        "user_change": "users:read",
    }
)
"""The scope without which Slack does not send an event; None where none is asked for."""

_DESCRIPTION = "Feedback, roadmap, answers with sources and scheduled updates, where your team already talks."
_LONG_DESCRIPTION = (
    "Linchpin keeps your product operations in Slack. Capture feedback from a message, a reaction or a form; keep a"
    " roadmap whose every line can be traced to evidence and to an objective; ask about it in plain language and get"
    " an answer that cites its records; post status updates on schedule, after a preview. It runs on your own server,"
    " and works with no language model at all."
)
_AGENT_DESCRIPTION = "Ask about the roadmap in plain language, and see the records behind every answer."


def collect(modules: Iterable[ModuleType]) -> tuple[Need, ...]:
    """Return what the topics among these modules need, in their order."""
    return tuple(need for need in (vars(module).get("NEEDS") for module in modules) if isinstance(need, Need))


def required_scopes(needs: Iterable[Need]) -> tuple[str, ...]:
    """Return the scopes without which the bot does not work, sorted."""
    scopes: set[str | None] = set()
    for need in needs:
        scopes.update(need.scopes, map(_scope_of, need.events))
        if need.commands or need.shortcuts:
            scopes.add("commands")
        if need.prompts:
            scopes.add("assistant:write")
    return _sorted(scopes)


def optional_scopes(needs: Iterable[Need]) -> tuple[str, ...]:
    """Return the scopes that the installer may untick, sorted."""
    needs = tuple(needs)
    scopes: set[str | None] = set()
    for need in needs:
        scopes.update(need.optional_scopes, map(_scope_of, need.optional_events))
    return _sorted(scopes.difference(required_scopes(needs)))


def manifest(
    needs: Iterable[Need], *, name: str = "Linchpin", http_url: str | None = None, command: str = COMMAND
) -> dict[str, Any]:
    """Return the manifest that creates the Slack app: for Socket Mode, or for HTTP at the URL of this server.

    `command` renames `/roadmap`. Raises SettingError when the name, the URL or the command cannot be used.
    """
    needs = tuple(needs)
    _check(needs, name, http_url, command)
    base = http_url.rstrip("/") if http_url else None
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1f2a44",
        },
        "features": _features(needs, name, base, command),
        "oauth_config": _oauth(needs, base),
        "settings": _settings(needs, base),
    }


def _features(needs: tuple[Need, ...], name: str, base: str | None, command: str) -> dict[str, Any]:
    events = _events(needs)
    prompts = [{"title": prompt.title, "message": prompt.message} for need in needs for prompt in need.prompts]
    lists = {
        "shortcuts": [_shortcut(shortcut) for need in needs for shortcut in need.shortcuts],
        "slash_commands": [_slash_command(one, base, command) for need in needs for one in need.commands],
    }
    return {
        "app_home": {
            "home_tab_enabled": "app_home_opened" in events,
            "messages_tab_enabled": "message.im" in events,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-"), "always_online": True},
        **({"agent_view": {"agent_description": _AGENT_DESCRIPTION, "suggested_prompts": prompts}} if prompts else {}),
        **{key: entries for key, entries in lists.items() if entries},  # Slack refuses an empty list here
    }


def _shortcut(shortcut: Shortcut) -> dict[str, str]:
    return {
        "type": shortcut.kind,
        "name": shortcut.name,
        "callback_id": shortcut.callback_id,
        "description": shortcut.description,
    }


def _slash_command(one: SlashCommand, base: str | None, command: str) -> dict[str, Any]:
    return {
        "command": command if one.name == COMMAND else one.name,
        "description": one.description,
        "usage_hint": one.hint,
        "should_escape": True,  # people and channels arrive as ids: names can be changed and doubled
        **({"url": f"{base}/slack/events"} if base else {}),
    }


def _oauth(needs: tuple[Need, ...], base: str | None) -> dict[str, Any]:
    # Slack wants an optional scope in both lists: in `bot` to be asked for, in `bot_optional` to be unticked.
    optional = optional_scopes(needs)
    scopes = {"bot": sorted({*required_scopes(needs), *optional}), "bot_optional": list(optional)}
    return {
        **({"redirect_urls": [f"{base}/slack/oauth_redirect"]} if base else {}),
        "scopes": {key: listed for key, listed in scopes.items() if listed},
    }


def _settings(needs: tuple[Need, ...], base: str | None) -> dict[str, Any]:
    address = {"request_url": f"{base}/slack/events"} if base else {}
    options = {"message_menu_options_url": f"{base}/slack/events"} if base else {}
    events = _events(needs)
    return {
        "event_subscriptions": {**address, **({"bot_events": events} if events else {})},
        "interactivity": {"is_enabled": True, **address, **options},
        "org_deploy_enabled": False,
        "socket_mode_enabled": base is None,
        "token_rotation_enabled": False,  # two processes would race for the single-use refresh token
    }


def _events(needs: tuple[Need, ...]) -> list[str]:
    return sorted({event for need in needs for event in (*need.events, *need.optional_events)})


def _check(needs: tuple[Need, ...], name: str, http_url: str | None, command: str) -> None:
    if not 1 <= len(name) <= 35 or not re.search("[a-z0-9]", name.lower()):
        raise SettingError(f"Slack takes app names of 1 to 35 characters, and “{name}” is not one. Try a shorter one.")
    if http_url is not None and not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?", http_url):
        raise SettingError(f"Slack calls only https:// addresses, and “{http_url}” is not one. Try https://your-host.")
    if not re.fullmatch(r"/[a-z0-9_-]{1,31}", command):
        raise SettingError(
            f"“{command}” can't be a command. Use a slash and up to 31 lower-case letters, digits, - or _, like /plan."
        )
    if any(one.name == command != COMMAND for need in needs for one in need.commands):
        raise SettingError(f"{command} is another command of this bot. Choose one that it does not have yet.")


def _scope_of(event: str) -> str | None:
    if event not in SCOPE_OF_EVENT:
        raise ValueError(f"Add the event {event!r} and the scope it asks for to SCOPE_OF_EVENT.")
    return SCOPE_OF_EVENT[event]


def _sorted(scopes: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted(scope for scope in scopes if scope))
