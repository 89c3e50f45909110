"""The words of scenarios: what people do in Slack and see there, against the sandbox.

`slack.as_("mina")` is a person; `await mina.writes("#acme", "…")`, `await mina.types("#product", "/roadmap")`,
`await mina.uses("Capture feedback", on=message)`, `await mina.clicks("Undo", on=card)`, `await mina.sees("#acme",
containing="FB-1")`. Everything that takes time waits for its condition, up to ten seconds, woken by each change.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from bot.sandbox import Sandbox, acts, workspace
from bot.sandbox.block_parts import elements_of, every
from bot.sandbox.workspace import Json, View
from tests.reading import form, label_of, labels, pressed
from tests.seen import PATIENCE, Message, Modal, Reply, until

__all__ = ["Message", "Modal", "Reply", "Slack", "Slacker"]

T = TypeVar("T")


class Slack:
    """The sandbox as the people in a scenario know it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.workspace = sandbox.workspace

    def as_(self, name: str) -> "Slacker":
        """Return somebody by handle."""
        return Slacker(self, name)

    def moves_clock_to(self, when: datetime) -> None:
        """Move the calendar forward to a time that knows its zone."""
        self.sandbox.clock.move_to(when.timestamp())

    async def until(
        self, condition: Callable[[], T | None], hope: str | Callable[[], str], timeout: float = PATIENCE
    ) -> T:
        """Wait until `condition()` gives something; it is asked again after each change."""
        return await until(self.workspace, condition, hope, timeout)

    async def settled(self) -> None:
        """Wait until the bot has acknowledged every event so far."""
        await self.sandbox.delivered()


