"""usergroups.*: the handles that stand for several people."""

from bot.sandbox.shapes import user_group_shape
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Json


async def list_all(call: Call) -> Json:
    """usergroups.list"""
    workspace = call.slack.workspace
    with_users, with_count = call.flag("include_users"), call.flag("include_count")
    with_disabled = call.flag("include_disabled")
    shapes = []
    for group in workspace.user_groups.values():
        if group.is_disabled and not with_disabled:
            continue
        shape = user_group_shape(group, workspace)
        if not with_users:
            del shape["users"]
        if not with_count:
            del shape["user_count"]
        shapes.append(shape)
    return {"usergroups": shapes}


async def users(call: Call) -> Json:
    """usergroups.users.list"""
    group = call.slack.workspace.user_groups.get(call.needed("usergroup"))
    if group is None or (group.is_disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}
