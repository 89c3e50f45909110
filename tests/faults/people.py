"""People who capture feedback, whatever happens to the bot, and what they were promised."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from bot.sandbox import Sandbox
from bot.sandbox.acts import Person, Where
from bot.sandbox.delivery import EnvelopeType, Transport
from bot.sandbox.member import RefusedError
from bot.sandbox.workspace import Json, Message, View
from bot.services.channels import DEFAULT_REACTIONS
from handlers import ids
from tests.reading import pressed
from tests.seen import until

REACTING = ("noa", "ola", "pia", "quin", "rui")
WITH_FORMS = ("sam", "tess")
"""They capture by form and never react, so that each has one modal at a time."""
CHANNELS = ("alpha", "beta", "gamma", "delta", "sigma", "omega")

Place = tuple[str, str]
"""Channel and ts of a message."""
Send = Callable[..., Awaitable[Json | None]]


@dataclass
class Acks:
    """What the bot has acknowledged: from then on it is the bot's to see to."""

    sandbox: Sandbox
    support: set[tuple[Place, str]] = field(default_factory=set)
    """Message and person of every acknowledged reaction and click."""
    forms: set[Place] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    """Titles of the items that the bot said are on the roadmap."""
    moves: set[str] = field(default_factory=set)
    """Reasons for the moves that the bot said are done."""
    deliveries: int = 0
    on_ack: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self._reacting = {self.sandbox.person(name).id for name in REACTING}
        self._watch(self.sandbox.socket)

    async def visit(self, url: str) -> None:
        """Let Slack deliver over HTTP to that address from now on."""
        await self.sandbox.deliver_to(url)
        self._watch(self.sandbox.slack.delivery.transport)

    def _watch(self, transport: Transport) -> None:
        transport.send = partial(self._send_and_note, transport.send)  # type: ignore[method-assign]  # acks: only here

    async def _send_and_note(
        self, send: Send, kind: EnvelopeType, payload: Json, *, retry_attempt: int, retry_reason: str
    ) -> Json | None:
        reply = await send(kind, payload, retry_attempt=retry_attempt, retry_reason=retry_reason)
        event = payload.get("event") or {}
        if event.get("reaction") in DEFAULT_REACTIONS and event["user"] in self._reacting:
            self.deliveries += 1
            self.support.add(((event["item"]["channel"], event["item"]["ts"]), event["user"]))
            if self.on_ack is not None:
                self.on_ack()
        return reply


