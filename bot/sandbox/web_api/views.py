"""views.*: modals and App Homes."""

from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Json


def _trigger(call: Call) -> str:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise SlackError.invalid_arguments("[ERROR] missing required field: trigger_id")
    return trigger_id


async def open_modal(call: Call) -> Json:
    """views.open"""
    return {"view": call.slack.modals.open(_trigger(call), call.parsed("view")).body}


async def push(call: Call) -> Json:
    """views.push"""
    return {"view": call.slack.modals.push(_trigger(call), call.parsed("view")).body}


async def update(call: Call) -> Json:
    """views.update"""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise SlackError.invalid_arguments("[ERROR] missing required field: view_id")
    view = call.slack.modals.update(
        call.parsed("view"), view_id=view_id, external_id=external_id, hash_=call.text("hash")
    )
    return {"view": view.body}


async def publish(call: Call) -> Json:
    """views.publish"""
    view = call.slack.modals.publish(call.needed("user_id"), call.parsed("view"), call.text("hash"))
    return {"view": view.body}
