"""Keep the workspace over restarts: one JSON file, replaced as a whole."""

import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path

from bot.errors import BotError
from bot.sandbox.clock import Clock
from bot.sandbox.installed_app import Credentials
from bot.sandbox.workspace import Change, Channel, File, Json, Message, User, UserGroup, View, Workspace

FILE_NAME = "sandbox.json"
VERSION = 1
DEBOUNCE_SECONDS = 0.25


class UnreadableSandboxError(BotError):
    """The sandbox's saved state cannot be read. Delete the file sandbox.json to start over."""


def dump(workspace: Workspace, credentials: Credentials) -> Json:
    """Return all that is kept; ephemeral messages and open modals are not, as in Slack."""
    return {
        "version": VERSION,
        "credentials": asdict(credentials),
        "clock_offset": workspace.clock.offset,
        "company": {"name": workspace.name, "team_id": workspace.team_id, "domain": workspace.domain},
        "last_ts": workspace.last_ts,
        "users": [asdict(user) for user in workspace.users.values()],
        "channels": [asdict(channel) for channel in workspace.channels.values()],
        "user_groups": [asdict(group) for group in workspace.user_groups.values()],
        "files": [asdict(file) for file in workspace.files.values()],
        "messages": [asdict(m) for messages in workspace.messages.values() for m in messages.values()],
        "homes": [asdict(home) for home in workspace.homes.values()],
        "read_up_to": workspace.read_up_to,
    }


def restore(kept: Json, clock: Clock) -> tuple[Workspace, Credentials]:
    """Return the workspace and the tokens from what `dump` made."""
    if kept.get("version") != VERSION:
        raise UnreadableSandboxError
    clock.offset = kept["clock_offset"]
    workspace = Workspace(clock, **kept["company"])
    workspace.last_ts = kept["last_ts"]
    workspace.users = {user["id"]: User(**user) for user in kept["users"]}
    workspace.channels = {channel["id"]: Channel(**channel) for channel in kept["channels"]}
    workspace.user_groups = {group["id"]: UserGroup(**group) for group in kept.get("user_groups", [])}
    workspace.files = {file["id"]: File(**file) for file in kept.get("files", [])}
    for message in kept["messages"]:
        workspace.messages.setdefault(message["channel"], {})[message["ts"]] = Message(**message)
    workspace.homes = {home["user"]: View(**home) for home in kept["homes"]}
    workspace.read_up_to = kept["read_up_to"]
    return workspace, Credentials(**kept["credentials"])


def load(folder: Path) -> Json | None:
    """Return what was kept in a folder, or None when there is nothing yet."""
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        kept: Json = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as broken:
        raise UnreadableSandboxError from broken
    return kept


class Keeper:
    """Save the workspace soon after each change, and at the end."""

    def __init__(self, folder: Path, workspace: Workspace, credentials: Credentials) -> None:
        self._folder = folder
        self._workspace = workspace
        self._credentials = credentials
        self._timer: asyncio.TimerHandle | None = None
        workspace.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.what not in ("app", "notice") and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DEBOUNCE_SECONDS, self.save)

    def save(self) -> None:
        """Write the state now; a crash leaves the old file or the new one, never half of one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / FILE_NAME
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(dump(self._workspace, self._credentials)), encoding="utf-8")
        os.chmod(fresh, 0o600)
        os.replace(fresh, path)
