"""Feedback: captured once, stood behind by many, and linked to what it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import jobs
from bot.errors import InvalidInputError, NotAllowedError
from bot.services import access, channels, roadmap, search
from bot.services import feedback_cards as cards
from storage import accounts, causes, history
from storage import feedback as rows
from storage import roadmap as items
from storage.database import Read, Session, Write
from storage.models import Feedback, FeedbackFile, FeedbackVisibility, Item, Reader, Role, Weight

QUOTE_LENGTH = 3000


class NothingSaidError(InvalidInputError):
    """There are no words to keep. Write what was said."""


class WithdrawnByAuthorError(NotAllowedError):
    """Its author has withdrawn this message, so it can't be captured again. `/feedback` keeps your own words."""


class NotListeningError(NotAllowedError):
    """An admin has switched capturing off in this channel. `/feedback` works everywhere."""


@dataclass(frozen=True)
class File:
    """A picture or file that came with a message: a link, and Slack decides who may open it."""

    name: str
    mimetype: str
    permalink: str


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
    files: tuple[File, ...] = ()


@Write
def capture(session: Session, *, by: Reader, draft: Draft, cause: str, now: datetime) -> cards.Captured:
    """Capture what somebody said, once per message; whoever captures it again stands behind it too."""
    access.require(by, Role.CONTRIBUTOR, "capture feedback")
    if not draft.quote.strip():
        raise NothingSaidError()
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        ref = causes.find_result(session, team_id=by.team_id, cause=cause) or ""
        captures = history.search(session, team_id=by.team_id, refs=[ref], fields=("captured",))
        return cards.as_seen(session, by, number_in(ref), new=cause in {one.cause for one in captures})
    if not channels.listens(channels.setting_of.within(session, team_id=by.team_id, channel_id=draft.channel or "")):
        raise NotListeningError()
    item = item_of(session, by, draft.item) if draft.item is not None else None
    account = accounts.add_or_get(session, team_id=by.team_id, name=draft.customer) if draft.customer.strip() else None
    feedback, new = rows.add_or_get(
        session, feedback=_row(by, draft, now, account_id=account.id if account else None, item=item)
    )
    joins = rows.add_supporter(session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id, at=now)
    if new or feedback.withdrawn:
        keep_files(session, feedback, draft.files)
    if new:
        note(session, by, feedback, "captured", None, feedback.visibility, cause, now)
        if item is not None:
            note(session, by, feedback, "item", None, item.ref, cause, now)
        search.index_feedback(session, feedback, account=account.name if account else None)
        cards.say(session, feedback)
    else:
        _join(session, by, feedback, draft, item, cause, now)
        if joins:
            cards.mark_joined(session, feedback)
    if draft.with_thread:
        jobs.defer(
            session, team_id=by.team_id, key=f"read_thread:{feedback.ref}:{cause}", task="read_thread",
            args={"number": feedback.number},
        )  # fmt: skip
    if feedback.message_ts is not None and not draft.reacted:  # a form stays open while its message changes
        jobs.defer(
            session, team_id=by.team_id, key=f"look_at_original:{feedback.ref}:{cause}", task="look_at_original",
            args={"channel": feedback.channel, "ts": feedback.message_ts, "thread_ts": feedback.thread_ts},
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
    """Link feedback to an item; its card and the demand behind the item follow.

    A contributor may link what nobody has linked yet; what is linked, only product managers move.
    """
    access.require(by, Role.CONTRIBUTOR, "link feedback")
    feedback = cards.get(session, by, number, lock=True)
    if feedback.item_id is not None:
        access.require(by, Role.PM, f"link {feedback.ref} to another item")
    if feedback.withdrawn:
        raise InvalidInputError(f"{feedback.ref} was withdrawn, so it can't be linked.")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return cards.facts(session, by, number)
    target = item_of(session, by, item)
    if feedback.item_id != target.id:
        before = _item_ref(session, by, feedback.item_id)
        feedback.item_id, feedback.touched = target.id, True
        session.add(feedback)
        note(session, by, feedback, "item", before, target.ref, cause, now)
        cards.refresh(session, feedback, cause=cause)
    return cards.facts(session, by, number)


@Write
def support(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> cards.Captured:
    """Stand behind a piece of feedback: one vote a person."""
    access.require(by, Role.CONTRIBUTOR, "vote")
    feedback = cards.on_card(session, by, number)
    new = causes.claim(session, team_id=by.team_id, cause=cause, now=now)
    if new and rows.add_supporter(
        session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id, at=now
    ):
        cards.refresh(session, feedback, cause=cause)
    return cards.as_seen(session, by, number)


@Write
def unsupport(session: Session, *, by: Reader, number: int, cause: str) -> None:
    """Stand behind a piece of feedback no longer."""
    feedback = cards.on_card(session, by, number)
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
        note(session, by, feedback, "visibility", feedback.visibility, draft.visibility, cause, now)
        feedback.visibility = draft.visibility
    account = accounts.add_or_get(session, team_id=by.team_id, name=draft.customer) if draft.customer.strip() else None
    feedback.quote, feedback.problem = as_quote(draft.quote), " ".join(draft.problem.split())
    feedback.weight, feedback.theme, feedback.touched = draft.weight, draft.theme.strip(), True
    feedback.account_id = account.id if account else None
    session.add(feedback)
    note(session, by, feedback, "edited", None, None, cause, now)
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


def forget_thread(session: Session, *, team_id: str, number: int) -> None:
    """Forget the words of the thread around a piece of feedback: one of its messages has changed."""
    feedback = rows.find(session, team_id=team_id, number=number, lock=True)
    if feedback is not None:
        feedback.thread_quote = ""
        session.add(feedback)
        search.forget(session, feedback)
        names = rows.account_names(session, team_id=team_id, ids=[feedback.account_id or 0])
        search.index_feedback(session, feedback, account=names.get(feedback.account_id or 0))


def keep_files(session: Session, feedback: Feedback, files: Sequence[File]) -> None:
    """Keep the links to what came with a message."""
    links = [
        FeedbackFile(
            team_id=feedback.team_id, feedback_id=feedback.id or 0, position=0, name=one.name, mimetype=one.mimetype,
            permalink=one.permalink,
        )
        for one in files
    ]  # fmt: skip
    rows.keep_files(session, team_id=feedback.team_id, feedback_id=feedback.id or 0, files=links)


def words_or_names(words: str, files: Sequence[File]) -> str:
    """Return what a message says; a message of files alone says their names."""
    return words if words.strip() else ", ".join(one.name for one in files)


def as_quote(words: str) -> str:
    """Return words as they are kept for a quote."""
    return words.strip()[:QUOTE_LENGTH]


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
        team_id=by.team_id, number=0, quote=as_quote(draft.quote), original=draft.original,
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
        note(session, by, feedback, "also said", None, account.name, cause, now)
    said = _row(by, draft, now, account_id=None, item=None)
    for field in ("quote", "problem", "theme"):
        words, kept = getattr(said, field), getattr(feedback, field)
        if not kept:
            setattr(feedback, field, words)
        elif words not in ("", kept, draft.original):
            note(session, by, feedback, "also said", None, words, cause, now)
    feedback.weight = max(feedback.weight, said.weight, key=[str(one) for one in Weight].index)
    if item is not None and feedback.item_id is None:
        feedback.item_id = item.id
        note(session, by, feedback, "item", None, item.ref, cause, now)
    feedback.touched = feedback.touched or not draft.reacted
    session.add(feedback)
    names = rows.account_names(session, team_id=by.team_id, ids=[feedback.account_id or 0])
    search.index_feedback(session, feedback, account=names.get(feedback.account_id or 0))
    cards.refresh(session, feedback, cause=cause)


def _capture_anew(session: Session, by: Reader, feedback: Feedback, draft: Draft, cause: str, now: datetime) -> None:
    """Take up a capture that was undone; what its own author has withdrawn stays withdrawn unless they say so."""
    ends = history.search(session, team_id=by.team_id, refs=[feedback.ref], fields=("withdrawn",), limit=1)
    if by.user_id != feedback.said_by and any(one.by == feedback.said_by for one in ends):
        raise WithdrawnByAuthorError()
    for field, value in _row(by, draft, now, account_id=None, item=None).model_dump(exclude={"id", "number"}).items():
        setattr(feedback, field, value)
    note(session, by, feedback, "captured", None, feedback.visibility, cause, now)
    cards.put_receipt(session, feedback, cause=cause)


def _editable(session: Session, by: Reader, number: int, *, lock: bool = False) -> Feedback:
    feedback = cards.on_card(session, by, number, lock=lock)
    if by.user_id not in (feedback.captured_by, feedback.said_by) and not by.role.includes(Role.PM):
        raise NotAllowedError(f"Only who captured {feedback.ref}, who said it, or a product manager can edit it.")
    return feedback


def item_of(session: Session, reader: Reader, number: int) -> Item:
    """Return the item with that number, if this reader may see it; raise UnknownItemError where not."""
    item = items.find(session, team_id=reader.team_id, number=number, reader=reader)
    if item is None:
        raise roadmap.UnknownItemError(f"I can't find RM-{number}. `/roadmap find` looks for it by words.")
    return item


def _item_ref(session: Session, reader: Reader, item_id: int | None) -> str | None:
    if item_id is None:
        return None
    found = items.search(session, team_id=reader.team_id, reader=reader, ids=[item_id])
    return found[0].ref if found else None


def number_in(ref: str | None) -> int:
    """Return 12 for "RM-12"; 0 for no id."""
    return int((ref or "").rpartition("-")[2] or 0)


def note(
    session: Session,
    by: Reader,
    feedback: Feedback,
    field: str,
    before: str | None,
    after: str | None,
    cause: str,
    now: datetime,
) -> None:
    """Write one line of a piece of feedback's history."""
    history.add(
        session, team_id=by.team_id, ref=feedback.ref, at=now, by=by.user_id, field=field, before=before, after=after,
        cause=cause,
    )  # fmt: skip
