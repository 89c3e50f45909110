"""Slack's limits: each is refused one step beyond, and accepted at the limit."""

from typing import Any

import pytest

from bot.sandbox.limits import block_problems, check_message, check_view
from bot.sandbox.slack_error import SlackError


def words(count: int = 5, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": "x" * count}


def section(**parts: Any) -> dict[str, Any]:
    return {"type": "section", **(parts or {"text": words(kind="mrkdwn")})}


def button(**parts: Any) -> dict[str, Any]:
    return {"type": "button", "text": words(), **parts}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[dict[str, Any]]:
    return [{"text": words(), "value": str(n)} for n in range(count)]


def choice(kind: str, count: int) -> dict[str, Any]:
    return actions({"type": kind, "options": options(count)})


def one_option(**parts: Any) -> dict[str, Any]:
    return actions({"type": "overflow", "options": [{"text": words(), "value": "v", **parts}]})


def field(**parts: Any) -> dict[str, Any]:
    return {"type": "input", "label": words(), "element": {"type": "plain_text_input"}, **parts}


def confirm(**parts: Any) -> dict[str, Any]:
    whole = {"title": words(), "text": words(), "confirm": words(), "deny": words()} | parts
    return actions(button(confirm=whole))


def cell(count: int) -> dict[str, Any]:
    return {"type": "raw_text", "text": "x" * count}


def header(count: int) -> dict[str, Any]:
    return {"type": "header", "text": words(count)}


def context_actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context_actions", "elements": list(elements)}


def feedback(**parts: Any) -> dict[str, Any]:
    good, bad = {"text": words(), "value": "good"} | parts, {"text": words(), "value": "bad"}
    return {"type": "feedback_buttons", "positive_button": good, "negative_button": bad}


def grouped(groups: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "static_select", "option_groups": groups}


MULTI = {"type": "multi_static_select"}
TYPED = {"type": "plain_text_input"}
TASK = {"type": "task_card", "task_id": "t", "title": "Read", "status": "pending"}

LIMITS: list[tuple[str, int, Any]] = [
    ("section text", 3000, lambda n: section(text=words(n))),
    ("section fields", 10, lambda n: section(fields=[words()] * n)),
    ("section field text", 2000, lambda n: section(fields=[words(n)])),
    ("header", 150, lambda n: {"type": "header", "text": words(n)}),
    ("actions", 25, lambda n: actions(*[button()] * n)),
    ("context", 10, lambda n: {"type": "context", "elements": [words()] * n}),
    ("button text", 75, lambda n: actions(button(text=words(n)))),
    ("button value", 2000, lambda n: actions(button(value="v" * n))),
    ("button url", 3000, lambda n: actions(button(url="u" * n))),
    ("action_id", 255, lambda n: actions(button(action_id="a" * n))),
    ("block_id", 255, lambda n: section(text=words(), block_id="b" * n)),
    ("static_select", 100, lambda n: choice("static_select", n)),
    ("overflow", 5, lambda n: choice("overflow", n)),
    ("checkboxes", 10, lambda n: choice("checkboxes", n)),
    ("radio_buttons", 10, lambda n: choice("radio_buttons", n)),
    ("option text", 75, lambda n: one_option(text=words(n))),
    ("option value", 150, lambda n: one_option(value="v" * n)),
    ("option description", 75, lambda n: one_option(description=words(n))),
    ("confirm title", 100, lambda n: confirm(title=words(n))),
    ("confirm text", 300, lambda n: confirm(text=words(n))),
    ("confirm button", 30, lambda n: confirm(confirm=words(n))),
    ("input label", 2000, lambda n: field(label=words(n))),
    ("input hint", 2000, lambda n: field(hint=words(n))),
    ("placeholder", 150, lambda n: field(element={"type": "plain_text_input", "placeholder": words(n)})),
    ("max_length", 3000, lambda n: field(element={"type": "plain_text_input", "max_length": n})),
    ("image alt text", 2000, lambda n: {"type": "image", "image_url": "u", "alt_text": "a" * n}),
    ("image url", 3000, lambda n: {"type": "image", "image_url": "u" * n, "alt_text": "a"}),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "m" * n}),
    ("icon button text", 75, lambda n: context_actions({"type": "icon_button", "icon": "trash", "text": words(n)})),
    ("feedback button text", 75, lambda n: context_actions(feedback(text=words(n)))),
    ("feedback button value", 2000, lambda n: context_actions(feedback(value="v" * n))),
    ("context actions", 5, lambda n: context_actions(*[feedback()] * n)),
    ("option url", 3000, lambda n: one_option(url="u" * n)),
    ("option group label", 75, lambda n: actions(grouped([{"label": words(n), "options": options(1)}]))),
    ("option groups", 100, lambda n: actions(grouped([{"label": words(), "options": options(1)}] * n))),
    ("options of a group", 100, lambda n: actions(grouped([{"label": words(), "options": options(n)}]))),
    ("multi select", 100, lambda n: section(text=words(), accessory={**MULTI, "options": options(n)})),
    ("context text", 3000, lambda n: {"type": "context", "elements": [words(n)]}),
    ("initial value", 20, lambda n: field(element={**TYPED, "max_length": 20, "initial_value": "x" * n})),
    ("min_length", 20, lambda n: field(element={**TYPED, "max_length": 20, "min_length": n})),
    ("files", 10, lambda n: field(element={"type": "file_input", "max_files": n})),
    ("card body", 200, lambda n: {"type": "card", "body": words(n)}),
    ("carousel", 10, lambda n: {"type": "carousel", "elements": [{"type": "card", "title": words()}] * n}),
    ("container", 10, lambda n: {"type": "container", "child_blocks": [section()] * n}),
    ("header in a container", 150, lambda n: {"type": "container", "child_blocks": [header(n)]}),
    ("plan", 50, lambda n: {"type": "plan", "title": "Plan", "tasks": [TASK] * n}),
    ("table columns", 20, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}),
    (
        "table characters",
        10_000,
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * (n // 2)}], [cell(n - n // 2)]]},
    ),
    ("table rows", 100, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}),
]


