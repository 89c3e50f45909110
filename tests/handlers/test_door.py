"""Slack's door, when Slack has locked it."""

import asyncio
import logging

import pytest

from bot.sandbox import Sandbox
from handlers.door import PatientClient
from tests.sandbox.conftest import client_of, running
from tests.waiting import until

PAUSE = 0.3


def asked(sandbox: Sandbox) -> int:
    """Count how often Slack was asked where to connect."""
    return [call.method for call in sandbox.calls].count("apps.connections.open")


async def test_a_door_that_is_switched_off_is_not_stormed_and_used_again_when_it_is_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running() as sandbox:
        client = PatientClient(sandbox.app_token, web_client=client_of(sandbox), ping_interval=0.1)
        client.switched_off_seconds = PAUSE
        await client.connect()  # type: ignore[no-untyped-call]
        began, before = asyncio.get_running_loop().time(), asked(sandbox)
        await sandbox.socket.switch_off()
        await until(lambda: asked(sandbox) > before + 2, "it has asked again, more than once")
        assert asyncio.get_running_loop().time() - began >= 2 * PAUSE
        sandbox.socket.switched_on = True
        await until(lambda: sandbox.socket.is_connected, "it is connected again")
        await client.close()  # type: ignore[no-untyped-call]
    said = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert set(said) == {"Socket Mode is switched off for this app: switch it on, on the app's page in Slack."}
