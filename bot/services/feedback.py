"""Feedback: captured once, stood behind by many, and linked to what it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import jobs
from bot.errors import InvalidInputError, NotAllowedError
from bot.services import access, channels, feedback_form, roadmap, search
from bot.services import feedback_cards as cards
from bot.services.meanwhile import Marks
from bot.services.refs import number_of
from bot.services.words import is_blank
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


class WithdrawnError(InvalidInputError):
    """It was withdrawn."""

    def __init__(self, feedback: Feedback) -> None:
        super().__init__(f"{feedback.ref} was withdrawn, so it can't be edited. `/feedback` keeps your own words.")


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
    if is_blank(draft.quote):
        raise NothingSaidError()
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        ref = causes.find_result(session, team_id=by.team_id, cause=cause) or "FB-0"
        captures = history.search(session, team_id=by.team_id, refs=[ref], fields=("captured",))
        return cards.as_seen(session, by, number_of(ref), new=cause in {one.cause for one in captures})
    if not channels.listens(channels.setting_of.within(session, team_id=by.team_id, channel_id=draft.channel or "")):
        raise NotListeningError()
    item = roadmap.get(session, by, draft.item) if draft.item is not None else None
    account = accounts.add_or_get(session, team_id=by.team_id, name=draft.customer) if draft.customer.strip() else None
    feedback, new = rows.add_or_get(
        session, feedback=_row(by, draft, now, account_id=account.id if account else None, item=item)
    )
    joins = rows.add_supporter(session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id, at=now)
    anew = feedback.withdrawn
    lacked = not new and cards.lacks_detail(session, feedback)
    if new or anew:
        keep_files(session, feedback, draft.files)
    if new:
        note(session, by, feedback, "captured", None, feedback.visibility, cause, now)
        if item is not None:
            note(session, by, feedback, "item", None, item.ref, cause, now)
        search.index_feedback(session, feedback)
        cards.say(session, feedback)
    else:
        _join(session, by, feedback, draft, item, cause, now)
        if joins and not anew:
            cards.mark_joined(session, feedback)
    cards.mark_detail(session, feedback, lacked=lacked, cause=cause)
    _look_around(session, feedback, draft, cause, new=new)
    if draft.reacted:
        cards.ask_to_complete(session, by, feedback, cause, new=new or anew)
    causes.mark_result(session, team_id=by.team_id, cause=cause, result=feedback.ref)
    return cards.as_seen(session, by, feedback.number, new=new or anew)


@Write
def link(session: Session, *, by: Reader, number: int, item: int, cause: str, now: datetime) -> cards.Captured:
    """Link feedback to an item; its card and the demand behind the item follow.

    A contributor may link what nobody has linked yet; what is linked, only product managers move. What this returns
    is `new` unless it was linked there already.
    """
    access.require(by, Role.CONTRIBUTOR, "link feedback")
    feedback = cards.on_card(session, by, number, lock=True)
    if feedback.item_id is not None:
        access.require(by, Role.PM, f"link {feedback.ref} to another item")
    if feedback.withdrawn:
        raise InvalidInputError(f"{feedback.ref} was withdrawn, so it can't be linked.")
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        links = history.search(session, team_id=by.team_id, refs=[feedback.ref], fields=("item",))
        return cards.as_seen(session, by, number, new=cause in {one.cause for one in links})
    target = roadmap.get(session, by, item)
    new = feedback.item_id != target.id
    if new:
        before = _item_ref(session, by, feedback.item_id)
        feedback.item_id, feedback.touched = target.id, True
        session.add(feedback)
        note(session, by, feedback, "item", before, target.ref, cause, now)
        cards.refresh(session, feedback, cause=cause)
    return cards.as_seen(session, by, number, new=new)


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
def unsupport(session: Session, *, by: Reader, number: int, cause: str, now: datetime) -> None:
    """Stand behind a piece of feedback no longer; who captured it does as long as it is there."""
    feedback = cards.on_card(session, by, number)
    if by.user_id == feedback.captured_by or not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return
    rows.remove_supporter(session, team_id=by.team_id, feedback_id=feedback.id or 0, user_id=by.user_id)
    cards.refresh(session, feedback, cause=cause)


def _with_what_others_wrote(by: Reader, draft: Draft, found: cards.Captured, seen: Marks | None) -> Draft:
    """Return what is to be stored; what the form did not show to this person stays as it is."""
    now = feedback_form.stored(found.feedback, found.account)
    draft = replace(
        draft,
        customer=draft.customer if by.sees_money else now.customer,
        visibility=draft.visibility if feedback_form.sets_readers(by, found.feedback) else now.visibility,
    )
    if seen is None:
        return draft
    fields = (draft.quote, draft.problem, draft.customer, draft.weight, draft.theme, draft.visibility)
    return replace(draft, **vars(feedback_form.together(feedback_form.Written(*fields), now, seen)))


@Write
def edit(
    session: Session, *, by: Reader, number: int, draft: Draft, cause: str, now: datetime, seen: Marks | None = None
) -> cards.Captured:
    """Change what is written of a piece of feedback; who captured it, who said it and product managers may.

    `seen` are the marks of what the form was filled with (`feedback_form.marks`), None where there was none. Raises
    ChangedMeanwhileError.
    """
    feedback = _editable(session, by, number, lock=True)
    if is_blank(draft.quote):
        raise NothingSaidError()
    if not causes.claim(session, team_id=by.team_id, cause=cause, now=now):
        return cards.as_seen(session, by, number)
    if feedback.withdrawn:
        raise WithdrawnError(feedback)
    lacked = cards.lacks_detail(session, feedback)
    draft = _with_what_others_wrote(by, draft, cards.facts(session, by, number), seen)
    if draft.visibility != feedback.visibility:
        note(session, by, feedback, "visibility", feedback.visibility, draft.visibility, cause, now)
        feedback.visibility = draft.visibility
    if by.sees_money:
        named = draft.customer.strip()
        account = accounts.add_or_get(session, team_id=by.team_id, name=named) if named else None
        feedback.account_id = account.id if account else None
    if draft.quote != feedback.quote:  # an imported one may be longer than a form has room for
        feedback.quote = as_quote(draft.quote)
    feedback.problem = " ".join(draft.problem.split())
    feedback.weight, feedback.theme, feedback.touched = draft.weight, draft.theme.strip(), True
    session.add(feedback)
    note(session, by, feedback, "edited", None, None, cause, now)
    search.index_feedback(session, feedback)
    cards.mark_detail(session, feedback, lacked=lacked, cause=cause)
    cards.refresh(session, feedback, cause=cause)
    return cards.as_seen(session, by, number)


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
    return words if not is_blank(words) else ", ".join(one.name for one in files)


def as_quote(words: str) -> str:
    """Return words as they are kept for a quote."""
    return words.strip()[:QUOTE_LENGTH]


@Read
def show(session: Session, *, reader: Reader, number: int, to_edit: bool = False) -> cards.Captured:
    """Return a piece of feedback as this reader may see it; `to_edit` refuses those who may not edit it."""
    if to_edit and (feedback := _editable(session, reader, number)).withdrawn:
        raise WithdrawnError(feedback)
    return cards.facts(session, reader, number)


def _row(by: Reader, draft: Draft, now: datetime, *, account_id: int | None, item: Item | None) -> Feedback:
    return Feedback(
        team_id=by.team_id, number=0, quote=as_quote(draft.quote), original=draft.original,
        problem=" ".join(draft.problem.split()), kind=draft.kind, weight=draft.weight, theme=draft.theme.strip(),
        account_id=account_id, said_by=draft.said_by, captured_by=by.user_id, channel=draft.channel,
        message_ts=draft.message_ts, thread_ts=draft.thread_ts, permalink=draft.permalink,
        visibility=draft.visibility, item_id=item.id if item else None, captured_at=now, touched=not draft.reacted,
    )  # fmt: skip


def _look_around(session: Session, feedback: Feedback, draft: Draft, cause: str, *, new: bool) -> None:
    """Let Slack be asked, once this is kept, for what surrounds a capture."""
    if draft.with_thread:
        jobs.defer(
            session, team_id=feedback.team_id, key=f"read_thread:{feedback.ref}:{cause}", task="read_thread",
            args={"number": feedback.number},
        )  # fmt: skip
    if feedback.message_ts is not None and not draft.reacted:  # a form stays open while its message changes
        jobs.defer(
            session, team_id=feedback.team_id, key=f"look_at_original:{feedback.ref}:{cause}", task="look_at_original",
            args={"channel": feedback.channel, "ts": feedback.message_ts, "thread_ts": feedback.thread_ts},
        )  # fmt: skip
    if new and feedback.visibility == FeedbackVisibility.MEMBERS and feedback.channel is not None:
        jobs.defer(
            session, team_id=feedback.team_id, key=f"learn_members:{feedback.ref}", task="learn_members",
            args={"channel": feedback.channel},
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
    search.index_feedback(session, feedback)
    cards.refresh(session, feedback, cause=cause)


def _capture_anew(session: Session, by: Reader, feedback: Feedback, draft: Draft, cause: str, now: datetime) -> None:
    """Take up a capture that was undone; what its own author has withdrawn stays withdrawn unless they say so."""
    ends = history.search(session, team_id=by.team_id, refs=[feedback.ref], fields=("withdrawn",), limit=1)
    if by.user_id != feedback.said_by and any(one.by == feedback.said_by for one in ends):
        raise WithdrawnByAuthorError()
    for field, value in _row(by, draft, now, account_id=None, item=None).model_dump(exclude={"id", "number"}).items():
        setattr(feedback, field, value)
    note(session, by, feedback, "captured", None, feedback.visibility, cause, now)
    cards.say(session, feedback, cause=cause)


def _editable(session: Session, by: Reader, number: int, *, lock: bool = False) -> Feedback:
    feedback = cards.on_card(session, by, number, lock=lock)
    if by.user_id not in (feedback.captured_by, feedback.said_by) and not by.role.includes(Role.PM):
        raise NotAllowedError(f"Only who captured {feedback.ref}, who said it, or a product manager can edit it.")
    return feedback


def _item_ref(session: Session, reader: Reader, item_id: int | None) -> str | None:
    if item_id is None:
        return None
    found = items.search(session, team_id=reader.team_id, reader=reader, ids=[item_id])
    return found[0].ref if found else None


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
