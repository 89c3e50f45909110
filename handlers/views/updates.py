"""Scheduled updates: the schedule, the preview that is approved, and the post."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.services import calendar
from bot.services.due import Due, show_due
from bot.services.refusals import Refusal
from bot.services.schedules import Planned
from bot.services.update_facts import ChangeFact, KeyResultFact, LineFact
from bot.services.updates import Draft
from handlers import ids
from handlers.views import Block, Reply, View
from handlers.views.blocks import (
    actions,
    button,
    confirm,
    context,
    fit,
    header,
    modal,
    section,
    sections,
    words_input,
)
from handlers.views.words import channel, day, esc, joined, lane, many, person, shortened, status
from storage.models import RunStatus, Schedule

_WORSE = ("at-risk", "off-track")
_POLICY = "no reply → it waits for you until the next one is due"


def scheduled_reply(planned: Planned) -> Reply:
    """Confirm a new schedule with its next slots."""
    schedule = planned.schedule
    said = f"*{esc(schedule.name)}* posts to {channel(schedule.channel)} {calendar.describe(planned.rule)}."
    approval = (
        f"{person(schedule.approver)} gets a preview {schedule.preview_hours} hours before and approves it."
        if schedule.approver
        else "It posts without approval."
    )
    slots = "\n".join(f"• {calendar.label(slot, schedule.tz)}" for slot in planned.slots)
    return Reply(
        f"{esc(schedule.name)} is scheduled",
        [section(f"{said}\n{approval}"), section(f"*Next {len(planned.slots)}*\n{slots}")],
    )


def schedules_reply(planned: Sequence[Planned]) -> Reply:
    """List the schedules with their last outcome and their next slot."""
    if not planned:
        said = "No updates are scheduled yet."
        usage = '/roadmap schedule new "Weekly roadmap" every:thu at:09:00 to:#product'
        return Reply(said, [section(f"{said} Type `{usage}`.")])
    lines = []
    for one in planned:
        schedule = one.schedule
        next_ = "paused" if schedule.paused else f"next {calendar.label(one.slots[0], schedule.tz)}"
        last = f"last {day(one.last.slot, schedule.tz)}: {_outcome(one)}" if one.last else "not posted yet"
        lines.append(f"• *{esc(schedule.name)}* → {channel(schedule.channel)} · {joined([next_, last])}")
    return Reply(many(len(planned), "scheduled update"), sections(lines))


def paused_reply(schedule: Schedule) -> Reply:
    """Say that a schedule is paused, or goes on."""
    said = f"*{esc(schedule.name)}* is paused." if schedule.paused else f"*{esc(schedule.name)}* goes on."
    return Reply(said.replace("*", ""), [section(said)])


def preview_reply(draft: Draft) -> Reply:
    """Show what a schedule's next update would say now, to whoever asks."""
    small = context("A preview: only you see this, and nothing is posted.")
    return Reply(f"Preview of {esc(draft.schedule.name)}", fit([small, *_body(draft)]))


def update_preview(draft: Draft) -> Reply:
    """Show the approver the exact rendering and let them decide; later, show what became of it."""
    run, schedule = draft.run, draft.schedule
    slot = calendar.label(calendar.Slot(run.slot, run.slot.date()), schedule.tz)
    head = f"*{esc(schedule.name)}* ({run.ref}) posts to {channel(schedule.channel)} on {slot}"
    facts = draft.facts
    audience = [many(len(facts.changes), "change"), f"{len(facts.unconfirmed)} unconfirmed", "audience: internal"]
    blocks: list[Block] = [section(head), context(joined(audience)), *_body(draft)]
    if run.status == RunStatus.DRAFTED:
        if run.outcome:
            blocks.insert(1, section(f"⚠️ {run.outcome}."))
        blocks += [_decisions(run.number), context(_POLICY)]
    else:
        blocks.append(context(_state(draft, slot)))
        if run.status == RunStatus.APPROVED:
            blocks.append(actions(button("Skip this one", ids.UPDATE_SKIP, str(run.number))))
    return Reply(f"{esc(schedule.name)} ({run.ref}) posts on {slot}", fit(blocks))


def update_post(draft: Draft) -> Reply:
    """Return the update as it is posted."""
    return Reply(f"{esc(draft.schedule.name)} · {_period(draft)}", fit(_body(draft)))


def notice_reply(name: str, *, outcome: str, missed: int = 0) -> Reply:
    """Tell the owner of a schedule that something did not happen."""
    if missed:
        said = f"*{esc(name)}* was not posted {many(missed, 'time')}: Linchpin was not running when it was due."
    else:
        said = f"*{esc(name)}* was not posted. {outcome}."
    return Reply(said.replace("*", ""), [section(f"{said} `/roadmap schedule list` shows what comes next.")])


def refused_notice(name: str, refusal: Refusal) -> Reply:
    """Tell the owner of a schedule that Slack refused its post, that it is paused, and how it goes on."""
    said = f"*{esc(name)}* was not posted, and its schedule is paused. {esc(refusal.why)}."
    cure = f'{refusal.cure}. Then type `/roadmap schedule resume "{esc(name)}"`.'
    return Reply(said.replace("*", ""), [section(f"{said}\n{cure}")])


