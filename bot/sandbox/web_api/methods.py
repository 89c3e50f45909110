"""The one table of methods: what each takes, which scope it needs, how it may refuse, how often it may be called.

The table in the papers is checked against this one, and the tests drive every refusal that stands here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.sandbox.web_api import (
    apps,
    assistant,
    chat,
    conversations,
    files,
    reactions,
    streams,
    usergroups,
    users,
    views,
)
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Json


@dataclass(frozen=True)
class Method:
    """One method of the Web API."""

    run: Callable[[Call], Awaitable[Json]]
    takes: str = ""
    """The arguments that Slack documents; others are accepted, as by Slack, and recorded."""
    refuses: str = ""
    """The errors of its own, besides those of `EVERY_METHOD`."""
    scopes: tuple[str, ...] = ()
    """The bot token needs one of these."""
    pace: str = ""
    """Slack's limit. Only a fault rate-limits here, and one message a second and channel."""
    for_app_token: bool = False

    @property
    def by_kind(self) -> bool:
        """Say whether the method itself checks its scope, by the kind of channel."""
        return self.scopes in (_READ, _HISTORY)


EVERY_METHOD = (
    "account_inactive", "invalid_arguments", "invalid_auth", "invalid_json", "json_not_object", "missing_scope",
    "not_allowed_token_type", "not_authed", "ratelimited",
)  # fmt: skip
"""The refusals that any method may give."""

