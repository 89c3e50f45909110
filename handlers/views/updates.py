"""Scheduled updates: the preview that is approved, and the post."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services import calendar
from bot.services.meanwhile import ChangedMeanwhileError, marks
from bot.services.update_runs import Draft
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
from handlers.views.facts import ROWS, change_lines, lane_blocks, objective_lines
from handlers.views.forms import changed_meanwhile, opened_with
from handlers.views.schedules import outcome
from handlers.views.words import channel, day, esc, joined, many, person, shortened
from storage.models import Role, RunStatus

_POLICY = "no reply → it waits for you until the next one is due"


def preview_reply(draft: Draft) -> Reply:
    """Show what a schedule's next update would say now, to whoever asks."""
    told = "A preview: only you see this, and nothing is posted."
    small = context(joined([told, _audience(draft), _left_out(draft)]))
    return Reply(f"Preview of {esc(draft.schedule.name)}", fit([small, *_body(draft)]))


def update_preview(draft: Draft, now: datetime) -> Reply:
    """Show the approver the exact rendering and let them decide; later, show what became of it."""
    run, schedule, facts = draft.run, draft.schedule, draft.facts
    slot = calendar.label(calendar.Slot(run.slot, run.slot.date()), schedule.tz)
    when = _when(draft, slot, now)
    audience = [many(len(facts.changes), "change"), f"{len(facts.unconfirmed)} unconfirmed", _audience(draft)]
    head = f"*{esc(schedule.name)}* ({run.ref}) posts to {channel(schedule.channel)} {when}"
    blocks: list[Block] = [section(head), context(joined([*audience, _left_out(draft)])), *_body(draft)]
    if run.status == RunStatus.DRAFTED:
        if run.outcome:
            blocks.insert(1, section(f"⚠️ {outcome(run.outcome)}."))
        blocks += [_decisions(run.number), context(_POLICY)]
    else:
        blocks.append(context(_state(draft, slot)))
        if run.status == RunStatus.APPROVED:
            blocks.append(actions(button("Skip this one", ids.UPDATE_SKIP, str(run.number))))
    return Reply(f"{esc(schedule.name)} ({run.ref}) posts {when}", fit(blocks))


def update_post(draft: Draft) -> Reply:
    """Return the update as it is posted."""
    return Reply(f"{esc(draft.schedule.name)} · {_period(draft)}", fit(_body(draft)))


def intro_modal(number: int, intro: str, *, meanwhile: ChangedMeanwhileError | None = None) -> View:
    """Let the approver put words above the facts of an update; `meanwhile` says that somebody else has."""
    hint = "Shown above the facts. The facts themselves come from the roadmap."
    blocks = [words_input("intro", "Your note", initial=intro, lines=True, hint=hint)]
    seen = marks({"intro": intro})
    if meanwhile is not None:
        seen = dict(meanwhile.seen)
        blocks.insert(0, changed_meanwhile([f"Note: {esc(shortened(meanwhile.now['intro'], 600)) or 'none'}"]))
    told = opened_with(number, seen)
    return modal("Add a note", blocks, callback_id=ids.INTRO_SUBMIT, submit="Save", private_metadata=told)


def _body(draft: Draft) -> list[Block]:
    facts, tz = draft.facts, draft.schedule.tz
    today = facts.as_of.astimezone(ZoneInfo(tz)).date()
    blocks = [header(f"{draft.schedule.name} · {_period(draft)}")]
    if draft.run.intro:
        blocks.append(section(esc(draft.run.intro)))
    if facts.changes:
        blocks += sections(["*What changed*", *change_lines(facts.changes)])
    blocks += lane_blocks(facts.lines, today)
    if facts.is_empty:
        blocks.append(section("Nothing changed, and nothing is under way."))
    if facts.later:
        blocks += sections(["*Changed after this was approved*", *change_lines(facts.later)])
    blocks += sections(objective_lines(facts.key_results))
    return [*blocks, context(_small_print(draft))]


def _when(draft: Draft, slot: str, now: datetime) -> str:
    """Return when it posts: at its slot, or, where that has passed, as soon as somebody approves it."""
    if draft.is_extra:
        return "as soon as you approve it"
    if draft.run.status == RunStatus.DRAFTED and now > draft.run.slot:
        return f"as soon as you approve it; it was due {slot}"
    return f"on {slot}"


def _audience(draft: Draft) -> str:
    colleagues = draft.facts.read_by.includes(Role.CONTRIBUTOR)
    return "audience: internal" if colleagues else "audience: internal and guests"


def _left_out(draft: Draft) -> str:
    left_out = draft.facts.left_out
    return f"{left_out} left out: not for everyone in {channel(draft.schedule.channel)}" if left_out else ""


def _small_print(draft: Draft) -> str:
    facts, run = draft.facts, draft.run
    few = ", ".join(facts.unconfirmed[:ROWS])
    more = len(facts.unconfirmed) - ROWS
    stale = f"Unconfirmed for over 7 days: {few}{f' and {more} more' if more > 0 else ''}" if few else ""
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
        button("Add a note", ids.UPDATE_EDIT, value),
        button("Skip this one", ids.UPDATE_SKIP, value),
        button("Post now", ids.UPDATE_POST, value, confirm=sure),
    )


def _state(draft: Draft, slot: str) -> str:
    run = draft.run
    posted = f"<{run.permalink}|Posted>" if run.permalink else "Posted"
    when = _time(run.posted_at, draft.schedule.tz)
    return {
        RunStatus.APPROVED: f"Approved by {person(run.approved_by)} · posts {'soon' if draft.is_extra else slot}",
        RunStatus.POSTING: "Being posted",
        RunStatus.POSTED: joined(
            [f"{posted} {when}", f"approved by {person(run.approved_by)}" if run.approved_by else ""]
        ),
    }.get(RunStatus(run.status)) or outcome(run.outcome)


def _time(when: datetime | None, tz: str) -> str:
    return f"{when.astimezone(ZoneInfo(tz)):%a %H:%M}" if when else ""
