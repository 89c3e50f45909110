"""The files of a message, as links."""

from collections.abc import Mapping
from typing import Any

from bot.services.feedback import File
from handlers.views.words import storable


def files_of(message: Mapping[str, Any]) -> tuple[File, ...]:
    """Return the pictures and files of a message; those that are deleted, or hidden by Slack's plan, have no link."""
    return tuple(
        File(storable(str(one.get("title") or one.get("name") or "file")), str(one.get("mimetype") or ""), link)
        for one in message.get("files") or ()
        if (link := str(one.get("permalink") or ""))
    )
