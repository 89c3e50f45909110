"""The state of the workspace: people, channels, messages, views; and who wants to hear when it changes."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.clock import Clock

Json = dict[str, Any]
"""An object as Slack's API shows it."""

What = Literal["message", "ephemeral", "view", "home", "channel", "people", "agent", "clock", "app", "notice"]


@dataclass
class User:
    """A person, or the app's bot user."""

    id: str
    name: str
    """The handle, as in @mina."""
    real_name: str
    team_id: str
    title: str = ""
    tz: str = "UTC"
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_deleted: bool = False
    """Deactivated: gone from the company, not from what was said."""


@dataclass
class UserGroup:
    """People with one handle, such as @product-managers."""

    id: str
    handle: str
    name: str
    created: int
    updated: int
    created_by: str
    description: str = ""
    members: list[str] = field(default_factory=list)
    is_disabled: bool = False


@dataclass
class File:
    """A file that somebody, or the app, has put into the workspace."""

    id: str
    name: str
    title: str
    user: str
    created: int
    content: str
    """Its bytes, in base64."""
    alt_txt: str = ""
    channels: list[str] = field(default_factory=list)
    """Where it has been shared."""


@dataclass
class Channel:
    """A public or private channel, or a direct message between two."""

    id: str
    name: str
    created: int
    topic: str = ""
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    is_im: bool = False
    members: list[str] = field(default_factory=list)
    connected_teams: list[str] = field(default_factory=list)
    """The companies it is shared with, besides those of its members."""

    @property
    def kind(self) -> Literal["channel", "group", "im"]:
        """Name the channel as Slack's events and scopes do."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"


@dataclass
class Message:
    """A message, or an ephemeral one when `only_for` names its reader."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    """The root's ts, on replies; on a root, its own ts once it has replies."""
    bot_id: str | None = None
    subtype: str | None = None
    client_msg_id: str | None = None
    inviter: str | None = None
    """Who brought the person in, on a channel_join by invitation."""
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Emoji name to the people who reacted, in order."""
    files: list[Json] = field(default_factory=list)
    only_for: str | None = None

    @property
    def is_reply(self) -> bool:
        """Say whether it lives in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class View:
    """A modal on someone's stack, or someone's App Home."""

    user: str
    body: Json
    """The view as Slack's API shows it: id, hash, type, blocks, state, …"""
    errors: dict[str, str] | None = None
    """What the last submission was refused for, by block_id."""

    @property
    def id(self) -> str:
        """Return the view's id, `V…`."""
        return str(self.body["id"])

    @property
    def values(self) -> dict[str, dict[str, Json]]:
        """Return the current values: block_id to action_id to Slack's state form."""
        values: dict[str, dict[str, Json]] = self.body["state"]["values"]
        return values


@dataclass(frozen=True)
class Change:
    """One change, as subscribers hear it."""

    what: What
    channel: str | None = None
    user: str | None = None
    """The only person who may see it; None for all who may see the channel."""
    message: Message | None = None
    deleted_ts: str | None = None
    text: str = ""


