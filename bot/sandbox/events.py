"""What the app hears of the workspace: inner events, and the wrapper around them."""

from dataclasses import dataclass

from bot.sandbox.delivery import Delivery
from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.shapes import plain_message
from bot.sandbox.workspace import Channel, Json, Message, Workspace

KIND_SUFFIX = {"channel": "channels", "group": "groups", "im": "im"}


@dataclass
class Events:
    """Send the app each event that its manifest subscribes to and that its bot user may see."""

    workspace: Workspace
    app: InstalledApp
    delivery: Delivery

    def send(self, name: str, event: Json, *, channel: Channel | None = None, ext: bool = False) -> None:
        """Send one inner event if the app subscribed to `name`."""
        if name not in self.app.events:
            return
        event.setdefault("event_ts", event.get("ts") or self.workspace.new_ts())
        wrapper: Json = {
            "token": self.app.credentials.verification_token,
            "team_id": self.workspace.team_id,
            "context_team_id": self.workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": self.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.workspace.new_id("Ev"),
            "event_time": int(float(str(event["event_ts"]))),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.workspace.team_id,
                    "user_id": self.app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(ext or (channel and channel.is_ext_shared)),
            "event_context": self.workspace.new_id("4-"),
        }
        self.delivery.event(wrapper)

    def _hears(self, channel: Channel) -> bool:
        return self.app.bot_user_id in channel.members

    def _from_outside(self, message: Message) -> Json:
        author = self.workspace.users.get(message.user)
        if author is None or author.team_id == self.workspace.team_id:
            return {}
        return {"user_team": author.team_id, "source_team": author.team_id}

    def message_posted(self, message: Message) -> None:
        """Tell of a new message, and of a mention of the app in it."""
        channel = self.workspace.channels[message.channel]
        if not self._hears(channel):
            return
        event = plain_message(message, self.workspace, self.app) | self._from_outside(message)
        event |= {"channel": channel.id, "event_ts": message.ts}
        kind = KIND_SUFFIX[channel.kind]
        self.send(f"message.{kind}", event | {"channel_type": channel.kind}, channel=channel)
        mentioned = f"<@{self.app.bot_user_id}>" in message.text
        if mentioned and not channel.is_im and message.user != self.app.bot_user_id and not message.subtype:
            self.send("app_mention", event | {"type": "app_mention"}, channel=channel)

    def message_changed(self, message: Message, previous: Json) -> None:
        """Tell of an edit; `previous` is the shape before it."""
        channel = self.workspace.channels[message.channel]
        if not self._hears(channel):
            return
        ts = self.workspace.new_ts()
        event: Json = {
            "type": "message",
            "subtype": "message_changed",
            "message": plain_message(message, self.workspace, self.app) | self._from_outside(message),
            "previous_message": previous,
            "channel": channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        }
        self.send(f"message.{KIND_SUFFIX[channel.kind]}", event, channel=channel)

    def message_deleted(self, message: Message, previous: Json) -> None:
        """Tell that a message is gone."""
        channel = self.workspace.channels[message.channel]
        if not self._hears(channel):
            return
        ts = self.workspace.new_ts()
        event: Json = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": previous,
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": message.ts,
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        }
        self.send(f"message.{KIND_SUFFIX[channel.kind]}", event, channel=channel)

    def reaction(self, name: str, message: Message, *, user: str, emoji: str) -> None:
        """Tell of a reaction_added or reaction_removed.

        Public channels are heard without membership, as from Slack.
        """
        channel = self.workspace.channels[message.channel]
        if channel.kind != "channel" and not self._hears(channel):
            return
        event: Json = {
            "type": name,
            "user": user,
            "reaction": emoji,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            "item_user": message.user,
            "event_ts": self.workspace.new_ts(),
        }
        self.send(name, event, channel=channel)

    def joined(self, channel: Channel, user: str, inviter: str | None) -> None:
        """Tell of a member_joined_channel."""
        if self._hears(channel):
            event: Json = {
                "type": "member_joined_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": self.workspace.users[user].team_id,
            }
            self.send("member_joined_channel", event | ({"inviter": inviter} if inviter else {}), channel=channel)

    def left(self, channel: Channel, user: str, actor: str) -> None:
        """Tell of somebody who left; of the app itself, as channel_left or group_left."""
        if user == self.app.bot_user_id:
            name = "group_left" if channel.is_private else "channel_left"
            self.send(name, {"type": name, "channel": channel.id, "actor_id": actor}, channel=channel)
        elif self._hears(channel):
            event: Json = {
                "type": "member_left_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": self.workspace.users[user].team_id,
            }
            self.send("member_left_channel", event, channel=channel)

    def archived(self, channel: Channel, user: str, *, archived: bool) -> None:
        """Tell of an archived channel, or of one that came back."""
        if self._hears(channel):
            name = f"{'group' if channel.is_private else 'channel'}_{'archive' if archived else 'unarchive'}"
            self.send(name, {"type": name, "channel": channel.id, "user": user}, channel=channel)

    def home_opened(self, channel: Channel, user: str, tab: str) -> None:
        """Tell that somebody opened the app's Home or its messages."""
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        home = self.workspace.homes.get(user)
        if tab == "home" and home is not None:
            event["view"] = home.body
        self.send("app_home_opened", event)
