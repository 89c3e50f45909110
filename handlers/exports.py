"""Taking everything away: `/roadmap export` sends a file to whoever asks."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.outbox import Rendered
from bot.outbox.sender import refusal
from bot.services import export_files, exports
from handlers.grammar import command
from handlers.house import House
from handlers.needs import Need
from handlers.setup import ask_slack
from handlers.slack import Asking, reader_of
from handlers.views import Reply
from handlers.views import exports as views
from storage.models import OutboxRow

NEEDS = Need(scopes=("files:write", "im:write"))


@command("export")
async def export(ask: Asking) -> Reply:
    """Get all that you may read, as a file."""
    if missing := await _missing(ask.house):
        return views.refused_reply(missing)
    await exports.request(ask.house.database, by=ask.reader, cause=ask.cause, now=ask.now)
    return views.promised_reply()


async def _missing(house: House) -> tuple[str, ...]:
    """Return what Slack has not granted of what sending a file takes; nothing where it does not say."""
    missing, _ = await ask_slack(house)
    return tuple(one for one in NEEDS.scopes if one in (missing or ()))


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about exports."""

    async def write_export(team_id: str, args: dict[str, Any]) -> None:
        """Write what somebody may read by now, and send it to them alone."""
        user_id = str(args["user_id"])
        reader = await reader_of(house, team_id, user_id)
        export = await exports.gather(house.database, team_id=team_id, reader=reader)
        try:
            opened = await house.client.conversations_open(users=user_id)
            await house.client.files_upload_v2(
                channel=str(opened["channel"]["id"]),
                file=export_files.as_zip(export),
                filename=f"linchpin-{house.now():%Y-%m-%d}.zip",
                title="Linchpin export",
                initial_comment=views.export_comment(export),
            )
        except SlackApiError as error:
            if refusal(error) != "missing_scope":
                raise
            await exports.refuse(house.database, team_id=team_id, user_id=user_id, cause=str(args["cause"]))

    return {"export": write_export}


def renderers(house: House) -> Mapping[str, Any]:
    """Return what says that there is no file."""

    async def export_refused(row: OutboxRow) -> Rendered:
        return views.refused_reply(await _missing(house) or NEEDS.scopes)

    return {"export_refused": export_refused}
