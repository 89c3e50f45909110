"""The sender: claims what waits, renders it, posts it, and notes the receipt; looks before it posts again."""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, NotSavedError, surviving
from bot.outbox import MARK, Receipt, Rendered, Renderer, fence, mark_of
from bot.outbox.doubles import CannotTellError, look_for, withdraw_doubles
from bot.outbox.refusals import is_ratelimit, is_taken_out, is_unsure, pause_of, refusal
from storage import outbox as stored
from storage.database import Database, Session, machine_now
from storage.models import OutboxRow
from storage.outbox import Claimed

__all__ = ["REQUEST_SECONDS", "CannotRenderError", "CannotTellError", "Outbox", "refusal"]

log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
REQUEST_SECONDS = 8.0
"""How long one call to Slack may take; the lease must outlast the whole exchange."""
SETTLE_SECONDS = 5.0
"""How long to wait before looking for a post whose reply was lost; longer each time it is lost again."""
GAP_SECONDS = 1.05
"""Between two posts to one channel: Slack takes about one a second."""
TRIES = 20
"""A quarter of an hour of lost replies: what is old, and failed as often here, is passed by what comes after it."""
AWAY_SECONDS = 4800.0
"""How long anything is tried at least, as long as an arrival: while Slack is away, nothing passes it."""


class NotYetError(BotError):
    """What has to be known before this is said cannot be asked just now, or another replica knows how to say it."""


class CannotRenderError(BotError):
    """The message could not be put into words, so it was not sent."""


