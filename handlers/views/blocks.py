"""What messages and modals are made of: Block Kit with Slack's own classes, cut to Slack's limits."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    ConversationFilter,
    ConversationSelectElement,
    ExternalDataSelectElement,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.blocks import (
    Block as SdkBlock,
)

from handlers import ids
from handlers.views import Block, View

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
SECTION = 3000
HEADER = 150
BUTTON = 75
BUTTON_VALUE = 2000
OPTION = 75
TITLE = 24
INPUT = 3000


def cut(text: str, length: int) -> str:
    """Return the text, or its beginning with "…" where it is longer than Slack allows."""
    return text if len(text) <= length else text[: length - 1] + "…"


def section(text: str, *, accessory: Any = None, block_id: str | None = None) -> Block:
    """Return a paragraph of mrkdwn."""
    said = _mrkdwn(cut(text, SECTION) or " ")
    return _json(SectionBlock(text=said, accessory=accessory, block_id=block_id))


def sections(lines: Sequence[str]) -> list[Block]:
    """Return lines of mrkdwn as few paragraphs, none longer than Slack allows."""
    blocks: list[Block] = []
    held = ""
    for line in lines:
        if held and len(held) + 1 + len(line) > SECTION:
            blocks.append(section(held))
            held = ""
        held = f"{held}\n{line}" if held else line
    return [*blocks, section(held)] if held else blocks


def _mrkdwn(text: str) -> MarkdownTextObject:
    """Return words in which Slack makes nothing into a link or a mention that we did not."""
    return MarkdownTextObject(text=text, verbatim=True)


def header(text: str) -> Block:
    """Return a title."""
    return _json(HeaderBlock(text=PlainTextObject(text=cut(text, HEADER))))


def context(*texts: str) -> Block:
    """Return small print in mrkdwn."""
    return _json(ContextBlock(elements=[_mrkdwn(cut(text, 2000)) for text in texts if text][:10]))


def button(text: str, action_id: str, value: str = "", *, style: str | None = None, confirm: Any = None) -> Any:
    """Return a button, for `actions` or as the accessory of a section."""
    said = PlainTextObject(text=cut(text, BUTTON), emoji=True)
    return ButtonElement(text=said, action_id=action_id, value=value or None, style=style, confirm=confirm)


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> ConfirmObject:
    """Return the question that a button asks before it acts."""
    return ConfirmObject(title=title, text=PlainTextObject(text=text), confirm=yes, deny=no)


def actions(*elements: Any, block_id: str | None = None) -> Block:
    """Return a row of buttons and menus."""
    return _json(ActionsBlock(elements=list(elements), block_id=block_id))


def option(text: str, value: str, description: str | None = None) -> Option:
    """Return one choice."""
    said = cut(description, OPTION) if description else None
    return Option(text=PlainTextObject(text=cut(text, OPTION)), value=value, description=said)


def menu(placeholder: str, action_id: str, options: Sequence[Option], *, initial: Option | None = None) -> Any:
    """Return a drop-down menu."""
    return StaticSelectElement(
        placeholder=placeholder, action_id=action_id, options=list(options[:100]), initial_option=initial
    )


def channel_menu(placeholder: str, action_id: str) -> Any:
    """Return a drop-down menu of channels, public and private."""
    only = ConversationFilter(include=["public", "private"], exclude_bot_users=True)
    return ConversationSelectElement(placeholder=placeholder, action_id=action_id, filter=only)


def words_input(
    name: str,
    label: str,
    *,
    initial: str = "",
    lines: bool = False,
    optional: bool = True,
    placeholder: str | None = None,
    hint: str | None = None,
    length: int = INPUT,
) -> Block:
    """Return a field to write in; `name` is its block id, and its action id is `value`."""
    element = PlainTextInputElement(
        action_id="value",
        initial_value=cut(initial, length) or None,
        multiline=lines,
        max_length=length,
        placeholder=placeholder,
    )
    return _input(name, label, element, optional=optional, hint=hint)


def choice_input(
    name: str, label: str, options: Sequence[Option], *, initial: Option | None = None, optional: bool = False
) -> Block:
    """Return a drop-down field."""
    chosen = StaticSelectElement(action_id="value", options=list(options[:100]), initial_option=initial)
    return _input(name, label, chosen, optional=optional)


def person_input(name: str, label: str, *, initial: str | None = None, optional: bool = True) -> Block:
    """Return a field for one person of the workspace."""
    return _input(name, label, UserSelectElement(action_id="value", initial_user=initial), optional=optional)


def people_input(
    name: str, label: str, *, initial: Sequence[str] = (), placeholder: str | None = None, hint: str | None = None
) -> Block:
    """Return a field for people of the workspace."""
    chosen = UserMultiSelectElement(action_id="value", placeholder=placeholder, initial_users=list(initial) or None)
    return _input(name, label, chosen, optional=True, hint=hint)


def several_input(
    name: str, label: str, options: Sequence[Option], *, initial: Sequence[Option], placeholder: str, hint: str = ""
) -> Block:
    """Return a drop-down field from which several may be chosen, or none."""
    chosen = StaticMultiSelectElement(
        action_id="value", placeholder=placeholder, options=list(options[:100]), initial_options=list(initial) or None
    )
    return _input(name, label, chosen, optional=True, hint=hint or None)


def run_buttons(*offered: tuple[str, str]) -> list[Any]:
    """Return buttons that run a command for whoever presses them: (label, what they would type)."""
    return [button(label, f"{ids.COMMAND_RUN}.{number}", typed) for number, (label, typed) in enumerate(offered)]


def search_input(
    name: str,
    label: str,
    action_id: str,
    *,
    initial: Option | None = None,
    placeholder: str | None = None,
    optional: bool = False,
) -> Block:
    """Return a drop-down field whose choices come from us while somebody types."""
    element = ExternalDataSelectElement(
        action_id=action_id, placeholder=placeholder, initial_option=initial, min_query_length=0
    )
    return _input(name, label, element, optional=optional)


def radio_input(
    name: str,
    label: str,
    options: Sequence[Option],
    *,
    initial: Option | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    """Return radio buttons."""
    radios = RadioButtonsElement(action_id="value", options=list(options[:10]), initial_option=initial)
    return _input(name, label, radios, optional=optional, hint=hint)


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Cancel",
    private_metadata: str = "",
) -> View:
    """Return a modal."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(cut(title, TITLE)),
        "close": _plain(cut(close, TITLE)),
        **({"submit": _plain(cut(submit, TITLE))} if submit else {}),
        "private_metadata": private_metadata,
        "blocks": list(blocks)[:VIEW_BLOCKS],
    }


def fit(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of a message, no more than Slack takes; what is left out is said."""
    if len(blocks) <= MESSAGE_BLOCKS:
        return list(blocks)
    left_out = len(blocks) - MESSAGE_BLOCKS + 1
    return [*blocks[: MESSAGE_BLOCKS - 1], context(f"{left_out} more parts do not fit into one message.")]


def _input(
    name: str, label: str, element: InputInteractiveElement, *, optional: bool, hint: str | None = None
) -> Block:
    return _json(
        InputBlock(label=PlainTextObject(text=label), element=element, block_id=name, optional=optional, hint=hint)
    )


def _plain(text: str) -> dict[str, Any]:
    return PlainTextObject(text=text, emoji=True).to_dict()


def _json(block: SdkBlock) -> Block:
    return block.to_dict()