def intro_modal(draft: Draft) -> View:
    """Let the approver put words above the facts."""
    hint = "Shown above the facts. The facts themselves come from the roadmap."
    field = words_input("intro", "Your words", initial=draft.run.intro, lines=True, hint=hint)
    return modal(
        "Edit the update", [field], callback_id=ids.INTRO_SUBMIT, submit="Save", private_metadata=str(draft.run.number)
    )


def _body(draft: Draft) -> list[Block]:
    facts, tz = draft.facts, draft.schedule.tz
    today = facts.as_of.astimezone(ZoneInfo(tz)).date()
    blocks = [header(f"{draft.schedule.name} · {_period(draft)}")]
    if draft.run.intro:
        blocks.append(section(esc(draft.run.intro)))
    if facts.changes:
        blocks += sections(["*What changed*", *(_change(one) for one in facts.changes)])
    for name in dict.fromkeys(line.lane for line in facts.lines):
        lines = [line for line in facts.lines if line.lane == name]
        blocks += sections([f"*{lane(name)}*", *(f"• {_line(line, today)}" for line in lines)])
    if facts.is_empty:
        blocks.append(section("Nothing changed, and nothing is under way."))
    if facts.later:
        blocks += sections(["*Changed after this was approved*", *(_change(one) for one in facts.later)])
    blocks += sections(_objectives(facts.key_results))
    return [*blocks, context(_small_print(draft))]


def _objectives(results: Sequence[KeyResultFact]) -> list[str]:
    """Return a line for each objective with how far its key results are."""
    by_aim: dict[str, list[str]] = {}
    for one in results:
        by_aim.setdefault(f"*{one.objective}* {esc(one.objective_title)}", []).append(
            f"{esc(one.title)}, {one.percent} % of the way"
        )
    return ["*Objectives*", *(f"• {aim}: {joined(shown)}" for aim, shown in by_aim.items())] if by_aim else []


def _change(one: ChangeFact) -> str:
    say = {"lane": lane, "status": status}.get(one.field, esc)
    what = (
        "added" if one.field == "created" else f"{say(one.before) if one.before else 'none'} → {say(one.after or '')}"
    )
    why = f"\n      why: {esc(shortened(one.reason, 160))}" if one.reason else ""
    return f"{_sign(one)} *{one.ref}* {esc(one.title)}  {what}{why}"


def _sign(one: ChangeFact) -> str:
    if one.after == "shipped":
        return "✓"
    order = ["later", "next", "now", "shipped"]
    if one.field == "lane" and one.before in order and one.after in order:
        return "▲" if order.index(one.after) > order.index(one.before) else "▼"
    return "▼" if one.after in _WORSE else "▲" if one.before in _WORSE else "•"


def _line(line: LineFact, today: date) -> str:
    when = show_due(Due(line.due, line.due_grain), today) if line.due else ""  # type: ignore[arg-type]
    demand = many(line.accounts, "account") if line.accounts else ""
    return f"*{line.ref}* {esc(line.title)} · {joined([status(line.status), when, demand])}"


def _small_print(draft: Draft) -> str:
    facts, run = draft.facts, draft.run
    stale = f"Unconfirmed for over 7 days: {', '.join(facts.unconfirmed)}" if facts.unconfirmed else ""
    ref = run.ref if run.number else ""
    by = f"approved by {person(run.approved_by)}" if run.approved_by else ""
    as_of = f"facts as of {facts.as_of.astimezone(ZoneInfo(draft.schedule.tz)):%a %H:%M}"
    return joined([stale, ref, by, as_of])


def _period(draft: Draft) -> str:
    tz = draft.schedule.tz
    return f"{day(draft.facts.since, tz)} – {day(draft.run.slot, tz)}"


def _decisions(number: int) -> Block:
    value = str(number)
    sure = confirm("Post it now?", "It goes to the channel at once.", "Post now")
    return actions(
        button("Approve", ids.UPDATE_APPROVE, value, style="primary"),
        button("Edit text", ids.UPDATE_EDIT, value),
        button("Skip this one", ids.UPDATE_SKIP, value),
        button("Post now", ids.UPDATE_POST, value, confirm=sure),
    )


def _state(draft: Draft, slot: str) -> str:
    run = draft.run
    posted = f"<{run.permalink}|Posted>" if run.permalink else "Posted"
    when = _time(run.posted_at, draft.schedule.tz)
    return {
        RunStatus.APPROVED: f"Approved by {person(run.approved_by)} · posts {slot}",
        RunStatus.POSTING: "Being posted",
        RunStatus.POSTED: joined(
            [f"{posted} {when}", f"approved by {person(run.approved_by)}" if run.approved_by else ""]
        ),
    }.get(RunStatus(run.status), run.outcome)


def _outcome(planned: Planned) -> str:
    run = planned.last
    if run is None:
        return ""
    if run.status == RunStatus.POSTED:
        return f"<{run.permalink}|posted>" if run.permalink else "posted"
    return run.outcome[:1].lower() + run.outcome[1:]


def _time(when: datetime | None, tz: str) -> str:
    return f"{when.astimezone(ZoneInfo(tz)):%a %H:%M}" if when else ""
