"""What Slack's refusals mean: why in a sentence, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A refusal in plain words, both parts without their full stop."""

    why: str
    cure: str

    @property
    def sentence(self) -> str:
        """Return what a person reads whose own act was refused."""
        return f"{self.why}. {self.cure}, then try again."


_OUTSIDE = Refusal("I'm not in the channel", "Type `/invite @linchpin` in it")
_TURNED_AWAY = Refusal("Slack does not accept Linchpin's token any more", "Ask an admin to install Linchpin again")
_CLOSED = Refusal("I may not post in the channel", "Ask an admin of Slack to let Linchpin post there")
_TOO_LONG = Refusal("The message is longer than Slack takes", "Plan it anew with fewer lanes, such as `view:now`")

_KNOWN = {
    "not_in_channel": _OUTSIDE,
    "channel_not_found": _OUTSIDE,
    "is_archived": Refusal("The channel is archived", "Bring it back, or choose another channel"),
    "is_inactive": Refusal("The channel is archived", "Bring it back, or choose another channel"),
    "invalid_channel": _OUTSIDE,
    "restricted_action": _CLOSED,
    "no_permission": _CLOSED,
    "missing_scope": Refusal(
        "Slack has not granted me what this needs", "Ask an admin to install Linchpin again with all its scopes"
    ),
    "account_inactive": _TURNED_AWAY,
    "invalid_auth": _TURNED_AWAY,
    "token_revoked": _TURNED_AWAY,
    "msg_too_long": _TOO_LONG,
    "msg_blocks_too_long": _TOO_LONG,
    "thread_not_found": Refusal("This thread is gone", "Choose another one"),
    "ratelimited": Refusal("Slack lets me ask only so often", "Wait a minute"),
}


def known_refusal(code: str) -> Refusal | None:
    """Return what an error code of Slack's means, where we can say."""
    return _KNOWN.get(code)


def refusal_of(code: str) -> Refusal:
    """Return what an error code of Slack's means."""
    return known_refusal(code) or Refusal(f"Slack refused it ({code})", "Ask an admin to run `linchpin doctor`")
