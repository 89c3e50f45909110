"""Schedules: what is planned, how the last one ended, and what their owners are told."""

from collections.abc import Sequence

from bot.services import calendar
from bot.services.refusals import refusal_of
from bot.services.schedules import Planned
from bot.services.update_runs import Draft
from handlers.views import Reply
from handlers.views.blocks import section, sections
from handlers.views.words import channel, day, esc, joined, many, person
from storage.models import RunStatus, Schedule

EXAMPLE = '/roadmap schedule new "Weekly roadmap" every:thu at:09:00 to:#product'
"""How an update is scheduled."""


def scheduled_reply(planned: Planned) -> Reply:
    """Confirm a new schedule with its next slots."""
    schedule = planned.schedule
    said = f"*{esc(schedule.name)}* posts to {channel(schedule.channel)} {calendar.describe(planned.rule)}."
    approval = (
        f"{person(schedule.approver)} gets a preview {schedule.preview_hours} hours before and approves it."
        if schedule.approver
        else "It posts without approval."
    )
    if schedule.delegate:
        approval += f" {person(schedule.delegate)} is asked too when half of that time has passed without a word."
    slots = "\n".join(f"• {calendar.label(slot, schedule.tz)}" for slot in planned.slots)
    return Reply(
        f"{esc(schedule.name)} is scheduled",
        [section(f"{said}\n{approval}"), section(f"*Next {len(planned.slots)}*\n{slots}")],
    )


def schedules_reply(planned: Sequence[Planned]) -> Reply:
    """List the schedules with their last outcome and their next slot."""
    if not planned:
        said = "No updates are scheduled yet."
        return Reply(said, [section(f"{said} Type `{EXAMPLE}`.")])
    return Reply(many(len(planned), "scheduled update"), sections([f"• {schedule_line(one)}" for one in planned]))


def schedule_line(planned: Planned) -> str:
    """Return a schedule as one line: when it comes next, or why it does not, and how the last one ended."""
    schedule, last = planned.schedule, planned.last
    following = _paused(schedule) if schedule.paused else f"next {calendar.label(planned.slots[0], schedule.tz)}"
    ended = f"last {day(last.slot, schedule.tz)}: {_last(planned)}" if last else "not posted yet"
    return f"*{esc(schedule.name)}* → {channel(schedule.channel)} · {joined([following, ended])}"


def paused_reply(schedule: Schedule) -> Reply:
    """Say that a schedule is paused, or goes on."""
    said = f"*{esc(schedule.name)}* is paused." if schedule.paused else f"*{esc(schedule.name)}* goes on."
    return Reply(said.replace("*", ""), [section(said)])


def skipped_reply(draft: Draft) -> Reply:
    """Say that one occurrence is skipped, or why not."""
    slot = calendar.label(calendar.Slot(draft.run.slot, draft.run.slot.date()), draft.schedule.tz)
    name = f"*{esc(draft.schedule.name)}* of {slot}"
    done = draft.run.status == RunStatus.SKIPPED
    said = f"{name} is skipped. The one after it comes as planned." if done else f"{name} is posted already."
    return Reply(said.replace("*", ""), [section(said)])


def run_reply(draft: Draft) -> Reply:
    """Say who gets the preview of an update out of turn."""
    who = f"{person(draft.schedule.approver)} gets" if draft.schedule.approver else "You get"
    said = (
        f"{who} a preview of *{esc(draft.schedule.name)}* ({draft.run.ref}) now."
        f" It posts to {channel(draft.schedule.channel)} once it is approved there."
    )
    return Reply(said.replace("*", ""), [section(said)])


def outcome(noted: str) -> str:
    """Return in words how a run ended; it is kept as a word and what it is about."""
    word, _, about = noted.partition(" ")
    return {
        "posted": "Posted",
        "seen_by": f"Posted, as {person(about)} saw",
        "skipped_by": f"Skipped by {person(about)}",
        "late": f"Linchpin was not running at the time, nor in the {about} hours after it",
        "silent": "Slack did not tell me who reads the channel, so I kept it back",
        "expired": "Nobody approved it before the next one was due",
        "paused": "Its schedule was paused",
        "empty": "There was nothing to tell",
        "unknown": "Slack did not say whether it was posted",
        "worse": f"{about.replace(',', ', ')} got worse, so please look again",
    }.get(word) or _closed(noted)


def notice_reply(name: str, *, noted: str, missed: int = 0) -> Reply:
    """Tell the owner of a schedule that something did not happen."""
    if missed:
        said = f"*{esc(name)}* was not posted {many(missed, 'time')}: Linchpin was not running when it was due."
    else:
        said = f"*{esc(name)}* was not posted. {outcome(noted)}."
    return Reply(said.replace("*", ""), [section(f"{said} `/roadmap schedule list` shows what comes next.")])


def paused_notice(name: str, channel_id: str, why: str) -> Reply:
    """Tell the owner of a schedule why it is paused, and how it goes on."""
    said = f"*{esc(name)}* is paused, and nothing is posted to {channel(channel_id)}. {_closed(why)}."
    resume = f'type `/roadmap schedule resume "{esc(name)}"`'
    cure = _cure(why)
    return Reply(
        said.replace("*", ""), [section(f"{said}\n{cure}. Then {resume}." if cure else f"{said} To go on, {resume}.")]
    )


def _closed(why: str) -> str:
    """Return why nothing may be posted to a channel."""
    word, _, code = why.partition(" ")
    if word == "refused":
        return esc(refusal_of(code).why)
    return {
        "shared": "The channel is shared with another company now",
        "archived": "The channel is archived",
        "outside": "I'm not in the channel any more, or it is archived",
        "by": f"{person(code)} paused it",
    }.get(word, esc(why))


def _cure(why: str) -> str:
    word, _, code = why.partition(" ")
    if word == "refused":
        return refusal_of(code).cure
    return {
        "shared": "Plan it for another channel, or wait until this one is your own again",
        "archived": "Bring the channel back",
        "outside": "Bring it back if it is archived, and type `/invite @linchpin` in it",
    }.get(word, "")


def _paused(schedule: Schedule) -> str:
    why = _closed(schedule.paused_why or "")
    return f"paused: {why[:1].lower()}{why[1:]}" if why else "paused"


def _last(planned: Planned) -> str:
    run = planned.last
    if run is None:
        return ""
    if run.status == RunStatus.POSTED:
        return f"<{run.permalink}|posted>" if run.permalink else "posted"
    said = outcome(run.outcome)
    return said[:1].lower() + said[1:]
