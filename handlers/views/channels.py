"""Channels: the greeting, and the modal in which an admin sets one up."""

from collections.abc import Mapping, Sequence

from bot.services.channels import MEANINGS, Known, Plan, held
from bot.services.meanwhile import ChangedMeanwhileError, marks
from handlers import ids
from handlers.views import Block, Reply, View
from handlers.views.blocks import (
    actions,
    button,
    channel_menu,
    choice_input,
    context,
    modal,
    option,
    search_input,
    section,
    words_input,
)
from handlers.views.capture import READERS
from handlers.views.forms import changed_meanwhile, choice, choices, opened_with
from handlers.views.words import channel as channel_link
from handlers.views.words import esc, joined
from storage.models import Channel

SHOWN = 7
"""How many channels a line names."""
NO_CUSTOMER = "none"
"""The value of "no customer"; that of a customer is `name:` and the name."""
NAME = 140
"""How long a customer's name may be to be chosen: Slack takes values of 150."""
DEFAULT = "default"
"""The value of "as the channel": members where it is private, else everyone."""

_LABELS = {
    "customer": "Customer whose channel this is",
    "visibility": "Who may read what is captured",
    "listens": "Capture feedback here",
    "request": "Captures a wish",
    "problem": "Captures a problem",
    "support": "Me too",
    "claim": "I'm on it (product managers)",
    "withdraw": "Takes it back",
    "customer_view": "Allow customer view",
}
_READERS = {DEFAULT: "As the channel: members if private, else everyone", **READERS}
_YES_NO = {"yes": "Yes", "no": "No"}


def greeting(channel_id: str, reactions: Mapping[str, str], *, shared: bool) -> Reply:
    """Say what the bot does in a channel; `shared` to its inviter alone."""
    buttons = actions(
        button("Set up this channel", ids.CHANNEL_SETUP, channel_id), button("Help", f"{ids.COMMAND_RUN}.0", "help")
    )
    where = channel_link(channel_id)
    if shared:
        said = (
            f"Thanks for bringing me to {where}. It is shared with another company, so I say nothing there that"
            f" others could read. You can still capture: open a message's menu and choose *Capture feedback*."
        )
        small = "Answers to `/roadmap` are seen by you alone. An admin can allow a customer view of the roadmap."
        return Reply("I say nothing in channels shared with another company", [section(said), context(small), buttons])
    emoji = {meaning: _emoji(reactions, meaning) for meaning in MEANINGS}
    ways = joined(
        [
            f"{emoji['request']} keeps a wish" if emoji["request"] else "",
            f"{emoji['problem']} a problem" if emoji["problem"] else "",
            f"{emoji['support']} says me too" if emoji["support"] else "",
        ]
    )
    said = "Hi, I'm Linchpin. I keep what you say about the product, and answer what is on the roadmap and why."
    how = f"React to a message: {ways}." if ways else "Open a message's menu and choose *Capture feedback*."
    ask = "Mention me with a question, or type `/roadmap`."
    return Reply(said, [section(f"{said}\n{how} {ask}"), buttons])


def setup_modal(channel_id: str, known: Known, *, meanwhile: ChangedMeanwhileError | None = None) -> View:
    """Return the modal that sets up a channel, with what holds there now.

    Where somebody else changed the same `meanwhile`, it holds what was written, and says above it what holds now.
    """
    filled = Plan(**meanwhile.held) if meanwhile else held(known)
    seen = meanwhile.seen if meanwhile else marks(vars(filled))
    blocks = [
        section(f"What holds in {channel_link(channel_id)}. It takes effect when you save."),
        *([_meanwhile(meanwhile)] if meanwhile else ()),
        _customer_input(filled.customer),
        choice_input(
            "visibility",
            _LABELS["visibility"],
            choices(_READERS),
            initial=choice(_READERS, filled.visibility or DEFAULT),
        ),
        _yes_no("listens", _LABELS["listens"], yes=filled.listens),
        section("*What reactions mean here.* Emoji names, as you type them in Slack; empty for none."),
        *(words_input(name, _LABELS[name], initial=_emoji(filled.reactions, name), length=200) for name in MEANINGS),
    ]
    if known.channel is not None and known.channel.is_shared:
        blocks += [
            _yes_no("customer_view", _LABELS["customer_view"], yes=filled.customer_view),
            context("Another company reads this channel. Allowed: answers by lane only, never dates, money or names."),
        ]
    told = opened_with(channel_id, seen)
    return modal("Set up channel", blocks, callback_id=ids.CHANNEL_SUBMIT, submit="Save", private_metadata=told)


