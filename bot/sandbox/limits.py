"""Slack's limits on blocks, messages and views, with Slack's error codes."""

import json
from typing import Any

from bot.sandbox.block_fields import OF_VIEW
from bot.sandbox.block_parts import every
from bot.sandbox.blocks import MARKDOWN_TOTAL, ON_SURFACE, Surface, check_block
from bot.sandbox.elements import Problems
from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import Json

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MOST_ATTACHMENTS = 100
TEXT_CUT_OFF = 40_000
UPDATE_TEXT = 4_000
METADATA_BYTES = 16_000
VIEW_BYTES = 250_000


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
        check_block(problems, block, f"{root}/{n}", ON_SURFACE[surface])
    _unique_ids(problems, good, root)
    if sum(len(str(b.get("text"))) for b in every(good) if b.get("type") == "markdown") > MARKDOWN_TOTAL:
        problems.add(f"markdown blocks hold more than {MARKDOWN_TOTAL} characters", root)
    if sum(b.get("type") == "table" for b in every(good)) > 1:
        problems.add("only_one_table_allowed", root)
    return problems.messages


def check_message(text: str | None, blocks: Any, attachments: Any, metadata: Any, *, is_update: bool = False) -> None:
    """Refuse a message that Slack would refuse; raises SlackError."""
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if len(attachments or []) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if text is not None and len(text) > (UPDATE_TEXT if is_update else TEXT_CUT_OFF):
        raise SlackError("msg_too_long")
    problems = block_problems(blocks or [], "message")
    for n, attachment in enumerate(attachments or []):
        root = f"/attachments/{n}/blocks"
        problems += block_problems(attachment.get("blocks") or [], "message", root)
    if problems:
        raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    if metadata is not None and not (is_update and metadata == {}):  # an empty one takes the old one away
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
    problems.only(view, OF_VIEW[view["type"]], "/view")
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
