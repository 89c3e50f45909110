"""What a sandbox remembers over a restart."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.keeping import FILE_NAME, UnreadableSandboxError
from tests.person import Slack, Slacker
from tests.sandbox.conftest import client_of, running


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def said_on_disk(folder: Path) -> list[str]:
    return [message["text"] for message in json.loads((folder / FILE_NAME).read_text())["messages"]]


async def test_everything_said_is_there_after_a_restart(tmp_path: Path) -> None:
    async with running(folder=tmp_path) as before:
        mina = Slack(before).as_("mina")
        message = await mina.writes("#product", "remember me")
        await mina.reacts(message, "bulb")
        await mina.uploads("#product", "plan.pdf", "the plan")
        await client_of(before).chat_postMessage(
            channel="U0MINA", text="psst", metadata={"event_type": "t", "event_payload": {"k": 1}}
        )
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        await client_of(before).views_publish(user_id="U0MINA", view=home)
        before.clock.move_by(3600)
    async with running(folder=tmp_path) as after:
        mina = Slack(after).as_("mina")
        again = await mina.sees("#product", containing="remember me")
        assert (again.ts, again.reactions) == (message.ts, {"bulb": ["mina"]})
        assert (await mina.dm_from_bot(containing="psst")).raw.metadata == {
            "event_type": "t",
            "event_payload": {"k": 1},
        }
        assert (await mina.sees_home()).blocks[0]["type"] == "divider"
        assert (await mina.sees("#product", containing="the plan")).raw.files[0]["name"] == "plan.pdf"
        assert [file.name for file in after.workspace.files.values()] == ["plan.pdf"]
        assert [group.handle for group in after.workspace.user_groups.values()] == ["pms"]
        assert (after.bot_token, after.app_token) == (before.bot_token, before.app_token)
        assert after.clock.offset == 3600
        assert (await mina.writes("#product", "later")).ts > message.ts


async def test_a_change_is_on_disk_within_a_third_of_a_second(tmp_path: Path) -> None:
    async with running(folder=tmp_path) as sandbox:
        await Slack(sandbox).as_("mina").writes("#product", "saved soon")
        keeper, loop, due = sandbox._keeper, asyncio.get_running_loop(), asyncio.Event()
        assert keeper is not None
        assert keeper._timer is not None
        assert keeper._timer.when() - loop.time() <= 0.3
        loop.call_at(keeper._timer.when(), due.set)
        await due.wait()
        assert "saved soon" in said_on_disk(tmp_path)
        assert files_in(tmp_path) == [FILE_NAME]


async def test_without_a_folder_nothing_is_kept(sandbox: Sandbox, mina: Slacker) -> None:
    await mina.writes("#product", "hi")
    assert sandbox._keeper is None


@pytest.mark.parametrize("content", ["{", '{"version": 99}'])
async def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(UnreadableSandboxError, match="Delete the file"):
        async with running(folder=tmp_path):
            pass


async def test_the_story_is_told_with_its_times_threads_and_reactions(slack: Slack, mina: Slacker) -> None:
    root = await mina.sees("#product", containing="SSO")
    reply = await mina.sees("#product", thread=root)
    said = datetime.fromtimestamp(float(root.ts), UTC)
    assert abs(datetime.now(UTC) - said - timedelta(days=2)) < timedelta(minutes=1)
    assert (reply.text, root.reactions) == ("On it", {"eyes": ["mina"]})


async def test_the_calendar_moves_forward_only_and_says_so(slack: Slack, mina: Slacker) -> None:
    moved: list[float] = []
    slack.sandbox.on_clock_moved(moved.append)
    thursday = datetime.now(UTC) + timedelta(days=3)
    slack.moves_clock_to(thursday)
    message = await mina.writes("#product", "from the future")
    assert abs(float(message.ts) - thursday.timestamp()) < 5
    assert moved == [pytest.approx(3 * 86_400, abs=5)]
    with pytest.raises(ValueError, match="forward"):
        slack.moves_clock_to(datetime.now(UTC))
