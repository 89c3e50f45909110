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
from bot.sandbox.local_slack import RecordedCall

FOLDER = os.environ.get("LINCHPIN_SLACK_SCHEMAS", "")


def complaints(sandbox: Sandbox) -> list[str]:
    """Return what Slack would not have understood of all that the bot sent, a line each."""
    answered = [call for call in sandbox.calls if call.response["ok"]]
    unknown = [f"{call.method} knows no {call.unknown_args}" for call in answered if call.unknown_args]
    refused = [
        f"{call.method}: {call.response}" for call in sandbox.calls if "invalid" in str(call.response.get("error"))
    ]
    return [*unknown, *refused, *(_against_types(sandbox) if FOLDER else ())]


def _against_types(sandbox: Sandbox) -> Iterator[str]:
    for call in sandbox.calls:
        yield from _of_call(call)
    here = sandbox.workspace
    said = [*here.ephemerals, *(message for those in here.messages.values() for message in those.values())]
    for message in said:
        if message.bot_id and message.blocks:
            yield from _wrong("Blocks", message.blocks)
    for view in (view for stack in here.stacks.values() for view in stack):
        yield from _wrong("Blocks", view.body["blocks"])


def _of_call(call: RecordedCall) -> Iterator[str]:
    for name, schema in (("blocks", "Blocks"), ("view", "AView")):
        if given := call.args.get(name):
            yield from _wrong(schema, json.loads(given) if isinstance(given, str) else given)


def _wrong(name: str, value: Any) -> Iterator[str]:
    for error in _types(name).iter_errors(value):
        yield f"{name}: {error.message[:300]}"


@cache
def _types(name: str) -> Draft7Validator:
    from tests.sandbox.test_slack_schemas import slacks

    return slacks(name)
