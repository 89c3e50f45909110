"""What happens in channels: each act changes the workspace and tells the app."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.block_parts import WITHIN, blocks_in
from bot.sandbox.events import Events
from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.rich_text import rich_text
from bot.sandbox.shapes import plain_message
from bot.sandbox.workspace import Change, Channel, Json, Message, Workspace

GONE = "This message was deleted."
HOLDS_SEVERAL = {"actions": "elements", "context_actions": "elements", "card": "actions"}
"""Where a block keeps elements that can be used."""


@dataclass
class Talk:
    """Post, change, delete, react, join and leave: for people and for the app alike."""

    workspace: Workspace
    app: InstalledApp
    events: Events

    def with_ids(self, blocks: list[Json] | None) -> list[Json] | None:
        """Return blocks with the ids that Slack gives to those that came without."""
        if blocks is None:
            return None
        return [self._with_ids(block) for block in blocks]

    def _with_ids(self, block: Json) -> Json:
        named = {**block}
        named.setdefault("block_id", self.workspace.new_id("b"))
        for key in ("accessory", "element"):
            if isinstance(named.get(key), dict) and named[key].get("type") != "image":
                named[key] = {"action_id": self.workspace.new_id("a"), **named[key]}
        several = HOLDS_SEVERAL.get(named["type"])
        if several is not None and named.get(several):
            named[several] = [{"action_id": self.workspace.new_id("a"), **e} for e in named[several]]
        if within := blocks_in(named):
            named[WITHIN[named["type"]]] = self.with_ids(within)
        return named

    def _put(self, message: Message) -> Message:
        if message.is_reply:
            root = self.workspace.find_message(message.channel, message.thread_ts or "")
            if root is not None and root.thread_ts is None:
                root.thread_ts = root.ts
        self.workspace.put_message(message)
        if message.is_reply and message.only_for is None and root is not None:
            self.workspace.publish(Change("message", channel=root.channel, message=root))
        return message

    def says(
        self, user: str, channel: Channel, text: str, thread_ts: str | None = None, files: Sequence[Json] = ()
    ) -> Message:
        """Post a person's message, perhaps with files; `text` is already in Slack's form."""
        message = self._put(
            Message(
                channel=channel.id,
                ts=self.workspace.new_ts(),
                user=user,
                text=text,
                blocks=[rich_text(text, self.workspace.new_id("b"))] if text else None,
                thread_ts=thread_ts,
                subtype="file_share" if files else None,
                files=list(files),
                client_msg_id=str(uuid.uuid4()),
            )
        )
        self.workspace.read_up_to.setdefault(user, {})[channel.id] = message.ts
        self.events.message_posted(message)
        return message

    def app_says(
        self,
        channel: Channel,
        content: Json,
        *,
        thread_ts: str | None = None,
        only_for: str | None = None,
    ) -> Message:
        """Post the app's message; `content` has text, blocks, attachments, metadata, files."""
        message = self._put(
            Message(
                channel=channel.id,
                ts=self.workspace.new_ts(),
                user=self.app.bot_user_id,
                text=content.get("text") or "",
                blocks=self.with_ids(content.get("blocks")),
                attachments=content.get("attachments"),
                metadata=content.get("metadata"),
                thread_ts=thread_ts,
                bot_id=self.app.bot_id,
                subtype="file_share" if content.get("files") else None,
                files=content.get("files") or [],
                only_for=only_for,
            )
        )
        if only_for is None:
            self.events.message_posted(message)
            self._forget_status(message)
        return message

    def _forget_status(self, answer: Message) -> None:
        """Take away "is thinking…", as Slack does when the app has said something."""
        shown = self.workspace.agent.get(answer.channel, {}).get(answer.thread_ts or "", {})
        if shown.pop("status", None):
            self.workspace.publish(Change("agent", channel=answer.channel))

    def show(self, message: Message) -> None:
        """Show what a message says by now, while the app is writing it."""
        self.workspace.put_message(message)

    def change(self, message: Message, by: str, **new: Any) -> None:
        """Change text, blocks, attachments or metadata of a message."""
        previous = plain_message(message, self.workspace, self.app)
        for key, value in new.items():
            setattr(message, key, self.with_ids(value) if key == "blocks" else value)
        # Slack marks a changed message as edited unless it is drawn with the app's blocks.
        if message.only_for is None and not (message.bot_id and message.blocks):
            message.edited = {"user": by, "ts": self.workspace.new_ts()}
        self.workspace.put_message(message)
        if message.only_for is None:
            self.events.message_changed(message, previous)

    def delete(self, message: Message) -> None:
        """Delete a message; a root with replies leaves a tombstone, as in Slack."""
        previous = plain_message(message, self.workspace, self.app)
        if message.only_for is None and not message.is_reply and self.workspace.replies(message):
            message.subtype, message.text, message.user = "tombstone", GONE, "USLACKBOT"
            message.blocks, message.attachments, message.metadata = None, None, None
            message.bot_id, message.client_msg_id, message.reactions = None, None, {}
            message.files, message.edited = [], None
            self.workspace.put_message(message)
            self.events.message_changed(message, previous)
            return
        self.workspace.drop_message(message)
        if message.only_for is None:
            self.events.message_deleted(message, previous)
            self._forget_empty_thread(message)

    def _forget_empty_thread(self, reply: Message) -> None:
        root = self.workspace.find_message(reply.channel, reply.thread_ts or "")
        if root is None or not reply.is_reply:
            return
        if self.workspace.replies(root):
            self.workspace.put_message(root)
        elif root.subtype == "tombstone":
            self.workspace.drop_message(root)
        else:
            root.thread_ts = None
            self.workspace.put_message(root)

    def react(self, message: Message, user: str, emoji: str) -> bool:
        """Add a reaction; return False when it was there."""
        users = message.reactions.setdefault(emoji, [])
        if user in users:
            return False
        users.append(user)
        self.workspace.put_message(message)
        self.events.reaction("reaction_added", message, user=user, emoji=emoji)
        return True

    def unreact(self, message: Message, user: str, emoji: str) -> bool:
        """Remove a reaction; return False when there was none."""
        users = message.reactions.get(emoji, [])
        if user not in users:
            return False
        users.remove(user)
        if not users:
            del message.reactions[emoji]
        self.workspace.put_message(message)
        self.events.reaction("reaction_removed", message, user=user, emoji=emoji)
        return True

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        """Bring somebody, or the app, into a channel."""
        channel.members.append(user)
        self.workspace.publish(Change("channel", channel=channel.id))
        note = Message(
            channel=channel.id,
            ts=self.workspace.new_ts(),
            user=user,
            text=f"<@{user}> has joined the channel",
            subtype="group_join" if channel.is_private else "channel_join",
            inviter=inviter,
        )
        self.events.joined(channel, user, inviter)
        self._put(note)
        self.events.message_posted(note)

    def leave(self, channel: Channel, user: str, actor: str) -> None:
        """Take somebody, or the app, out of a channel."""
        channel.members.remove(user)
        self.workspace.publish(Change("channel", channel=channel.id))
        self.events.left(channel, user, actor)

    def archive(self, channel: Channel, user: str, *, archived: bool = True) -> None:
        """Archive a channel, or bring it back."""
        channel.is_archived = archived
        self.workspace.publish(Change("channel", channel=channel.id))
        self.events.archived(channel, user, archived=archived)

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        channel.name = name
        self.workspace.publish(Change("channel", channel=channel.id))
        self.events.renamed(channel)

    def share(self, channel: Channel, team: str) -> None:
        """Let another company into a channel."""
        channel.is_ext_shared = True
        channel.connected_teams.append(team)
        self.workspace.publish(Change("channel", channel=channel.id))
        self.events.shared(channel, team)

    def unshare(self, channel: Channel) -> None:
        """Make a channel the company's own again; the people of other companies are out."""
        ours, users = self.workspace.team_id, self.workspace.users
        gone = {*channel.connected_teams, *(users[m].team_id for m in channel.members)} - {ours}
        channel.members = [m for m in channel.members if users[m].team_id == ours]
        channel.is_ext_shared, channel.connected_teams = False, []
        self.workspace.publish(Change("channel", channel=channel.id))
        for team in sorted(gone):
            self.events.unshared(channel, team)

    def give_new_id(self, channel: Channel) -> str:
        """Give a channel another id, as Slack does when it becomes part of an organization; return it."""
        old, here = channel.id, self.workspace
        channel.id = here.new_id("C")
        here.channels = {(channel.id if key == old else key): place for key, place in here.channels.items()}
        here.messages[channel.id] = here.messages.pop(old, {})
        for message in here.messages[channel.id].values():
            message.channel = channel.id
        here.publish(Change("channel", channel=channel.id))
        self.events.id_changed(channel, old)
        return channel.id
