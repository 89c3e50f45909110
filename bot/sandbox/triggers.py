"""Trigger ids: the three seconds after a click in which the app may open a modal."""

import secrets
from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.slack_error import SlackError

TRIGGER_SECONDS = 3.0
REMEMBERED_SECONDS = 600.0
"""How long a trigger is still known as expired or exchanged; after that it is invalid."""


@dataclass
class Trigger:
    """What one trigger id stands for."""

    user: str
    good_until: float
    exchanged: bool = False


@dataclass
class Triggers:
    """Give out trigger ids, and take each back once, in time by the machine's clock."""

    clock: Clock
    seconds: float = TRIGGER_SECONDS
    """How long a trigger is good."""
    _given: dict[str, Trigger] = field(default_factory=dict)

    def new(self, user: str) -> str:
        """Return a trigger id for something this person did now."""
        now = self.clock.machine()
        self._given = {key: old for key, old in self._given.items() if old.good_until > now - REMEMBERED_SECONDS}
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self._given[trigger_id] = Trigger(user, now + self.seconds)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Return who did it, and use the trigger up; raises SlackError when late, used or unknown."""
        trigger = self._given.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.exchanged:
            raise SlackError("exchanged_trigger_id")
        if self.clock.machine() > trigger.good_until:
            raise SlackError("expired_trigger_id")
        trigger.exchanged = True
        return trigger.user
