"""What a form offers, and what of it was filled in."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Option

from handlers.views import Block
from handlers.views.blocks import option, section
from handlers.views.words import storable

State = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What Slack says of a form's fields: by block, by action."""


def choices(names: Mapping[str, str]) -> list[Option]:
    """Return what may be chosen, from what it is called by value."""
    return [choice(names, value) for value in names]


def choice(names: Mapping[str, str], value: str) -> Option:
    """Return one of what may be chosen."""
    return option(names[value], str(value))


def values(state: State) -> dict[str, str]:
    """Return what was filled in, by field: words, or the value of what was chosen."""
    filled: dict[str, str] = {}
    for name in state:
        held = field(state, name)
        chosen = held.get("selected_option") or next(iter(held.get("selected_options") or ()), None)
        if chosen:
            filled[name] = str(chosen["value"])
        elif held.get("selected_user"):
            filled[name] = str(held["selected_user"])
        elif held.get("value") is not None:
            filled[name] = storable(str(held["value"]))
    return filled


def people(state: State, name: str) -> tuple[str, ...]:
    """Return the user ids of who was chosen in a field."""
    return tuple(str(one) for one in field(state, name).get("selected_users") or ())


def field(state: State, name: str) -> Mapping[str, Any]:
    """Return what Slack says of one field; nothing where the form did not have it."""
    return next(iter(state.get(name, {}).values()), {})


def opened_with(what: object, marks: Mapping[str, str]) -> str:
    """Return a form's private metadata: what it is of, without spaces, and the marks of what it was filled with."""
    return " ".join((str(what), *(f"{name}={mark}" for name, mark in marks.items())))


def read_opened(metadata: str) -> tuple[str, dict[str, str]]:
    """Return what a form is of, and the marks of what it was filled with: none where an earlier version opened it."""
    what, *told = metadata.split(" ")
    pairs = (one.partition("=") for one in told)
    return what, {name: mark for name, _, mark in pairs if mark}


def changed_meanwhile(told: Sequence[str]) -> Block:
    """Say above a form what somebody else has changed of what its writer has changed, too, a line for each field."""
    said = "*This changed while you were writing.* What you wrote is still here; save again to put it in place."
    return section("\n".join((said, *(f"• {one}" for one in told))))
