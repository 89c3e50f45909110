"""The form of an item: new, to edit, and shown again where somebody else was faster."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    words_input,
)
from handlers.views.forms import State, changed_meanwhile, choice, choices, opened_with, people, values
from handlers.views.words import day, esc, person, shortened
from storage.models import ItemVisibility, Objective

NONE = "none"
"""The value of "no objective"."""

NEW = "new"
"""What the form of a new item is of."""

_LABELS = {
    "title": "Title",
    "summary": "Summary",
    "area": "Area",
    "owner": "Owner",
    "objective": "Objective",
    "due": "Due",
    "effort_weeks": "Effort in weeks",
    "visibility": "Who may see it",
    "readers": "People who may see it",
}
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


def item_modal(form: Form, *, tz: str = "UTC") -> View:
    """Return the form of an item; where somebody else changed the same meanwhile, it says so above."""
    item = form.item
    blocks = [*([_meanwhile(form, form.now, tz)] if form.now else ()), *_inputs(_filled(form.draft), form.objectives)]
    title, submit = (f"Edit {item.ref}", "Save") if item else ("New roadmap item", "Add")
    told = opened_with(item.number if item else NEW, form.seen)
    return modal(title, blocks, callback_id=ids.ITEM_SUBMIT, submit=submit, private_metadata=told)


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
        words_input("title", _LABELS["title"], initial=held.title, optional=False, length=140),
        words_input("summary", _LABELS["summary"], initial=held.summary, lines=True, hint=_no_room(held.summary)),
        words_input("area", _LABELS["area"], initial=held.area, length=150, placeholder="Payments, Growth"),
        person_input("owner", _LABELS["owner"], initial=held.owner),
        choice_input("objective", _LABELS["objective"], aims, initial=aim),
        words_input("due", _LABELS["due"], initial=held.due, length=40, placeholder="Q4, mid-October, 2026-10-14"),
        words_input("effort", _LABELS["effort_weeks"], initial=held.effort, length=10, placeholder="3"),
        choice_input("visibility", _LABELS["visibility"], shown, initial=visible),
        people_input("readers", _LABELS["readers"], initial=held.readers, hint="Only when it is for them alone."),
    ]


def _no_room(summary: str) -> str | None:
    if len(summary) < SUMMARY_LENGTH - 1:
        return None
    return "There is no room for all of it here. Leave this as it is, and the rest stays."


def _meanwhile(form: Form, now: Draft, tz: str) -> Block:
    shown = {name: esc(shortened(str(words or ""), 600)) for name, words in vars(_filled(now)).items()} | {
        "owner": person(now.owner),
        "objective": next(
            (esc(f"{one.ref} {one.title}") for one in form.objectives if one.number == now.objective), ""
        ),
        "effort_weeks": _filled(now).effort,
        "visibility": _VISIBILITIES[now.visibility],
        "readers": ", ".join(map(person, sorted(now.readers))),
    }
    return changed_meanwhile(
        [
            f"{_LABELS[one.field]}: {shown[one.field] or 'none'} · {person(one.by)}, {day(one.at, tz)}"
            for one in form.changes
        ]
    )
