"""What people see: messages and modals, live, so that what the bot changes later is read here."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.sandbox import acts, workspace
from bot.sandbox.block_parts import elements_of
from bot.sandbox.workspace import Json, View, Workspace
from tests.reading import blocks_text, form, labels, plain, shown

T = TypeVar("T")
PATIENCE = 10.0


async def until(
    here: Workspace, condition: Callable[[], T | None], hope: str | Callable[[], str], timeout: float = PATIENCE
) -> T:
    """Wait until `condition()` gives something; it is asked again after each change.

    Fails after `timeout` seconds with `hope`, the sentence that says what did not come true.
    """
    changed = asyncio.Event()
    stop = here.subscribe(lambda _: changed.set())
    try:
        async with asyncio.timeout(timeout):
            while True:
                changed.clear()
                if (found := condition()) is not None:
                    return found
                await changed.wait()
    except TimeoutError:
        raise AssertionError(f"After {timeout:g} s: {hope if isinstance(hope, str) else hope()}") from None
    finally:
        stop()


class Message:
    """A message as a person reads it."""

    def __init__(self, here: Workspace, raw: workspace.Message) -> None:
        self._here = here
        self.raw = raw

    def __repr__(self) -> str:
        return f"<{self.channel} {self.ts}: {self.text!r}>"

    @property
    def ts(self) -> str:
        """Return its ts."""
        return self.raw.ts

    @property
    def channel(self) -> str:
        """Return the id of its channel."""
        return self.raw.channel

    @property
    def text(self) -> str:
        """Return all that is to read: the blocks when there are some, as Slack shows them, else the text."""
        attached = [block for part in self.raw.attachments or [] for block in part.get("blocks") or []]
        below = f"\n{blocks_text(attached, self._here)}" if attached else ""
        if self.raw.blocks and self.raw.bot_id:
            return blocks_text(self.raw.blocks, self._here) + below
        return plain(self.raw.text, self._here) + below

    @property
    def notification(self) -> str:
        """Return the top-level text, which notifications and screen readers give."""
        return plain(self.raw.text, self._here)

    @property
    def blocks(self) -> list[Json]:
        """Return the blocks as they were sent."""
        return self.raw.blocks or []

    @property
    def buttons(self) -> list[str]:
        """List what can be pressed, by label."""
        return labels(self.blocks)

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Return emoji names with the handles of those who reacted."""
        return {name: [self._here.users[user].name for user in who] for name, who in self.raw.reactions.items()}

    @property
    def is_ephemeral(self) -> bool:
        """Say whether only one person sees it."""
        return self.raw.only_for is not None

    @property
    def thread_ts(self) -> str | None:
        """Return the root's ts when it is in a thread."""
        return self.raw.thread_ts

    @property
    def is_gone(self) -> bool:
        """Say whether it has been deleted."""
        if self.is_ephemeral:
            return all(other is not self.raw for other in self._here.ephemerals)
        return self._here.find_message(self.channel, self.ts) is None or self.raw.subtype == "tombstone"

    async def shows(self, *containing: str) -> "Message":
        """Wait until all these words are to read in it."""
        return await until(
            self._here,
            lambda: self if all(words in self.text for words in containing) else None,
            lambda: f"The message did not show {containing}. It shows:\n{self.text}",
        )


class Reply(Message):
    """What the bot answered to a command or a shortcut."""


class Modal:
    """A modal, or the App Home, as a person sees it."""

    def __init__(self, person: acts.Person, view: View) -> None:
        self._person = person
        self._here = person.slack.workspace
        self._wishes: dict[str, Any] = {}
        self.view = view

    def __repr__(self) -> str:
        return f"<{self.title}: {self.text!r}>"

    @property
    def title(self) -> str:
        """Return its title."""
        return str(self.view.body["title"]["text"])

    @property
    def text(self) -> str:
        """Return all that is to read in it."""
        return blocks_text(self.blocks, self._here)

    @property
    def blocks(self) -> list[Json]:
        """Return the blocks as they were sent."""
        blocks: list[Json] = self.view.body["blocks"]
        return blocks

    @property
    def buttons(self) -> list[str]:
        """List what can be pressed, by label."""
        return labels([block for block in self.blocks if block["type"] != "input"])

    @property
    def fields(self) -> dict[str, Any]:
        """Return the inputs by block_id, with what they hold as a reader sees it."""
        held = {block: shown(next(iter(actions.values())), self._here) for block, actions in self.view.values.items()}
        return held | self._wishes

    @property
    def errors(self) -> dict[str, str]:
        """Return what stands next to its fields in red."""
        return dict(self.view.errors or {})

    @property
    def is_open(self) -> bool:
        """Say whether it is still on the screen, or below another."""
        return any(view is self.view for view in self._here.stacks.get(self._person.id, []))

    def options(self, block_id: str) -> list[str]:
        """List the options of a field, by their words."""
        element = self._element(block_id)
        groups = element.get("option_groups") or []
        every = [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
        return [option["text"]["text"] for option in every]

    def fill(self, **values: Any) -> "Modal":
        """Enter values by block_id; options by their visible words, people by handle, channels by #name."""
        unknown = set(values) - {block["block_id"] for block in self.blocks}
        assert not unknown, f"{self.title} has no field {sorted(unknown)}. It has: {list(self.fields)}"
        self._wishes |= values
        return self

    def _element(self, block_id: str) -> Json:
        block = next(block for block in self.blocks if block["block_id"] == block_id)
        return elements_of(block)[0]

    async def entered(self) -> dict[str, dict[str, Json]]:
        """Return what was filled in, in Slack's state form."""
        state: dict[str, dict[str, Json]] = {}
        for block_id, value in self._wishes.items():
            element = self._element(block_id)
            options = await self._suggested(block_id, element, value) if "external" in element["type"] else None
            state[block_id] = {element["action_id"]: form(element, value, self._here, options)}
        return state

    async def _suggested(self, block_id: str, element: Json, value: Any) -> list[Json]:
        where = acts.Where(view_id=self.view.id)
        found: list[Json] = []
        for typed in value if isinstance(value, list) else [value]:
            answer = await self._person.suggestions(where, block_id, element["action_id"], str(typed or ""))
            groups = answer.get("option_groups") or []
            found += [*(answer.get("options") or []), *(o for group in groups for o in group["options"])]
        return found

    async def submit(self) -> "dict[str, str] | Modal | None":
        """Press its submit button: None when all is closed, the errors, or the modal that is seen next."""
        done = await self._person.submit(self.view.id, await self.entered())
        assert done.notice is None, f"{self.title} could not be submitted: {done.notice}"
        self._wishes = {}
        if done.errors:
            return done.errors
        if done.view is None:
            return None
        return self if done.view is self.view else Modal(self._person, done.view)

    async def close(self) -> None:
        """Close it without submitting."""
        await self._person.close(self.view.id)

    async def shows(self, *containing: str) -> "Modal":
        """Wait until all these words are to read in it."""
        return await until(
            self._here,
            lambda: self if all(words in self.text for words in containing) else None,
            lambda: f"{self.title} did not show {containing}. It shows:\n{self.text}",
        )
