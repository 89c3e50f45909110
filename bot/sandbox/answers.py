"""What the app answers with an acknowledgement or at a response URL: checked as Slack checks it, and recorded."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.sandbox.elements import Problems, check_option
from bot.sandbox.limits import check_view
from bot.sandbox.recorded import RecordedCall
from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import Json, View

_MESSAGE = (
    "text blocks attachments response_type replace_original delete_original thread_ts metadata mrkdwn unfurl_links"
    " unfurl_media link_names parse"
)
TAKES: dict[str, set[str]] = {
    "command": set(_MESSAGE.split()),
    "response_url": set(_MESSAGE.split()),
    "view_submission": {"response_action", "errors", "view"},
    "block_suggestion": {"options", "option_groups"},
}
ANSWERS_KEPT = 20_000


@dataclass
class Answers:
    """Remember every answer, with what Slack would not have taken."""

    kept: deque[RecordedCall] = field(default_factory=lambda: deque(maxlen=ANSWERS_KEPT))

    @contextmanager
    def taking(self, kind: str, body: Json) -> Iterator[None]:
        """Record an answer while it is taken; a SlackError that refuses it is passed on."""
        response: Json = {"ok": True}
        try:
            yield
        except SlackError as refusal:
            response = {"ok": False, "error": refusal.error, **refusal.extra}
            raise
        finally:
            self.kept.append(RecordedCall(kind, body, response, sorted(set(body) - TAKES[kind])))


def check_submission(view: View, reply: Json) -> None:
    """Refuse what Slack would not do after a submission; raises SlackError."""
    action = reply.get("response_action")
    if action == "errors":
        errors = reply.get("errors")
        inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or set(errors) - inputs:
            raise SlackError.invalid_arguments(f"[ERROR] errors must name inputs of the view, and not {errors}")
    elif action in ("update", "push"):
        check_view(reply.get("view"))
    elif action not in (None, "clear"):
        raise SlackError.invalid_arguments(f"[ERROR] there is no response_action {action}")


def check_suggestions(reply: Json) -> None:
    """Refuse options that Slack would not show; raises SlackError."""
    problems = Problems()
    if reply.get("option_groups") is not None:
        for g, group in enumerate(problems.items(reply["option_groups"], "/option_groups", 100)):
            where = f"/option_groups/{g}"
            problems.text(group.get("label"), f"{where}/label", 75, plain=True)
            _options(problems, group.get("options"), f"{where}/options")
    else:
        _options(problems, reply.get("options"), "/options")
    if problems.messages:
        raise SlackError.invalid_arguments(*problems.messages)


def _options(problems: Problems, given: object, path: str) -> None:
    for n, option in enumerate(problems.items(given, path, 100, least=0)):
        check_option(problems, option, f"{path}/{n}")
