"""What stops without each scope that Slack has not granted, as whoever looks after the bot reads it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

WITHOUT: Mapping[str, str] = MappingProxyType(
    {
        "app_mentions:read": "answers where somebody mentions me",
        "assistant:write": "suggestions in the conversation with me",
        "channels:history": "thread summaries, edits and deletions in public channels",
        "channels:read": "posts and cards in public channels, since I can't tell which are shared with another company",
        "chat:write": "everything I say",
        "commands": "slash commands and shortcuts",
        "files:write": "exports",
        "groups:history": "thread summaries, edits and deletions in private channels",
        "groups:read": "posts and cards in private channels, since I can't tell which are shared with another company",
        "im:history": "answers to direct messages",
        "im:write": "direct messages: previews, news, exports",
        "reactions:read": "capturing by reaction",
        "reactions:write": "the mark on a captured message",
        "usergroups:read": "roles from user groups",
        "users:read": "everything, since I can't tell who somebody is",
    }
)


def losses(missing: Iterable[str]) -> tuple[str, ...]:
    """Return missing scopes, each with what stops without it."""
    return tuple(f"{one}, which stops {WITHOUT[one]}" for one in missing)
