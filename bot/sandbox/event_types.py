"""The events that the app may subscribe to here: one table, with the scope that each asks for and what causes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class EventType:
    """One event of Slack's, as the manifest names it."""

    cause: str
    scope: str | None = None
    """What the bot token needs; without it Slack sends nothing."""
    private_scope: str | None = None
    """What it needs instead where the channel is private."""

    def scope_in(self, *, private: bool) -> str | None:
        """Return the scope that is asked for here."""
        return self.private_scope if private and self.private_scope else self.scope


EVENTS: Mapping[str, EventType] = MappingProxyType(
    {
        "agent_session_stopped": EventType("somebody stops an answer that is still being written", "chat:write"),
        "app_context_changed": EventType("somebody looks at another channel with the agent open", "assistant:write"),
        "app_home_opened": EventType("somebody opens the app's Home or its messages"),
        "app_mention": EventType("somebody mentions the app in a channel it is in", "app_mentions:read"),
        "app_uninstalled": EventType("the app is taken out of the workspace"),
        "channel_archive": EventType("a public channel is archived", "channels:read"),
        "channel_id_changed": EventType("a channel gets another id"),
        "channel_left": EventType("the app is taken out of a public channel", "channels:read"),
        "channel_rename": EventType("a public channel gets another name", "channels:read"),
        "channel_shared": EventType("a channel is shared with another company", "channels:read", "groups:read"),
        "channel_unarchive": EventType("a public channel comes back", "channels:read"),
        "channel_unshared": EventType("a channel is the company's own again", "channels:read", "groups:read"),
        "group_archive": EventType("a private channel is archived", "groups:read"),
        "group_left": EventType("the app is taken out of a private channel", "groups:read"),
        "group_rename": EventType("a private channel gets another name", "groups:read"),
        "group_unarchive": EventType("a private channel comes back", "groups:read"),
        "member_joined_channel": EventType(
            "somebody, or the app, comes into a channel", "channels:read", "groups:read"
        ),
        "member_left_channel": EventType("somebody else leaves a channel", "channels:read", "groups:read"),
        "message.channels": EventType("a message in a public channel, its edits and its end", "channels:history"),
        "message.groups": EventType("a message in a private channel, its edits and its end", "groups:history"),
        "message.im": EventType("a message to the app, its edits and its end", "im:history"),
        "reaction_added": EventType("somebody reacts; in public channels the app need not be in", "reactions:read"),
        "reaction_removed": EventType("somebody takes a reaction back", "reactions:read"),
        "subteam_created": EventType("a user group is made", "usergroups:read"),
        "subteam_members_changed": EventType("people come into a user group or leave it", "usergroups:read"),
        "subteam_updated": EventType("a user group changes, its people too", "usergroups:read"),
        "team_join": EventType("somebody new comes into the workspace", "users:read"),
        "tokens_revoked": EventType("the app's tokens stop working"),
        "user_change": EventType("somebody's profile, role or time zone changes", "users:read"),
    }
)
