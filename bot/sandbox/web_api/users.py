"""users.*, team.info, bots.info: who is here."""

from bot.sandbox.shapes import bot_profile, team_shape, user_shape
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Json


async def info(call: Call) -> Json:
    """users.info"""
    user = call.slack.workspace.users.get(call.needed("user"))
    if user is None:
        raise SlackError("user_not_found")
    locale = {"locale": "en-US"} if call.flag("include_locale") else {}
    return {"user": user_shape(user, call.slack.workspace) | locale}


async def list_all(call: Call) -> Json:
    """users.list"""
    workspace = call.slack.workspace
    everyone = [user for user in workspace.users.values() if user.team_id == workspace.team_id]
    page, cursor = call.page(everyone, default=max(len(everyone), 1))
    return {
        "members": [user_shape(user, workspace) for user in page],
        "cache_ts": int(workspace.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


async def team(call: Call) -> Json:
    """team.info"""
    return {"team": team_shape(call.slack.workspace)}


async def bot(call: Call) -> Json:
    """bots.info"""
    app = call.slack.app
    if call.text("bot") not in (None, app.bot_id):
        raise SlackError("bot_not_found")
    return {"bot": {**bot_profile(app), "user_id": app.bot_user_id}}
