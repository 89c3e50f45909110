"""The lanes of the roadmap, and which statuses make sense in each."""

from bot.errors import InvalidInputError
from storage.models import Lane, Status

LIVE = (Lane.NOW, Lane.NEXT, Lane.LATER)
STATUS_IN = {
    Lane.NOW: Status.ON_TRACK,
    Lane.NEXT: Status.PLANNED,
    Lane.LATER: Status.IDEA,
    Lane.SHIPPED: Status.SHIPPED,
}
"""The status an item takes when it enters a lane and its old one makes no sense there."""
FITTING = {
    Lane.NOW: (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK),
    Lane.NEXT: (Status.PLANNED, Status.AT_RISK),
    Lane.LATER: (Status.IDEA, Status.PLANNED),
    Lane.SHIPPED: (Status.SHIPPED,),
}


class UnknownLaneError(InvalidInputError):
    """The lanes are now, next, later and shipped. Try `/roadmap move RM-12 next reason:"why"`."""


def lane_of(typed: str) -> Lane:
    """Return the lane of that name. Raises UnknownLaneError."""
    word = typed.strip().lower()
    if word not in list(Lane):
        raise UnknownLaneError()
    return Lane(word)
