"""One call of the Web API: its arguments, read as Slack reads them."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import Channel, Json

if TYPE_CHECKING:
    from bot.sandbox.local_slack import LocalSlack

T = TypeVar("T")


@dataclass
class Call:
    """The arguments of one call, read as Slack reads them from JSON, a form, or the query."""

    slack: "LocalSlack"
    args: Json

    def value(self, name: str) -> Any:
        """Return an argument as it was sent, or None."""
        return self.args.get(name)

    def text(self, name: str) -> str | None:
        """Return a text argument, or None."""
        value = self.value(name)
        return None if value is None else str(value)

    def needed(self, name: str) -> str:
        """Return a text argument that the method cannot do without."""
        value = self.text(name)
        if not value:
            raise SlackError.invalid_arguments(f"[ERROR] missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a true-or-false argument."""
        value = self.value(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, *, most: int) -> int:
        """Return a number, cut to `most`."""
        value = self.value(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except ValueError:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments") from None
        return min(number, most) if number > 0 else default

    def parsed(self, name: str) -> Any:
        """Return an object or list, sent as JSON or as a string of it."""
        value = self.value(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(f"invalid_{name}_format" if name == "blocks" else "invalid_json") from None

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Return a list sent as a list or separated by commas."""
        value = self.value(name)
        if not value:
            return list(default)
        items = value if isinstance(value, list) else str(value).split(",")
        return [str(item).strip() for item in items if str(item).strip()]

    def channel(self, name: str = "channel", *, member: bool = False) -> Channel:
        """Return the channel meant, as far as the app may know of it; `member` also demands membership."""
        bot = self.slack.app.bot_user_id
        found = self.slack.workspace.channels.get(self.needed(name))
        if found is None or (found.kind != "channel" and bot not in found.members):
            raise SlackError("channel_not_found")
        if member and bot not in found.members:
            raise SlackError("not_in_channel")
        return found

    def need_scope(self, scope: str) -> None:
        """Refuse unless the bot token has this scope."""
        self.need_any_scope((scope,))

    def need_any_scope(self, any_of: Sequence[str]) -> None:
        """Refuse unless the bot token has one of these scopes, where any is asked for."""
        provided = self.slack.app.scopes
        if any_of and not set(any_of) & set(provided):
            raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(provided))

    def page(self, everything: Sequence[T], *, default: int = 100, most: int = 1000) -> tuple[list[T], str]:
        """Return the page that `limit` and `cursor` ask for, and the next cursor or an empty string."""
        limit = self.number("limit", default, most=most)
        start = 0
        if cursor := self.text("cursor"):
            try:
                start = int(base64.b64decode(cursor, validate=True).removeprefix(b"from:"))
            except (binascii.Error, ValueError):
                raise SlackError("invalid_cursor") from None
        end = start + limit
        more = end < len(everything)
        return list(everything[start:end]), base64.b64encode(f"from:{end}".encode()).decode() if more else ""
