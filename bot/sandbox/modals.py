"""Views: the stack of modals that each person sees, and their App Home."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.block_parts import elements_of, every
from bot.sandbox.elements import STATEFUL
from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.limits import check_view
from bot.sandbox.slack_error import SlackError
from bot.sandbox.talk import Talk
from bot.sandbox.triggers import Triggers
from bot.sandbox.workspace import Change, Json, View, Workspace

MOST_VIEWS = 3

INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
    "initial_channel": "selected_channel",
    "initial_channels": "selected_channels",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
}
EMPTY: dict[str, tuple[str, Any]] = {
    "static_select": ("selected_option", None),
    "external_select": ("selected_option", None),
    "radio_buttons": ("selected_option", None),
    "checkboxes": ("selected_options", []),
    "multi_static_select": ("selected_options", []),
    "multi_external_select": ("selected_options", []),
    "users_select": ("selected_user", None),
    "multi_users_select": ("selected_users", []),
    "conversations_select": ("selected_conversation", None),
    "multi_conversations_select": ("selected_conversations", []),
    "channels_select": ("selected_channel", None),
    "multi_channels_select": ("selected_channels", []),
    "datepicker": ("selected_date", None),
    "timepicker": ("selected_time", None),
    "datetimepicker": ("selected_date_time", None),
    "file_input": ("files", []),
    "rich_text_input": ("rich_text_value", None),
}


def untouched(element: Json) -> Json:
    """Return the state of an element before anybody touched it."""
    key, empty = EMPTY.get(element["type"], ("value", None))
    state: Json = {"type": element["type"], key: empty}
    for initial, name in INITIAL.items():
        if element.get(initial) is not None:
            state[name] = element[initial]
    return state


def state_values(blocks: list[Json], kept: dict[str, dict[str, Json]] | None = None) -> Json:
    """Return the state of all inputs; what was entered stays where block_id, action_id and type stay."""
    values: dict[str, dict[str, Json]] = {}
    for block in every(blocks):
        for element in elements_of(block):
            if element.get("type") not in STATEFUL or "action_id" not in element:
                continue
            before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before.get("type") == element["type"]
            now = before if same and before is not None else untouched(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = now
    return values


@dataclass
class Modals:
    """Open, push, update and close modals; publish Homes."""

    workspace: Workspace
    app: InstalledApp
    talk: Talk
    triggers: Triggers

    def _body(self, view: Json, kept: dict[str, dict[str, Json]] | None = None) -> Json:
        blocks = self.talk.with_ids(view["blocks"]) or []
        return {
            "id": self.workspace.new_id("V"),
            "team_id": self.workspace.team_id,
            "type": view["type"],
            "blocks": blocks,
            "private_metadata": view.get("private_metadata") or "",
            "callback_id": view.get("callback_id") or "",
            "state": {"values": state_values(blocks, kept)},
            "hash": f"{int(self.workspace.clock.now())}.{self.workspace.new_id('h')}",
            "title": view.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": bool(view.get("clear_on_close")),
            "notify_on_close": bool(view.get("notify_on_close")),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "previous_view_id": None,
            "root_view_id": None,
            "app_id": self.app.app_id,
            "external_id": view.get("external_id") or "",
            "app_installed_team_id": self.workspace.team_id,
            "bot_id": self.app.bot_id,
        }

    def _check_modal(self, view: Any) -> None:
        check_view(view)
        if view["type"] != "modal":
            raise SlackError.invalid_arguments("[ERROR] must be a modal [json-pointer:/view/type]")
        external_id = view.get("external_id")
        if external_id and self._by_external_id(external_id) is not None:
            raise SlackError("duplicate_external_id")

    def _by_external_id(self, external_id: str) -> View | None:
        views = [view for stack in self.workspace.stacks.values() for view in stack]
        return next((view for view in views if view.body["external_id"] == external_id), None)

    def open(self, trigger_id: str, view: Any) -> View:
        """Open a modal for whoever pulled the trigger."""
        self._check_modal(view)
        user = self.triggers.exchange(trigger_id)
        opened = View(user, self._body(view))
        opened.body["root_view_id"] = opened.id
        self.workspace.stacks[user] = [opened]
        self.workspace.publish(Change("view", user=user))
        return opened

    def push(self, trigger_id: str, view: Any) -> View:
        """Put a modal on top of the one that was clicked in."""
        self._check_modal(view)
        return self.push_for(self.triggers.exchange(trigger_id), view)

    def push_for(self, user: str, view: Any) -> View:
        """Put a modal on top of a person's stack."""
        stack = self.workspace.stacks.get(user) or []
        if len(stack) >= MOST_VIEWS:
            raise SlackError("push_limit_reached")
        pushed = View(user, self._body(view))
        pushed.body["root_view_id"] = stack[0].id if stack else pushed.id
        pushed.body["previous_view_id"] = stack[-1].id if stack else None
        self.workspace.stacks[user] = [*stack, pushed]
        self.workspace.publish(Change("view", user=user))
        return pushed

    def update(self, view: Any, *, view_id: str | None, external_id: str | None, hash_: str | None) -> View:
        """Change an open modal; raises not_found when it is closed, hash_conflict when it has changed."""
        check_view(view)
        found = self.workspace.find_view(view_id) if view_id else self._by_external_id(external_id or "")
        if found is None:
            raise SlackError("not_found")
        if hash_ and hash_ != found.body["hash"]:
            raise SlackError("hash_conflict")
        return self.replace(found, view)

    def replace(self, old: View, view: Any) -> View:
        """Change a view in place; what was entered stays where its input stays."""
        fixed = {key: old.body[key] for key in ("id", "root_view_id", "previous_view_id")}
        old.body = self._body(view, old.values) | fixed
        old.errors = None
        self.workspace.publish(Change("view" if old.body["type"] == "modal" else "home", user=old.user))
        return old

    def publish(self, user: str, view: Any, hash_: str | None) -> View:
        """Show a view on a person's App Home."""
        check_view(view)
        if view["type"] != "home":
            raise SlackError.invalid_arguments("[ERROR] must be a home [json-pointer:/view/type]")
        if not self.app.has_home:
            raise SlackError("not_enabled")
        if user not in self.workspace.users:
            raise SlackError("user_not_found")
        home = self.workspace.homes.get(user)
        if home is not None:
            if hash_ and hash_ != home.body["hash"]:
                raise SlackError("hash_conflict")
            return self.replace(home, view)
        home = View(user, self._body(view))
        home.body["root_view_id"] = home.id
        self.workspace.homes[user] = home
        self.workspace.publish(Change("home", user=user))
        return home

    def close(self, view: View) -> None:
        """Take one modal from its stack; the one below shows again."""
        stack = self.workspace.stacks.get(view.user, [])
        self.workspace.stacks[view.user] = [other for other in stack if other is not view]
        self.workspace.publish(Change("view", user=view.user))

    def clear(self, user: str) -> None:
        """Close all of a person's modals."""
        self.workspace.stacks[user] = []
        self.workspace.publish(Change("view", user=user))

    def refuse(self, view: View, errors: dict[str, str]) -> None:
        """Keep a modal open with errors next to its fields."""
        view.errors = errors
        self.workspace.publish(Change("view", user=view.user))
