"""Slack's refusals."""

from typing import Any


class SlackError(Exception):
    """The Web API refuses: `error` is Slack's code, `extra` what stands next to it."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    @classmethod
    def invalid_arguments(cls, *messages: str) -> "SlackError":
        """Return invalid_arguments with the reasons where Slack puts them."""
        return cls("invalid_arguments", response_metadata={"messages": list(messages)})
