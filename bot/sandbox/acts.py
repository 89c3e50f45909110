"""What a person asks of the app: commands, shortcuts, clicks, modals. Each waits for the app's acknowledgement."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.answers import check_submission, check_suggestions
from bot.sandbox.delivery import EnvelopeType, NotDelivered
from bot.sandbox.forms import complaints, enter, entered
from bot.sandbox.member import Member, RefusedError
from bot.sandbox.payloads import find_element
from bot.sandbox.rich_text import typed
from bot.sandbox.slack_error import SlackError
from bot.sandbox.workspace import Json, Message, View

TROUBLE = "We had some trouble connecting. Try again?"
TIMED_OUT = "Operation timed out. Apps need to respond within 3 seconds."


@dataclass
class Outcome:
    """How something that the app had to acknowledge ended."""

    notice: str | None = None
    """Slack's words for the person when it did not work; None when the app acknowledged."""
    answers: list[Message] = field(default_factory=list)
    """What the app answered through the acknowledgement or the response URL; later answers are added."""

    @property
    def acknowledged(self) -> bool:
        """Say whether the app acknowledged in time."""
        return self.notice is None


@dataclass
class Submission:
    """How a submitted modal ended."""

    errors: dict[str, str] = field(default_factory=dict)
    notice: str | None = None
    view: View | None = None
    """The modal that the person sees now."""


@dataclass(frozen=True)
class Where:
    """Where a button is: in a message (perhaps an ephemeral one), in a modal, or on the Home."""

    channel: str = ""
    ts: str = ""
    view_id: str = ""
    home: bool = False


