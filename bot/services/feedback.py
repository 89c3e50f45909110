"""Feedback: captured once, linked to what it asks for, and withdrawn when its author wants."""

from dataclasses import dataclass
from datetime import datetime

from bot import jobs
from bot.errors import InvalidInputError, NotAllowedError
from bot.services import access, roadmap, search
from bot.services import feedback_cards as cards
from storage import accounts, causes, history, summaries
from storage import feedback as rows
from storage import roadmap as items
from storage.database import Read, Session, Write
from storage.models import Change, Feedback, FeedbackVisibility, Item, Reader, Role, Weight

QUOTE_LENGTH = 3000


class NothingSaidError(InvalidInputError):
    """There are no words to keep. Write what was said."""


@dataclass(frozen=True)
class Draft:
    """What is to be captured."""

    quote: str
    original: str
    problem: str = ""
    kind: str = "request"
    weight: str = Weight.NICE
    theme: str = ""
    customer: str = ""
    said_by: str | None = None
    channel: str | None = None
    message_ts: str | None = None
    thread_ts: str | None = None
    permalink: str | None = None
    visibility: str = FeedbackVisibility.MEMBERS
    item: int | None = None
    """Number of the item it is linked to."""
    with_thread: bool = False
    """Whether the rest of the thread is to be read and kept with it."""
    reacted: bool = False
    """Whether it comes from a bare reaction: then its capturer is asked to complete it."""


@Write
def capture(session: Session, *, by: Reader, draft: Draft, cause: str, now: datetime) -> cards.Captured:
    """Capture what somebody said, once per message; whoever captures it again stands behind it too."""
    access.require(by, Role.CONTRIBUTOR, "capture feedback")
    if not draft.quote.strip():
        raise NothingSaidError()
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        ref = causes.find_result(session, team_id=by.team_id, cause=cause) or ""
        captures = history.search(session, team_id=by.team_id, refs=[ref], fields=("captured",))
        return cards.as_seen(session, by, _number(ref), new=cause in {one.cause for one in captures})
    item = _item(session, by, draft.item) if draft.item is not None else None
    account = accounts.add_or_get(session, team_id=by.team_id, name=draft.customer) if draft.customer.strip() else None
    feedback, new = rows.add_or_get(
        session, feedback=_row(by, draft, now, account_id=account.id if account else None, item=item)
    )
    rows.add_supporter(session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id, at=now)
    if new:
        _note(session, by, feedback, "captured", None, feedback.visibility, cause, now)
        if item is not None:
            _note(session, by, feedback, "item", None, item.ref, cause, now)
        search.index_feedback(session, feedback, account=account.name if account else None)
        cards.say(session, feedback)
    else:
        _join(session, by, feedback, draft, item, cause, now)
    if draft.with_thread:
        jobs.defer(
            session, team_id=by.team_id, key=f"read_thread:{feedback.ref}:{cause}", task="read_thread",
            args={"number": feedback.number},
        )  # fmt: skip
    if new and feedback.visibility == FeedbackVisibility.MEMBERS and feedback.channel is not None:
        jobs.defer(
            session, team_id=by.team_id, key=f"learn_members:{feedback.ref}", task="learn_members",
            args={"channel": feedback.channel},
        )  # fmt: skip
    if draft.reacted:
        cards.ask_to_complete(session, by, feedback, cause, new=new)
    causes.mark_result(session, team_id=by.team_id, cause=cause, result=feedback.ref)
    return cards.as_seen(session, by, feedback.number, new=new)


@Write
def link(session: Session, *, by: Reader, number: int, item: int, cause: str, now: datetime) -> cards.Captured:
    """Link feedback to an item; its card and the demand behind the item follow."""
    access.require(by, Role.PM, "link feedback")
    feedback = cards.get(session, by, number, lock=True)
    if feedback.withdrawn:
        raise InvalidInputError(f"{feedback.ref} was withdrawn, so it can't be linked.")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return cards.facts(session, by, number)
    target = _item(session, by, item)
    if feedback.item_id != target.id:
        before = _item_ref(session, by, feedback.item_id)
        feedback.item_id, feedback.touched = target.id, True
        session.add(feedback)
        _note(session, by, feedback, "item", before, target.ref, cause, now)
        cards.refresh(session, feedback, cause=cause)
    return cards.facts(session, by, number)


