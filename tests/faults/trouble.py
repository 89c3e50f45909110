"""What goes wrong in a run: drawn from its seed."""

import asyncio
from collections.abc import Callable
from random import Random

from bot.sandbox import Sandbox
from bot.sandbox.workspace import Change
from tests.faults.people import Acks

POST = "chat.postMessage"
OTHERS = ("chat.update", "chat.postEphemeral", "reactions.add", "reactions.get", "conversations.replies",
          "conversations.history")  # fmt: skip
LATEST_SECONDS = 1.5
"""How long a chosen moment is waited for; then it is now."""


class Trouble:
    """Faults and moments."""

    def __init__(self, sandbox: Sandbox, chance: Random) -> None:
        self._sandbox = sandbox
        self._chance = chance

    def brew(self) -> None:
        """Let some of the next calls and events go wrong."""
        faults, chance = self._sandbox.faults, self._chance
        faults.duplicate_events(chance.randint(0, 8))
        faults.reorder_events(chance.randint(0, 3))
        faults.lose_acks(chance.randint(0, 3))
        worst = chance.choice(("lost", "lost", "late", "late", "failed", "refused"))
        if worst == "lost":
            faults.lose_reply(POST)
        elif worst == "late":
            faults.delay(POST, chance.uniform(0.5, 3.0), times=chance.randint(1, 3))
        elif worst == "failed":
            faults.fail(POST, status=chance.choice((500, 503)))
        else:
            faults.rate_limit(POST, retry_after=chance.randint(1, 2))
        for method in chance.sample(OTHERS, 2):
            chance.choice((faults.lose_reply, faults.fail, faults.rate_limit))(method)

    async def unplug(self) -> None:
        """Perhaps break the connections, or ask for new ones."""
        drawn = self._chance.random()
        if drawn < 0.1:
            self._sandbox.socket.cut()
        elif drawn < 0.3:
            await self._sandbox.socket.disconnect()

    async def strike(self, acks: Acks, kill: Callable[[], None]) -> None:
        """Kill, or stop, at a random moment: just acknowledged, just posted and not yet told so, or any time."""
        struck, left = asyncio.Event(), self._chance.randint(1, 6)

        def count() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                kill()
                struck.set()

        def on_change(change: Change) -> None:
            if change.what == "message" and change.message is not None and change.message.bot_id is not None:
                count()

        moment = self._chance.choice(("ack", "post", "any"))
        until_then = self._chance.uniform(0.0, 0.7) if moment == "any" else LATEST_SECONDS
        acks.on_ack = count if moment == "ack" else None
        unsubscribe = self._sandbox.workspace.subscribe(on_change if moment == "post" else lambda _: None)
        try:
            async with asyncio.timeout(until_then):
                await struck.wait()
        except TimeoutError:
            kill()
        finally:
            acks.on_ack = None
            unsubscribe()
