"""Slack's limits on blocks, messages and views, with Slack's error codes."""

import json
from collections.abc import Callable
from typing import Any, Literal

from bot.sandbox.elements import (
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    Problems,
    check_element,
)
from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import Json

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MARKDOWN_TOTAL = 12_000
TEXT_CUT_OFF = 40_000
UPDATE_TEXT = 4_000
METADATA_BYTES = 16_000
VIEW_BYTES = 250_000
RICH_TEXT_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}


def _section(problems: Problems, block: Json, path: str) -> None:
    if block.get("text") is None and block.get("fields") is None:
        problems.add("must have text or fields", path)
    if block.get("text") is not None:
        problems.text(block["text"], f"{path}/text", 3000)
    if block.get("fields") is not None:
        for n, field in enumerate(problems.items(block["fields"], f"{path}/fields", 10)):
            problems.text(field, f"{path}/fields/{n}", 2000)
    if block.get("accessory") is not None:
        check_element(problems, block["accessory"], f"{path}/accessory", IN_SECTION)


def _actions(problems: Problems, block: Json, path: str) -> None:
    for n, element in enumerate(problems.items(block.get("elements"), f"{path}/elements", 25)):
        check_element(problems, element, f"{path}/elements/{n}", IN_ACTIONS)


def _context(problems: Problems, block: Json, path: str) -> None:
    for n, element in enumerate(problems.items(block.get("elements"), f"{path}/elements", 10)):
        where = f"{path}/elements/{n}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_element(problems, element, where, {"image"})
        else:
            problems.text(element, where, 3000)


def _context_actions(problems: Problems, block: Json, path: str) -> None:
    for n, element in enumerate(problems.items(block.get("elements"), f"{path}/elements", 5)):
        check_element(problems, element, f"{path}/elements/{n}", {"feedback_buttons", "icon_button"})


def _header(problems: Problems, block: Json, path: str) -> None:
    problems.text(block.get("text"), f"{path}/text", 150, plain=True)


def _image(problems: Problems, block: Json, path: str) -> None:
    check_element(problems, block, path, {"image"})
    if block.get("title") is not None:
        problems.text(block["title"], f"{path}/title", 2000, plain=True)


def _input(problems: Problems, block: Json, path: str) -> None:
    if problems.required(block, path, ("label", "element")):
        problems.text(block["label"], f"{path}/label", 2000, plain=True)
        check_element(problems, block["element"], f"{path}/element", IN_INPUT)
    if block.get("hint") is not None:
        problems.text(block["hint"], f"{path}/hint", 2000, plain=True)


def _markdown(problems: Problems, block: Json, path: str) -> None:
    problems.string(block.get("text"), f"{path}/text", MARKDOWN_TOTAL, least=1)


def _rich_text(problems: Problems, block: Json, path: str) -> None:
    for n, part in enumerate(problems.items(block.get("elements"), f"{path}/elements", 1000, least=0)):
        where = f"{path}/elements/{n}"
        if isinstance(part, dict) and problems.one_of(part.get("type"), RICH_TEXT_PARTS, where):
            problems.items(part.get("elements"), f"{where}/elements", 10_000, least=0)


def _table(problems: Problems, block: Json, path: str) -> None:
    for n, row in enumerate(problems.items(block.get("rows"), f"{path}/rows", 100)):
        problems.items(row, f"{path}/rows/{n}", 20)
    if len(json.dumps(block.get("rows"))) > 30_000:
        problems.add("table is too large", path)


def _nothing_more(problems: Problems, block: Json, path: str) -> None:
    """Accept what only its type is checked of."""


