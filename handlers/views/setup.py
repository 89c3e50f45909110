"""First steps and the doctor, for admins."""

from collections.abc import Sequence

from bot.services.access import WHO
from bot.services.roles import GIVEN, Named
from bot.services.setup import Finding, FirstSteps
from handlers import ids
from handlers.views import Block, Reply
from handlers.views.blocks import actions, button, context, fit, header, section, sections
from handlers.views.channels import SHOWN, inside_line
from handlers.views.schedules import EXAMPLE
from handlers.views.words import channel, esc, joined, many


def setup_reply(steps: FirstSteps) -> Reply:
    """List the first steps with their state, each with its button."""
    blocks: list[Block] = [header("First steps")]
    blocks.append(
        _step("People and roles", not steps.named.is_empty, _people(steps.named), "Name people", ids.ROLES_OPEN)
    )
    blocks.append(_step("Channels", bool(steps.settings), _channels(steps), "Set up a channel", ids.CHANNEL_SETUP))
    blocks += sections([_line("Roadmap", steps.has_items, _roadmap(steps)), _line("Updates", *_updates(steps))])
    blocks.append(
        context("`/roadmap doctor` says whether everything is well. `/roadmap help` lists what you can type.")
    )
    return Reply("First steps", fit(blocks))


def doctor_reply(found: Sequence[Finding]) -> Reply:
    """Say in sentences what is well and what is not, the latter first."""
    bad = [one for one in found if not one.is_good]
    said = f"{many(len(bad), 'thing')} to look at" if bad else "All is well"
    lines = [f"{'✓ good' if one.is_good else '⚠️ *less good*'} · *{one.what}* {one.said}" for one in found]
    ordered = [*(line for line in lines if "⚠️" in line), *(line for line in lines if "⚠️" not in line)]
    return Reply(said, [header(said), *sections(ordered), actions(button("First steps", ids.SETUP_OPEN))])


def _step(title: str, done: bool, said: str, label: str, action_id: str) -> Block:
    return section(_line(title, done, said), accessory=button(label, action_id))


def _line(title: str, done: bool, said: str) -> str:
    return f"{'✓ done' if done else '○ to do'} · *{title}*\n{said}"


def _people(named: Named) -> str:
    if named.is_empty:
        return "Until you name people or user groups, the admins of this workspace are its product managers."
    by_group = [
        f"everybody in {', '.join(f'@{esc(one)}' for one in named.groups[role].values())} as {WHO[role]}"
        for role in GIVEN
        if role in named.groups
    ]
    return joined(
        [
            many(len(named.pms), "product manager") if named.pms else "",
            many(len(named.admins), "more admin") if named.admins else "",
            *by_group,
        ]
    )


def _channels(steps: FirstSteps) -> str:
    answered = {channel_id for channel_id, one in steps.settings.items() if one.customer_view}
    closed = [one for one in steps.channels if one.is_shared and one.channel_id not in answered]
    silent = [channel(one.channel_id) for one in closed[:SHOWN]]
    where = inside_line(steps.channels)
    return f"{where} Shared with another company, so I'm silent there: {', '.join(silent)}." if silent else where


def _roadmap(steps: FirstSteps) -> str:
    if steps.has_items:
        return "There are items. `/roadmap` shows them."
    return "Add the first item with `/roadmap add <title>`, or import a file on the server with `linchpin import`."


def _updates(steps: FirstSteps) -> tuple[bool, str]:
    if steps.schedules:
        return True, f"{many(steps.schedules, 'schedule')}. `/roadmap schedule list` shows them."
    return False, f"Post one each week: `{EXAMPLE}`"