class Outbox:
    """Sends what waits."""

    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        *,
        owner: str,
        renderers: Mapping[str, Renderer],
        receipts: Mapping[str, Receipt],
        lease_seconds: float = LEASE_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._database = database
        self._client = client
        self._owner = owner
        self._renderers = renderers
        self._receipts = receipts
        self._lease_seconds = lease_seconds
        self._settle_seconds = settle_seconds
        self._stopping = False
        self._work = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._conversations: dict[str, str] = {}
        self._failures: Counter[int | None] = Counter()

    async def start(self) -> None:
        """Take up what an earlier process left, and begin to send."""
        if self._database.is_sqlite:
            await self._database.write(self._take_over)
        self._database.on_bell("outbox", self._work.set)
        self._loop = asyncio.get_running_loop().create_task(self._send_all(), name="outbox")

    async def stop(self, seconds: float = 8.0) -> None:
        """Finish the posts under way and stop."""
        self._stopping = True
        self._work.set()
        if self._loop is not None:
            await asyncio.wait([self._loop], timeout=seconds)  # cut off in a claim, it would leave rows in doubt
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._sending:
            await asyncio.wait(self._sending, timeout=seconds)
            for task in list(self._sending):
                task.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)

    @property
    def alive(self) -> bool:
        """Say whether what waits is sent."""
        return self._loop is not None and not self._loop.done()

    async def _send_all(self) -> None:
        while not self._stopping:
            self._work.clear()
            claimed: list[Claimed] = []
            since = time.monotonic()
            with surviving(log, "claiming what is to be sent"):
                claimed = await self._database.write(self._claim)
            for one in claimed:
                task = asyncio.get_running_loop().create_task(self._send(one, since), name=f"send {one.row.key}")
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._work.wait(), 0.25 if claimed else 0.5)

    def _take_over(self, session: Session) -> None:
        # What an earlier process sent may reach Slack after its end: looked for at once, it would be posted again.
        until = machine_now(session) + self._settle_seconds
        stored.release_across_teams(session, owner=self._owner, own=False, until=until)

    def _claim(self, session: Session) -> list[Claimed]:
        return stored.claim_across_teams(
            session, owner=self._owner, now=machine_now(session), seconds=self._lease_seconds, limit=20
        )

    async def _send(self, claimed: Claimed, since: float) -> None:
        try:
            if claimed.again and claimed.row.op == "ephemeral":
                await self._unsure(claimed.row, "whoever sent it did not hear back")
            else:
                await self._try(claimed.row, since, doubt=claimed.again and claimed.row.op == "post")
        except NotSavedError:
            log.warning("%s: the outcome could not be noted; will look whether it is there", claimed.row.key)
        self._work.set()

    async def _try(self, row: OutboxRow, since: float, *, doubt: bool) -> None:
        """Send a row; `doubt` while an earlier try may have reached Slack and nobody has looked yet."""
        try:
            if doubt and await self._found(row):
                return
            doubt = False
            await self._deliver(row, since)
        except SlackApiError as error:
            await self._refused(row, error, doubt=doubt)
        except aiohttp.ClientConnectorError as error:
            await self._later(row, f"Slack could not be reached: {error}", doubt=doubt)  # this try sent nothing
        except NotYetError as error:
            await self._later(row, error.message, doubt=doubt)
        except NotSavedError:
            raise
        except BotError as error:
            await self._bury(row, error.message)
        except (aiohttp.ClientError, TimeoutError) as error:
            await self._unsure(row, repr(error), doubt=doubt)
        except Exception as error:  # noqa: BLE001 (whatever it was, the post may be out: look first)
            await self._unsure(row, repr(error))

    async def _found(self, row: OutboxRow) -> bool:
        """Look for the row's mark in the channel; finish the row if it is there, or if nobody can tell."""
        try:
            found = await look_for(self._client, row, channel=await self._conversation(row))
        except SlackApiError as error:
            if is_ratelimit(error) or is_unsure(error) or is_taken_out(error):
                raise
            await self._hold(row, refusal(error))
            return True
        except CannotTellError as error:
            await self._hold(row, error.message)
            return True
        if not found:
            return False
        await self._end(row, "sent", ts=str(found[0]["ts"]), sent_channel=await self._conversation(row))
        return True

    async def _deliver(self, row: OutboxRow, since: float) -> None:
        if row.op in ("react", "unreact"):
            await self._put_reaction(row)
            return
        if row.target is not None and await self._superseded(row):
            await self._end(row, "sent", error="a later update says it all")
            return
        message = await self._render(row)
        if message is None:
            await self._bury(row, "nothing left to say")
            return
        said: dict[str, Any] = {
            "channel": await self._conversation(row), "text": message.text, "blocks": message.blocks or None,
            "parse": "none", "link_names": False,
        }  # fmt: skip
        if time.monotonic() - since > self._lease_seconds - 2 * REQUEST_SECONDS:
            log.warning("%s: the lease is nearly over, so another try will send it", row.key)
            return
        with fence.until(since + self._lease_seconds - REQUEST_SECONDS):
            ours = await self._speak(row, said)
        if not ours:
            await withdraw_doubles(self._database, self._client, row, channel=said["channel"])

    async def _speak(self, row: OutboxRow, said: dict[str, Any]) -> bool:
        """Say it; return False when another sender has taken the row over, and may have posted it as well."""
        if row.op == "post":
            return await self._post(row, said)
        if row.op == "update":
            await self._update(row, said)
        elif row.op == "ephemeral":
            reply = await self._client.chat_postEphemeral(**said, user=row.user or "", thread_ts=row.thread_ts)
            await self._end(row, "sent", ts=str(reply["message_ts"]))
        return True

    async def _render(self, row: OutboxRow) -> Rendered | None:
        if row.kind not in self._renderers and not await self._is_spent(row):
            raise NotYetError()  # while replicas are replaced by newer ones
        try:
            return await self._renderers[row.kind](row)
        except NotSavedError as error:
            raise NotYetError(error.message) from error
        except BotError:
            raise
        except Exception as error:  # nothing was sent; what comes after it in the channel must be
            log.exception("%s could not be rendered", row.key)
            raise CannotRenderError() from error

    async def _post(self, row: OutboxRow, said: dict[str, Any]) -> bool:
        reply = await self._client.chat_postMessage(
            **said,
            thread_ts=row.thread_ts,
            metadata={"event_type": MARK, "event_payload": {"key": mark_of(row)}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return await self._end(row, "sent", ts=str(reply["ts"]), sent_channel=str(reply["channel"]))

    async def _update(self, row: OutboxRow, said: dict[str, Any]) -> None:
        post = await self._database.read(partial(stored.find, team_id=row.team_id, key=row.target or ""))
        if post is None or post.ts is None:
            await self._bury(row, "the message to update was never posted")
            return
        await self._client.chat_update(**{**said, "channel": post.sent_channel or post.channel}, ts=post.ts)
        await self._end(row, "sent", ts=post.ts, sent_channel=post.sent_channel)

    async def _put_reaction(self, row: OutboxRow) -> None:
        act, done = self._client.reactions_add, "already_reacted"
        if row.op == "unreact":
            act, done = self._client.reactions_remove, "no_reaction"
        try:
            await act(channel=row.channel, timestamp=str(row.nouns["ts"]), name=str(row.nouns["name"]))
        except SlackApiError as error:
            if refusal(error) not in (done, "message_not_found"):
                raise  # from a message that is gone, its reactions are gone as well
        await self._end(row, "sent")

    async def _superseded(self, row: OutboxRow) -> bool:
        newer = partial(stored.has_newer_update, team_id=row.team_id, row_id=row.id or 0, target=row.target or "")
        return await self._database.read(newer)

    async def _conversation(self, row: OutboxRow) -> str:
        if not row.channel.startswith(("U", "W")):
            return row.channel
        if row.channel not in self._conversations:
            opened = await self._client.conversations_open(users=row.channel)
            self._conversations[row.channel] = str(opened["channel"]["id"])
        return self._conversations[row.channel]

    async def _refused(self, row: OutboxRow, error: SlackApiError, *, doubt: bool) -> None:
        code = refusal(error)
        if is_ratelimit(error):
            await self._later(row, code, doubt=doubt, seconds=pause_of(error))
        elif is_taken_out(error):
            await self._later(row, code, doubt=doubt)
        elif is_unsure(error):
            await self._unsure(row, code, doubt=doubt)
        else:
            await self._bury(row, code)

    async def _later(self, row: OutboxRow, why: str, *, doubt: bool, seconds: float | None = None) -> None:
        pause = seconds if seconds is not None else min(60.0, 2.0 ** min(row.tries, 6))
        await self._finish(row, "sending" if doubt else "new", why, lease_until=0.0, pause=pause)

    async def _unsure(self, row: OutboxRow, why: str, *, doubt: bool = False) -> None:
        log.warning("no answer to %s (%s); will look whether it is there", row.key, why)
        if doubt:  # only the look failed: Slack is away, and nobody is asked to decide because of that
            await self._later(row, why, doubt=True)
        elif row.op == "ephemeral":
            await self._end(row, "sent", error=why)  # cannot be looked for, and twice is worse than never
        elif not await self._is_spent(row):
            pause = self._settle_seconds * min(self._failures[row.id], TRIES)
            ours = await self._finish(row, "sending", why, lease_until=0.0, pause=pause)
            if not ours and row.op == "post":
                await asyncio.sleep(self._settle_seconds)  # as it may be on its way
                where = self._conversations.get(row.channel, row.channel)
                await withdraw_doubles(self._database, self._client, row, channel=where)
        elif row.op == "post":
            await self._hold(row, why)
        else:
            await self._bury(row, why)

    async def _is_spent(self, row: OutboxRow) -> bool:
        """Count a failure of the row's own, as `tries` do not; say whether it had its time, and others must be sent."""
        self._failures[row.id] += 1
        return self._failures[row.id] >= TRIES and await self._database.machine_now() - row.created_at > AWAY_SECONDS

    async def _hold(self, row: OutboxRow, why: str) -> None:
        log.warning("cannot tell whether %s was posted (%s); a person decides", row.key, why)
        await self._end(row, "held", error=why)

    async def _bury(self, row: OutboxRow, why: str) -> None:
        log.warning("%s was not sent: %s", row.key, why)
        await self._end(row, "dead", error=why)

    async def _finish(self, row: OutboxRow, status: str, why: str, *, lease_until: float, pause: float) -> bool:
        """Note that a row is tried again; say whether it was still ours, as far as that is known."""

        def write(session: Session) -> bool:
            return stored.finish_across_teams(
                session, row=row, owner=self._owner, status=status, error=why[:500], lease_until=lease_until,
                not_before=machine_now(session) + pause,
            )  # fmt: skip

        with contextlib.suppress(NotSavedError):  # then the lease runs out by itself
            return await self._database.write(write)
        return True

    async def _end(self, row: OutboxRow, status: str, **values: Any) -> bool:
        """Note how a row ended; say whether it was still ours."""

        def write(session: Session) -> bool:
            now = machine_now(session)
            if row.op == "post" and status == "sent":
                stored.close_gate(session, team_id=row.team_id, channel=row.channel, until=now + GAP_SECONDS)
            ours = stored.finish_across_teams(session, row=row, owner=self._owner, status=status, done_at=now, **values)
            if ours:
                told = {"status": status, "done_at": now, "tries": row.tries + 1, **values}
                ended = OutboxRow(**{**row.model_dump(), **told})
                if receipt := self._receipts.get(row.kind):
                    receipt(session, ended)
            return ours

        ours = await self._database.write(write)
        self._failures.pop(row.id, None)
        return ours
