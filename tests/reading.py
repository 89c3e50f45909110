"""What a person reads in messages and modals: blocks as plain lines, and the things one can press, by their label."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.block_parts import elements_of, every
from bot.sandbox.rich_text import unescape
from bot.sandbox.workspace import Json, Workspace

REFERENCE = re.compile(r"<(?P<what>[@#!]?)(?P<body>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
STYLED = re.compile(r"(?<!\w)([*_~])(?=\S)([^\n]*?\S)\1(?!\w)|`([^`\n]+)`")


def _without_marks(found: re.Match[str]) -> str:
    return found[2] or found[3]


def plain(text: str, workspace: Workspace) -> str:
    """Return mrkdwn as a reader sees it: names instead of ids, labels instead of links, no markup."""

    def name(found: re.Match[str]) -> str:
        if found["what"] == "@":
            user = workspace.users.get(found["body"])
            return f"@{user.name if user else found['label'] or found['body']}"
        if found["what"] == "#":
            channel = workspace.channels.get(found["body"])
            return f"#{channel.name if channel else found['label'] or found['body']}"
        if found["what"] == "!":
            if (group := workspace.user_groups.get(found["body"].removeprefix("subteam^"))) is not None:
                return f"@{group.handle}"
            return found["label"] or f"@{found['body']}"
        return found["label"] or found["body"]

    return unescape(STYLED.sub(_without_marks, REFERENCE.sub(name, text)))


def _text_object(part: Any, workspace: Workspace) -> str:
    if not isinstance(part, dict):
        return ""
    text = str(part.get("text", ""))
    return text if part.get("type") == "plain_text" else plain(text, workspace)


def _rich(part: Any, workspace: Workspace) -> str:
    """Return the words of a rich_text element, lists one per line."""
    kind = part.get("type")
    if kind == "rich_text_list":
        return "\n".join(f"• {_rich(item, workspace)}" for item in part["elements"])
    if kind == "user":
        return plain(f"<@{part['user_id']}>", workspace)
    if kind == "channel":
        return plain(f"<#{part['channel_id']}>", workspace)
    if kind == "emoji":
        return f":{part['name']}:"
    if kind == "broadcast":
        return f"@{part['range']}"
    if kind == "date":
        return str(part.get("fallback") or part["timestamp"])
    if kind in ("text", "link"):
        return str(part.get("text") or part.get("url"))
    between = "\n" if kind == "rich_text" else ""
    return between.join(_rich(item, workspace) for item in part.get("elements", []))


def label_of(element: Json) -> str:
    """Return what stands on an element: a button's text, a menu's placeholder."""
    for key in ("text", "placeholder"):
        if isinstance(element.get(key), dict):
            return str(element[key].get("text", ""))
    return str(element.get("action_id", ""))


def shown(state: Json | None, workspace: Workspace) -> Any:
    """Return the value of an input as a reader sees it: words, a list of them, or None."""
    for key, value in (state or {}).items():
        if key == "type" or value is None:
            continue
        if key == "selected_option":
            return value["text"]["text"]
        if key == "selected_options":
            return [option["text"]["text"] for option in value]
        if key in ("selected_user", "selected_conversation", "selected_channel"):
            return plain(f"<{'@' if key == 'selected_user' else '#'}{value}>", workspace)
        return value
    return None


def _element(element: Json, workspace: Workspace) -> str:
    if element["type"] == "image":
        return str(element.get("alt_text", ""))
    options = element.get("options") or []
    if element["type"] in ("radio_buttons", "checkboxes"):
        return "\n".join(
            " – ".join(
                filter(None, [_text_object(o["text"], workspace), _text_object(o.get("description"), workspace)])
            )
            for o in options
        )
    return f"[{label_of(element)}]"


def _block_lines(block: Json, workspace: Workspace) -> Iterator[str]:
    kind = block["type"]
    if kind in ("section", "header", "alert"):
        yield _text_object(block.get("text"), workspace)
        for field in block.get("fields") or []:
            yield _text_object(field, workspace)
    elif kind == "context":
        words = (_text_object(e, workspace) or str(e.get("alt_text", "")) for e in block["elements"])
        yield " ".join(words)
    elif kind == "markdown":
        yield block["text"]
    elif kind == "rich_text":
        yield _rich(block, workspace)
    elif kind == "image":
        yield _text_object(block.get("title"), workspace)
        yield block.get("alt_text", "")
    elif kind == "table":
        for row in block["rows"]:
            yield " ".join(str(cell.get("text") or _rich(cell, workspace)) for cell in row)
    elif kind == "input":
        yield _text_object(block["label"], workspace)
        yield _text_object(block.get("hint"), workspace)
    if kind in ("section", "actions", "input", "context_actions", "card"):
        yield " ".join(_element(element, workspace) for element in elements_of(block))


def blocks_text(blocks: list[Json], workspace: Workspace) -> str:
    """Return all readable words of blocks, a line each."""
    lines = (line for block in every(blocks) for line in _block_lines(block, workspace))
    return "\n".join(line for line in lines if line.strip())


def labels(blocks: list[Json]) -> list[str]:
    """List what can be pressed or chosen in, by label."""
    used = [block for block in every(blocks) if block["type"] != "context"]
    return [label_of(element) for block in used for element in elements_of(block)]


def pressed(blocks: list[Json], label: str) -> tuple[Json, Json, Json | None]:
    """Find what carries this label: the block, the element, and the option's state when it is in a menu."""
    for block in every(blocks):
        for element in elements_of(block):
            if element["type"] == "button" and label_of(element) == label:
                return block, element, None
            if element["type"] == "overflow":
                for option in element["options"]:
                    if option["text"]["text"] == label:
                        return block, element, {"type": "overflow", "selected_option": option}
    raise AssertionError(f"There is nothing called {label!r} to click. There is: {labels(blocks)}")


