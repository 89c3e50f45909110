"""What a person does without the app: read, write, react, come and go; the app hears of it by events."""

from collections.abc import Sequence

from bot.errors import BotError
from bot.sandbox.local_slack import LocalSlack
from bot.sandbox.rich_text import rich_text, typed
from bot.sandbox.workspace import Channel, Message, User, View


class RefusedError(BotError):
    """Slack does not let you do that here."""


class Member:
    """One member of the workspace, as Slack's client lets them talk."""

    def __init__(self, slack: LocalSlack, user: User) -> None:
        self.slack = slack
        self.user = user

    @property
    def id(self) -> str:
        """Return the person's user id."""
        return self.user.id

    # finding

    def channel(self, name: str) -> Channel:
        """Return a channel by #name or id; DMs with `@name`; raise RefusedError when it is not theirs to see."""
        if name.startswith("@"):
            return self.slack.workspace.direct_message(self.id, self.slack.workspace.user_named(name).id)
        try:
            found = self.slack.workspace.channel_named(name)
        except KeyError as unknown:
            raise RefusedError(f"There is no channel {name} that you can see.") from unknown
        if found not in self.slack.workspace.visible_to(self.id):
            raise RefusedError(f"There is no channel {name} that you can see.")
        return found

    def message(self, channel: str, ts: str) -> Message:
        """Return a message this person sees, ephemeral ones included."""
        place = self.channel(channel)
        workspace = self.slack.workspace
        found = workspace.find_message(place.id, ts) or workspace.find_ephemeral(place.id, ts, self.id)
        if found is None:
            raise RefusedError("That message is gone.")
        return found

    def _own(self, channel: str, ts: str) -> Message:
        message = self.message(channel, ts)
        if message.user != self.id:
            raise RefusedError("You can only change your own messages.")
        return message

    def _view(self, view_id: str) -> View:
        for view in self.slack.workspace.stacks.get(self.id, []):
            if view.id == view_id:
                return view
        raise RefusedError("That window is closed.")

    # talking

    def _may_act(self, channel: Channel) -> None:
        if channel.is_archived:
            raise RefusedError(f"#{channel.name} is archived.")
        if self.id not in channel.members:
            raise RefusedError(f"You are not in #{channel.name}. Join it first.")

    def _may_write(self, channel: Channel) -> None:
        self._may_act(channel)
        if channel.is_im and self.slack.app.bot_user_id in channel.members and not self.slack.app.takes_messages:
            raise RefusedError("Sending messages to this app has been turned off.")

    async def post(self, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message, or a reply; @names and #channels become mentions."""
        place = self.channel(channel)
        self._may_write(place)
        if not text.strip():
            raise RefusedError("Write something first.")
        root = self._root(channel, thread_ts)
        return self.slack.talk.says(self.id, place, typed(text, self.slack.workspace), root)

    def _root(self, channel: str, thread_ts: str | None) -> str | None:
        if thread_ts is None:
            return None
        meant = self.message(channel, thread_ts)
        return meant.thread_ts or meant.ts

    async def edit(self, channel: str, ts: str, text: str) -> Message:
        """Change what one of their messages says."""
        message = self._own(channel, ts)
        new = typed(text, self.slack.workspace)
        blocks = [rich_text(new, self.slack.workspace.new_id("b"))]
        self.slack.talk.change(message, self.id, text=new, blocks=blocks)
        return message

    async def delete(self, channel: str, ts: str) -> None:
        """Delete one of their messages."""
        self.slack.talk.delete(self._own(channel, ts))

    async def react(self, channel: str, ts: str, name: str) -> None:
        """React with an emoji; a second time changes nothing."""
        self._may_act(self.channel(channel))
        self.slack.talk.react(self.message(channel, ts), self.id, name.strip(":"))

    async def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take a reaction back."""
        self._may_act(self.channel(channel))
        self.slack.talk.unreact(self.message(channel, ts), self.id, name.strip(":"))

    async def read(self, channel: str) -> None:
        """Mark a channel as read."""
        place = self.channel(channel).id
        newest = max(self.slack.workspace.messages.get(place, {}), default="0")
        self.slack.workspace.read_up_to.setdefault(self.id, {})[place] = newest

    async def dismiss_ephemeral(self, channel: str, ts: str) -> None:
        """Dismiss a message that only they see."""
        message = self.slack.workspace.find_ephemeral(self.channel(channel).id, ts, self.id)
        if message is not None:
            self.slack.workspace.drop_message(message)

    async def open_dm(self, user: str) -> Channel:
        """Open the direct message with somebody, or with the app."""
        if user not in self.slack.workspace.users:
            raise RefusedError("There is nobody like that here.")
        return self.slack.workspace.direct_message(self.id, user)

    async def upload(
        self, channel: str, name: str, content: bytes, text: str = "", thread_ts: str | None = None
    ) -> Message:
        """Share a file, perhaps with words, in a channel or in a thread."""
        return await self.share_files(channel, [(name, content)], text, thread_ts)

    async def share_files(
        self, channel: str, files: Sequence[tuple[str, bytes]], text: str = "", thread_ts: str | None = None
    ) -> Message:
        """Share files, each with its name, in one message."""
        place = self.channel(channel)
        self._may_write(place)
        root = self._root(channel, thread_ts)
        kept = [self.slack.uploads.keep(self.id, name, content) for name, content in files]
        shapes = [self.slack.uploads.share(file, place) for file in kept]
        return self.slack.talk.says(self.id, place, typed(text, self.slack.workspace), root, shapes)

    # membership

    async def join(self, channel: str) -> None:
        """Join a public channel."""
        place = self.channel(channel)
        if self.id not in place.members:
            self.slack.talk.join(place, self.id)

    async def invite_bot(self, channel: str) -> None:
        """Bring the app into a channel, as /invite does."""
        await self.invite(channel, self.slack.app.bot_user_id)

    async def remove_bot(self, channel: str) -> None:
        """Take the app out of a channel."""
        await self.remove(channel, self.slack.app.bot_user_id)

    async def invite(self, channel: str, user: str) -> None:
        """Bring somebody else into a channel."""
        place = self.channel(channel)
        if self.id not in place.members:
            raise RefusedError(f"You are not in #{place.name}. Join it first.")
        if user not in place.members:
            self.slack.talk.join(place, user, inviter=self.id)

    async def remove(self, channel: str, user: str) -> None:
        """Take somebody out of a channel."""
        place = self.channel(channel)
        if user in place.members and not place.is_im:
            self.slack.talk.leave(place, user, actor=self.id)

    async def leave(self, channel: str) -> None:
        """Leave a channel."""
        await self.remove(channel, self.id)

    # what becomes of a channel

    def _to_run(self, channel: str) -> Channel:
        if self.user.is_guest or self.user.team_id != self.slack.workspace.team_id:
            raise RefusedError("Guests can't do that.")
        return self.channel(channel)

    async def archive(self, channel: str) -> None:
        """Archive a channel."""
        self.slack.talk.archive(self._to_run(channel), self.id)

    async def unarchive(self, channel: str) -> None:
        """Bring an archived channel back."""
        self.slack.talk.archive(self._to_run(channel), self.id, archived=False)

    async def rename(self, channel: str, name: str) -> None:
        """Give a channel another name."""
        self.slack.talk.rename(self._to_run(channel), name.removeprefix("#"))

    async def share(self, channel: str, team: str) -> None:
        """Let another company into a channel."""
        self.slack.talk.share(self._to_run(channel), team)

    async def unshare(self, channel: str) -> None:
        """Make a channel the company's own again."""
        self.slack.talk.unshare(self._to_run(channel))