class Slacker:
    """A person at work in Slack."""

    def __init__(self, slack: Slack, name: str) -> None:
        self.slack = slack
        self.person = slack.sandbox.person(name)
        self.id = self.person.id

    # doing

    async def writes(self, channel: str, text: str, *, thread: Message | None = None) -> Message:
        """Write a message in a channel, or in a thread."""
        raw = await self.person.post(channel, text, thread.ts if thread is not None else None)
        return Message(self.slack.workspace, raw)

    async def edits(self, message: Message, text: str) -> None:
        """Change one of their messages."""
        await self.person.edit(message.channel, message.ts, text)

    async def deletes(self, message: Message) -> None:
        """Delete one of their messages."""
        await self.person.delete(message.channel, message.ts)

    async def reacts(self, message: Message, emoji: str) -> None:
        """React to a message."""
        await self.person.react(message.channel, message.ts, emoji)

    async def unreacts(self, message: Message, emoji: str) -> None:
        """Take a reaction back."""
        await self.person.unreact(message.channel, message.ts, emoji)

    async def types(self, channel: str, command: str) -> Reply:
        """Type a slash command and wait for the answer, seen by them alone or by the channel."""
        place = self.person.channel(channel).id
        before = self._from_bot(place)
        outcome = await self.person.command(channel, command)
        assert outcome.notice is None, outcome.notice
        return await self._answer(place, before, outcome, command)

    async def opens(self, channel: str, command: str) -> Modal:
        """Type a slash command and wait for the modal it opens."""
        before = set(map(id, self._stack()))
        outcome = await self.person.command(channel, command)
        assert outcome.notice is None, outcome.notice
        return await self._new_modal(before, command)

    async def uses(self, shortcut: str, *, on: Message | None = None) -> Modal:
        """Use a shortcut by its visible name, on a message or from anywhere, and wait for the modal it opens."""
        before = set(map(id, self._stack()))
        await self._use(shortcut, on)
        return await self._new_modal(before, shortcut)

    async def runs(self, shortcut: str, *, on: Message) -> Reply:
        """Use a shortcut that answers with a message instead of a modal, and wait for it."""
        before = self._from_bot(on.channel)
        outcome = await self._use(shortcut, on)
        return await self._answer(on.channel, before, outcome, shortcut)

    async def clicks(self, label: str, *, on: Message | Modal) -> acts.Outcome:
        """Press a button, or choose in an overflow menu, by its label."""
        block, element, value = pressed(on.blocks, label)
        outcome = await self.person.click(
            self._where(on), block["block_id"], element["action_id"], value, await self._state(on)
        )
        assert outcome.notice is None, f"{label}: {outcome.notice}"
        return outcome

    async def chooses(self, option: Any, *, in_: str, on: Message | Modal) -> acts.Outcome:
        """Choose in a menu that acts at once; `in_` is its block_id, action_id or label."""
        for block in every(on.blocks):
            for element in elements_of(block):
                if in_ in (block.get("block_id"), element.get("action_id"), label_of(element)):
                    value = form(element, option, self.slack.workspace)
                    where, state = self._where(on), await self._state(on)
                    return await self.person.click(where, block["block_id"], element["action_id"], value, state)
        raise AssertionError(f"There is no menu {in_!r}. There is: {labels(on.blocks)}")

    async def opens_home(self, *containing: str) -> Modal:
        """Open the app's Home tab and wait until it shows these words."""
        await self.person.open_home("home")
        return await self.sees_home(*containing)

    async def uploads(self, channel: str, name: str, text: str = "", content: bytes = b"words") -> Message:
        """Share a file, perhaps with words."""
        raw = await self.person.upload(channel, name, content, text)
        return Message(self.slack.workspace, raw)

    async def invites(self, channel: str, other: "Slacker") -> None:
        """Bring somebody else into a channel."""
        await self.person.invite(channel, other.id)

    async def archives(self, channel: str) -> None:
        """Archive a channel."""
        await self.person.archive(channel)

    async def unarchives(self, channel: str) -> None:
        """Bring an archived channel back."""
        await self.person.unarchive(channel)

    async def shares(self, channel: str, *, with_team: str = "T02ACME") -> None:
        """Let another company into a channel."""
        await self.person.share(channel, with_team)

    async def unshares(self, channel: str) -> None:
        """Make a channel the company's own again."""
        await self.person.unshare(channel)

    async def changes_profile(self, **new: Any) -> None:
        """Change who they are: real_name, title, tz, is_admin, is_guest, is_deleted."""
        self.person.slack.administration.change(self.person.user, **new)

    async def invites_bot(self, channel: str) -> None:
        """Bring the bot into a channel."""
        await self.person.invite_bot(channel)

    async def removes_bot(self, channel: str) -> None:
        """Take the bot out of a channel."""
        await self.person.remove_bot(channel)

    # seeing

    def reads(self, message: Message) -> str:
        """Return the words of a message, once it is sure that they may see it."""
        self.person.message(message.channel, message.ts)
        return message.text

    async def sees(self, channel: str, *, containing: str = "", thread: Message | None = None) -> Message:
        """Wait for a message with these words, the newest if several; `thread` looks in that thread only."""
        place = self.person.channel(channel).id

        def newest() -> Message | None:
            said = self.slack.workspace.messages.get(place, {}).values()
            chosen = [m for m in said if thread is None or (m.is_reply and m.thread_ts == thread.ts)]
            return self._containing(chosen, containing)

        return await self.slack.until(
            newest, lambda: f"{channel} has no message with {containing!r}.\n{self._all(place)}"
        )

    async def sees_only_me(self, channel: str, *, containing: str = "") -> Message:
        """Wait for a message that only they see."""
        place = self.person.channel(channel).id

        def newest() -> Message | None:
            mine = [m for m in self.slack.workspace.ephemerals if (m.channel, m.only_for) == (place, self.id)]
            return self._containing(mine, containing)

        hope = f"Nothing only for {self.person.user.name} in {channel} with {containing!r}."
        return await self.slack.until(newest, hope)

    async def dm_from_bot(self, *, containing: str = "") -> Message:
        """Wait for a direct message from the bot."""
        bot = self.slack.sandbox.app.bot_user_id

        def newest() -> Message | None:
            dm = self.slack.workspace.find_direct_message(self.id, bot)
            said = self.slack.workspace.messages.get(dm.id, {}).values() if dm is not None else ()
            return self._containing([m for m in said if m.bot_id is not None], containing)

        hope = f"The bot wrote {self.person.user.name} nothing with {containing!r}."
        return await self.slack.until(newest, hope)

    async def sees_modal(self, title: str = "") -> Modal:
        """Wait for a modal on top whose title has these words."""

        def top() -> Modal | None:
            view = self.slack.workspace.top_view(self.id)
            return Modal(self.person, view) if view is not None and title in view.body["title"]["text"] else None

        return await self.slack.until(top, f"No modal called {title!r}.")

    async def sees_home(self, *containing: str) -> Modal:
        """Wait until the app's Home shows these words."""

        def home() -> Modal | None:
            view = self.slack.workspace.homes.get(self.id)
            seen = Modal(self.person, view) if view is not None else None
            return seen if seen is not None and all(words in seen.text for words in containing) else None

        return await self.slack.until(home, f"The Home tab does not show {containing}.")

    async def no_longer_sees(self, message: Message) -> None:
        """Wait until a message is gone."""
        await self.slack.until(lambda: True if message.is_gone else None, f"{message!r} is still there.")

    # how it is done

    def _stack(self) -> list[View]:
        return self.slack.workspace.stacks.get(self.id, [])

    def _where(self, on: Message | Modal) -> acts.Where:
        if isinstance(on, Message):
            return acts.Where(channel=on.channel, ts=on.ts)
        return acts.Where(home=True) if on.view.body["type"] == "home" else acts.Where(view_id=on.view.id)

    async def _state(self, on: Message | Modal) -> dict[str, dict[str, Json]] | None:
        return await on.entered() if isinstance(on, Modal) else None

    async def _use(self, name: str, on: Message | None) -> acts.Outcome:
        kind = "global" if on is None else "message"
        found = [s for s in self.slack.sandbox.app.shortcuts if (s["name"], s["type"]) == (name, kind)]
        assert found, f"There is no {kind} shortcut called {name!r}."
        callback_id = found[0]["callback_id"]
        if on is None:
            outcome = await self.person.global_shortcut(callback_id)
        else:
            outcome = await self.person.message_shortcut(on.channel, on.ts, callback_id)
        assert outcome.notice is None, outcome.notice
        return outcome

    async def _new_modal(self, before: set[int], what: str) -> Modal:
        def opened() -> Modal | None:
            fresh = [view for view in self._stack() if id(view) not in before]
            return Modal(self.person, fresh[-1]) if fresh else None

        return await self.slack.until(opened, f"{what} opened no modal.")

    def _from_bot(self, place: str) -> set[str]:
        return {m.ts for m in self._bot_messages(place)}

    def _bot_messages(self, place: str) -> Iterator[workspace.Message]:
        for message in self.slack.workspace.messages.get(place, {}).values():
            if message.bot_id is not None:
                yield message
        for message in self.slack.workspace.ephemerals:
            if (message.channel, message.only_for) == (place, self.id):
                yield message

    async def _answer(self, place: str, before: set[str], outcome: acts.Outcome, what: str) -> Reply:
        def answered() -> Reply | None:
            fresh = [m for m in self._bot_messages(place) if m.ts not in before]
            direct = outcome.answers or fresh
            return Reply(self.slack.workspace, direct[0]) if direct else None

        return await self.slack.until(answered, f"{what} was not answered.")

    def _containing(self, chosen: list[workspace.Message], words: str) -> Message | None:
        seen = [Message(self.slack.workspace, message) for message in sorted(chosen, key=lambda m: m.ts)]
        return next((message for message in reversed(seen) if words in message.text), None)

    def _all(self, place: str) -> str:
        said = self.slack.workspace.messages.get(place, {}).values()
        return "\n".join(repr(Message(self.slack.workspace, message)) for message in said)