class Person(Member):
    """One person of the workspace, with all that Slack's client lets them do."""

    # asking the app

    async def _ask(self, kind: EnvelopeType, payload: Json, outcome: Outcome, what: str) -> Json | None:
        """Send and wait; when it fails, say so in Slack's words."""
        try:
            return await self.slack.delivery.request(kind, payload)
        except NotDelivered as missed:
            outcome.notice = f'{what} failed with the error "{missed.failure}"'
            self.slack.workspace.notify(self.id, outcome.notice)
            return None

    async def command(self, channel: str, text: str) -> Outcome:
        """Type a slash command; return when the app has acknowledged, or did not in time."""
        place = self.channel(channel)
        name, rest = [*text.split(maxsplit=1), "", ""][:2]
        if await self._did_itself(name, channel, rest.strip()):
            return Outcome()
        command = self.slack.app.command(name)
        if command is None or self.user.team_id != self.slack.workspace.team_id:
            outcome = Outcome(notice=f"{name} is not a valid command.")
            self.slack.workspace.notify(self.id, f"{name} is not a valid command.")
            return outcome
        rest = rest.strip()
        if command.get("should_escape"):
            rest = typed(rest, self.slack.workspace, named=True)
        url, answers = self.slack.response_urls.new(self.id, place.id)
        outcome = Outcome(answers=answers.answers)
        trigger_id = self.slack.triggers.new(self.id)
        payload = self.slack.payloads.command(self.user, place, name, rest, trigger_id=trigger_id, response_url=url)
        reply = await self._ask("slash_commands", payload, outcome, name)
        if reply and (reply.get("text") or reply.get("blocks") or reply.get("attachments")):
            try:
                self.slack.response_urls.answer(answers, reply, kind="command")
            except SlackError as refusal:
                outcome.notice = f'{name} failed with the error "{refusal.error}"'
                self.slack.workspace.notify(self.id, outcome.notice)
        return outcome

    async def _did_itself(self, name: str, channel: str, rest: str) -> bool:
        """Do what Slack's own commands do: /invite, /remove, /leave, /archive, /rename; return False for others."""
        if name in ("/invite", "/remove"):
            try:
                other = self.slack.workspace.user_named(rest.strip("<>")).id
            except KeyError as unknown:
                raise RefusedError(f"There is nobody called {rest} here.") from unknown
            await (self.invite(channel, other) if name == "/invite" else self.remove(channel, other))
        elif name == "/leave":
            await self.leave(channel)
        elif name == "/archive":
            await self.archive(channel)
        elif name == "/rename" and rest:
            await self.rename(channel, rest)
        else:
            return False
        return True

    async def message_shortcut(self, channel: str, ts: str, callback_id: str) -> Outcome:
        """Use one of the app's shortcuts on a message."""
        message = self.message(channel, ts)
        shortcut = self.slack.app.shortcut(callback_id, "message")
        if shortcut is None or self.user.team_id != self.slack.workspace.team_id:
            raise RefusedError("There is no such shortcut.")
        place = self.slack.workspace.channels[message.channel]
        url, answers = self.slack.response_urls.new(self.id, place.id)
        outcome = Outcome(answers=answers.answers)
        trigger_id = self.slack.triggers.new(self.id)
        payload = self.slack.payloads.message_shortcut(
            self.user, place, message, callback_id, trigger_id=trigger_id, response_url=url
        )
        await self._ask("interactive", payload, outcome, shortcut["name"])
        return outcome

    async def global_shortcut(self, callback_id: str) -> Outcome:
        """Use one of the app's shortcuts from anywhere."""
        shortcut = self.slack.app.shortcut(callback_id, "global")
        if shortcut is None or self.user.team_id != self.slack.workspace.team_id:
            raise RefusedError("There is no such shortcut.")
        outcome = Outcome()
        trigger_id = self.slack.triggers.new(self.id)
        payload = self.slack.payloads.global_shortcut(self.user, callback_id, trigger_id=trigger_id)
        await self._ask("interactive", payload, outcome, shortcut["name"])
        return outcome

    # clicking

    def _seen_view(self, where: Where) -> View | None:
        if where.view_id:
            return self._view(where.view_id)
        if where.home:
            home = self.slack.workspace.homes.get(self.id)
            if home is None:
                raise RefusedError("There is nothing on the Home tab yet.")
            return home
        return None

    async def click(
        self,
        where: Where,
        block_id: str,
        action_id: str,
        value: Json | None = None,
        state: dict[str, dict[str, Json]] | None = None,
    ) -> Outcome:
        """Press a button or choose in a menu; `value` is the element's new state, `state` a modal's other fields."""
        view = self._seen_view(where)
        outcome, trigger_id = Outcome(), self.slack.triggers.new(self.id)
        if view is not None:
            block, element = self._found(view.body["blocks"], block_id, action_id)
            enter(view, state)
            if value is not None:
                enter(view, {block_id: {action_id: value}})
            payload = self.slack.payloads.click_in_view(self.user, view, block, element, value, trigger_id=trigger_id)
        else:
            message = self.message(where.channel, where.ts)
            block, element = self._found(message.blocks or [], block_id, action_id)
            url, answers = self.slack.response_urls.new(self.id, message.channel, original=message)
            outcome.answers = answers.answers
            payload = self.slack.payloads.click_in_message(
                self.user, message, block, element, value, trigger_id=trigger_id, response_url=url, kept=state
            )
        try:
            await self.slack.delivery.request("interactive", payload)
        except NotDelivered as missed:
            outcome.notice = TIMED_OUT if missed.failure == "operation_timeout" else TROUBLE
            self.slack.workspace.notify(self.id, outcome.notice)
        return outcome

    def _found(self, blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
        try:
            return find_element(blocks, block_id, action_id)
        except KeyError as gone:
            raise RefusedError("That button is not there any more.") from gone

    async def suggestions(self, where: Where, block_id: str, action_id: str, value: str) -> Json:
        """Type into an external select; return its options or option_groups."""
        view = self._seen_view(where)
        message = None if view is not None else self.message(where.channel, where.ts)
        payload = self.slack.payloads.suggestion(self.user, block_id, action_id, value, view=view, message=message)
        try:
            reply = await self.slack.delivery.request("interactive", payload) or {"options": []}
            with self.slack.answers.taking("block_suggestion", reply):
                check_suggestions(reply)
        except (NotDelivered, SlackError):
            return {"options": []}
        return reply

    # modals and Home

    async def submit(self, view_id: str, state: dict[str, dict[str, Json]] | None = None) -> Submission:
        """Submit a modal; what Slack's client itself refuses never reaches the app."""
        view = self._view(view_id)
        enter(view, state)
        if wrong := complaints(view):
            self.slack.modals.refuse(view, wrong)
            return Submission(errors=wrong, view=view)
        view.errors = None
        trigger_id = self.slack.triggers.new(self.id)
        urls = list(self._response_urls(view))
        payload = self.slack.payloads.submission(self.user, view, trigger_id=trigger_id, response_urls=urls)
        try:
            reply = await self.slack.delivery.request("interactive", payload)
            with self.slack.answers.taking("view_submission", reply or {}):
                check_submission(view, reply or {})
                return self._after(view, reply or {})
        except (NotDelivered, SlackError):
            self.slack.workspace.notify(self.id, TROUBLE)
            return Submission(notice=TROUBLE, view=view)

    def _response_urls(self, view: View) -> Iterator[Json]:
        """Give an address for each conversation that was chosen where the app asked for one."""
        for block in view.body["blocks"]:
            element = block.get("element") or {}
            chosen = entered(view.values.get(block["block_id"], {}).get(str(element.get("action_id"))))
            if element.get("response_url_enabled") and chosen:
                url, _ = self.slack.response_urls.new(self.id, str(chosen))
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                yield ids | {"channel_id": chosen, "response_url": url}

    def _after(self, view: View, reply: Json) -> Submission:
        """Do what the app answered to a submission."""
        modals, action = self.slack.modals, reply.get("response_action")
        if action == "errors":
            modals.refuse(view, dict(reply["errors"]))
            return Submission(errors=dict(reply["errors"]), view=view)
        if action == "update":
            return Submission(view=modals.replace(view, reply["view"]))
        if action == "push":
            return Submission(view=modals.push_for(self.id, reply["view"]))
        if action == "clear":
            modals.clear(self.id)
        else:
            modals.close(view)
        return Submission(view=self.slack.workspace.top_view(self.id))

    async def close(self, view_id: str) -> None:
        """Close a modal; the app hears of it when it asked to."""
        view = self._view(view_id)
        clears = bool(view.body["clear_on_close"])
        if clears:
            self.slack.modals.clear(self.id)
        else:
            self.slack.modals.close(view)
        if view.body["notify_on_close"]:
            closed = self.slack.payloads.closed(self.user, view, is_cleared=clears)
            self.slack.delivery.courtesy("interactive", closed)

    async def open_home(self, tab: str = "home") -> None:
        """Open the app's Home tab, or its messages."""
        dm = self.slack.workspace.direct_message(self.id, self.slack.app.bot_user_id)
        self.slack.events.home_opened(dm, self.id, tab)

    async def look_at(self, channel: str) -> None:
        """Look at a channel while the app's agent is open next to it."""
        dm = self.slack.workspace.direct_message(self.id, self.slack.app.bot_user_id)
        team = self.slack.workspace.team_id
        seen = {"type": "slack#/types/channel_id", "value": self.channel(channel).id, "team_id": team}
        self.slack.events.looked_at(dm, self.id, [seen])

    async def stop(self, channel: str, ts: str) -> None:
        """Stop an answer that the app is still writing."""
        message = self.message(channel, ts)
        if self.slack.streams.stop(message):
            self.slack.events.stopped(message, self.id)
