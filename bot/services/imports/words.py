"""What other tools call lanes, weights and kinds of feedback."""

import re
from collections.abc import Mapping

from storage.models import Lane, Weight

_LANES = {
    Lane.NOW: (
        "now", "in progress", "in development", "development", "in dev", "doing", "started", "active", "building",
        "implementing", "implementation", "in review", "code review", "in qa", "qa", "testing", "in testing", "beta",
        "in beta", "current", "rollout", "in delivery", "delivery",
    ),
    Lane.NEXT: (
        "next", "planned", "up next", "to do", "todo", "selected for development", "ready", "ready for development",
        "prioritized", "scheduled", "committed", "approved", "accepted", "implementable", "ready for dev", "soon",
    ),
    Lane.LATER: (
        "later", "under review", "under consideration", "considering", "new", "new idea", "idea", "ideas", "candidate",
        "backlog", "open", "exploring", "discovery", "in discovery", "research", "on hold", "paused", "blocked",
        "deferred", "postponed", "proposed", "provisional", "draft", "someday", "maybe", "future", "icebox", "triage",
    ),
    Lane.SHIPPED: (
        "shipped", "done", "complete", "completed", "released", "launched", "live", "delivered", "implemented",
        "resolved", "final", "finished", "generally available", "ga",
    ),
}  # fmt: skip
LANE_WORDS: Mapping[str, str] = {word: str(lane) for lane, words in _LANES.items() for word in words}
NOT_PLANNED = frozenset(
    (
        *(
            "closed",
            "declined",
            "rejected",
            "won't do",
            "wont do",
            "won't fix",
            "will not do",
            "withdrawn",
            "cancelled",
        ),
        *("canceled", "duplicate", "archived", "not planned", "superseded", "replaced", "abandoned", "obsolete"),
    )
)
"""What is not going to happen: it has no lane."""

WEIGHT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("nice", "nice to have", "low", "lowest", "minor", "trivial", "1", "0"), str(Weight.NICE)),
    **dict.fromkeys(("important", "medium", "normal", "major", "high", "should have", "2"), str(Weight.IMPORTANT)),
    **dict.fromkeys(("blocker", "critical", "highest", "urgent", "must have", "dealbreaker", "3"), str(Weight.BLOCKER)),
}
KIND_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("request", "feature", "feature request", "idea", "improvement", "enhancement"), "request"),
    **dict.fromkeys(("problem", "bug", "issue", "complaint", "defect"), "problem"),
}


def word_key(words: str) -> str:
    """Return words as they are looked up: in lower case, one space between, emoji and dashes aside."""
    return re.sub(r"[^\w'’]+", " ", words.replace("_", " ")).strip().casefold().replace("’", "'")


def name_of(cell: str) -> str:
    """Return the key of a person's name; of an address, what stands before its @."""
    shown, _, inside = cell.strip().rstrip(">").rpartition("<")
    address = re.fullmatch(r"([^\s@]+)@\S+\.\S+", inside)
    return word_key(shown or (re.sub(r"[._+]", " ", address[1]) if address else cell.lstrip("@")))
