"""The log: in text or JSON, never with a secret in it."""

import json
import logging
import re
from datetime import UTC, datetime

from bot.settings import Settings

_SECRET = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+|\bsk-[\w-]{8,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|https://hooks\.slack\.com/\S+"
)
_QUIET = ("slack_sdk", "slack_bolt", "apscheduler", "alembic", "openai", "httpx2", "aiohttp")
"""Libraries that print whole payloads, people's words among them, when they are let to."""


def set_up(settings: Settings) -> None:
    """Send the log to standard error, in the shape and at the level that the settings name."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if settings.log == "json" else TextFormatter())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("bolt").setLevel(logging.ERROR)  # it warns at every start that our authorize= is used


def without_secrets(text: str) -> str:
    """Return the text with tokens, keys, passwords and response URLs blacked out."""
    return _SECRET.sub("[secret]", text)


class TextFormatter(logging.Formatter):
    """A line for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        return without_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """A line for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one JSON object."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            told["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(told)
