"""Block Kit's blocks, checked as Slack checks them, with all that is nested in them."""

from collections.abc import Callable
from typing import Literal

from bot.sandbox.block_fields import OF_BLOCK, OF_RICH_TEXT
from bot.sandbox.elements import IN_ACTIONS, IN_INPUT, IN_SECTION, Problems, check_element
from bot.sandbox.workspace import Json

Surface = Literal["message", "modal", "home"]

MARKDOWN_TOTAL = 12_000
TABLE_CHARACTERS = 10_000
RICH_TEXT_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
IN_CONTAINER = {
    "actions", "card", "context", "divider", "header", "image", "markdown", "rich_text", "section", "table", "video",
}  # fmt: skip


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
    within = {key: value for key, value in block.items() if key not in ("title", "block_id")}
    check_element(problems, within, path, {"image"})
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
            _rich_text_part(problems, part, where)


def _rich_text_part(problems: Problems, part: Json, path: str) -> None:
    problems.only(part, OF_RICH_TEXT[part["type"]], path)
    allowed = {"rich_text_section"} if part["type"] == "rich_text_list" else set(OF_RICH_TEXT) - RICH_TEXT_PARTS
    for n, element in enumerate(problems.items(part.get("elements"), f"{path}/elements", 10_000, least=0)):
        where = f"{path}/elements/{n}"
        if not isinstance(element, dict):
            problems.add("must be an object", where)
        elif problems.one_of(element.get("type"), allowed, where):
            if element["type"] in RICH_TEXT_PARTS:
                _rich_text_part(problems, element, where)
            else:
                problems.only(element, OF_RICH_TEXT[element["type"]], where)


def _table(problems: Problems, block: Json, path: str) -> None:
    characters = 0
    for r, row in enumerate(problems.items(block.get("rows"), f"{path}/rows", 100)):
        for c, cell in enumerate(problems.items(row, f"{path}/rows/{r}", 20)):
            where = f"{path}/rows/{r}/{c}"
            if not isinstance(cell, dict) or cell.get("type") not in ("raw_text", "rich_text"):
                problems.add("must be a raw_text or rich_text object", where)
            elif cell["type"] == "rich_text":
                _rich_text(problems, cell, where)
                characters += _rich_characters(cell)
            elif problems.string(cell.get("text"), f"{where}/text", TABLE_CHARACTERS):
                characters += len(cell["text"])
    if characters > TABLE_CHARACTERS:
        problems.add(f"a table holds no more than {TABLE_CHARACTERS} characters", path)
    if block.get("column_settings") is not None:
        problems.items(block["column_settings"], f"{path}/column_settings", 20, least=0)


def _rich_characters(part: Json) -> int:
    within = sum(_rich_characters(one) for one in part.get("elements") or [] if isinstance(one, dict))
    return len(str(part.get("text") or "")) + within


def _video(problems: Problems, block: Json, path: str) -> None:
    if problems.required(block, path, ("alt_text", "title", "thumbnail_url", "video_url")):
        problems.text(block["title"], f"{path}/title", 199, plain=True)
    problems.optional_strings(block, path, {"author_name": 49})
    if block.get("description") is not None:
        problems.text(block["description"], f"{path}/description", 200, plain=True)


def _card(problems: Problems, block: Json, path: str) -> None:
    if not any(block.get(key) for key in ("hero_image", "title", "actions", "body")):
        problems.add("must have hero_image, title, actions or body", path)
    for key, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        if block.get(key) is not None:
            problems.text(block[key], f"{path}/{key}", most)
    for n, element in enumerate(block.get("actions") or []):
        check_element(problems, element, f"{path}/actions/{n}", {"button"})


def _carousel(problems: Problems, block: Json, path: str) -> None:
    for n, card in enumerate(problems.items(block.get("elements"), f"{path}/elements", 10)):
        if isinstance(card, dict) and problems.one_of(card.get("type"), {"card"}, f"{path}/elements/{n}"):
            check_block(problems, card, f"{path}/elements/{n}", EVERYWHERE | IN_MESSAGES)


def _container(problems: Problems, block: Json, path: str) -> None:
    for n, child in enumerate(problems.items(block.get("child_blocks"), f"{path}/child_blocks", 10)):
        where = f"{path}/child_blocks/{n}"
        if isinstance(child, dict) and problems.one_of(child.get("type"), IN_CONTAINER, where):
            check_block(problems, child, where, EVERYWHERE | IN_MESSAGES)


def _plan(problems: Problems, block: Json, path: str) -> None:
    problems.string(block.get("title"), f"{path}/title", 2000, least=1)
    for n, task in enumerate(problems.items(block.get("tasks") or [], f"{path}/tasks", 50, least=0)):
        if isinstance(task, dict):
            _task(problems, task, f"{path}/tasks/{n}")


def _task(problems: Problems, block: Json, path: str) -> None:
    if problems.required(block, path, ("task_id", "title", "status")):
        problems.one_of(block["status"], {"pending", "in_progress", "complete", "error"}, f"{path}/status")


def _alert(problems: Problems, block: Json, path: str) -> None:
    problems.text(block.get("text"), f"{path}/text", 200)


def _file(problems: Problems, block: Json, path: str) -> None:
    problems.required(block, path, ("external_id", "source"))


def _nothing_more(problems: Problems, block: Json, path: str) -> None:
    """Accept what only its fields are checked of."""


Check = Callable[[Problems, Json, str], None]
EVERYWHERE: dict[str, Check] = {
    "section": _section,
    "divider": _nothing_more,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "header": _header,
    "video": _video,
    "rich_text": _rich_text,
}
IN_MESSAGES: dict[str, Check] = {
    "markdown": _markdown,
    "table": _table,
    "context_actions": _context_actions,
    "file": _file,
    "plan": _plan,
    "task_card": _task,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
}
ON_SURFACE: dict[Surface, dict[str, Check]] = {
    "message": EVERYWHERE | IN_MESSAGES,
    "modal": EVERYWHERE | {"alert": _alert},
    "home": EVERYWHERE,
}


def check_block(problems: Problems, block: Json, path: str, known: dict[str, Check]) -> None:
    """Check one block, and that it may stand where it stands."""
    kind = str(block.get("type"))
    if kind not in known:
        problems.add(f"unsupported type: {block.get('type')}", f"{path}/type")
        return
    problems.only(block, OF_BLOCK[kind], path)
    known[kind](problems, block, path)
