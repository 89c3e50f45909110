"""Block Kit's elements and composition objects, checked as Slack checks them."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from bot.sandbox.block_fields import CONFIRM, OF_ELEMENT, OF_TEXT, OPTION

SELECTS = {
    f"{number}{source}_select"
    for number in ("", "multi_")
    for source in ("static", "external", "users", "conversations", "channels")
}
PICKERS = {"datepicker", "timepicker", "datetimepicker"}
CHOICES = {"checkboxes", "radio_buttons"}
TYPED_INPUTS = {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
}
IN_ACTIONS = SELECTS | PICKERS | CHOICES | {"button", "overflow", "workflow_button", "rich_text_input"}
IN_SECTION = SELECTS | PICKERS | CHOICES | {"button", "overflow", "workflow_button", "image"}
IN_INPUT = SELECTS | PICKERS | CHOICES | TYPED_INPUTS
STATEFUL = SELECTS | PICKERS | CHOICES | TYPED_INPUTS

INITIAL_FORMS = {
    "initial_date": r"\d{4}-\d{2}-\d{2}",
    "initial_time": r"([01]\d|2[0-3]):[0-5]\d",
    "initial_date_time": r"\d{10}",
}
OPTIONS_LIMIT = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}


class Problems:
    """Collect what is wrong, in the words of Slack's response_metadata.messages."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, words: str, path: str) -> None:
        """Note one problem at a JSON pointer."""
        self.messages.append(f"[ERROR] {words} [json-pointer:{path}]")

    def string(self, value: Any, path: str, most: int, *, least: int = 0) -> bool:
        """Check a string's length; report whether it is a string at all."""
        if not isinstance(value, str):
            self.add("must be a string", path)
            return False
        if len(value) > most:
            self.add(f"must be less than {most + 1} characters", path)
        if len(value) < least:
            self.add(f"must be more than {least - 1} characters", path)
        return True

    def optional_strings(self, part: dict[str, Any], path: str, limits: dict[str, int]) -> None:
        """Check the strings that may be left out."""
        for key, most in limits.items():
            if part.get(key) is not None:
                self.string(part[key], f"{path}/{key}", most)

    def items(self, value: Any, path: str, most: int, *, least: int = 1) -> list[Any]:
        """Check a list's length; return it, or nothing when it is no list."""
        if not isinstance(value, list):
            self.add("must provide an array", path)
            return []
        if len(value) > most:
            self.add(f"no more than {most} items allowed", path)
        if len(value) < least:
            self.add(f"must have at least {least} item{'s' if least > 1 else ''}", path)
        return value

    def text(self, value: Any, path: str, most: int, *, plain: bool = False) -> None:
        """Check a text object."""
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if not isinstance(value, dict) or value.get("type") not in kinds:
            self.add(f"must be a {' or '.join(kinds)} object", path)
            return
        self.only(value, OF_TEXT[value["type"]], path)
        self.string(value.get("text"), f"{path}/text", most, least=1)

    def one_of(self, kind: object, allowed: set[str], path: str) -> bool:
        """Check a type name."""
        if kind not in allowed:
            self.add(f"unsupported type: {kind}", f"{path}/type")
            return False
        return True

    def only(self, part: dict[str, Any], known: frozenset[str], path: str) -> None:
        """Check that there are no fields but those that are known."""
        for key in part:
            if key not in known:
                self.add(f"invalid additional property: {key}", path)

    def required(self, part: dict[str, Any], path: str, keys: Sequence[str]) -> bool:
        """Check that these fields are there."""
        missing = [key for key in keys if part.get(key) is None]
        for key in missing:
            self.add(f"missing required field: {key}", path)
        return not missing


def _check_confirm(problems: Problems, value: Any, path: str) -> None:
    if not isinstance(value, dict):
        problems.add("must be an object", path)
        return
    problems.only(value, CONFIRM, path)
    if value.get("style") not in (None, "primary", "danger"):
        problems.add("must be one of primary, danger", f"{path}/style")
    if problems.required(value, path, ("title", "text", "confirm", "deny")):
        problems.text(value["title"], f"{path}/title", 100, plain=True)
        problems.text(value["text"], f"{path}/text", 300)
        problems.text(value["confirm"], f"{path}/confirm", 30, plain=True)
        problems.text(value["deny"], f"{path}/deny", 30, plain=True)


def check_option(problems: Problems, option: Any, path: str, *, plain: bool = True) -> None:
    """Check an option: text, value, description."""
    if not isinstance(option, dict) or not problems.required(option, path, ("text", "value")):
        return
    problems.only(option, OPTION, path)
    problems.optional_strings(option, path, {"url": 3000})
    problems.text(option["text"], f"{path}/text", 75, plain=plain)
    problems.string(option["value"], f"{path}/value", 150)
    if option.get("description") is not None:
        problems.text(option["description"], f"{path}/description", 75, plain=plain)


