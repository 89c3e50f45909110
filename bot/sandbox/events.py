"""What the app hears of the workspace: inner events, and the wrapper around them."""

from dataclasses import dataclass

from bot.sandbox.delivery import Delivery
from bot.sandbox.event_types import EVENTS
from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.shapes import plain_message, user_group_shape, user_shape
from bot.sandbox.workspace import Channel, Json, Message, User, UserGroup, Workspace

KIND_SUFFIX = {"channel": "channels", "group": "groups", "im": "im"}


@dataclass
class Events:
    """Send the app each event that its manifest subscribes to and that its bot user may see."""

    workspace: Workspace
    app: InstalledApp
    delivery: Delivery

    def send(self, name: str, event: Json, *, channel: Channel | None = None, ext: bool = False) -> None:
        """Send one inner event if the app subscribed to `name` and has its scope."""
        if name not in self.app.events or not self._may_hear(name, channel):
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

    def _may_hear(self, name: str, channel: Channel | None) -> bool:
        scope = EVENTS[name].scope_in(private=channel is not None and channel.is_private)
        return scope is None or scope in self.app.scopes

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
            kind = "group" if channel.is_private else "channel"
            if archived:
                event: Json = {"type": f"{kind}_archive", "user": user, "is_moved": 0}
            else:
                event = {"type": f"{kind}_unarchive", "actor_id" if channel.is_private else "user": user}
            self.send(str(event["type"]), event | {"channel": channel.id}, channel=channel)

    def renamed(self, channel: Channel) -> None:
        """Tell that a channel has another name."""
        if self._hears(channel):
            name = "group_rename" if channel.is_private else "channel_rename"
            shape: Json = {"id": channel.id, "name": channel.name, "name_normalized": channel.name}
            shape |= {"created": channel.created, "is_channel": not channel.is_private, "is_mpim": False}
            self.send(name, {"type": name, "channel": shape}, channel=channel)

    def shared(self, channel: Channel, with_team: str) -> None:
        """Tell that another company now reads along."""
        if self._hears(channel):
            event: Json = {"type": "channel_shared", "connected_team_id": with_team, "channel": channel.id}
            self.send("channel_shared", event, channel=channel)

    def unshared(self, channel: Channel, from_team: str) -> None:
        """Tell that another company no longer reads along."""
        if self._hears(channel):
            event: Json = {"type": "channel_unshared", "previously_connected_team_id": from_team}
            event |= {"channel": channel.id, "is_ext_shared": channel.is_ext_shared}
            self.send("channel_unshared", event, channel=channel)

    def id_changed(self, channel: Channel, old: str) -> None:
        """Tell that a channel has another id."""
        if self._hears(channel):
            event: Json = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": channel.id}
            self.send("channel_id_changed", event, channel=channel)

    def person_changed(self, user: User, *, is_new: bool = False) -> None:
        """Tell of somebody's new profile, or of somebody new."""
        name = "team_join" if is_new else "user_change"
        event: Json = {"type": name, "user": user_shape(user, self.workspace) | {"locale": "en-US"}}
        self.send(name, event | {"cache_ts": int(self.workspace.clock.now())})

    def group_changed(self, group: UserGroup, *, is_new: bool = False) -> None:
        """Tell of a new user group, or of one that is not what it was."""
        name = "subteam_created" if is_new else "subteam_updated"
        self.send(name, {"type": name, "subteam": user_group_shape(group, self.workspace)})

    def group_members_changed(self, group: UserGroup, *, added: list[str], removed: list[str], before: int) -> None:
        """Tell who came into a user group and who left it; `before` is when it had last changed."""
        event: Json = {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": self.workspace.team_id,
            "date_previous_update": before,
            "date_update": group.updated,
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
        }
        self.send("subteam_members_changed", event)

    def uninstalled(self) -> None:
        """Tell the app that it has been taken out of the workspace, and that its tokens are gone."""
        self.send("tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.bot_user_id]}})
        self.send("app_uninstalled", {"type": "app_uninstalled"})

    def looked_at(self, dm: Channel, user: str, entities: list[Json]) -> None:
        """Tell what somebody looks at while the agent is open."""
        event: Json = {"type": "app_context_changed", "channel": dm.id, "user": user}
        self.send("app_context_changed", event | {"context": {"entities": entities}}, channel=dm)

    def stopped(self, message: Message, user: str) -> None:
        """Tell that somebody has stopped an answer that was being written."""
        event: Json = {"type": "agent_session_stopped", "channel": message.channel, "user": user}
        event |= {"thread_ts": message.thread_ts, "streaming_message_ts": [message.ts]}
        self.send("agent_session_stopped", event)

    def home_opened(self, channel: Channel, user: str, tab: str) -> None:
        """Tell that somebody opened the app's Home or its messages."""
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        home = self.workspace.homes.get(user)
        if tab == "home" and home is not None:
            event["view"] = home.body
        self.send("app_home_opened", event)
