"""Roles: the modal in which an admin names people and user groups."""

from collections.abc import Mapping

from slack_sdk.models.blocks import InputBlock, PlainTextObject, StaticMultiSelectElement, UserMultiSelectElement

from bot.services.roles import Named
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import OPTION, context, modal, option, section

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


def chosen(state: Mapping[str, Mapping[str, Mapping[str, object]]], *, before: Named) -> Named:
    """Return who was named in the modal; where it offered no groups, those named before stay."""
    picked = {name: next(iter(actions.values())) for name, actions in state.items()}
    groups = dict(before.groups)
    if "groups" in picked:
        options = picked["groups"].get("selected_options") or []
        groups = {str(one["value"]): str(one["text"]["text"]).removeprefix("@") for one in options}  # type: ignore[attr-defined]
    return Named(pms=_users(picked["pms"]), admins=_users(picked["admins"]), groups=groups)


def _users(picked: Mapping[str, object]) -> tuple[str, ...]:
    users = picked.get("selected_users")
    return tuple(str(one) for one in users) if isinstance(users, list) else ()


def _people(name: str, label: str, initial: tuple[str, ...]) -> Block:
    element = UserMultiSelectElement(
        action_id="value", placeholder="Choose people", initial_users=list(initial) or None
    )
    return InputBlock(label=PlainTextObject(text=label), element=element, block_id=name, optional=True).to_dict()


def _groups(groups: Mapping[str, str], named: Named) -> Block:
    every = {**named.groups, **groups}
    offered = [option(f"@{every[one]}"[:OPTION], one) for one in every][:AT_MOST]
    element = StaticMultiSelectElement(
        action_id="value",
        placeholder="Choose user groups",
        options=offered,
        initial_options=[one for one in offered if one.value in named.groups] or None,
    )
    label = PlainTextObject(text="User groups of product managers")
    return InputBlock(label=label, element=element, block_id="groups", optional=True).to_dict()
