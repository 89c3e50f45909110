"""auth.test and apps.connections.open: who am I, and where do I connect."""

from bot.sandbox.web_api.call import Call
from bot.sandbox.workspace import Json


async def auth_test(call: Call) -> Json:
    """auth.test"""
    slack = call.slack
    return {
        "url": f"{slack.url}/",
        "team": slack.workspace.name,
        "user": slack.workspace.users[slack.app.bot_user_id].name,
        "team_id": slack.workspace.team_id,
        "user_id": slack.app.bot_user_id,
        "bot_id": slack.app.bot_id,
        "is_enterprise_install": False,
    }


async def open_connection(call: Call) -> Json:
    """apps.connections.open"""
    address = call.slack.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/socket?ticket={call.slack.socket.new_ticket()}&app_id={call.slack.app.app_id}"}
