"""The Web API that the app calls: one table of methods, and one door that serves them.

To add a method: write `async def name(call: Call) -> Json` in the file of its topic (what it returns stands next to
`"ok": true`; a refusal is `raise SlackError("code")`), then add its line to the table in `methods`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.local_slack import LocalSlack
from bot.sandbox.recorded import RecordedCall
from bot.sandbox.slack_error import SlackError
from bot.sandbox.web_api.call import Call
from bot.sandbox.web_api.methods import METHODS, Method
from bot.sandbox.workspace import Json

UNKNOWN_CALLER = ("account_inactive", "invalid_auth", "not_authed")
"""How a call is refused whose token is not the app's: it learns nothing of the app."""


async def _arguments(request: web.Request) -> Json:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body: Any = json.loads(await request.text() or "{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return args | body
    return args | dict(await request.post())


def _check_token(slack: LocalSlack, method: Method, request: web.Request, args: Json) -> None:
    header = request.headers.get("Authorization", "")
    token = args.pop("token", None) or header.removeprefix("Bearer ").strip()
    if not token:
        raise SlackError("not_authed")
    known = (slack.app.credentials.bot_token, slack.app.credentials.app_token)
    if token not in known:
        raise SlackError("invalid_auth")
    if slack.administration.is_uninstalled:
        raise SlackError("account_inactive")
    if method.for_app_token != (token == slack.app.credentials.app_token):
        raise SlackError("not_allowed_token_type")


async def _answer(slack: LocalSlack, name: str, request: web.Request) -> tuple[Json, RecordedCall]:
    call, method = Call(slack, {}), METHODS.get(name)
    try:
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        call.args = await _arguments(request)
        _check_token(slack, method, request, call.args)
        if not method.by_kind:
            call.need_any_scope(method.scopes)
        body: Json = {"ok": True, **await method.run(call)}
    except SlackError as refusal:
        body = {"ok": False, "error": refusal.error, **refusal.extra}
    shown = {key: part for key, part in body.items() if key != "retry_after"}
    takes = set(method.takes.split()) if method else set()
    return body, RecordedCall(name, dict(call.args), shown, sorted(set(call.args) - takes))


async def _before(fault: Fault | None) -> web.Response | None:
    if fault is None:
        return None
    if fault.kind == "rate_limited":
        return _rate_limited(fault.retry_after)
    if fault.kind == "status":
        return web.Response(status=fault.status, text="")
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    return None


def _rate_limited(retry_after: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(retry_after)})


def serve(slack: LocalSlack) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of `/api/{method}`."""

    async def on_call(request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        await request.read()  # what has come in is done, even when its sender is gone before a late answer
        fault = slack.faults.take(name)
        if refused := await _before(fault):
            return refused
        body, recorded = await _answer(slack, name, request)
        slack.calls.append(recorded)
        if fault is not None and fault.kind == "lost_reply":
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError
        if body.get("error") == "ratelimited":
            return _rate_limited(int(body["retry_after"]))
        known = body.get("error") not in UNKNOWN_CALLER
        return web.json_response(body, headers={"X-OAuth-Scopes": ",".join(slack.app.scopes)} if known else None)

    return on_call
