"""The Home tab: what waits, what is somebody's own, and what they look after."""

from collections.abc import Sequence
from datetime import datetime

from bot.services import calendar
from bot.services.home import Home
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import VIEW_BLOCKS, actions, button, context, header, run_buttons, section, sections
from handlers.views.channels import inside_line
from handlers.views.follows import mine_blocks
from handlers.views.schedules import EXAMPLE, schedule_line
from handlers.views.words import ago, as_of, channel, esc, joined, many
from storage.models import Role, Run, Schedule

SHOWN = 7
"""How many lines a part shows."""
_ROLES = {
    Role.VIEWER: "guest",
    Role.CONTRIBUTOR: "contributor",
    Role.PM: "product manager",
    Role.ADMIN: "admin",
}


def home_view(home: Home, now: datetime, tz: str) -> View:
    """Return somebody's Home."""
    role = home.reader.role
    hello = f"Hi {home.name.partition(' ')[0]}" if home.name else "Hi"
    ways = [button("Ask a question…", ids.QUESTION_OPEN)]
    if role.includes(Role.CONTRIBUTOR):
        ways += run_buttons(("Capture", "feedback"))
    blocks = [header(hello), context(joined([_ROLES[role], as_of(now, tz)])), actions(*ways)]
    if role.includes(Role.PM):
        blocks += _part("Needs you", _needs(home, now, tz) or ["Nothing waits for you."])
    elif home.approvals:
        blocks += _part("Needs you", _needs(home, now, tz))
    blocks += mine_blocks(home.mine, now, tz) or [section(_first_step(role))]
    if role.includes(Role.PM):
        blocks += _part("Schedules", [schedule_line(one) for one in home.schedules] or [_NO_SCHEDULE])
    if role.includes(Role.ADMIN):
        blocks += _admin(home)
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


_NO_SCHEDULE = f"No update yet: `{EXAMPLE}` posts one."


def _needs(home: Home, now: datetime, tz: str) -> list[str]:
    waiting = [_approval(*one, tz) for one in home.approvals]
    if home.oldest is not None:
        ref, since = home.oldest.ref, ago(home.oldest.captured_at, now)
        oldest = f"the oldest, {ref}," if home.waiting > 1 else ref
        said = f"{many(home.waiting, 'piece')} of feedback to triage ({oldest} came {since})"
        waiting.insert(0, f"{said}. To link it to an item, type `/roadmap link {ref} RM-1`")
    return waiting


def _approval(schedule: Schedule, run: Run, tz: str) -> str:
    slot = calendar.label(calendar.Slot(run.slot, run.slot.date()), tz)
    said = f"{run.ref} *{esc(schedule.name)}* → {channel(schedule.channel)}, {slot}"
    return f"{said}. Its preview is in your messages from me, with *Approve*"


def _admin(home: Home) -> list[Block]:
    buttons = actions(button("People and roles", ids.ROLES_OPEN), button("Set up a channel", ids.CHANNEL_SETUP))
    also = context("`/roadmap setup` lists the first steps, `/roadmap doctor` says whether all is well.")
    lines = [inside_line(home.channels)]
    if not home.has_items:
        lines.insert(0, "The roadmap is empty. `/roadmap add <title>` adds the first item.")
    return [*_part("Admin", lines), buttons, also]


def _first_step(role: Role) -> str:
    if role.includes(Role.CONTRIBUTOR):
        return (
            "*Yours*\nNothing yet. React to a message with :bulb: to capture it, or follow an item:"
            " `/roadmap follow RM-1`. Where it stands will show here."
        )
    return "*Yours*\nNothing yet. `/roadmap` shows what is planned, and `/roadmap follow RM-1` follows an item."


def _part(title: str, lines: Sequence[str]) -> list[Block]:
    more = [f"_{len(lines) - SHOWN} more_"] if len(lines) > SHOWN else []
    return sections([f"*{title}*", *(f"• {one}" for one in lines[:SHOWN]), *more]) if lines else []