def _all_options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def option_called(options: list[Json], wanted: str) -> Json:
    """Find an option by its visible words, by its value, or by how its words begin."""
    by_words = [option for option in options if option["text"]["text"] == wanted]
    by_value = [option for option in options if option["value"] == wanted]
    by_beginning = [option for option in options if option["text"]["text"].startswith(wanted)]
    found = [*by_words, *by_value, *by_beginning]
    assert found, f"There is no option {wanted!r}. There is: {[o['text']['text'] for o in options]}"
    return found[0]


def _id_of(kind: str, value: str, workspace: Workspace) -> str:
    return workspace.user_named(value).id if "users" in kind else workspace.channel_named(value).id


def form(element: Json, value: Any, workspace: Workspace, options: list[Json] | None = None) -> Json:
    """Return what a person enters in Slack's state form for this kind of element; None empties it."""
    kind = element["type"]
    many = kind == "checkboxes" or kind.startswith("multi_")
    known = _all_options(element) if options is None else options
    if kind == "checkboxes" and isinstance(value, bool):
        return {"type": kind, "selected_options": known if value else []}
    for word, plural in (("user", "users"), ("conversation", "conversations"), ("channel", "channels")):
        if kind.endswith(f"{plural}_select"):
            if many:
                return {"type": kind, f"selected_{plural}": [_id_of(kind, v, workspace) for v in value or []]}
            return {"type": kind, f"selected_{word}": None if value is None else _id_of(kind, value, workspace)}
    if kind in ("radio_buttons", "checkboxes") or kind.endswith("_select"):
        if many:
            return {"type": kind, "selected_options": [option_called(known, v) for v in value or []]}
        return {"type": kind, "selected_option": None if value is None else option_called(known, value)}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": None if value is None else int(value.timestamp())}
    if kind in ("datepicker", "timepicker"):
        return {"type": kind, f"selected_{kind.removesuffix('picker')}": None if value is None else str(value)[:10]}
    return {"type": kind, "value": None if value is None else str(value)}
