"""The payloads of what people do: commands, shortcuts, clicks, submissions; field by field as Slack sends them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.block_parts import elements_of, every
from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.modals import state_values
from bot.sandbox.shapes import message_shape
from bot.sandbox.workspace import Channel, Json, Message, User, View, Workspace

IM_NAME = "directmessage"
GROUP_NAME = "privategroup"

COPIED = (
    "text",
    "value",
    "style",
    "url",
    "placeholder",
    "confirm",
    "initial_option",
    "initial_options",
    "initial_date",
    "initial_user",
)


def channel_name(channel: Channel) -> str:
    """Return the name that payloads give a channel: private ones are not named."""
    if channel.is_im:
        return IM_NAME
    return GROUP_NAME if channel.is_private else channel.name


@dataclass
class Payloads:
    """Build each payload from the state and from who did what."""

    workspace: Workspace
    app: InstalledApp

    def _who(self, user: User) -> Json:
        return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}

    def _common(self, kind: str, user: User, **more: object) -> Json:
        return {
            "type": kind,
            "token": self.app.credentials.verification_token,
            "team": {"id": self.workspace.team_id, "domain": self.workspace.domain},
            "user": self._who(user),
            "api_app_id": self.app.app_id,
            "enterprise": None,
            "is_enterprise_install": False,
            **more,
        }

    def command(
        self, user: User, channel: Channel, command: str, text: str, *, trigger_id: str, response_url: str
    ) -> Json:
        """Build a slash command's payload."""
        return {
            "token": self.app.credentials.verification_token,
            "team_id": self.workspace.team_id,
            "team_domain": self.workspace.domain,
            "channel_id": channel.id,
            "channel_name": channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self.app.app_id,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger_id,
        }

    def message_shortcut(
        self, user: User, channel: Channel, message: Message, callback_id: str, *, trigger_id: str, response_url: str
    ) -> Json:
        """Build the payload of a shortcut used on a message: it carries the whole message."""
        payload = self._common(
            "message_action",
            user,
            action_ts=self.workspace.new_ts(),
            channel={"id": channel.id, "name": channel_name(channel)},
            callback_id=callback_id,
            trigger_id=trigger_id,
            response_url=response_url,
            message_ts=message.ts,
            message=message_shape(message, self.workspace, self.app),
        )
        del payload["api_app_id"]
        return payload

    def global_shortcut(self, user: User, callback_id: str, *, trigger_id: str) -> Json:
        """Build the payload of a global shortcut."""
        payload = self._common(
            "shortcut",
            user,
            action_ts=self.workspace.new_ts(),
            callback_id=callback_id,
            trigger_id=trigger_id,
        )
        del payload["api_app_id"], payload["user"]["name"]
        return payload

    def _action(self, block_id: str, element: Json, value: Json | None) -> Json:
        action: Json = {
            "action_id": element["action_id"],
            "block_id": block_id,
            "type": element["type"],
            "action_ts": self.workspace.new_ts(),
        }
        action |= {key: element[key] for key in COPIED if key in element}
        return action | {key: part for key, part in (value or {}).items() if key != "type"}

    def click_in_message(
        self,
        user: User,
        message: Message,
        block: Json,
        element: Json,
        value: Json | None,
        *,
        trigger_id: str,
        response_url: str,
        kept: dict[str, dict[str, Json]] | None = None,
    ) -> Json:
        """Build the block_actions of a click in a message; an ephemeral message itself is not carried."""
        channel = self.workspace.channels[message.channel]
        state = state_values(message.blocks or [], kept)
        if value is not None and element["action_id"] in state.get(block["block_id"], {}):
            state[block["block_id"]][element["action_id"]] = value
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.only_for is not None,
        }
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        payload = self._common(
            "block_actions",
            user,
            container=container,
            trigger_id=trigger_id,
            channel={"id": channel.id, "name": channel_name(channel)},
            state={"values": state},
            response_url=response_url,
            actions=[self._action(block["block_id"], element, value)],
        )
        if message.only_for is None:
            payload["message"] = message_shape(message, self.workspace, self.app)
        return payload

    def click_in_view(
        self, user: User, view: View, block: Json, element: Json, value: Json | None, *, trigger_id: str
    ) -> Json:
        """Build the block_actions of a click in a modal or a Home."""
        return self._common(
            "block_actions",
            user,
            container={"type": "view", "view_id": view.id},
            trigger_id=trigger_id,
            view=view.body,
            actions=[self._action(block["block_id"], element, value)],
        )

    def suggestion(
        self,
        user: User,
        block_id: str,
        action_id: str,
        typed: str,
        *,
        view: View | None = None,
        message: Message | None = None,
    ) -> Json:
        """Build the block_suggestion that asks for the options of an external select."""
        payload = self._common("block_suggestion", user, action_id=action_id, block_id=block_id, value=typed)
        if view is not None:
            return payload | {"container": {"type": "view", "view_id": view.id}, "view": view.body}
        if message is not None:
            channel = self.workspace.channels[message.channel]
            payload["container"] = {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": message.only_for is not None,
            }
            payload["channel"] = {"id": channel.id, "name": channel_name(channel)}
            payload["message"] = message_shape(message, self.workspace, self.app)
        return payload

    def submission(self, user: User, view: View, *, trigger_id: str, response_urls: Sequence[Json] = ()) -> Json:
        """Build a view_submission."""
        return self._common(
            "view_submission", user, trigger_id=trigger_id, view=view.body, response_urls=list(response_urls)
        )

    def closed(self, user: User, view: View, *, is_cleared: bool) -> Json:
        """Build a view_closed."""
        return self._common("view_closed", user, view=view.body, is_cleared=is_cleared)


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """Return the block and its element; raise KeyError when there is none."""
    for block in every(blocks):
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    raise KeyError("That button is not there any more.")
