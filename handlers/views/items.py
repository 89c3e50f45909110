"""The form of an item: new, to edit, and to look at again when somebody else was faster."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.due import Due, write_due
from bot.services.items import SUMMARY_LENGTH, Draft, Form, in_form
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import (
    choice_input,
    modal,
    option,
    people_input,
    person_input,
    section,
    words_input,
)
from handlers.views.forms import State, choice, choices, people, values
from handlers.views.words import change_words, day, person
from storage.models import Change, ItemVisibility, Objective

NONE = "none"
"""The value of "no objective"."""

_VISIBILITIES: dict[str, str] = {
    ItemVisibility.EVERYONE: "Everyone in the company",
    ItemVisibility.PRODUCT: "Product team",
    ItemVisibility.RESTRICTED: "Only people named below",
}


@dataclass(frozen=True)
class Filled:
    """What was filled in, as it was typed where it must be read first."""

    title: str
    summary: str
    area: str
    owner: str | None
    objective: int | None
    due: str
    effort: str
    visibility: str
    readers: tuple[str, ...]


def item_modal(form: Form, *, filled: Filled | None = None, changes: Sequence[Change] = (), tz: str = "UTC") -> View:
    """Return the form of an item; `filled` keeps what somebody wrote, and `changes` says what happened meanwhile."""
    item = form.item
    held = filled or _filled(form.draft)
    blocks = [*_meanwhile(changes, tz), *_inputs(held, form.objectives)]
    seen = {"number": item.number, "seen": item.updated_at.isoformat()} if item else {}
    title, submit = (f"Edit {item.ref}", "Save") if item else ("New roadmap item", "Add")
    return modal(title, blocks, callback_id=ids.ITEM_SUBMIT, submit=submit, private_metadata=json.dumps(seen))


def seen_in(metadata: str) -> tuple[int, datetime] | None:
    """Return which item a form is of, and when it had last changed; None for a new one."""
    told = json.loads(metadata or "{}")
    return (int(told["number"]), datetime.fromisoformat(told["seen"])) if told else None


def read_form(state: State) -> Filled:
    """Return what a form holds."""
    held = values(state)
    aim = held.get("objective", NONE)
    return Filled(
        title=held.get("title", "").strip(),
        summary=held.get("summary", "").strip(),
        area=held.get("area", "").strip(),
        owner=held.get("owner"),
        objective=int(aim) if aim != NONE else None,
        due=held.get("due", "").strip(),
        effort=held.get("effort", "").strip(),
        visibility=held.get("visibility", ItemVisibility.EVERYONE),
        readers=people(state, "readers"),
    )


def draft_of(filled: Filled, due: Due | None, effort: float | None) -> Draft:
    """Return what was filled in as a draft, once its date and its effort are read."""
    return Draft(
        filled.title, filled.summary, filled.area, filled.owner, filled.objective, due, effort, filled.visibility,
        frozenset(filled.readers),
    )  # fmt: skip


def _filled(draft: Draft) -> Filled:
    return Filled(
        title=draft.title,
        summary=in_form(draft.summary),
        area=draft.area,
        owner=draft.owner,
        objective=draft.objective,
        due=write_due(draft.due) or "",
        effort=f"{draft.effort_weeks:g}" if draft.effort_weeks is not None else "",
        visibility=draft.visibility,
        readers=tuple(sorted(draft.readers)),
    )


def _inputs(held: Filled, objectives: Sequence[Objective]) -> list[Block]:
    aims = [option("No objective", NONE), *(option(f"{one.ref} {one.title}", str(one.number)) for one in objectives)]
    aim = next((one for one in aims if one.value == str(held.objective)), aims[0])
    aims = sorted(aims, key=lambda one: one is not aim)  # a menu holds a hundred, what is chosen among them
    shown, visible = choices(_VISIBILITIES), choice(_VISIBILITIES, held.visibility)
    return [
        words_input("title", "Title", initial=held.title, optional=False, length=140),
        words_input("summary", "Summary", initial=held.summary, lines=True, hint=_no_room(held.summary)),
        words_input("area", "Area", initial=held.area, length=150, placeholder="Payments, Growth"),
        person_input("owner", "Owner", initial=held.owner),
        choice_input("objective", "Objective", aims, initial=aim),
        words_input("due", "Due", initial=held.due, length=40, placeholder="Q4, mid-October, 2026-10-14"),
        words_input("effort", "Effort in weeks", initial=held.effort, length=10, placeholder="3"),
        choice_input("visibility", "Who may see it", shown, initial=visible),
        people_input("readers", "People who may see it", initial=held.readers, hint="Only when it is for them alone."),
    ]


def _no_room(summary: str) -> str | None:
    if len(summary) < SUMMARY_LENGTH - 1:
        return None
    return "There is no room for all of it here. Leave this as it is, and the rest stays."


def _meanwhile(changes: Sequence[Change], tz: str) -> list[Block]:
    if not changes:
        return []
    told = [f"• {change_words(one)} · {person(one.by)}, {day(one.at, tz)}" for one in changes]
    said = "*This item changed while you were writing.* What you wrote is still here; save again to put it in place."
    return [section("\n".join([said, *told]))]