def _check_options(problems: Problems, element: dict[str, Any], path: str) -> None:
    kind = str(element["type"])
    plain = kind not in CHOICES
    if element.get("option_groups") is not None:
        if element.get("options") is not None:
            problems.add("only one of options and option_groups is allowed", path)
        groups = problems.items(element["option_groups"], f"{path}/option_groups", 100)
        for g, group in enumerate(groups):
            where = f"{path}/option_groups/{g}"
            problems.text(group.get("label"), f"{where}/label", 75, plain=True)
            for n, option in enumerate(problems.items(group.get("options"), f"{where}/options", 100)):
                check_option(problems, option, f"{where}/options/{n}", plain=plain)
        return
    options = problems.items(element.get("options"), f"{path}/options", OPTIONS_LIMIT.get(kind, 100))
    for n, option in enumerate(options):
        check_option(problems, option, f"{path}/options/{n}", plain=plain)
    initial = element.get("initial_option")
    for chosen in [*(element.get("initial_options") or []), *([initial] if initial else [])]:
        if chosen not in options:
            problems.add("initial option must be one of the options", path)


def _check_button(problems: Problems, element: dict[str, Any], path: str) -> None:
    problems.text(element.get("text"), f"{path}/text", 75, plain=True)
    problems.optional_strings(element, path, {"value": 2000, "url": 3000, "accessibility_label": 75})
    if element.get("style") not in (None, "primary", "danger"):
        problems.add("must be one of primary, danger", f"{path}/style")


def _check_multi(problems: Problems, element: dict[str, Any], path: str) -> None:
    most = element.get("max_selected_items")
    if most is not None and (not isinstance(most, int) or most < 1):
        problems.add("must be at least 1", f"{path}/max_selected_items")
    if element["type"] == "multi_static_select":
        _check_options(problems, element, path)


def _check_initial(problems: Problems, element: dict[str, Any], path: str) -> None:
    for key, form in INITIAL_FORMS.items():
        if element.get(key) is not None and not re.fullmatch(form, str(element[key])):
            problems.add("invalid format", f"{path}/{key}")


def _check_file_input(problems: Problems, element: dict[str, Any], path: str) -> None:
    if not 1 <= int(element.get("max_files") or 1) <= 10:
        problems.add("must be between 1 and 10", f"{path}/max_files")


def _check_number(problems: Problems, element: dict[str, Any], path: str) -> None:
    problems.required(element, path, ("is_decimal_allowed",))


def _check_icon(problems: Problems, element: dict[str, Any], path: str) -> None:
    if problems.required(element, path, ("icon", "text")):
        problems.text(element["text"], f"{path}/text", 75, plain=True)
    problems.optional_strings(element, path, {"value": 2000, "accessibility_label": 75})


def _check_typed(problems: Problems, element: dict[str, Any], path: str) -> None:
    for key in ("max_length", "min_length"):
        if element.get(key) is not None and not 0 <= int(element[key]) <= 3000:
            problems.add("must be between 0 and 3000", f"{path}/{key}")
    most, least = int(element.get("max_length") or 3000), int(element.get("min_length") or 0)
    if least > most:
        problems.add("must be less than max_length", f"{path}/min_length")
    if element["type"] == "plain_text_input" and element.get("initial_value") is not None:
        problems.string(element["initial_value"], f"{path}/initial_value", most)


def _check_image(problems: Problems, element: dict[str, Any], path: str) -> None:
    if problems.required(element, path, ("alt_text",)):
        problems.string(element["alt_text"], f"{path}/alt_text", 2000, least=1)
    if element.get("slack_file") is None:
        problems.string(element.get("image_url"), f"{path}/image_url", 3000, least=1)


def _check_feedback(problems: Problems, element: dict[str, Any], path: str) -> None:
    for name in ("positive_button", "negative_button"):
        part = element.get(name)
        if not isinstance(part, dict):
            problems.add(f"missing required field: {name}", path)
            continue
        problems.text(part.get("text"), f"{path}/{name}/text", 75, plain=True)
        problems.string(part.get("value"), f"{path}/{name}/value", 2000)


BY_TYPE: dict[str, Callable[[Problems, dict[str, Any], str], None]] = {
    "button": _check_button,
    "workflow_button": _check_button,
    "image": _check_image,
    "feedback_buttons": _check_feedback,
    "overflow": _check_options,
    "checkboxes": _check_options,
    "radio_buttons": _check_options,
    "static_select": _check_options,
    **{kind: _check_multi for kind in SELECTS if kind.startswith("multi_")},
    **dict.fromkeys(PICKERS, _check_initial),
    "file_input": _check_file_input,
    "number_input": _check_number,
    "icon_button": _check_icon,
}


def check_element(problems: Problems, element: Any, path: str, allowed: set[str]) -> None:
    """Check one element, and that it may stand where it stands."""
    if not isinstance(element, dict):
        problems.add("must be an object", path)
        return
    kind = element.get("type")
    if not problems.one_of(kind, allowed, path):
        return
    problems.only(element, OF_ELEMENT[str(kind)], path)
    problems.optional_strings(element, path, {"action_id": 255})
    if element.get("placeholder") is not None:
        problems.text(element["placeholder"], f"{path}/placeholder", 150, plain=True)
    if element.get("confirm") is not None:
        _check_confirm(problems, element["confirm"], f"{path}/confirm")
    check = BY_TYPE.get(str(kind), _check_typed if kind in TYPED_INPUTS else None)
    if check is not None:
        check(problems, element, path)