@pytest.mark.parametrize(("what", "limit", "block"), LIMITS, ids=[what for what, _, _ in LIMITS])
def test_a_block_is_accepted_at_its_limit_and_refused_beyond(what: str, limit: int, block: Any) -> None:
    assert block_problems([block(limit)], "message") == []
    assert block_problems([block(limit + 1)], "message") != []


def rich(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(parts)}


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("unknown type", {"type": "hologram"}),
    ("empty section", {"type": "section"}),
    ("empty text", section(text=words(0))),
    ("header in mrkdwn", {"type": "header", "text": words(kind="mrkdwn")}),
    ("emoji flag on mrkdwn", section(text={**words(kind="mrkdwn"), "emoji": True})),
    ("no actions", actions()),
    ("text input among actions", actions({"type": "plain_text_input"})),
    ("button in context", {"type": "context", "elements": [button()]}),
    ("button as input", field(element=button())),
    ("unknown style", actions(button(style="loud"))),
    ("same action_id twice", actions(button(action_id="a"), button(action_id="a"))),
    ("foreign initial option", actions({"type": "static_select", "options": options(1), "initial_option": {}})),
    ("confirm without deny", actions(button(confirm={"title": words(), "text": words(), "confirm": words()}))),
    ("image without alt text", {"type": "image", "image_url": "u"}),
    ("unknown field of a block", section(text=words(), color="red")),
    ("unknown field of an element", actions(button(emoji="tada"))),
    ("unknown field of a text", section(text={**words(), "verbatim": True})),
    ("unknown field of an option", one_option(color="red")),
    ("unknown field of a confirm", confirm(cancel=words())),
    ("unknown rich text", rich({"type": "rich_text_section", "elements": [{"type": "hologram"}]})),
    ("unknown field of rich text", rich({"type": "rich_text_section", "elements": [], "color": "red"})),
    ("section in a list of rich text", rich({"type": "rich_text_list", "elements": [{"type": "text", "text": "x"}]})),
    ("unknown cell of a table", {"type": "table", "rows": [[words()]]}),
    ("input in a container", {"type": "container", "child_blocks": [field()]}),
    ("task without status", {"type": "task_card", "task_id": "t", "title": "Read"}),
    ("card with nothing in it", {"type": "card", "subtitle": words()}),
    ("number without decimals said", field(element={"type": "number_input"})),
    ("date that is none", field(element={"type": "datepicker", "initial_date": "tomorrow"})),
    ("time that is none", field(element={"type": "timepicker", "initial_time": "25:00"})),
    ("none to be selected", section(text=words(), accessory={"type": "multi_users_select", "max_selected_items": 0})),
    ("confirm that is no object", actions(button(confirm="sure?"))),
    ("video without title", {"type": "video", "alt_text": "v", "video_url": "u", "thumbnail_url": "t"}),
    ("block that is no object", "section"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("what", "block"), BROKEN, ids=[what for what, _ in BROKEN])
