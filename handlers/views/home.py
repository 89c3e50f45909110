"""The Home tab: what waits, what is somebody's own, and what they look after."""

from collections.abc import Sequence
from datetime import datetime

from bot.services import calendar
from bot.services.home import Home
from bot.services.schedules import Planned
from handlers import ids
from handlers.views import Block, View
from handlers.views.blocks import VIEW_BLOCKS, actions, button, context, header, run_buttons, section, sections
from handlers.views.follows import mine_blocks
from handlers.views.words import ago, as_of, channel, esc, joined, many
from storage.models import Channel, Role, Run, Schedule

SHOWN = 7
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
        blocks += _part("Schedules", [_schedule(one, tz) for one in home.schedules] or [_NO_SCHEDULE])
    if role.includes(Role.ADMIN):
        blocks += _admin(home)
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


_NO_SCHEDULE = 'No update yet: `/roadmap schedule new "Weekly roadmap" every:thu at:09:00 to:#product` posts one.'


def _needs(home: Home, now: datetime, tz: str) -> list[str]:
    waiting = [_approval(*one, tz) for one in home.approvals]
    if home.waiting:
        since = f" (the oldest came {ago(home.oldest, now)})" if home.oldest is not None else ""
        said = many(home.waiting, "piece") + f" of feedback to triage{since}"
        waiting.insert(0, f"{said}. Link one to an item: `/roadmap link FB-1 RM-1`")
    return waiting


def _approval(schedule: Schedule, run: Run, tz: str) -> str:
    slot = calendar.label(calendar.Slot(run.slot, run.slot.date()), tz)
    said = f"{run.ref} *{esc(schedule.name)}* → {channel(schedule.channel)}, {slot}"
    return f"{said}. Its preview is in your messages from me, with *Approve*"


def _schedule(planned: Planned, tz: str) -> str:
    one = planned.schedule
    following = f"next {calendar.label(planned.slots[0], tz)}" if planned.slots else ""
    last = f"last {planned.last.status}" if planned.last is not None else ""
    stands = ["paused"] if one.paused else [following]
    return joined([f"*{esc(one.name)}* → {channel(one.channel)}", *stands, last])


def _admin(home: Home) -> list[Block]:
    buttons = actions(button("People and roles", ids.ROLES_OPEN), button("Set up a channel", ids.CHANNEL_SETUP))
    also = context("`/roadmap setup` lists the first steps, `/roadmap doctor` says whether all is well.")
    lines = [_channels(home.channels)]
    if not home.has_items:
        lines.insert(0, "The roadmap is empty. `/roadmap add <title>` adds the first item.")
    return [*_part("Admin", lines), buttons, also]


def _channels(inside: Sequence[Channel]) -> str:
    if not inside:
        return "I'm in no channel yet. Type `/invite @linchpin` where people talk about the product."
    shown = ", ".join(channel(one.channel_id) for one in inside[:SHOWN])
    return f"I'm in {many(len(inside), 'channel')}: {shown}{'…' if len(inside) > SHOWN else ''}"


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
