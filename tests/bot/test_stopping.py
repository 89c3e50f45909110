"""How the process ends when it is told to, at the moments that no chance meets."""

import subprocess
import sys

import pytest

IMPORTS = """
import asyncio, atexit, os, signal, time
from bot import loop, stopping
from bot.stopping import stop_signal
"""
TOLD_AS_IT_ENDS = """
atexit.register(os.kill, os.getpid(), signal.SIGTERM)
async def work():
    stopping = stop_signal()
    os.kill(os.getpid(), signal.SIGTERM)
    await stopping.wait()
"""
TOLD_TWICE = """
stopping.STOP_SECONDS = 60
async def work():
    stopping = stop_signal()
    os.kill(os.getpid(), signal.SIGTERM)
    await stopping.wait()
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.sleep(60)
"""
HELD_UP = """
stopping.STOP_SECONDS = 0.1
async def work():
    stop_signal()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)  # what is tested: the loop itself is held up
"""


@pytest.mark.parametrize(("what", "code"), [(TOLD_AS_IT_ENDS, 0), (TOLD_TWICE, 130), (HELD_UP, 130)])
def test_it_ends_by_its_own_hand(what: str, code: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", f"{IMPORTS}\n{what}\nloop.run(work())"], timeout=30, capture_output=True, check=False
    )
    assert (ended.returncode, b"goes on at the next start" in ended.stderr) == (code, code == 130)
