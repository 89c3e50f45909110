"""The fields that Block Kit knows: of each block, element, rich text part and view. Anything else is refused."""

_SELECT = "action_id confirm focus_on_load placeholder"
_MULTI = f"{_SELECT} max_selected_items"
_TYPED = "action_id dispatch_action_config focus_on_load initial_value placeholder"
_BUTTON = "accessibility_label action_id confirm style text"
_CONVERSATIONS = "default_to_current_conversation filter"


def _fields(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(["type", *names.split()]) for kind, names in table.items()}


OF_BLOCK = _fields(
    {
        "actions": "block_id elements",
        "alert": "block_id level text",
        "card": "actions block_id body hero_image icon subtitle title",
        "carousel": "block_id elements",
        "container": (
            "block_id child_blocks default_collapsed has_header_divider icon is_collapsible rich_text_title subtitle"
            " title width"
        ),
        "context": "block_id elements",
        "context_actions": "block_id elements",
        "divider": "block_id",
        "file": "block_id external_id source",
        "header": "block_id text",
        "image": "alt_text block_id image_url slack_file title",
        "input": "block_id dispatch_action element hint label optional",
        "markdown": "block_id text",
        "plan": "block_id tasks title",
        "rich_text": "block_id elements",
        "section": "accessory block_id expand fields text",
        "table": "block_id column_settings rows",
        "task_card": "block_id details output sources status task_id title",
        "video": (
            "alt_text author_name block_id description provider_icon_url provider_name thumbnail_url title title_url"
            " video_url"
        ),
    }
)
OF_ELEMENT = _fields(
    {
        "button": f"{_BUTTON} url value",
        "channels_select": f"{_SELECT} initial_channel response_url_enabled",
        "checkboxes": "action_id confirm focus_on_load initial_options options",
        "conversations_select": f"{_SELECT} {_CONVERSATIONS} initial_conversation response_url_enabled",
        "datepicker": f"{_SELECT} initial_date",
        "datetimepicker": "action_id confirm focus_on_load initial_date_time",
        "email_text_input": _TYPED,
        "external_select": f"{_SELECT} initial_option min_query_length",
        "feedback_buttons": "action_id negative_button positive_button",
        "file_input": "action_id filetypes max_files",
        "icon_button": "accessibility_label action_id confirm icon text value visible_to_user_ids",
        "image": "alt_text image_url slack_file",
        "multi_channels_select": f"{_MULTI} initial_channels",
        "multi_conversations_select": f"{_MULTI} {_CONVERSATIONS} initial_conversations",
        "multi_external_select": f"{_MULTI} initial_options min_query_length",
        "multi_static_select": f"{_MULTI} initial_options option_groups options",
        "multi_users_select": f"{_MULTI} initial_users",
        "number_input": f"{_TYPED} is_decimal_allowed max_value min_value",
        "overflow": "action_id confirm options",
        "plain_text_input": f"{_TYPED} max_length min_length multiline",
        "radio_buttons": "action_id confirm focus_on_load initial_option options",
        "rich_text_input": f"{_TYPED} max_lines min_lines",
        "static_select": f"{_SELECT} initial_option option_groups options",
        "timepicker": f"{_SELECT} initial_time timezone",
        "url_text_input": _TYPED,
        "users_select": f"{_SELECT} initial_user",
        "workflow_button": f"{_BUTTON} workflow",
    }
)
OF_RICH_TEXT = _fields(
    {
        "broadcast": "range style",
        "channel": "channel_id style",
        "color": "style value",
        "date": "fallback format style timestamp url",
        "emoji": "name style unicode url",
        "link": "style text unsafe url",
        "rich_text_list": "border elements indent offset style",
        "rich_text_preformatted": "border elements language",
        "rich_text_quote": "border elements",
        "rich_text_section": "elements",
        "team": "style team_id",
        "text": "style text",
        "user": "style user_id",
        "usergroup": "style usergroup_id",
    }
)
OF_TEXT = _fields({"plain_text": "emoji text", "mrkdwn": "text verbatim"})
OF_VIEW = _fields(
    {
        "home": "blocks callback_id external_id private_metadata",
        "modal": (
            "blocks callback_id clear_on_close close external_id notify_on_close private_metadata submit"
            " submit_disabled title"
        ),
    }
)
OPTION = frozenset({"text", "value", "description", "url"})
CONFIRM = frozenset({"title", "text", "confirm", "deny", "style"})