class People:
    """The crowd of one run."""

    def __init__(self, sandbox: Sandbox, chance: Random) -> None:
        self._sandbox = sandbox
        self._chance = chance
        self.acks = Acks(sandbox)
        self.support: dict[Place, set[str]] = {}
        """Who stands behind which message, by reaction or by button."""
        self.forms: dict[Place, tuple[str, str]] = {}
        """Who captured which message by form, and the problem they wrote."""
        self.typed = 0
        """Commands, none of which is typed again when its answer was not seen."""
        self.not_saved: set[str] = set()
        """Titles and reasons of which the bot said that they were not saved."""
        self._busy: list[asyncio.Task[None]] = []
        self._desks = {name: asyncio.Lock() for name in WITH_FORMS}

    async def capture(self, messages: int) -> None:
        """Write some messages, and let several people react to each of them, all at once."""
        for _ in range(messages):
            said = await self._writes()
            for name in self._chance.sample(REACTING, self._chance.randint(2, 4)):
                await self._reacts(name, said, "bulb" if self._chance.random() < 0.8 else "bug")

    async def join_in(self, votes: int) -> None:
        """Let people say "me too" where the bot has put its receipt, by reaction or on the card."""
        received = [self._message(place) for place in self.support if self._has_receipt(place)]
        for said in self._chance.sample(received, min(votes, len(received))):
            others = [name for name in REACTING if self._sandbox.person(name).id not in self.support[_place(said)]]
            if not others:
                continue
            name, card = self._chance.choice(others), next(self._cards(said), None)
            if card is None or self._chance.random() < 0.5:
                await self._reacts(name, said, "heavy_plus_sign")
            else:
                self._begin(self._clicks(name, said, card))

    async def fill_in(self, forms: int) -> None:
        """Let people capture messages by form, as often as it takes until Slack has closed their modal."""
        for _ in range(forms):
            said, name = await self._writes(), self._chance.choice(WITH_FORMS)
            self.forms[_place(said)] = (self._sandbox.person(name).id, f"Problem number {len(self.forms)}")
            self._begin(self._captures_by_form(name, said))

    async def decide(self) -> str:
        """Let a product manager move something on the roadmap, and add to it; return the answer to the latter."""
        title, reason = f"Wish number {self.typed}", f"Reason number {self.typed}"
        self.typed += 1
        lane = ("next", "later", "now")[self.typed % 3]
        if "→" in await self._types(f'/roadmap move RM-1 {lane} reason:"{reason}"', reason):
            self.acks.moves.add(reason)
        said = await self._types(f"/roadmap add {title}", title)
        if "Added RM-" in said:
            self.acks.items.add(title)
        return said

    async def ask_for_summary(self) -> None:
        """Let somebody have a thread summarized."""
        said = self._message(self._chance.choice(list(self.support)))
        await self._sandbox.person("noa").message_shortcut(said.channel, said.ts, ids.SUMMARIZE)

    async def done(self) -> None:
        """Wait until everybody has done what they began."""
        await asyncio.gather(*self._busy)

    async def leave(self) -> None:
        """Let everybody drop what they were doing."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._busy.append(asyncio.get_running_loop().create_task(work))

    async def _types(self, command: str, about: str) -> str:
        outcome = await self._sandbox.person("uma").command("#alpha", command)
        said = " ".join(one.text for one in outcome.answers) if outcome.acknowledged else str(outcome.notice)
        if "not saved" in said:
            self.not_saved.add(about)
        return said

    async def _writes(self) -> Message:
        author = self._sandbox.person("uma")
        topic = self._chance.choice(("exports", "the audit log", "dark mode", "invoices", "search"))
        return await author.post(f"#{self._chance.choice(CHANNELS)}", f"We can't work without {topic} any more.")

    async def _reacts(self, name: str, said: Message, emoji: str) -> None:
        person = self._sandbox.person(name)
        self.support.setdefault(_place(said), set()).add(person.id)
        await person.react(said.channel, said.ts, emoji)

    async def _clicks(self, name: str, said: Message, card: Message) -> None:
        person = self._sandbox.person(name)
        self.support[_place(said)].add(person.id)
        where = Where(channel=card.channel, ts=card.ts)
        while True:
            block, element, _ = pressed(card.blocks or [], self._me_too(card))
            if (await person.click(where, block["block_id"], element["action_id"])).acknowledged:
                break
            await self._catches_breath()
        self.acks.support.add((_place(said), person.id))

    async def _captures_by_form(self, name: str, said: Message) -> None:
        person, (_, problem) = self._sandbox.person(name), self.forms[_place(said)]
        entered = {"problem": {"value": {"type": "plain_text_input", "value": problem}}}
        async with self._desks[name]:
            while True:
                view = await self._opens_form(person, said)
                with suppress(RefusedError):  # another modal has taken its place meanwhile
                    done = await person.submit(view.id, entered)
                    assert not done.errors, done.errors
                    if done.notice is None:
                        break
                await self._catches_breath()
        self.acks.forms.add(_place(said))

    async def _opens_form(self, person: Person, said: Message) -> View:
        here = self._sandbox.workspace
        while True:
            top = here.top_view(person.id)
            if top is not None and said.ts in top.body["private_metadata"]:
                return top
            if top is not None:  # of an earlier message, opened too late
                await person.close(top.id)
            await self._catches_breath()
            await person.message_shortcut(said.channel, said.ts, ids.CAPTURE)
            with suppress(AssertionError):
                await until(here, lambda: here.top_view(person.id), "no modal", timeout=3.0)

    async def _catches_breath(self) -> None:
        """Wait as a person does before they try again; there is nothing to wait for while the bot is gone."""
        await asyncio.sleep(0.1)

    def _message(self, place: Place) -> Message:
        return self._sandbox.workspace.messages[place[0]][place[1]]

    def _has_receipt(self, place: Place) -> bool:
        return "inbox_tray" in self._message(place).reactions

    def _cards(self, said: Message) -> Iterator[Message]:
        replies = self._sandbox.workspace.replies(said)
        return (one for one in replies if one.bot_id is not None)

    def _me_too(self, card: Message) -> str:
        buttons = [e["text"]["text"] for b in card.blocks or [] if b["type"] == "actions" for e in b["elements"]]
        return next(str(label) for label in buttons if label.startswith("Me too"))


def _place(said: Message) -> Place:
    return said.channel, said.ts
