"""Roles: the modal in which an admin names people and user groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.services.access import WHO
from bot.services.roles import Named
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import context, modal, option, people_input, section, sections, several_input
from handlers.views.forms import State, field, people
from handlers.views.words import esc, person
from storage.models import Role

AT_MOST = 100
"""How many groups Slack lets one choose from."""

FIELDS = {Role.PM: "groups", Role.ADMIN: "admin_groups"}
LABELS = {role: WHO[role].capitalize() for role in FIELDS}
HINTS = {Role.ADMIN: "Whoever may change such a group in Slack can make anyone an admin here."}


def roles_modal(named: Named, groups: Mapping[str, str] | None = None, *, problem: str = "") -> View:
    """Return the modal that names who may do what; `groups` are handles by id, None while they are asked for.

    `problem` says why there are no groups to choose from.
    """
    said = (
        "Everybody in this workspace can ask, capture and vote; guests can ask and follow. Product managers triage,"
        " move and publish. Workspace admins are always admins here, too. Whoever has two roles has the higher one."
    )
    blocks = [
        section(said),
        _people("pms", LABELS[Role.PM], named.pms),
        _people("admins", "More admins of Linchpin", named.admins),
    ]
    if groups:
        blocks += [_groups(role, groups, named) for role in FIELDS]
    elif named.groups:
        blocks.append(context("These user groups stay: " + _listed(named.handles)))
    if said := problem or ("Looking for user groups…" if groups is None else ""):
        blocks.append(context(said))
    return modal("People and roles", blocks, callback_id=ids.ROLES_SUBMIT, submit="Save")


def saved_modal(named: Named) -> View:
    """Confirm who has a role now, those among them whom another admin has named meanwhile."""
    people = {Role.PM: named.pms, Role.ADMIN: named.admins}
    lines = [
        f"*{LABELS[role]}* {', '.join([*map(person, people[role]), *filter(None, [_listed(handles)])])}"
        for role in FIELDS
        if (handles := named.groups.get(role, {})) or people[role]
    ]
    said = ["Saved. Roles count from the next thing somebody does.", *lines]
    return modal("People and roles", sections(said), callback_id="roles.saved", close="Done")


def seen(blocks: Sequence[Mapping[str, Any]]) -> Named:
    """Return whom the form named when it was shown."""
    shown = {str(one["block_id"]): one["element"] for one in blocks if one["type"] == "input"}
    return _read({
        name: {"value": {key.replace("initial_", "selected_"): held for key, held in element.items()}}
        for name, element in shown.items()
    })  # fmt: skip


def chosen(state: State) -> Named:
    """Return who was named in the form; where it offered no groups, it names none."""
    return _read(state)


def _read(state: State) -> Named:
    by_role: dict[Role, dict[str, str]] = {}
    for role, name in FIELDS.items():
        options = field(state, name).get("selected_options") or ()
        handles = {str(one["value"]): str(one["text"]["text"]).removeprefix("@") for one in options}
        by_role |= {role: handles} if handles else {}
    return Named(pms=people(state, "pms"), admins=people(state, "admins"), groups=by_role)


def _listed(handles: Mapping[str, str]) -> str:
    return ", ".join(f"@{esc(one)}" for one in handles.values())


def _people(name: str, label: str, initial: tuple[str, ...]) -> Block:
    return people_input(name, label, initial=initial, placeholder="Choose people")


def _groups(role: Role, groups: Mapping[str, str], named: Named) -> Block:
    mine = named.groups.get(role, {})
    every = {**mine, **groups}
    offered = [option(f"@{every[one]}", one) for one in every][:AT_MOST]
    given = [one for one in offered if one.value in mine]
    label = f"User groups of {WHO[role]}"
    return several_input(
        FIELDS[role], label, offered, initial=given, placeholder="Choose user groups", hint=HINTS.get(role, "")
    )
