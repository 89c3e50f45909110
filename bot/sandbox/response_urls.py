"""Response URLs: what the app may say in answer to something a person did, also where it is no member."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.answers import Answers
from bot.sandbox.limits import check_message
from bot.sandbox.slack_error import SlackError
from bot.sandbox.talk import Talk
from bot.sandbox.workspace import Json, Message, Workspace

USES = 5
GOOD_SECONDS = 30 * 60.0


@dataclass
class ResponseUrl:
    """One address to answer at."""

    user: str
    channel: str
    good_until: float
    original: Message | None = None
    """What replace_original and delete_original mean: the app's message that was clicked, or its last answer."""
    uses_left: int = USES
    answers: list[Message] = field(default_factory=list)


@dataclass
class ResponseUrls:
    """Give out response URLs, and show what is posted to them."""

    workspace: Workspace
    talk: Talk
    answers: Answers
    base: str = ""
    """The sandbox's own address, known once it listens."""
    _given: dict[str, ResponseUrl] = field(default_factory=dict)

    def new(
        self,
        user: str,
        channel: str,
        *,
        original: Message | None = None,
    ) -> tuple[str, ResponseUrl]:
        """Return a new address, and what it stands for."""
        key = secrets.token_urlsafe(18)
        now = self.workspace.clock.machine()
        self._given = {old: url for old, url in self._given.items() if url.good_until > now}
        self._given[key] = ResponseUrl(user, channel, now + GOOD_SECONDS, original)
        return f"{self.base}/response/{key}", self._given[key]

    def answer(self, to: ResponseUrl, body: Json, *, kind: str = "response_url") -> None:
        """Show an answer: ephemeral unless it says in_channel; raises SlackError on a bad one."""
        with self.answers.taking(kind, body):
            self._show(to, body)

    def _show(self, to: ResponseUrl, body: Json) -> None:
        if body.get("delete_original"):
            if to.original is None:
                raise SlackError("message_not_found")
            self.talk.delete(to.original)
            to.original = None
            return
        content = {key: body.get(key) for key in ("text", "blocks", "attachments", "metadata")}
        check_message(content["text"], content["blocks"], content["attachments"], content["metadata"])
        if body.get("replace_original") and to.original is not None:
            changed = {key: content[key] for key in ("text", "blocks", "attachments")}
            changed["text"] = changed["text"] or ""
            self.talk.change(to.original, self.talk.app.bot_user_id, **changed)
            return
        shown = self.talk.app_says(
            self.workspace.channels[to.channel],
            content,
            thread_ts=body.get("thread_ts"),
            only_for=None if body.get("response_type") == "in_channel" else to.user,
        )
        to.answers.append(shown)
        to.original = shown

    async def on_post(self, request: web.Request) -> web.Response:
        """Take what the app posts to one of the addresses."""
        to = self._given.get(request.match_info["key"])
        if to is None or self.workspace.clock.machine() > to.good_until:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if to.uses_left == 0:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        body: Any = await self._body(request)
        if not isinstance(body, dict):
            return web.Response(text="invalid_payload", status=400)
        to.uses_left -= 1
        try:
            self.answer(to, body)
        except SlackError as refusal:
            return web.json_response({"ok": False, "error": refusal.error, **refusal.extra}, status=400)
        return web.Response(text="ok")

    async def _body(self, request: web.Request) -> Any:
        try:
            if request.content_type == "application/x-www-form-urlencoded":
                return json.loads(str((await request.post()).get("payload", "")))
            return await request.json()
        except ValueError:
            return None
