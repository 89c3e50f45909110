"""Every block and every element that the sandbox accepts, on each surface."""

import copy
from typing import Any

from bot.sandbox.elements import CHOICES, IN_ACTIONS, IN_INPUT, PICKERS, SELECTS

Json = dict[str, Any]

DOT = "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="
PICTURE = f"data:image/gif;base64,{DOT}"


def words(text: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def rich(text: str) -> Json:
    """Return a rich_text block."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def option(name: str) -> Json:
    """Return an option."""
    return {"text": words(name), "value": name.lower()}


OPTIONS = [option("Now"), option("Later")]


def element(kind: str) -> Json:
    """Return an element of this type, with the type as its action_id."""
    made: Json = {"type": kind, "action_id": kind}
    if kind in ("button", "workflow_button", "icon_button"):
        made["text"] = words(f"The {kind}")
    if kind == "workflow_button":
        made["workflow"] = {"trigger": {"url": "https://example.com/start"}}
    if kind == "icon_button":
        made["icon"] = "trash"
    if kind in CHOICES or "static" in kind or kind == "overflow":
        made["options"] = OPTIONS
    if kind in SELECTS | PICKERS - {"datetimepicker"}:
        made["placeholder"] = words(f"The {kind}")
    if kind in ("external_select", "multi_external_select"):
        made["min_query_length"] = 0
    if kind == "feedback_buttons":
        made["positive_button"] = {"text": words("Good answer"), "value": "good"}
        made["negative_button"] = {"text": words("Bad answer"), "value": "bad"}
    if kind == "number_input":
        made["is_decimal_allowed"] = False
    return made


CARD: Json = {"type": "card", "title": words("A card"), "body": words("What it says")}
TASK: Json = {"type": "task_card", "task_id": "t1", "title": "Read the roadmap", "status": "complete"}
CELLS = [[{"type": "raw_text", "text": "Item"}], [{"type": "raw_text", "text": "SSO"}]]

PLAIN: dict[str, Json] = {
    "section": {"text": words("A section"), "fields": [words("One field")], "accessory": element("radio_buttons")},
    "divider": {},
    "image": {"image_url": PICTURE, "alt_text": "A dot", "title": words("A picture")},
    "context": {"elements": [{"type": "image", "image_url": PICTURE, "alt_text": "A face"}, words("In passing")]},
    "header": {"text": words("A header")},
    "video": {
        "title": words("A film"), "alt_text": "A still", "thumbnail_url": PICTURE,
        "video_url": "https://example.com/film",
    },
    "rich_text": rich("Rich words"),
    "markdown": {"text": "## Marked *down*"},
    "table": {"rows": CELLS},
    "data_table": {"caption": "Figures", "rows": CELLS},
    "file": {"external_id": "plan.pdf", "source": "remote"},
    "plan": {"title": "A plan", "tasks": [TASK]},
    "task_card": TASK,
    "card": CARD,
    "carousel": {"elements": [CARD | {"actions": [element("button")]}]},
    "container": {
        "title": words("A box"), "is_collapsible": True,
        "child_blocks": [{"type": "actions", "elements": [element("static_select")]}],
    },
    "alert": {"text": words("Look out"), "level": "warning"},
    "context_actions": {"elements": [element("feedback_buttons"), element("icon_button")]},
    "actions": {"elements": [element(kind) for kind in sorted(IN_ACTIONS)]},
}  # fmt: skip


def shown(kinds: set[str]) -> list[Json]:
    """Return a block of each of these types, with the type as its block_id; input becomes one for each element."""
    blocks = [{**copy.deepcopy(PLAIN[kind]), "type": kind, "block_id": kind} for kind in sorted(kinds) if kind in PLAIN]
    return blocks + (inputs() if "input" in kinds else [])


def inputs() -> list[Json]:
    """Return an input block for each element that can be one."""
    return [
        {"type": "input", "block_id": f"input {kind}", "label": words(f"Your {kind}"), "element": element(kind)}
        for kind in sorted(IN_INPUT)
    ]
