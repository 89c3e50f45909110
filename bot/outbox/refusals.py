"""What it means when Slack did not do what it was asked: whether to wait, to look, or to give up."""

from aiohttp import ClientResponse
from slack_sdk.errors import SlackApiError

_UNSURE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "accesslimited"}
_TAKEN_OUT = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}


def refusal(error: SlackApiError) -> str:
    """Return Slack's word for an error; an answer that is not Slack's, as of a proxy, has only its status."""
    return _word(error) or str(status_of(error))


def status_of(error: SlackApiError) -> int:
    """Return the HTTP status of the answer."""
    answer = error.response
    # The SDK hands on aiohttp's own response when the JSON is cut off.
    return int(answer.status if isinstance(answer, ClientResponse) else answer.status_code)


def is_ratelimit(error: SlackApiError) -> bool:
    """Say whether Slack only wants us to wait."""
    return status_of(error) == 429 or refusal(error) == "ratelimited"


def pause_of(error: SlackApiError) -> float:
    """Return the seconds that Slack wants us to wait; one where it does not say so in seconds."""
    try:
        return max(0.0, float((error.response.headers or {}).get("Retry-After", 1)))
    except ValueError:
        return 1.0


def is_unsure(error: SlackApiError) -> bool:
    """Say whether it may have been done after all: Slack is not well, or something between us answered in its place."""
    return status_of(error) >= 500 or _word(error) is None or refusal(error) in _UNSURE


def is_taken_out(error: SlackApiError) -> bool:
    """Say whether the app was taken out of the workspace: nothing was done, and nothing can be until it is back."""
    return refusal(error) in _TAKEN_OUT


def _word(error: SlackApiError) -> str | None:
    answer = getattr(error.response, "data", None)
    return str(answer["error"]) if isinstance(answer, dict) and answer.get("error") else None