@Write
def support(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> cards.Captured:
    """Stand behind a piece of feedback: one vote a person."""
    access.require(by, Role.CONTRIBUTOR, "vote")
    feedback = cards.get(session, by, number)
    new = causes.claim(session, team_id=by.team_id, cause=cause, now=now)
    if new and rows.add_supporter(
        session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id, at=now
    ):
        cards.refresh(session, feedback, cause=cause)
    return cards.facts(session, by, number)


@Write
def unsupport(session: Session, *, by: Reader, number: int, cause: str) -> None:
    """Stand behind a piece of feedback no longer."""
    feedback = cards.get(session, by, number)
    rows.remove_supporter(session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id)
    cards.refresh(session, feedback, cause=cause)


@Write
def edit(session: Session, *, by: Reader, number: int, draft: Draft, cause: str, now: datetime) -> cards.Captured:
    """Change what is written of a piece of feedback; who captured it, who said it and product managers may."""
    feedback = _editable(session, by, number, lock=True)
    if not draft.quote.strip():
        raise NothingSaidError()
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now) or feedback.withdrawn:
        return cards.facts(session, by, number)
    if by.user_id in (feedback.captured_by, feedback.said_by) and draft.visibility != feedback.visibility:
        _note(session, by, feedback, "visibility", feedback.visibility, draft.visibility, cause, now)
        feedback.visibility = draft.visibility
    account = accounts.add_or_get(session, team_id=by.team_id, name=draft.customer) if draft.customer.strip() else None
    feedback.quote, feedback.problem = draft.quote.strip()[:QUOTE_LENGTH], " ".join(draft.problem.split())
    feedback.weight, feedback.theme, feedback.touched = draft.weight, draft.theme.strip(), True
    feedback.account_id = account.id if account else None
    session.add(feedback)
    _note(session, by, feedback, "edited", None, None, cause, now)
    search.index_feedback(session, feedback, account=account.name if account else None)
    cards.refresh(session, feedback, cause=cause)
    return cards.facts(session, by, number)


@Write
def keep_thread(session: Session, *, team_id: str, number: int, words: str) -> None:
    """Keep the rest of the thread with a piece of feedback."""
    feedback = rows.find(session, team_id=team_id, number=number, lock=True)
    if feedback is not None and not feedback.withdrawn:
        feedback.thread_quote = words
        session.add(feedback)
        names = rows.account_names(session, team_id=team_id, ids=[feedback.account_id or 0])
        search.index_feedback(session, feedback, account=names.get(feedback.account_id or 0))


