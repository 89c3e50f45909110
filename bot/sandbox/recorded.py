"""What the app has sent, as it came and as it was taken."""

from dataclasses import dataclass

from bot.sandbox.workspace import Json


@dataclass(frozen=True)
class RecordedCall:
    """One Web API call, or one answer to something a person did."""

    method: str
    """The method; for answers `response_url`, `command`, `view_submission` or `block_suggestion`."""
    args: Json
    response: Json
    unknown_args: list[str]
    """Arguments that Slack does not document for the method."""
