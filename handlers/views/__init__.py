"""What people see: a noun in, a `Reply` or a view out. Pure: no clock, no network, no database.

People's words are escaped once, here, as the last thing before they enter mrkdwn (`words.esc`). Everything fits Slack's
limits (`fit`). To add a view, write it in `handlers/views/<topic>.py` from the pieces in `blocks` and `words`.
"""

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """A message."""

    text: str
    """What notifications and screen readers say."""
    blocks: list[Block] = field(default_factory=list)

    def whispered(self) -> dict[str, Any]:
        """Return it as an answer that only the person who asked sees."""
        return {"response_type": "ephemeral", "text": self.text, **({"blocks": self.blocks} if self.blocks else {})}