_PAGED = "cursor limit"
_BETWEEN = f"{_PAGED} latest oldest inclusive include_all_metadata"
_LOOKS = "icon_emoji icon_url username"
_SAID = "text blocks attachments markdown_text"
_BAD_CONTENT = "invalid_blocks invalid_blocks_format markdown_text_conflict msg_too_long no_text too_many_attachments"
_BAD_METADATA = "invalid_metadata_format invalid_metadata_schema metadata_too_large"
_NOT_THERE = "channel_not_found not_in_channel"
_BAD_PAGE = "invalid_cursor invalid_limit"
_BAD_TIMES = "invalid_ts_latest invalid_ts_oldest"
_BAD_TRIGGER = "exchanged_trigger_id expired_trigger_id invalid_trigger_id"
_OF_THE_KIND = ("channels", "groups", "im")
_WRITE = ("chat:write",)
_READ = tuple(f"{kind}:read" for kind in _OF_THE_KIND)
_HISTORY = tuple(f"{kind}:history" for kind in _OF_THE_KIND)

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "apps.connections.open": Method(apps.open_connection, "app_token", for_app_token=True, pace="tier 1"),
        "assistant.threads.setStatus": Method(
            assistant.set_status, f"channel_id thread_ts status loading_messages {_LOOKS}",
            f"{_NOT_THERE} invalid_thread_ts", _WRITE, "600 a minute",
        ),
        "assistant.threads.setSuggestedPrompts": Method(
            assistant.set_suggested_prompts, "channel_id thread_ts title prompts",
            f"{_NOT_THERE} invalid_thread_ts", ("assistant:write",), "tier 4",
        ),
        "assistant.threads.setTitle": Method(
            assistant.set_title, "channel_id thread_ts title",
            f"{_NOT_THERE} invalid_thread_ts", ("assistant:write",), "tier 4",
        ),
        "auth.test": Method(apps.auth_test, pace="600 a minute"),
        "bots.info": Method(users.bot, "bot team_id", "bot_not_found", ("users:read",), "tier 3"),
        "chat.appendStream": Method(
            streams.append, "channel ts markdown_text chunks",
            f"{_NOT_THERE} invalid_chunks message_not_found message_not_in_streaming_state msg_too_long no_text"
            " stopped_by_user",
            _WRITE, "tier 4",
        ),
        "chat.delete": Method(
            chat.delete, "channel ts as_user", "cant_delete_message channel_not_found message_not_found",
            _WRITE, "tier 3",
        ),
        "chat.getPermalink": Method(
            chat.get_permalink, "channel message_ts", "channel_not_found message_not_found", pace="600 a minute"
        ),
        "chat.postEphemeral": Method(
            chat.post_ephemeral, f"channel user thread_ts as_user link_names parse {_SAID} {_LOOKS}",
            f"{_BAD_CONTENT} {_NOT_THERE} is_archived thread_not_found user_not_in_channel", _WRITE, "tier 4",
        ),
        "chat.postMessage": Method(
            chat.post_message,
            f"channel thread_ts reply_broadcast as_user link_names parse mrkdwn unfurl_links unfurl_media metadata"
            f" container_id {_SAID} {_LOOKS}",
            f"{_BAD_CONTENT} {_BAD_METADATA} {_NOT_THERE} is_archived thread_not_found",
            _WRITE, "1 a second and channel",
        ),
        "chat.startStream": Method(
            streams.start,
            f"channel thread_ts markdown_text chunks recipient_user_id recipient_team_id task_display_mode {_LOOKS}",
            f"{_NOT_THERE} invalid_chunks is_archived missing_recipient_team_id missing_recipient_user_id msg_too_long"
            " thread_not_found user_not_found",
            _WRITE, "tier 2",
        ),
        "chat.stopStream": Method(
            streams.stop, "channel ts markdown_text chunks blocks metadata session_status",
            f"{_BAD_METADATA} {_NOT_THERE} invalid_blocks invalid_blocks_format invalid_chunks message_not_found"
            " message_not_in_streaming_state msg_too_long no_text stopped_by_user",
            _WRITE, "tier 2",
        ),
        "chat.update": Method(
            chat.update, f"channel ts as_user file_ids link_names parse reply_broadcast metadata {_SAID}",
            f"{_BAD_CONTENT} {_BAD_METADATA} cant_update_message channel_not_found is_inactive message_not_found"
            " streaming_state_conflict",
            _WRITE, "tier 3",
        ),
        "conversations.history": Method(
            conversations.history, f"channel {_BETWEEN}", f"{_NOT_THERE} {_BAD_PAGE} {_BAD_TIMES}", _HISTORY, "tier 3"
        ),
        "conversations.info": Method(
            conversations.info, "channel include_locale include_num_members", "channel_not_found", _READ, "tier 3"
        ),
        "conversations.join": Method(
            conversations.join, "channel", "channel_not_found is_archived method_not_supported_for_channel_type",
            ("channels:join",), "tier 3",
        ),
        "conversations.list": Method(
            conversations.list_all, f"types exclude_archived team_id {_PAGED}", f"{_BAD_PAGE} invalid_types",
            _READ, "tier 2",
        ),
        "conversations.members": Method(
            conversations.members, f"channel {_PAGED}", f"channel_not_found {_BAD_PAGE}", _READ, "tier 4"
        ),
        "conversations.open": Method(
            conversations.open_dm, "channel users return_im prevent_creation",
            "channel_not_found method_not_supported_for_channel_type user_disabled user_not_found"
            " users_list_not_supplied",
            ("im:write", "mpim:write"), "tier 3",
        ),
        "conversations.replies": Method(
            conversations.replies, f"channel ts {_BETWEEN}", f"{_NOT_THERE} {_BAD_PAGE} {_BAD_TIMES} thread_not_found",
            _HISTORY, "tier 3",
        ),
        "files.completeUploadExternal": Method(
            files.complete_upload, "files channel_id channels initial_comment thread_ts",
            "file_not_found invalid_channel", ("files:write",), "tier 4",
        ),
        "files.getUploadURLExternal": Method(
            files.upload_url, "filename length alt_txt snippet_type",
            "alt_txt_too_large missing_argument snippet_too_large", ("files:write",), "tier 4",
        ),
        "files.info": Method(files.info, f"file count page {_PAGED}", "file_not_found", ("files:read",), "tier 4"),
        "reactions.add": Method(
            reactions.add, "channel name timestamp",
            f"{_NOT_THERE} already_reacted invalid_name is_archived message_not_found no_item_specified too_many_emoji",
            ("reactions:write",), "tier 3",
        ),
        "reactions.get": Method(
            reactions.get, "channel timestamp full file file_comment",
            "channel_not_found message_not_found no_item_specified", ("reactions:read",), "tier 3",
        ),
        "reactions.remove": Method(
            reactions.remove, "channel name timestamp file file_comment",
            f"{_NOT_THERE} invalid_name message_not_found no_item_specified no_reaction",
            ("reactions:write",), "tier 2",
        ),
        "team.info": Method(users.team, "team domain include_slackbot_availability", "", ("team:read",), "tier 3"),
        "usergroups.list": Method(
            usergroups.list_all, "include_count include_disabled include_users team_id", "",
            ("usergroups:read",), "tier 2",
        ),
        "usergroups.users.list": Method(
            usergroups.users, "usergroup include_disabled team_id", "no_such_subteam", ("usergroups:read",), "tier 2"
        ),
        "users.conversations": Method(
            conversations.of_user, f"user types exclude_archived team_id {_PAGED}",
            f"{_BAD_PAGE} invalid_types user_not_found", _READ, "tier 3",
        ),
        "users.info": Method(users.info, "user include_locale", "user_not_found", ("users:read",), "tier 4"),
        "users.list": Method(users.list_all, f"include_locale team_id {_PAGED}", _BAD_PAGE, ("users:read",), "tier 2"),
        "views.open": Method(
            views.open_modal, "trigger_id interactivity_pointer view",
            f"{_BAD_TRIGGER} duplicate_external_id view_too_large", pace="tier 4",
        ),
        "views.publish": Method(
            views.publish, "user_id view hash", "hash_conflict not_enabled user_not_found view_too_large", pace="tier 4"
        ),
        "views.push": Method(
            views.push, "trigger_id interactivity_pointer view",
            f"{_BAD_TRIGGER} duplicate_external_id push_limit_reached view_too_large", pace="tier 4",
        ),
        "views.update": Method(
            views.update, "view view_id external_id hash", "hash_conflict not_found view_too_large", pace="tier 4"
        ),
    }
)  # fmt: skip
