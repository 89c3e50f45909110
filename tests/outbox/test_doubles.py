"""What a sender that slept has to do with it: it sends nothing too late, and withdraws what it sent too late."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session, col, update

from bot.outbox import doubles, fence
from bot.outbox.sender import Outbox
from storage.models import OutboxRow
from tests.outbox.conftest import Post
from tests.outbox.small_slack import LOST_REPLY
from tests.waiting import until


async def test_who_slept_between_the_clock_and_the_wire_sends_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 30))
    await post.say("k1")
    await post.start()

    async def was_tried() -> bool:
        return "too late" in ((await post.row("k1")).error or "")

    await until(was_tried, "it was too late for a try")
    assert post.slack.messages == []
    monkeypatch.undo()
    await post.ends("k1", "sent")
    assert post.slack.texts() == ["k1"]


@pytest.mark.parametrize(
    ("status", "ts", "left"),
    [("sent", "9.9", []), ("sent", None, ["k1"]), ("held", None, ["k1"]), ("dead", None, ["k1"])],
)
async def test_a_post_that_another_one_had_taken_over_is_withdrawn_unless_it_counts(
    post: Post, monkeypatch: pytest.MonkeyPatch, status: str, ts: str | None, left: list[str]
) -> None:
    _takes_over_as_it_is_posted(post, monkeypatch, status=status, ts=ts)
    await post.say("k1")
    sender = await post.start()
    await until(lambda: bool(post.slack.called("chat.postMessage")), "it was posted, if only for a moment")
    await until(lambda: not sender._sending, "its sender knows whether it counts")
    assert post.slack.texts() == left


async def test_a_double_is_withdrawn_though_its_sender_did_not_hear_back(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    _takes_over_as_it_is_posted(post, monkeypatch, status="sent", ts="9.9")
    post.slack.faults["chat.postMessage"].append(LOST_REPLY)
    await post.say("k1")
    sender = await post.start()
    await until(lambda: bool(post.slack.called("chat.postMessage")), "it was posted, if only for a moment")
    await until(lambda: not sender._sending, "its sender has looked for it")
    assert post.slack.texts() == []


async def test_whether_it_counts_is_waited_for(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubles, "LOOK_SECONDS", 0.01)
    _takes_over_as_it_is_posted(post, monkeypatch, status="sending", ts=None)
    await post.say("k1")
    sender = await post.start()
    await until(lambda: bool(post.slack.messages), "it was posted")
    mine = post.slack.messages[0]["ts"]
    await post.database.write(partial(_set, status="sent", ts=mine))
    await until(lambda: not sender._sending, "its sender knows that it counts")
    assert post.slack.texts() == ["k1"]


def _takes_over_as_it_is_posted(post: Post, monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Have another sender take the row over while this one waits for Slack's reply."""
    for name in ("_end", "_finish"):
        monkeypatch.setattr(Outbox, name, _after_another(post, getattr(Outbox, name), values))


def _after_another(post: Post, note: Callable[..., Awaitable[bool]], values: dict[str, Any]) -> Any:
    async def taken_over(*args: Any, **said: Any) -> bool:
        await post.database.write(partial(_set, **{"owner": "b", "tries": 7, "lease_until": 9e12, **values}))
        return await note(*args, **said)

    return taken_over


def _set(session: Session, **values: Any) -> None:
    session.connection().execute(update(OutboxRow).where(col(OutboxRow.key) == "k1").values(**values))
