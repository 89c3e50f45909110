"""How people refer to things: ids such as RM-12, and each other."""

import re

from bot.errors import InvalidInputError


def number_of(ref: str) -> int:
    """Return the number in an id such as RM-12."""
    return int(re.sub(r"[^0-9]", "", ref))


def person_in(typed: str) -> str:
    """Return the user id that a filter such as `owner:@mina` holds."""
    if not re.fullmatch(r"[UW][A-Z0-9]+", typed):
        raise InvalidInputError(f"I can't tell who “{typed}” is. Type @ and choose the person from Slack's list.")
    return typed
