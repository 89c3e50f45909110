"""How fast the door takes events in, beside Bolt alone on the same server, over 32 connections.

`durable_ack_http` and `durable_ack_socket`: stored with fsync and acked, dispatch stopped. `durable_event_done`: over
HTTP, up to the listener's end, marked done.
"""

import asyncio
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.sandbox import Sandbox
from tests.bench.figures import Row, Size, beside, in_turns, percentile
from tests.bench.processes import a_process, a_slack, cpu_seconds
from tests.bench.servers import SECRET
from tests.faults.bots import settings_of
from tests.faults.story import TEAM
from tests.waiting import until

CONNECTIONS = 32
EVENTS_PER_TIME = 20
"""Events for each time that a size asks for: acks are short."""

Send = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class Knocked:
    """What one round at one door came to."""

    cpu_us: float
    """Computed by the server for an event."""
    per_s: float
    p50_ms: float
    p99_ms: float


async def measure(size: Size) -> AsyncIterator[Row]:
    """Knock at both doors in turns, over HTTP and over Socket Mode."""
    count = size.times * EVENTS_PER_TIME
    for name, transport, kind in (
        ("durable_ack_http", "http", "durable"),
        ("durable_event_done", "http", "done"),
        ("durable_ack_socket", "socket", "durable"),
    ):
        ours, peers = await in_turns(
            size.rounds, partial(_knock, transport, kind, count), partial(_knock, transport, "bare", count)
        )
        for metric, unit in (("cpu_us", "us"), ("per_s", "1/s"), ("p50_ms", "ms"), ("p99_ms", "ms")):
            mine, theirs = [getattr(one, metric) for one in ours], [getattr(one, metric) for one in peers]
            yield beside(name, metric, unit, mine, theirs, n=count * size.rounds)


async def _knock(transport: str, kind: str, count: int) -> Knocked:
    async with a_slack() as slack:
        with TemporaryDirectory() as folder:
            settings = settings_of(slack, "", Path(folder))
            async with a_process("tests.bench.servers", transport, kind, folder, settings=settings) as (pid, _, where):
                if transport == "socket":
                    return await _timed(pid, count, partial(_send_envelope, slack), _nothing_more)
                done = partial(_all_done, Path(folder) / "bench.db") if kind == "done" else _nothing_more
                async with _connected(int(where)) as post:
                    return await _timed(pid, count, post, done)


async def _timed(pid: int, count: int, send: Send, done: Callable[[], Awaitable[None]]) -> Knocked:
    await _all(send, range(CONNECTIONS))  # connections open, code warm
    took: list[float] = []

    async def one(number: int) -> None:
        began = time.perf_counter()
        await send(number)
        took.append(1000 * (time.perf_counter() - began))

    computed, began = cpu_seconds(pid), time.perf_counter()
    await _all(one, range(CONNECTIONS, CONNECTIONS + count))
    seconds = time.perf_counter() - began
    await done()
    cost = 1_000_000 * (cpu_seconds(pid) - computed) / count
    return Knocked(cost, count / seconds, percentile(took, 50), percentile(took, 99))


async def _all(send: Send, numbers: range) -> None:
    left = iter(numbers)

    async def walk() -> None:
        for number in left:
            await send(number)

    await asyncio.gather(*(walk() for _ in range(CONNECTIONS)))


@asynccontextmanager
async def _connected(port: int) -> AsyncIterator[Send]:
    """Open the connections, and give what posts over a free one: an HTTP client would compute more than the door."""
    free = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]

    async def post(number: int) -> None:
        reader, writer = free.pop()
        writer.write(_signed(number))
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert b"Content-Length: 0" in answer, answer
        free.append((reader, writer))

    try:
        yield post
    finally:
        for _, writer in free:
            writer.close()


def _signed(number: int) -> bytes:
    body = json.dumps(_event(number)).encode()
    stamp = str(int(time.time()))
    signed = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1", "Host: 127.0.0.1", "User-Agent: Slackbot 1.0", "Accept: */*",
        "Accept-Encoding: gzip,deflate", "Content-Type: application/json", f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {stamp}", f"X-Slack-Signature: v0={signed}",
    )  # fmt: skip
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def _send_envelope(slack: Sandbox, number: int) -> None:
    await slack.socket.send("events_api", _event(number), retry_attempt=0, retry_reason="")


async def _nothing_more() -> None:
    return None


async def _all_done(path: Path) -> None:
    watching = sqlite3.connect(path)
    left = "SELECT count(*) FROM intake WHERE status = 'open'"
    try:
        await until(lambda: watching.execute(left).fetchone() == (0,), "all is done")
    finally:
        watching.close()


def _event(number: int) -> dict[str, Any]:
    return {
        "type": "event_callback", "team_id": TEAM, "api_app_id": "A0BENCH", "event_id": f"Ev{number:010}",
        "event_time": 1700000000, "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True}],
        "event": {
            "type": "reaction_added", "user": "U0UMA", "reaction": "bulb", "item_user": "U0UMA",
            "item": {"type": "message", "channel": f"C{number % 50:03}", "ts": f"1700000000.{number:06}"},
            "event_ts": f"1700000001.{number:06}",
        },
    }  # fmt: skip