EVERYWHERE: dict[str, Callable[[Problems, Json, str], None]] = {
    "section": _section,
    "divider": _nothing_more,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "header": _header,
    "video": _nothing_more,
    "rich_text": _rich_text,
}
ON_SURFACE: dict[Surface, dict[str, Callable[[Problems, Json, str], None]]] = {
    "message": EVERYWHERE
    | {
        "markdown": _markdown,
        "table": _table,
        "context_actions": _context_actions,
        "file": _nothing_more,
        "plan": _nothing_more,
        "task_card": _nothing_more,
        "card": _nothing_more,
        "carousel": _nothing_more,
        "container": _nothing_more,
    },
    "modal": EVERYWHERE | {"alert": _nothing_more},
    "home": EVERYWHERE,
}


def _unique_ids(problems: Problems, blocks: list[Json], root: str) -> None:
    seen: set[str] = set()
    for n, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id is not None and problems.string(block_id, f"{root}/{n}/block_id", 255):
            if block_id in seen:
                problems.add(f"block_id already exists: {block_id}", f"{root}/{n}/block_id")
            seen.add(block_id)
        actions = [e["action_id"] for e in block.get("elements") or [] if isinstance(e, dict) and e.get("action_id")]
        for action_id in sorted({a for a in actions if actions.count(a) > 1}):
            problems.add(f"`action_id` {action_id} already exists", f"{root}/{n}/elements")


def block_problems(blocks: Any, surface: Surface, root: str = "/blocks") -> list[str]:
    """List what Slack would refuse about these blocks."""
    problems = Problems()
    found = problems.items(blocks, root, MOST_BLOCKS[surface], least=0)
    good = [block for block in found if isinstance(block, dict)]
    if len(good) != len(found):
        problems.add("must be an object", root)
        return problems.messages
    for n, block in enumerate(good):
        check = ON_SURFACE[surface].get(str(block.get("type")))
        if check is None:
            problems.add(f"unsupported type: {block.get('type')}", f"{root}/{n}/type")
        else:
            check(problems, block, f"{root}/{n}")
    _unique_ids(problems, good, root)
    if sum(len(str(b.get("text"))) for b in good if b.get("type") == "markdown") > MARKDOWN_TOTAL:
        problems.add(f"markdown blocks hold more than {MARKDOWN_TOTAL} characters", root)
    if sum(b.get("type") == "table" for b in good) > 1:
        problems.add("only_one_table_allowed", root)
    return problems.messages


def check_message(text: str | None, blocks: Any, attachments: Any, metadata: Any, *, is_update: bool = False) -> None:
    """Refuse a message that Slack would refuse; raises SlackError."""
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if text is not None and len(text) > (UPDATE_TEXT if is_update else TEXT_CUT_OFF):
        raise SlackError("msg_too_long")
    problems = block_problems(blocks or [], "message")
    for n, attachment in enumerate(attachments or []):
        root = f"/attachments/{n}/blocks"
        problems += block_problems(attachment.get("blocks") or [], "message", root)
    if problems:
        raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    if metadata is not None:
        if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
            raise SlackError("invalid_metadata_format")
        if not metadata.get("event_type"):
            raise SlackError("invalid_metadata_schema")
        if len(json.dumps(metadata)) > METADATA_BYTES:
            raise SlackError("metadata_too_large")


def check_view(view: Any) -> None:
    """Refuse a view that Slack would refuse; raises SlackError."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise SlackError.invalid_arguments("[ERROR] view must be a modal or a home [json-pointer:/view]")
    problems = Problems()
    if view["type"] == "modal":
        problems.text(view.get("title"), "/view/title", 24, plain=True)
        for key in ("submit", "close"):
            if view.get(key) is not None:
                problems.text(view[key], f"/view/{key}", 24, plain=True)
        has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in view.get("blocks") or [])
        if has_input and view.get("submit") is None:
            problems.add("must define `submit` to use an `input` block in modals", "/view")
    limits = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
    problems.optional_strings(view, "/view", limits)
    if not isinstance(view.get("blocks"), list):
        problems.add("missing required field: blocks", "/view")
    surface: Surface = "modal" if view["type"] == "modal" else "home"
    messages = problems.messages + block_problems(view.get("blocks") or [], surface, "/view/blocks")
    if messages:
        raise SlackError.invalid_arguments(*messages)
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
