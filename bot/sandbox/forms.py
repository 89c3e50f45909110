"""What Slack's client checks in a modal before it submits: required fields and lengths."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.block_parts import elements_of
from bot.sandbox.workspace import Json, View

REQUIRED = "Please complete this required field."
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def entered(state: Json | None) -> Any:
    """Return what a state form holds, or None when it is empty."""
    parts = [part for key, part in (state or {}).items() if key != "type" and part not in (None, "", [])]
    return parts[0] if parts else None


def _complaint(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        least, most = int(element.get("min_length") or 0), int(element.get("max_length") or 3000)
        if len(str(value)) > most:
            return f"This entry must be at most {most} characters."
        if len(str(value)) < least:
            return f"This entry must be at least {least} characters."
    if kind == "email_text_input" and not MAIL.fullmatch(str(value)):
        return "This entry must be a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+", str(value)):
        return "This entry must be a valid URL."
    if kind == "number_input":
        return _number_complaint(element, str(value))
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "This entry must be a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "This entry must be a whole number."
    if element.get("min_value") is not None and number < float(element["min_value"]):
        return f"This entry must be at least {element['min_value']}."
    if element.get("max_value") is not None and number > float(element["max_value"]):
        return f"This entry must be at most {element['max_value']}."
    return None


def _complaints(view: View) -> Iterator[tuple[str, str]]:
    for block in view.body["blocks"]:
        if block["type"] != "input":
            continue
        for element in elements_of(block):
            value = entered(view.values.get(block["block_id"], {}).get(element["action_id"]))
            if value is None and not block.get("optional"):
                yield block["block_id"], REQUIRED
            elif value is not None and (complaint := _complaint(element, value)):
                yield block["block_id"], complaint


def complaints(view: View) -> dict[str, str]:
    """Return what the client would say next to the fields, by block_id; empty when it may be submitted."""
    return dict(_complaints(view))


def enter(view: View, state: dict[str, dict[str, Json]] | None) -> None:
    """Take over what a person entered, for the inputs that the view has."""
    for block_id, actions in (state or {}).items():
        for action_id, value in actions.items():
            if action_id in view.values.get(block_id, {}):
                view.values[block_id][action_id] = value