def test_a_broken_block_is_refused(what: str, block: dict[str, Any]) -> None:
    if what == "foreign initial option":
        block["elements"][0]["initial_option"] = {"text": words(), "value": "other"}
    assert block_problems([block], "message") != []


def test_what_is_nested_is_checked_too() -> None:
    deep = section(text=words(), accessory={"type": "overflow", "options": options(6)})
    assert "/blocks/0/accessory/options" in block_problems([deep], "message")[0]


def test_fifty_blocks_fit_a_message_and_a_hundred_a_modal() -> None:
    assert block_problems([section()] * 50, "message") == []
    assert block_problems([section()] * 51, "message") != []
    assert block_problems([section()] * 100, "modal") == []
    assert block_problems([section()] * 101, "modal") != []


def test_the_same_block_id_twice_is_refused() -> None:
    assert block_problems([section(text=words(), block_id="b")] * 2, "message") != []


def test_markdown_blocks_share_one_limit_and_stay_in_messages() -> None:
    assert block_problems([{"type": "markdown", "text": "m" * 7000}] * 2, "message") != []
    assert block_problems([{"type": "markdown", "text": "m"}], "modal") != []


def test_one_table_is_allowed() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert block_problems([table], "message") == []
    assert block_problems([table, table], "message") != []


def view(**parts: Any) -> dict[str, Any]:
    return {"type": "modal", "title": words(), "submit": words(), "blocks": [field()], **parts}


VIEW_LIMITS: list[tuple[str, int, Any]] = [
    ("title", 24, lambda n: view(title=words(n))),
    ("submit", 24, lambda n: view(submit=words(n))),
    ("close", 24, lambda n: view(close=words(n))),
    ("private_metadata", 3000, lambda n: view(private_metadata="p" * n)),
    ("callback_id", 255, lambda n: view(callback_id="c" * n)),
]


@pytest.mark.parametrize(("what", "limit", "make"), VIEW_LIMITS, ids=[what for what, _, _ in VIEW_LIMITS])
def test_a_view_is_accepted_at_its_limit_and_refused_beyond(what: str, limit: int, make: Any) -> None:
    check_view(make(limit))
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(make(limit + 1))


@pytest.mark.parametrize("extra", [{"color": "red"}, {"state": {}}, {"id": "V1"}, {"hash": "1.a"}])
def test_a_view_with_what_slack_does_not_know_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(view(**extra))


def test_a_home_has_no_title() -> None:
    check_view({"type": "home", "blocks": [section()]})
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view({"type": "home", "blocks": [section()], "title": words()})


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(view(submit=None))


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(view(blocks=[section(text=words(2990))] * 100))


@pytest.mark.parametrize(
    ("text", "blocks", "metadata", "error"),
    [
        (None, None, None, "no_text"),
        ("x" * 40_001, None, None, "msg_too_long"),
        ("x", {"type": "section"}, None, "invalid_blocks_format"),
        ("x", [{"type": "hologram"}], None, "invalid_blocks"),
        ("x", None, {"event_type": "t"}, "invalid_metadata_format"),
        ("x", None, {"event_payload": {}}, "invalid_metadata_schema"),
        ("x", None, {"event_type": "t", "event_payload": {"x": "y" * 16_000}}, "metadata_too_large"),
    ],
)
def test_a_message_is_refused_with_slacks_code(text: Any, blocks: Any, metadata: Any, error: str) -> None:
    with pytest.raises(SlackError, match=error):
        check_message(text, blocks, None, metadata)
