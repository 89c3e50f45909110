"""Faults as the page orders them: by name, with the method and the numbers that belong to it."""

from collections.abc import Callable

from bot.sandbox.faults import Faults
from bot.sandbox.member import RefusedError
from bot.sandbox.web_api.methods import METHODS
from bot.sandbox.workspace import Json


def _method(order: Json) -> str:
    name = str(order["method"])
    if name not in METHODS:
        raise RefusedError(f"The sandbox has no method {name}.")
    return name


def _times(order: Json) -> int:
    return int(order.get("times", 1))


ORDERS: dict[str, Callable[[Faults, Json], None]] = {
    "rate_limit": lambda faults, order: faults.rate_limit(
        _method(order), retry_after=int(order.get("retry_after", 5)), times=_times(order)
    ),
    "fail": lambda faults, order: faults.fail(
        _method(order), status=int(order.get("status", 500)), times=_times(order)
    ),
    "lose_reply": lambda faults, order: faults.lose_reply(_method(order), times=_times(order)),
    "delay": lambda faults, order: faults.delay(_method(order), float(order.get("seconds", 5.0)), times=_times(order)),
    "duplicate_events": lambda faults, order: faults.duplicate_events(_times(order)),
    "reorder_events": lambda faults, order: faults.reorder_events(_times(order)),
    "lose_acks": lambda faults, order: faults.lose_acks(_times(order)),
    "disconnect": lambda faults, order: faults.disconnect(),
}
"""What can be ordered to go wrong, by name."""
