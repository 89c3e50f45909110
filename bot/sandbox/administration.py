"""What an administrator of the workspace does: people, user groups, and the app itself."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.events import Events
from bot.sandbox.workspace import Change, User, UserGroup, Workspace


@dataclass
class Administration:
    """Let people in, change them, form user groups, take the app out."""

    workspace: Workspace
    events: Events
    is_uninstalled: bool = False

    def let_in(self, user: User) -> None:
        """Bring somebody new into the workspace."""
        self.workspace.users[user.id] = user
        self.workspace.publish(Change("people"))
        self.events.person_changed(user, is_new=True)

    def change(self, user: User, **new: Any) -> None:
        """Change what a person is: real_name, title, tz, is_admin, is_guest, is_deleted."""
        for name, value in new.items():
            setattr(user, name, value)
        self.workspace.publish(Change("people"))
        self.events.person_changed(user)

    def form_group(self, handle: str, name: str, members: list[str], by: str) -> UserGroup:
        """Form a user group; `by` is the id of who does it."""
        now = int(self.workspace.clock.now())
        group = UserGroup(self.workspace.new_id("S"), handle, name, now, now, by, members=members)
        self.workspace.user_groups[group.id] = group
        self.workspace.publish(Change("people"))
        self.events.group_changed(group, is_new=True)
        return group

    def set_members(self, group: UserGroup, members: list[str]) -> None:
        """Say who is in a user group from now on."""
        added = [user for user in members if user not in group.members]
        removed = [user for user in group.members if user not in members]
        before, group.members = group.updated, members
        group.updated = int(self.workspace.clock.now())
        self.workspace.publish(Change("people"))
        self.events.group_changed(group)
        self.events.group_members_changed(group, added=added, removed=removed, before=before)

    def disable(self, group: UserGroup, *, disabled: bool = True) -> None:
        """Take a user group out of use, or bring it back."""
        group.is_disabled, group.updated = disabled, int(self.workspace.clock.now())
        self.workspace.publish(Change("people"))
        self.events.group_changed(group)

    def uninstall(self) -> None:
        """Take the app out of the workspace: its tokens stop working."""
        self.is_uninstalled = True
        self.events.uninstalled()