def saved_modal(channel_id: str) -> View:
    """Confirm that a channel is set up."""
    said = f"Saved. {channel_link(channel_id)} works like this from now on."
    return modal("Set up channel", [section(said)], callback_id="channels.saved", close="Done")


def which_modal() -> View:
    """Ask which channel is to be set up."""
    said = "Which channel? I can only set up those that I am in."
    menu = section(said, accessory=channel_menu("Choose a channel", ids.CHANNEL_CHOSEN))
    return modal("Set up channel", [menu], callback_id="channels.which", close="Cancel")


def customer_options(names: Sequence[str], typed: str) -> list[dict[str, object]]:
    """Return the customers that a typed beginning offers: those known, a new one, and none."""
    wanted = " ".join(typed.split())
    known = [name for name in names if wanted.casefold() in name.casefold() and len(name) <= NAME][:90]
    offered = [option(name, f"name:{name}") for name in known]
    if wanted and wanted.casefold() not in (name.casefold() for name in known):
        offered.append(option(f"{wanted} (new)", f"name:{wanted[:NAME]}"))
    return [one.to_dict() for one in [*offered, option("No customer", NO_CUSTOMER)]]


def inside_line(inside: Sequence[Channel]) -> str:
    """Say which channels the bot is in."""
    if not inside:
        return "I'm in no channel yet. Type `/invite @linchpin` where people talk about the product."
    shown = ", ".join(channel_link(one.channel_id) for one in inside[:SHOWN])
    return f"I'm in {shown}{f' and {len(inside) - SHOWN} more' if len(inside) > SHOWN else ''}."


def closed_reply(channel_id: str) -> Reply:
    """Say that the bot has to be in a channel before it can be set up."""
    where = channel_link(channel_id)
    said = f"I'm not in {where}. Type `/invite @linchpin` there, then try again."
    return Reply(said, [section(said)])


def neutral_card() -> Reply:
    """Stand in for a message of ours in a channel that another company reads by now."""
    said = "This channel is shared with another company now, so what stood here is no longer shown."
    return Reply(said, [context(esc(said))])


def _meanwhile(error: ChangedMeanwhileError) -> Block:
    now, written = _as_read(Plan(**error.now)), _as_read(Plan(**error.held))
    return changed_meanwhile([f"{_LABELS[name]}: {now[name] or 'none'}" for name in now if now[name] != written[name]])


def _as_read(plan: Plan) -> dict[str, str]:
    return {
        "customer": esc(plan.customer),
        "visibility": _READERS[plan.visibility or DEFAULT],
        "listens": _YES_NO["yes" if plan.listens else "no"],
        **{name: _emoji(plan.reactions, name) for name in MEANINGS},
        "customer_view": _YES_NO["yes" if plan.customer_view else "no"],
    }


def _customer_input(customer: str) -> Block:
    chosen = option(customer, f"name:{customer}") if customer and len(customer) <= NAME else None
    label, menu = _LABELS["customer"], ids.CHANNEL_CUSTOMER
    return search_input("customer", label, menu, initial=chosen, placeholder="Type a name", optional=True)


def _yes_no(name: str, label: str, *, yes: bool) -> Block:
    return choice_input(name, label, choices(_YES_NO), initial=choice(_YES_NO, "yes" if yes else "no"))


def _emoji(mapped: Mapping[str, str], meaning: str) -> str:
    return " ".join(f":{name}:" for name, meant in mapped.items() if meant == meaning)
