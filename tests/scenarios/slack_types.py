"""What the bot sent in a scenario, against Slack's rules: known arguments, and Slack's own types where they are given.

`LINCHPIN_SLACK_SCHEMAS` names the folder with the types; without it only the arguments are looked at.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from bot.sandbox import Sandbox
from bot.sandbox.recorded import RecordedCall

FOLDER = os.environ.get("LINCHPIN_SLACK_SCHEMAS", "")


CALLS = {"chat.postMessage": "PostMessage", "views.open": "ViewsOpen", "views.publish": "ViewsPublish"}
"""The calls whose arguments Slack has typed."""
MISTAKES = {
    "json_not_object", "markdown_text_conflict", "metadata_too_large", "missing_argument",
    "msg_blocks_too_long", "msg_too_long", "no_item_specified", "no_text", "not_allowed_token_type", "not_authed",
    "too_many_attachments", "unknown_method", "users_list_not_supplied", "view_too_large",
}  # fmt: skip
"""What the bot alone is to blame for, besides all that is called invalid."""


def complaints(sandbox: Sandbox) -> list[str]:
    """Return what Slack would not have understood of all that the bot sent, a line each."""
    sent = [*sandbox.calls, *sandbox.slack.answers.kept]
    unknown = [f"{call.method} knows no {call.unknown_args}" for call in sent if call.unknown_args]
    refused = [f"{call.method}: {call.response}" for call in sent if _is_mistaken(str(call.response.get("error")))]
    return [*unknown, *refused, *(_against_types(sandbox, sent) if FOLDER else ())]


def _is_mistaken(error: str) -> bool:
    return error.startswith("invalid") or error in MISTAKES


def _against_types(sandbox: Sandbox, sent: list[RecordedCall]) -> Iterator[str]:
    for call in sent:
        yield from _of_call(call)
    here = sandbox.workspace
    said = [*here.ephemerals, *(message for those in here.messages.values() for message in those.values())]
    for message in said:
        if message.bot_id and message.blocks:
            yield from _wrong("Blocks", message.blocks)
    for view in (view for stack in here.stacks.values() for view in stack):
        yield from _wrong("Blocks", view.body["blocks"])


def _of_call(call: RecordedCall) -> Iterator[str]:
    for attachment in call.args.get("attachments") or []:
        if isinstance(attachment, dict) and attachment.get("blocks"):
            yield from _wrong("Blocks", attachment["blocks"])
    if (schema := CALLS.get(call.method)) is not None:
        yield from _wrong(schema, {key: _read(key, value) for key, value in call.args.items()})
    for name, schema in (("blocks", "Blocks"), ("view", "AView")):
        if given := call.args.get(name):
            yield from _wrong(schema, json.loads(given) if isinstance(given, str) else given)


def _read(key: str, value: Any) -> Any:
    """Return an argument that came as JSON in a text as what it says."""
    is_json = isinstance(value, str) and key in ("attachments", "blocks", "metadata", "view")
    return json.loads(value) if is_json else value


def _wrong(name: str, value: Any) -> Iterator[str]:
    for error in _types(name).iter_errors(value):
        yield f"{name}: {error.message[:300]}"


@cache
def _types(name: str) -> Draft7Validator:
    from tests.sandbox.test_slack_schemas import slacks

    return slacks(name)
