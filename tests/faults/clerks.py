"""Clerks: they do, one after another, all that can be done through the doors besides capturing what others said.

Each has a channel of their own, so that no answer is taken for another's. An errand that comes to its end was told so
by the bot; what it was promised must then be in the database exactly once, whatever has happened since.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import Sandbox
from bot.sandbox.member import RefusedError
from bot.sandbox.workspace import Channel
from tests.person import Message, Modal, Reply, Slack, Slacker

CLERKS = ("ada", "ben", "cleo", "dov", "eli", "fay", "gil", "hana", "ivo", "jun")
COLLEAGUE = "kim"
"""Does for the clerks what needs a second person."""
PLANS = "Errand"
"""What the names of the schedules begin with that clerks make."""


@dataclass(frozen=True, eq=False)
class Promise:
    """What the bot said that it did."""

    what: str
    query: str
    """Counts it in the database: once."""
    about: dict[str, Any]


@dataclass
class Clerk:
    """Somebody at work in a channel of their own."""

    name: str
    slack: Slack
    promises: list[Promise]
    number: int = 0
    """How many errands they began; part of what they write, so that each of it is there once."""

    @property
    def who(self) -> Slacker:
        """Return them as a person."""
        return self.slack.as_(self.name)

    @property
    def colleague(self) -> Slacker:
        """Return who does what they cannot do themselves."""
        return self.slack.as_(COLLEAGUE)

    @property
    def desk(self) -> str:
        """Return their channel."""
        return desk_of(self.name)

    @property
    def mark(self) -> str:
        """Return what tells this errand from all others."""
        return f"{self.name} {self.number}"

    def was_promised(self, what: str, query: str, **about: Any) -> None:
        """Note what the bot said that it did."""
        self.promises.append(Promise(f"{what} of {self.mark}", f"SELECT count(*) FROM {query}", about))  # noqa: S608 (written here)

    async def types(self, command: str, said: str) -> Reply:
        """Type a command, and see that it is done."""
        reply = await self.who.types(self.desk, f"/roadmap {command}")
        assert said in reply.text, f"{command}: {reply.text}"
        return reply

    async def adds(self, filters: str = "", *, more: str = "Wish") -> int:
        """Put something on the roadmap; return its number."""
        title = f"{more} of {self.mark}"
        said = (await self.types(f"add {title} {filters}", "Added RM-")).text
        found = re.search(rf"RM-(\d+) {title}", said)  # what the dead left to be answered comes now, too
        assert found is not None, said
        self.was_promised("an item", "item WHERE title = :title", title=title)
        return int(found[1])

    async def has_moved(self, item: int) -> None:
        """Have somebody else move an item to Now, for nobody is told of what they do themselves."""
        moved = await self.slack.as_("uma").types(self.desk, f'/roadmap move RM-{item} now reason:"For {self.mark}"')
        assert "→" in moved.text, moved.text

    async def writes(self, text: str, thread: Message | None = None) -> Message:
        """Write a message that is theirs alone."""
        return await self.who.writes(self.desk, f"{text} ({self.mark})", thread=thread)

    async def submits(self, modal: Modal, said: str = "", *, of: str = "", **filled: Any) -> None:
        """Fill in a form (`of` that title) and send it, and see that it closes, or confirms in these words."""
        assert of in modal.title, f"{modal.title}: opened late, for an errand that was broken off"
        done = await modal.fill(**filled).submit()
        if not said:
            assert done is None, done
            return
        assert isinstance(done, Modal), done
        assert said in done.text, done.text
        await done.close()


Errand = Callable[[Clerk], Awaitable[None]]


@dataclass
class Clerks:
    """All of them."""

    sandbox: Sandbox
    promises: list[Promise] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Why errands were broken off, newest last."""

    def __post_init__(self) -> None:
        slack = Slack(self.sandbox)
        self._all = [Clerk(name, slack, self.promises) for name in CLERKS]

    async def run(self, errands: dict[str, Errand]) -> None:
        """Run all errands, each once and side by side, until each has ended or was broken off."""
        work = zip(self._all, errands.items(), strict=True)
        await asyncio.gather(*(self._run(clerk, name, errand) for clerk, (name, errand) in work))

    async def succeed(self, errands: dict[str, Errand]) -> None:
        """Run one errand after another, none of which may fail."""
        for clerk, (name, errand) in zip(self._all, errands.items(), strict=True):
            await self._run(clerk, name, errand)
        assert not self.told, "\n".join(self.told)

    async def _run(self, clerk: Clerk, name: str, errand: Errand) -> None:
        clerk.number += 1
        for view in list(self.sandbox.workspace.stacks.get(clerk.who.id, [])):
            with suppress(RefusedError):  # closed with the one above it
                await clerk.who.person.close(view.id)
        try:
            await errand(clerk)
        except (AssertionError, RefusedError, LookupError) as broken_off:
            self.told.append(f"{name}: {broken_off!r}")


def desk_of(name: str) -> str:
    """Return a clerk's channel."""
    return f"#desk-{name}"


def new_channel(clerk: Clerk, *, is_private: bool = False) -> str:
    """Return a new channel, without the bot."""
    here = clerk.slack.workspace
    made = Channel(
        id=f"C0{clerk.name.upper()}{clerk.number:03}", name=f"new-{clerk.name}-{clerk.number}",
        created=int(here.clock.now()), is_private=is_private, members=[clerk.who.id, clerk.colleague.id],
    )  # fmt: skip
    here.channels[made.id] = made
    return made.id
