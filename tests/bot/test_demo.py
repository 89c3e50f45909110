"""The demo's command: its port, its data, its end."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

TOLD = 60.0


@asynccontextmanager
async def demo(
    folder: Path, *words: str, port: int = 0, until: str = "http://", **more: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run `linchpin demo`; yields the process and all it said until its page's address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "bot", "demo", *words),
        env={**kept, "LINCHPIN_SANDBOX_PORT": str(port), "LINCHPIN_DATA_DIR": str(folder), **more},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = ""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(TOLD):
            while until not in said and (line := await process.stdout.readline()):
                said += line.decode()
        yield process, said
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def stop(process: asyncio.subprocess.Process) -> tuple[str, float]:
    """Press Ctrl-C; return what it still said, and how long it took to end."""
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(TOLD):
        rest, _ = await process.communicate()
    return rest.decode(), time.monotonic() - began


async def texts(url: str, channel: str) -> list[str]:
    """Return the messages of a channel as the page shows them."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/page-api/state?as=U01MINA") as answer:
        state = json.loads(await answer.text())
    return [message["text"] for message in state["messages"][channel]]


async def write(url: str, text: str) -> None:
    """Write a message in #product as Mina."""
    act = {"as": "U01MINA", "do": "post", "channel": "C01PRODUCT", "text": text}
    async with aiohttp.ClientSession() as session, session.post(f"{url}/page-api/act", json=act) as answer:
        assert (await answer.json())["ok"]


def address(said: str) -> str:
    """Return the address that the demo printed."""
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None, said
    return found[0]


async def test_a_second_start_goes_on_and_a_fresh_one_does_not(tmp_path: Path) -> None:
    async with demo(tmp_path) as (process, said):
        await write(address(said), "remember me")
        rest, _ = await stop(process)
        assert process.returncode == 0
        assert str(tmp_path / "demo") in rest
        assert "Traceback" not in rest
    async with demo(tmp_path) as (_, said):
        assert "remember me" in await texts(address(said), "C01PRODUCT")
    async with demo(tmp_path, "--fresh") as (_, said):
        assert "remember me" not in await texts(address(said), "C01PRODUCT")


async def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with demo(tmp_path, port=port) as (process, said):
            assert await process.wait() == 1
    assert f"Port {port} is in use" in said
    assert "LINCHPIN_SANDBOX_PORT" in said
    assert "Traceback" not in said


async def test_a_second_demo_on_the_same_data_is_refused(tmp_path: Path) -> None:
    async with demo(tmp_path), demo(tmp_path) as (second, said):
        assert await second.wait() == 1
    assert "already running" in said
    assert "Traceback" not in said


async def test_a_fresh_start_that_cannot_have_the_port_or_the_data_deletes_nothing(tmp_path: Path) -> None:
    async with demo(tmp_path) as (first, said):
        url = address(said)
        await write(url, "remember me")
        async with demo(tmp_path, "--fresh") as (second, said):
            assert await second.wait() == 1
        assert "already running" in said
        assert (tmp_path / "demo" / "linchpin.db").exists()
        await stop(first)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with demo(tmp_path, "--fresh", port=taken.getsockname()[1]) as (third, said):
            assert await third.wait() == 1
    assert "is in use" in said
    async with demo(tmp_path) as (_, said):
        assert "remember me" in await texts(address(said), "C01PRODUCT")


async def test_the_demo_keeps_to_a_file_of_its_own(tmp_path: Path) -> None:
    elsewhere = tmp_path / "real.db"
    async with demo(tmp_path, DATABASE_URL=f"sqlite:///{elsewhere}"):
        assert (tmp_path / "demo" / "linchpin.db").exists()
    assert not elsewhere.exists()


async def test_ctrl_c_while_it_starts_ends_it_at_once(tmp_path: Path) -> None:
    async with demo(tmp_path, until="Opening a local Slack") as (process, _):
        rest, took = await stop(process)
    assert process.returncode == 0
    assert "Linchpin is ready" not in rest
    assert "Traceback" not in rest
    assert took < 10


async def test_ctrl_c_while_slack_is_away_ends_the_bot_at_once(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "bot", "run"),
        env={
            **os.environ, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": "",
            "SLACK_API_URL": "http://127.0.0.1:9/api/", "LINCHPIN_DATA_DIR": str(tmp_path),
        },
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(TOLD):
        while b"cannot be reached" not in await process.stdout.readline():
            assert process.returncode is None
    rest, _ = await stop(process)
    assert process.returncode == 0
    assert rest.count("cannot be reached") < 4  # it did not try to the end
    assert "Traceback" not in rest