class Workspace:
    """Hold the state; every change is published to the subscribers at once."""

    def __init__(self, clock: Clock, *, name: str, team_id: str, domain: str) -> None:
        self.clock = clock
        self.name = name
        self.team_id = team_id
        self.domain = domain
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.user_groups: dict[str, UserGroup] = {}
        self.files: dict[str, File] = {}
        self.agent: dict[str, dict[str, Json]] = {}
        """Channel to thread (empty for the top) to what the app's agent shows there: prompts, status, title."""
        self.messages: dict[str, dict[str, Message]] = {}
        self.ephemerals: list[Message] = []
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.read_up_to: dict[str, dict[str, str]] = {}
        """Person to channel to the ts of the newest message seen there."""
        self.last_ts = 0
        """The newest ts given out, in microseconds."""
        self._subscribers: list[Callable[[Change], None]] = []

    # ids and times

    def new_ts(self, at: float | None = None) -> str:
        """Return a unique message ts, later than every one before, from the calendar (or from `at`)."""
        micro = int((self.clock.now() if at is None else at) * 1_000_000)
        self.last_ts = max(micro, self.last_ts + 1)
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """Return an id in Slack's form. Random, so that none comes back when a crash loses the newest state."""
        return f"{prefix}0{secrets.token_hex(5).upper()}"

    # subscribers

    def subscribe(self, subscriber: Callable[[Change], None]) -> Callable[[], None]:
        """Call `subscriber` on every change from now on; return what ends it."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def publish(self, change: Change) -> None:
        """Tell the subscribers of a change that has been made."""
        for subscriber in list(self._subscribers):
            subscriber(change)

    # finding

    def user_named(self, name: str) -> User:
        """Return the person with this handle or id; raise KeyError when there is none."""
        wanted = name.removeprefix("@")
        for user in self.users.values():
            if wanted in (user.id, user.name):
                return user
        raise KeyError(f"There is nobody called {name} here.")

    def channel_named(self, name: str) -> Channel:
        """Return the channel with this #name or id; raise KeyError when there is none."""
        wanted = name.removeprefix("#")
        for channel in self.channels.values():
            if wanted == channel.id or (wanted == channel.name and not channel.is_im):
                return channel
        raise KeyError(f"There is no channel called {name} here.")

    def find_direct_message(self, one: str, other: str) -> Channel | None:
        """Return the DM between two, if it has been opened."""
        both = {one, other}
        return next((c for c in self.channels.values() if c.is_im and set(c.members) == both), None)

    def direct_message(self, one: str, other: str) -> Channel:
        """Return the DM between two, opened now when there was none."""
        if (found := self.find_direct_message(one, other)) is not None:
            return found
        dm = Channel(id=self.new_id("D"), name="", created=int(self.clock.now()), is_im=True, members=[one, other])
        self.channels[dm.id] = dm
        self.publish(Change("channel", channel=dm.id))
        return dm

    def find_message(self, channel: str, ts: str) -> Message | None:
        """Return a message of the channel, root or reply."""
        return self.messages.get(channel, {}).get(ts)

    def find_ephemeral(self, channel: str, ts: str, user: str) -> Message | None:
        """Return an ephemeral message that this person still sees."""
        for message in self.ephemerals:
            if (message.channel, message.ts, message.only_for) == (channel, ts, user):
                return message
        return None

    def replies(self, root: Message) -> list[Message]:
        """List the thread below a root, oldest first."""
        below = self.messages.get(root.channel, {}).values()
        return [m for m in below if m.is_reply and m.thread_ts == root.ts]

    def visible_to(self, user: str) -> Iterator[Channel]:
        """Iterate over the channels this person may see: public ones, and those they are in."""
        person = self.users[user]
        outside = person.is_guest or person.team_id != self.team_id
        for channel in self.channels.values():
            if user in channel.members or not (channel.is_private or channel.is_im or outside):
                yield channel

    # changing

    def put_message(self, message: Message) -> None:
        """Store a new or changed message, and publish it."""
        if message.only_for is not None:
            if message not in self.ephemerals:
                self.ephemerals.append(message)
            self.publish(Change("ephemeral", channel=message.channel, user=message.only_for, message=message))
            return
        self.messages.setdefault(message.channel, {})[message.ts] = message
        self.publish(Change("message", channel=message.channel, message=message))

    def drop_message(self, message: Message) -> None:
        """Remove a message, and publish that it is gone."""
        if message.only_for is not None:
            self.ephemerals = [m for m in self.ephemerals if m is not message]
            what: What = "ephemeral"
        else:
            self.messages[message.channel].pop(message.ts, None)
            what = "message"
        self.publish(Change(what, channel=message.channel, user=message.only_for, deleted_ts=message.ts))

    def notify(self, user: str, text: str) -> None:
        """Show one person a notice in Slack's own words."""
        self.publish(Change("notice", user=user, text=text))

    def top_view(self, user: str) -> View | None:
        """Return the modal that this person sees."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def find_view(self, view_id: str) -> View | None:
        """Return an open modal or a Home by its id."""
        for stack in self.stacks.values():
            for view in stack:
                if view.id == view_id:
                    return view
        return next((home for home in self.homes.values() if home.id == view_id), None)
