"""The app that is installed in the workspace: what its manifest asked for, and its tokens."""

import secrets
from dataclasses import dataclass
from typing import Any

from bot.sandbox.workspace import Json, User


@dataclass(frozen=True)
class Credentials:
    """The secrets of one installation; made once and kept with the state, so that a restarted bot still connects."""

    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str

    @classmethod
    def made_now(cls) -> "Credentials":
        """Make new ones in Slack's forms."""
        return cls(
            bot_token=f"xoxb-{secrets.token_hex(12)}",
            app_token=f"xapp-1-A0SANDBOX-{secrets.token_hex(24)}",
            signing_secret=secrets.token_hex(16),
            verification_token=secrets.token_hex(12),
        )


@dataclass(frozen=True)
class InstalledApp:
    """An app as its manifest describes it (Slack's manifest schema), installed by one workspace."""

    manifest: Json
    credentials: Credentials
    team_id: str
    app_id: str = "A0SANDBOX"
    bot_id: str = "B0SANDBOX"
    bot_user_id: str = "U0SANDBOX"

    def _part(self, *path: str) -> Any:
        part: Any = self.manifest
        for key in path:
            part = part.get(key) if isinstance(part, dict) else None
        return part

    @property
    def name(self) -> str:
        """Return the name that people see next to its messages."""
        return str(
            self._part("features", "bot_user", "display_name") or self._part("display_information", "name") or "app"
        )

    @property
    def scopes(self) -> list[str]:
        """List the scopes of the bot token."""
        return list(self._part("oauth_config", "scopes", "bot") or [])

    @property
    def events(self) -> list[str]:
        """List the event types it subscribes to."""
        return list(self._part("settings", "event_subscriptions", "bot_events") or [])

    @property
    def commands(self) -> list[Json]:
        """List its slash commands: command, description, usage_hint, should_escape."""
        return list(self._part("features", "slash_commands") or [])

    @property
    def shortcuts(self) -> list[Json]:
        """List its shortcuts: name, type (message or global), callback_id, description."""
        return list(self._part("features", "shortcuts") or [])

    @property
    def has_home(self) -> bool:
        """Say whether its Home tab is on."""
        return bool(self._part("features", "app_home", "home_tab_enabled"))

    @property
    def takes_messages(self) -> bool:
        """Say whether people may write to it."""
        home = self._part("features", "app_home") or {}
        agent = self._part("features", "agent_view") is not None
        return agent or bool(home.get("messages_tab_enabled") and not home.get("messages_tab_read_only_enabled"))

    def command(self, name: str) -> Json | None:
        """Return the slash command of this name."""
        return next((c for c in self.commands if c["command"] == name), None)

    def shortcut(self, callback_id: str, kind: str) -> Json | None:
        """Return the shortcut of this callback_id; `kind` is message or global."""
        return next((s for s in self.shortcuts if s["callback_id"] == callback_id and s["type"] == kind), None)

    def bot_user(self) -> User:
        """Return the user it acts as."""
        handle = "".join(c for c in self.name.lower() if c.isalnum() or c in "-_.") or "app"
        return User(id=self.bot_user_id, name=handle, real_name=self.name, team_id=self.team_id, is_bot=True)
