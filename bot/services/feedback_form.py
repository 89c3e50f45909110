"""What is written of a piece of feedback, as its form holds it."""

from dataclasses import dataclass

from bot.services import meanwhile
from bot.services.meanwhile import Marks
from storage.models import Feedback, FeedbackVisibility, Reader, Role

LENGTHS = {"quote": 3000, "problem": 150, "customer": 80, "theme": 60}
"""What the form has room for; what is imported may be longer."""


@dataclass(frozen=True)
class Written:
    """What a form about feedback holds, or what is stored of it."""

    quote: str
    problem: str
    customer: str
    weight: str
    theme: str
    visibility: str


def sets_readers(by: Reader, feedback: Feedback) -> bool:
    """Say whether somebody may choose who may read it: its own people; a product manager only to fewer than all."""
    own = by.user_id in (feedback.captured_by, feedback.said_by)
    return own or (by.role.includes(Role.PM) and feedback.visibility == FeedbackVisibility.EVERYONE)


def stored(feedback: Feedback, account: str | None) -> Written:
    """Return what is stored; `account` is the customer's name."""
    return Written(
        feedback.quote, feedback.problem, account or "", feedback.weight, feedback.theme, feedback.visibility
    )


def marks(written: Written) -> Marks:
    """Return the marks of a form, by which it knows later what it was filled with."""
    return meanwhile.marks(_shown(written))


def together(mine: Written, now: Written, seen: Marks) -> Written:
    """Return what both have written, as `meanwhile.together` does; what the form had no room for stays."""
    shown = _shown(now)
    merged = meanwhile.together(vars(mine), shown, seen)
    stays = [name for name in LENGTHS if " ".join(merged[name].split()) == " ".join(shown[name].split())]
    return Written(**{**merged, **{name: getattr(now, name) for name in stays}})


def _shown(written: Written) -> dict[str, str]:
    """Return the fields as a form shows them: of what it has no room for, the beginning."""
    short = {
        name: words if len(words) <= length else words[: length - 1] + "…"
        for name, length in LENGTHS.items()
        for words in [getattr(written, name)]
    }
    return {**vars(written), **short}
