"""Slack's rules for an app manifest, to check ours against.

The keys and lengths are written down here, strictly: whatever they do not name is refused. Slack's own types know the
names of scopes and events; the folder in LINCHPIN_SLACK_SCHEMAS holds them as JSON Schema, where somebody has it.
"""

import json
import os
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

Schema = dict[str, Any]


NEWER_THAN_THE_TYPES = frozenset({"assistant:write", "canvases:write", "agent_session_stopped"})
"""Scopes and events that Slack documents and its types do not list yet."""


def problems(manifest: dict[str, Any]) -> list[str]:
    """Return what Slack would refuse, each as `place: reason`."""
    validators = [Draft7Validator(_MANIFEST), *_slack_types()]
    found = [error for validator in validators for error in validator.iter_errors(manifest)]
    refused = [
        error for error in found if not (isinstance(error.instance, str) and error.instance in NEWER_THAN_THE_TYPES)
    ]
    return sorted({f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in refused})


def knows_slack_types() -> bool:
    """Say whether Slack's own types are at hand."""
    return bool(_slack_types())


def _slack_types() -> list[Draft7Validator]:
    folder = os.environ.get("LINCHPIN_SLACK_SCHEMAS")
    if not folder:
        return []
    return [Draft7Validator(json.loads((Path(folder) / "Man.schema.json").read_text()))]


def _text(most: int, least: int = 1, pattern: str = "") -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": pattern}


def _list(items: Schema, most: int, least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, "uniqueItems": True}


def _object(needed: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


_FLAG: Schema = {"type": "boolean"}
_URL = _text(3000, pattern="^https://")
_SHORTCUT = _object(
    ("name", "type", "callback_id", "description"),
    name=_text(24),
    type={"enum": ["message", "global"]},
    callback_id=_text(255),
    description=_text(150),
)
_SLASH_COMMAND = _object(
    ("command", "description"),
    command=_text(32, pattern="^/[a-z0-9_-]+$"),
    url=_URL,
    description=_text(2000),
    usage_hint=_text(1000),
    should_escape=_FLAG,
)
_PROMPT = _object(("title", "message"), title=_text(75), message=_text(3000))
_MANIFEST = _object(
    ("display_information", "features", "oauth_config", "settings"),
    _metadata=_object(major_version={"enum": [1, 2]}, minor_version={"type": "integer"}),
    display_information=_object(
        ("name",),
        name=_text(35),
        description=_text(140),
        long_description=_text(4000, least=175),
        background_color=_text(7, pattern="^#[0-9a-f]{6}$"),
    ),
    features=_object(
        app_home=_object(home_tab_enabled=_FLAG, messages_tab_enabled=_FLAG, messages_tab_read_only_enabled=_FLAG),
        bot_user=_object(("display_name",), display_name=_text(80, pattern="^[a-z0-9._-]+$"), always_online=_FLAG),
        agent_view=_object(agent_description=_text(300), suggested_prompts=_list(_PROMPT, most=4, least=0)),
        shortcuts=_list(_SHORTCUT, most=10),
        slash_commands=_list(_SLASH_COMMAND, most=50),
    ),
    oauth_config=_object(
        redirect_urls=_list(_URL, most=1000),
        scopes=_object(bot=_list(_text(50), most=255), bot_optional=_list(_text(50), most=255)),
    ),
    settings=_object(
        event_subscriptions=_object(request_url=_URL, bot_events=_list(_text(50), most=100)),
        interactivity=_object(("is_enabled",), is_enabled=_FLAG, request_url=_URL, message_menu_options_url=_URL),
        org_deploy_enabled=_FLAG,
        socket_mode_enabled=_FLAG,
        token_rotation_enabled=_FLAG,
    ),
)
