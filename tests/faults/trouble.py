"""What goes wrong in a run: drawn from its seed before anything happens, so that a seed gives the same again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from bot.sandbox import Sandbox
from bot.sandbox.workspace import Change
from tests.faults.people import Acks

POST = "chat.postMessage"
OTHERS = ("chat.update", "chat.postEphemeral", "reactions.add", "reactions.get", "conversations.replies",
          "conversations.history")  # fmt: skip
ANSWERS = ("lost", "lost", "late", "late", "failed", "refused")
"""What becomes of the answer to a post."""
REFUSALS = ("lost", "failed", "refused")
"""What becomes of the answer to anything else."""
MOMENTS = ("ack", "post", "any")
"""Just acknowledged; just posted and not yet told so; any time."""
ENDINGS = ("kill", "kill", "kill", "kill", "kill", "kill", "stop", "stop twice")
LATEST_SECONDS = 1.5
"""How long a chosen moment is waited for; then it is now."""


@dataclass(frozen=True)
class Moment:
    """When a bot is struck."""

    of: str
    nth: int
    """Which ack or post it is."""
    seconds: float
    """How long it is waited for at most; where any time will do, how long it is."""

    @classmethod
    def drawn(cls, chance: Random) -> "Moment":
        """Draw one."""
        of, nth, seconds = chance.choice(MOMENTS), chance.randint(1, 6), chance.uniform(0.0, 0.7)
        return cls(of, nth, seconds if of == "any" else LATEST_SECONDS)


@dataclass(frozen=True)
class Blow:
    """What goes wrong around one end of a bot."""

    twice: int
    """Events that come twice."""
    swapped: int
    """Pairs of events that come in the wrong order."""
    lost_acks: int
    post: str
    """What becomes of the answer to the next post."""
    wait: float
    """Seconds: how late that answer is, or after how many whole ones Slack wants to be asked again."""
    times: int
    others: tuple[tuple[str, str], ...]
    """Other methods, and what becomes of the answers."""
    line: str
    """`cut`, `renewed` or nothing."""
    victim: int
    """Which of the running bots it is."""
    ending: str
    moment: Moment
    again: float
    """Seconds until a bot that is stopped twice is told so again."""
    away: bool
    """Whether people go on while it is away."""

    @classmethod
    def drawn(cls, chance: Random, replicas: int) -> "Blow":
        """Draw one; as many numbers are drawn whatever they are, so that what follows does not shift."""
        return cls(
            twice=chance.randint(0, 8),
            swapped=chance.randint(0, 3),
            lost_acks=chance.randint(0, 3),
            post=chance.choice(ANSWERS),
            wait=chance.uniform(0.5, 3.0),
            times=chance.randint(1, 3),
            others=tuple((method, chance.choice(REFUSALS)) for method in chance.sample(OTHERS, 2)),
            line=chance.choices(("cut", "renewed", ""), (1, 2, 7))[0],
            victim=chance.randrange(replicas),
            ending=chance.choice(ENDINGS),
            moment=Moment.drawn(chance),
            again=chance.uniform(0.0, 0.5),
            away=chance.random() < 0.3,
        )

    def __str__(self) -> str:
        others, moment = ", ".join(f"{method} {what}" for method, what in self.others), self.moment
        return (
            f"{self.ending} bot {self.victim} at {moment.of} {moment.nth} or after {moment.seconds:.2f} s;"
            f" post {self.post} ×{self.times} {self.wait:.1f} s, {others}; events: {self.twice} twice,"
            f" {self.swapped} swapped, {self.lost_acks} acks lost; line {self.line or 'left alone'}"
        )


def plan_of(seed: int, of: str, *, ends: int, replicas: int) -> list[Blow]:
    """Return all that goes wrong in the run of that name with that seed: at least one kill in it, and one stop."""
    chance = Random(f"{seed} {of}")
    plan = [Blow.drawn(chance, replicas) for _ in range(ends)]
    if len({blow.ending == "kill" for blow in plan}) == 1:
        plan[-1] = replace(plan[-1], ending="stop" if plan[-1].ending == "kill" else "kill")
    return plan


class Trouble:
    """Makes what was drawn come true."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def brew(self, blow: Blow) -> None:
        """Let some of the next calls and events go wrong."""
        faults = self._sandbox.faults
        faults.duplicate_events(blow.twice)
        faults.reorder_events(blow.swapped)
        faults.lose_acks(blow.lost_acks)
        if blow.post == "late":
            faults.delay(POST, blow.wait, times=blow.times)
        elif blow.post == "refused":
            faults.rate_limit(POST, retry_after=max(1, round(blow.wait)), times=blow.times)
        else:
            {"lost": faults.lose_reply, "failed": faults.fail}[blow.post](POST)
        for method, what in blow.others:
            if not faults.waits(method):  # else they might all meet one arrival, which is then laid aside
                {"lost": faults.lose_reply, "failed": faults.fail, "refused": faults.rate_limit}[what](method)

    async def unplug(self, blow: Blow) -> None:
        """Perhaps break the connections, or ask for new ones."""
        if blow.line == "cut":
            self._sandbox.socket.cut()
        elif blow.line == "renewed":
            await self._sandbox.socket.disconnect()

    async def strike(self, moment: Moment, acks: Acks, strike: Callable[[], None]) -> None:
        """Kill, stop or freeze at that moment."""
        struck, left = asyncio.Event(), moment.nth

        def count() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                strike()
                struck.set()

        def on_change(change: Change) -> None:
            if change.what == "message" and change.message is not None and change.message.bot_id is not None:
                count()

        acks.on_ack = count if moment.of == "ack" else None
        unsubscribe = self._sandbox.workspace.subscribe(on_change if moment.of == "post" else lambda _: None)
        try:
            async with asyncio.timeout(moment.seconds):
                await struck.wait()
        except TimeoutError:
            strike()
        finally:
            acks.on_ack = None
            unsubscribe()
