"""Roles: the modal in which an admin names people and user groups."""

from collections.abc import Mapping

from bot.services.roles import Named
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import context, modal, option, people_input, section, several_input
from handlers.views.forms import State, field, people

AT_MOST = 100
"""How many groups Slack lets one choose from."""


def roles_modal(named: Named, groups: Mapping[str, str] | None = None, *, problem: str = "") -> View:
    """Return the modal that names who may do what; `groups` are handles by id, None while they are asked for.

    `problem` says why there are no groups to choose from.
    """
    said = (
        "Everybody in this workspace can ask, capture and vote; guests can ask and follow. Product managers triage,"
        " move and publish. Workspace admins are always admins here, too."
    )
    blocks = [
        section(said),
        _people("pms", "Product managers", named.pms),
        _people("admins", "More admins of Linchpin", named.admins),
    ]
    if groups:
        blocks.append(_groups(groups, named))
    elif named.groups:
        blocks.append(context("These user groups stay: " + ", ".join(f"@{one}" for one in named.groups.values())))
    if said := problem or ("Looking for user groups…" if groups is None else ""):
        blocks.append(context(said))
    return modal("People and roles", blocks, callback_id=ids.ROLES_SUBMIT, submit="Save")


def saved_modal() -> View:
    """Confirm who has a role now."""
    said = "Saved. Roles count from the next thing somebody does."
    return modal("People and roles", [section(said)], callback_id="roles.saved", close="Done")


def chosen(state: State, *, before: Named) -> Named:
    """Return who was named in the modal; where it offered no groups, those named before stay."""
    groups = dict(before.groups)
    if "groups" in state:
        options = field(state, "groups").get("selected_options") or ()
        groups = {str(one["value"]): str(one["text"]["text"]).removeprefix("@") for one in options}
    return Named(pms=people(state, "pms"), admins=people(state, "admins"), groups=groups)


def _people(name: str, label: str, initial: tuple[str, ...]) -> Block:
    return people_input(name, label, initial=initial, placeholder="Choose people")


def _groups(groups: Mapping[str, str], named: Named) -> Block:
    every = {**named.groups, **groups}
    offered = [option(f"@{every[one]}", one) for one in every][:AT_MOST]
    given = [one for one in offered if one.value in named.groups]
    label = "User groups of product managers"
    return several_input("groups", label, offered, initial=given, placeholder="Choose user groups")
