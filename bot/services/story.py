"""A story to begin with: a company's accounts, objectives, roadmap, feedback, and one weekly update."""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.errors import NotAllowedError
from bot.services import search
from storage import accounts, causes, channels, history, objectives, updates
from storage import feedback as feedback_rows
from storage import roadmap as items
from storage.database import Session, Write
from storage.models import Account, Channel, Feedback, Item, KeyResult, Objective, Schedule

Told = Mapping[str, Any]
FindMessage = Callable[[str, str], "tuple[str, str | None, str] | None"]
"""`(channel, text)` → the message's ts, its thread's ts and its permalink, where the story's message is in Slack."""


class WorkspaceInUseError(NotAllowedError):
    """This workspace has a roadmap of its own, and the example would mix with it. `linchpin demo` shows it apart."""


@Write
def tell(
    session: Session, *, team_id: str, story: Told, now: datetime, find_message: FindMessage, told_by: str
) -> bool:
    """Put the story's rows into an empty workspace, once; say whether it was done now.

    Raises WorkspaceInUseError when there are other items.
    """
    if not causes.claim(session, team_id=team_id, cause="story", now=now):
        return False
    if items.has_any(session, team_id=team_id):
        raise WorkspaceInUseError()
    known = {one["name"]: _account(session, team_id, one, now) for one in story["accounts"]}
    aims = [_objective(session, team_id, one) for one in story["objectives"]]
    listed = [_item(session, team_id, one, aims, now, told_by) for one in story["items"]]
    for one in story["feedback"]:
        _feedback(session, team_id, one, known, listed, now, find_message)
    if schedule := story.get("schedule"):
        _schedule(session, team_id, schedule, now, told_by)
    return True


def without_people(story: Told, *, told_by: str) -> dict[str, Any]:
    """Return a story for a workspace that has neither its people nor its channels: `told_by` stands for who acted."""
    return {
        **{name: part for name, part in story.items() if name != "schedule"},
        "accounts": [{**one, "owner": None} for one in story["accounts"]],
        "items": [
            {**one, "owner": None, "changes": [{**change, "by": told_by} for change in one.get("changes", ())]}
            for one in story["items"]
        ],
        # Of no channel: what only its members may read would be nobody's, so the product team reads it.
        "feedback": [
            {
                **one, "said_by": "", "captured_by": told_by, "channel": None,
                "visibility": "product" if one["visibility"] == "members" else one["visibility"],
            }
            for one in story["feedback"]
        ],
    }  # fmt: skip


def _account(session: Session, team_id: str, told: Told, now: datetime) -> Account:
    account = accounts.add_or_get(session, team_id=team_id, name=told["name"])
    account.arr, account.owner = told.get("arr"), told.get("owner")
    account.renewal = (now + _ahead(told["renewal"])).date() if told.get("renewal") else None
    session.add(account)
    return account


def _objective(session: Session, team_id: str, told: Told) -> Objective:
    objective = objectives.add(session, team_id=team_id, title=told["title"], weight=told["weight"])
    for one in told["key_results"]:
        objectives.add_key_result(session, key_result=KeyResult(team_id=team_id, objective_id=objective.id or 0, **one))
    return objective


def _item(session: Session, team_id: str, told: Told, aims: Sequence[Objective], now: datetime, told_by: str) -> Item:
    confirmed = now - timedelta(days=told["confirmed_days_ago"])
    began = now - timedelta(days=60)
    item = items.add(
        session,
        item=Item(
            team_id=team_id, number=0, title=told["title"], summary=told["summary"], area=told["area"],
            lane=told["lane"], status=told["status"], owner=told["owner"],
            objective_id=aims[told["objective"] - 1].id if told["objective"] else None,
            due=_end((now + _ahead(told["due"])).date(), told["due_grain"]) if told["due"] else None,
            due_grain=told["due_grain"] or "day",
            effort_weeks=told.get("effort_weeks"), confirmed_at=confirmed, confirmed_by=told["owner"],
            visibility=told["visibility"], created_at=began, created_by=told["owner"] or told_by, updated_at=confirmed,
        ),
    )  # fmt: skip
    for change in sorted(told.get("changes", ()), key=lambda one: -one["days_ago"]):
        at = now - timedelta(days=change["days_ago"])
        before, after = (_shown(change["field"], change[name], at) for name in ("from", "to"))
        history.add(
            session, team_id=team_id, ref=item.ref, at=at, by=change["by"], field=change["field"], before=before,
            after=after, reason=change.get("reason"), cause="story",
        )  # fmt: skip
    search.index_item(session, item)
    return item


def _feedback(
    session: Session,
    team_id: str,
    told: Told,
    known: Mapping[str, Account],
    listed: Sequence[Item],
    now: datetime,
    find_message: FindMessage,
) -> None:
    found = find_message(told["channel"], told["quote"])
    ts, thread_ts, permalink = found if found is not None else (None, None, None)
    account = known.get(told["customer"])
    said_by = str(told["said_by"])
    feedback, _ = feedback_rows.add_or_get(
        session,
        feedback=Feedback(
            team_id=team_id, number=0, quote=told["quote"], original=told["quote"], problem=told["problem"],
            kind=told["kind"], weight=told["weight"], theme=told.get("theme", ""),
            account_id=account.id if account else None,
            said_by=said_by if said_by.startswith("U") else None, captured_by=told["captured_by"],
            channel=told["channel"], message_ts=ts, thread_ts=thread_ts, permalink=permalink,
            visibility=told["visibility"], item_id=listed[told["item"] - 1].id if told["item"] else None,
            captured_at=now - timedelta(days=told["days_ago"]), touched=True,
        ),
    )  # fmt: skip
    feedback_rows.add_supporter(
        session, team_id=team_id, feedback_id=feedback.id or 0, user_id=told["captured_by"], at=feedback.captured_at
    )
    search.index_feedback(session, feedback)


def _schedule(session: Session, team_id: str, told: Told, now: datetime, told_by: str) -> None:
    long_ago = now - timedelta(days=1)
    channels.keep(  # believed only until Slack is asked
        session,
        channel=Channel(
            team_id=team_id, channel_id=told["to"], is_private=False, is_shared=False, has_bot=True, checked_at=long_ago
        ),
    )
    updates.add(
        session,
        schedule=Schedule(
            team_id=team_id, name=told["name"], every=told["every"], at=told["at"], tz=told["tz"], channel=told["to"],
            view="+".join(told["view"]), approver=told["approve"], preview_hours=told["preview_hours"],
            if_empty=told["if_empty"], late_hours=told["late_hours"], created_by=told["approve"], created_at=now,
            planned_until=now,
        ),
    )  # fmt: skip


def _end(day: date, grain: str | None) -> date:
    """Return the last day of the month or quarter that a day lies in; the day itself where it is meant exactly."""
    if grain not in ("month", "quarter"):
        return day
    month = day.month if grain == "month" else (day.month + 2) // 3 * 3
    return day.replace(month=month, day=monthrange(day.year, month)[1])


def _ahead(days: str) -> timedelta:
    """Read "+45d"."""
    return timedelta(days=int(days.strip("+d")))


def _shown(field: str, value: str | None, at: datetime) -> str | None:
    if field == "due" and value:
        return (at + _ahead(value)).date().isoformat()
    return value
