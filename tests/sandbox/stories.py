"""A compact company, a manifest, and a tiny app for the sandbox's own tests."""

from typing import Any

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Echo"},
    "features": {
        "bot_user": {"display_name": "Echo", "always_online": True},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "slash_commands": [
            {"command": "/echo", "description": "Say it back", "usage_hint": "words", "should_escape": True},
            {"command": "/raw", "description": "Say it back as typed"},
        ],
        "shortcuts": [
            {"name": "Note this", "type": "message", "callback_id": "note_this", "description": "Take a note"},
            {"name": "New note", "type": "global", "callback_id": "new_note", "description": "Take a note"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands",
                "groups:history", "groups:read", "im:history", "im:read", "im:write", "reactions:read",
                "reactions:write", "team:read", "usergroups:read", "users:read", "files:read", "files:write",
                "assistant:write",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "agent_session_stopped", "app_context_changed", "app_home_opened", "app_mention", "app_uninstalled",
                "channel_archive", "channel_id_changed", "channel_left", "channel_rename", "channel_shared",
                "channel_unarchive", "channel_unshared", "group_archive", "group_left", "group_rename",
                "group_unarchive", "member_joined_channel", "member_left_channel", "message.channels",
                "message.groups", "message.im", "reaction_added", "reaction_removed", "subteam_created",
                "subteam_members_changed", "subteam_updated", "team_join", "tokens_revoked", "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}  # fmt: skip

STORY: dict[str, Any] = {
    "company": {"name": "Paperwing", "team_id": "T0PAPER", "domain": "paperwing"},
    "users": [
        {
            "id": "U0MINA", "name": "mina", "real_name": "Mina Park", "title": "PM", "tz": "Europe/Berlin",
            "is_admin": True,
        },
        {"id": "U0LEE", "name": "lee", "real_name": "Lee Wong", "tz": "America/New_York"},
        {"id": "U0GUS", "name": "gus", "real_name": "Gus Guest", "is_guest": True},
        {"id": "U0ANN", "name": "ann", "real_name": "Ann Acme", "team_id": "T0ACME"},
    ],
    "user_groups": [
        {"id": "S0PMS", "handle": "pms", "name": "PMs", "created_by": "U0MINA", "members": ["U0MINA"]},
    ],
    "channels": [
        {"id": "C0PRODUCT", "name": "product", "topic": "What we build", "members": ["U0MINA", "U0LEE"], "bot": True},
        {"id": "C0SALES", "name": "sales", "members": ["U0MINA", "U0LEE"]},
        {"id": "C0BOARD", "name": "board", "is_private": True, "members": ["U0MINA"]},
        {"id": "C0ACME", "name": "acme", "is_ext_shared": True, "members": ["U0LEE", "U0ANN", "U0GUS"], "bot": True},
    ],
    "messages": [
        {
            "channel": "C0PRODUCT", "user": "U0LEE", "text": "Acme asks for SSO", "ago": {"days": 2},
            "reactions": {"eyes": ["U0MINA"]},
            "replies": [{"user": "U0MINA", "text": "On it", "ago": {"days": 1}}],
        },
        {"channel": "C0SALES", "user": "U0LEE", "text": "Globex renewed", "ago": {"hours": 3}},
        {"channel": "C0BOARD", "user": "U0MINA", "text": "Confidential", "ago": {"hours": 2}},
    ],
}  # fmt: skip