@Write
def undo(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> cards.Captured:
    """Undo the last thing done to a piece of feedback: its link, or else its capture."""
    feedback = cards.get(session, by, number, lock=True)
    if by.user_id != feedback.captured_by and not by.role.includes(Role.PM):
        raise NotAllowedError(f"Only who captured {feedback.ref} or a product manager can undo it.")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return cards.facts(session, by, number)
    last = _last_link(session, feedback)
    if last is None:
        _purge(session, by, feedback, cause, now)
    else:
        before = _item(session, by, _number(last.before)) if last.before else None
        _note(session, by, feedback, "unlinked", last.after, last.before, cause, now)
        feedback.item_id = before.id if before else None
        session.add(feedback)
        cards.refresh(session, feedback, cause=cause)
    return cards.facts(session, by, number)


@Write
def withdraw(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> cards.Captured:
    """Take feedback back: its author or its capturer may, and the text goes for good."""
    feedback = cards.get(session, by, number, lock=True)
    if by.user_id not in (feedback.captured_by, feedback.said_by):
        raise NotAllowedError(f"Only who said {feedback.ref} or who captured it can withdraw it.")
    if causes.claim(session, team_id=by.team_id, cause=cause, now=now) and not feedback.withdrawn:
        _purge(session, by, feedback, cause, now)
    return cards.facts(session, by, number)


@Write
def uncapture(session: Session, *, by: Reader, channel: str, message_ts: str, cause: str, now: datetime) -> bool:
    """Undo a capture by reaction that nobody has touched since; say whether there was one to undo."""
    feedback = rows.find_by_message(session, team_id=by.team_id, channel=channel, message_ts=message_ts)
    if feedback is None or feedback.withdrawn:
        return False
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return False
    rows.remove_supporter(session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id)
    others = rows.supporters(session, team_id=by.team_id, feedback_id=feedback.id or 0)
    minutes = (now - feedback.captured_at).total_seconds() / 60
    if others or feedback.touched or feedback.captured_by != by.user_id or minutes > 10:
        cards.refresh(session, feedback, cause=cause)
        return False
    _purge(session, by, feedback, cause, now)
    return True


@Read
def show(session: Session, *, reader: Reader, number: int, to_edit: bool = False) -> cards.Captured:
    """Return a piece of feedback as this reader may see it; `to_edit` refuses those who may not edit it."""
    if to_edit:
        _editable(session, reader, number)
    return cards.facts(session, reader, number)


@Read
def source_of(session: Session, *, team_id: str, number: int) -> tuple[str, str] | None:
    """Return the channel and the thread that feedback comes from; None where it comes from no message."""
    feedback = rows.find(session, team_id=team_id, number=number)
    if feedback is None or feedback.channel is None or feedback.message_ts is None:
        return None
    return feedback.channel, feedback.thread_ts or feedback.message_ts


def _row(by: Reader, draft: Draft, now: datetime, *, account_id: int | None, item: Item | None) -> Feedback:
    return Feedback(
        team_id=by.team_id, number=0, quote=draft.quote.strip()[:QUOTE_LENGTH], original=draft.original,
        problem=" ".join(draft.problem.split()), kind=draft.kind, weight=draft.weight, theme=draft.theme.strip(),
        account_id=account_id, said_by=draft.said_by, captured_by=by.user_id, channel=draft.channel,
        message_ts=draft.message_ts, thread_ts=draft.thread_ts, permalink=draft.permalink,
        visibility=draft.visibility, item_id=item.id if item else None, captured_at=now, touched=not draft.reacted,
    )  # fmt: skip


def _join(
    session: Session, by: Reader, feedback: Feedback, draft: Draft, item: Item | None, cause: str, now: datetime
) -> None:
    """Let a second capture of the same message add what the first left open; nothing anybody wrote is lost."""
    if feedback.withdrawn:
        _capture_anew(session, by, feedback, draft, cause, now)
    account = accounts.add_or_get(session, team_id=by.team_id, name=draft.customer) if draft.customer.strip() else None
    if account is not None and feedback.account_id is None:
        feedback.account_id = account.id
    elif account is not None and feedback.account_id != account.id:
        _note(session, by, feedback, "also said", None, account.name, cause, now)
    said = _row(by, draft, now, account_id=None, item=None)
    for field in ("quote", "problem", "theme"):
        words, kept = getattr(said, field), getattr(feedback, field)
        if not kept:
            setattr(feedback, field, words)
        elif words not in ("", kept, draft.original):
            _note(session, by, feedback, "also said", None, words, cause, now)
    feedback.weight = max(feedback.weight, said.weight, key=[str(one) for one in Weight].index)
    if item is not None and feedback.item_id is None:
        feedback.item_id = item.id
        _note(session, by, feedback, "item", None, item.ref, cause, now)
    feedback.touched = feedback.touched or not draft.reacted
    session.add(feedback)
    names = rows.account_names(session, team_id=by.team_id, ids=[feedback.account_id or 0])
    search.index_feedback(session, feedback, account=names.get(feedback.account_id or 0))
    cards.refresh(session, feedback, cause=cause)


def _capture_anew(session: Session, by: Reader, feedback: Feedback, draft: Draft, cause: str, now: datetime) -> None:
    """Take up a capture that was undone; what its own author has withdrawn stays withdrawn unless they say so."""
    ends = history.search(session, team_id=by.team_id, refs=[feedback.ref], fields=("withdrawn",), limit=1)
    if by.user_id != feedback.said_by and any(one.by == feedback.said_by for one in ends):
        raise NotAllowedError("Its author has withdrawn this message, so it can't be captured again.")
    for field, value in _row(by, draft, now, account_id=None, item=None).model_dump(exclude={"id", "number"}).items():
        setattr(feedback, field, value)
    _note(session, by, feedback, "captured", None, feedback.visibility, cause, now)


def _purge(session: Session, by: Reader, feedback: Feedback, cause: str, now: datetime) -> None:
    feedback.withdrawn = True
    feedback.quote = feedback.original = feedback.problem = feedback.thread_quote = feedback.theme = ""
    feedback.item_id = feedback.account_id = None
    session.add(feedback)
    search.forget(session, feedback)
    history.forget(session, team_id=feedback.team_id, ref=feedback.ref, field="also said")
    if feedback.channel is not None and feedback.message_ts is not None:
        thread_ts = feedback.thread_ts or feedback.message_ts
        summaries.forget(session, team_id=feedback.team_id, channel=feedback.channel, thread_ts=thread_ts)
    _note(session, by, feedback, "withdrawn", None, None, cause, now)
    cards.refresh(session, feedback, cause=cause)


def _editable(session: Session, by: Reader, number: int, *, lock: bool = False) -> Feedback:
    feedback = cards.get(session, by, number, lock=lock)
    if by.user_id not in (feedback.captured_by, feedback.said_by) and not by.role.includes(Role.PM):
        raise NotAllowedError(f"Only who captured {feedback.ref}, who said it, or a product manager can edit it.")
    return feedback


def _last_link(session: Session, feedback: Feedback) -> Change | None:
    """Return the last link that is not undone yet and came after the capture; None where only the capture is left."""
    changes = history.search(
        session, team_id=feedback.team_id, refs=[feedback.ref], fields=("captured", "item", "unlinked"), limit=100
    )
    captures = {one.cause for one in changes if one.field == "captured"}
    undone = 0
    for change in changes:
        if change.field == "unlinked":
            undone += 1
        elif change.cause in captures:
            return None
        elif undone:
            undone -= 1
        else:
            return change
    return None


def _item(session: Session, reader: Reader, number: int) -> Item:
    item = items.find(session, team_id=reader.team_id, number=number, reader=reader)
    if item is None:
        raise roadmap.UnknownItemError(f"I can't find RM-{number}. `/roadmap find` looks for it by words.")
    return item


def _item_ref(session: Session, reader: Reader, item_id: int | None) -> str | None:
    if item_id is None:
        return None
    found = items.search(session, team_id=reader.team_id, reader=reader, ids=[item_id])
    return found[0].ref if found else None


def _number(ref: str | None) -> int:
    return int((ref or "").rpartition("-")[2] or 0)


def _note(
    session: Session,
    by: Reader,
    feedback: Feedback,
    field: str,
    before: str | None,
    after: str | None,
    cause: str,
    now: datetime,
) -> None:
    history.add(
        session, team_id=by.team_id, ref=feedback.ref, at=now, by=by.user_id, field=field, before=before, after=after,
        cause=cause,
    )  # fmt: skip
