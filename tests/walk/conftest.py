"""The demo as a newcomer starts it, and a browser to walk through it."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, Page

from tests.sandbox.page.conftest import browser, visit

__all__ = ["browser", "visit"]

PICTURES = os.environ.get("LINCHPIN_PICTURES")
"""Where the walk leaves its pictures; `make pictures` sets it to those of the README."""
PUBLISHED = Path(__file__).parents[2] / "docs" / "pictures"


class Demo:
    """A running `linchpin demo`; has the address that its page is at, like a sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url


@pytest_asyncio.fixture(loop_scope="session")
async def slack(tmp_path: Path) -> AsyncIterator[Demo]:
    """Start the demo on a free port, and stop it as Ctrl-C does."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_"))}
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo"),
        env={**surroundings, "LINCHPIN_SANDBOX_PORT": "0", "LINCHPIN_DATA_DIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert demo.stdout is not None
    said = b""
    async with asyncio.timeout(60):
        while (found := re.search(rb"http://127\.0\.0\.1:\d+", said)) is None:
            line = await demo.stdout.readline()
            assert line, f"the demo did not start: {said.decode()}"
            said += line
    yield Demo(found[0].decode())
    demo.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        rest = await demo.stdout.read()
        assert await demo.wait() == 0
    assert b"data is in" in rest
    assert b"Traceback" not in rest


async def take_picture(page: Page, name: str, *shown: Locator) -> None:
    """Leave a picture of what the person sees now, where pictures are wanted, and beside it the words it shows.

    Else compare: these words must be what the published picture shows, or it is out of date. What is `shown` may hold
    dates, but nothing that is there on some days only.
    """
    words = "\n".join([undated(await one.inner_text()) for one in shown])
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")
        if words:
            (Path(PICTURES) / f"{name}.txt").write_text(words + "\n")
    elif words:
        assert words + "\n" == (PUBLISHED / f"{name}.txt").read_text(), "Take the pictures again: make pictures"


def undated(text: str) -> str:
    """Return a text without its dates, times and other numbers, so that it is the same on any day."""
    days, months = "Mon|Tue|Wed|Thu|Fri|Sat|Sun", "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
    plain = re.sub(rf"\b(?:{days}|{months}|Q\d)\b|\d+(?::\d+)?", "", text)
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return "\n".join(line for line in lines if line)
