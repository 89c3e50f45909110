"""Answers to questions in plain language, made of rows and of nothing else.

A statement is our own words with facts in between; a fact names the row and the field that its value comes from. Before
an answer leaves, every fact is compared with its row again, and a statement with a fact that does not hold is dropped.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot import outbox
from bot.services import question_words, roadmap, search, suggestions, what_people_said
from bot.services.lanes import LIVE
from bot.services.refs import number_of
from bot.services.suggestions import is_named
from storage import accounts as account_rows
from storage import feedback as feedback_rows
from storage import history
from storage import roadmap as item_rows
from storage.database import Read, Session, Write
from storage.models import Account, Change, Feedback, Item, Lane, Reader

ENOUGH = 0.45
"""Share of the question's telling words, weighed by rarity, that a record must hold to count as evidence."""
NEARLY = 0.75
"""A second item is told of when it is at least this good a match as the best."""
VOICES = 5
"""Pieces of feedback that a question about what people said is answered with."""
SHOWN = 7
"""Items that a question about the whole roadmap is answered with."""
QUESTION_LENGTH = 1000

Row = Item | Feedback | Account | Change


@dataclass(frozen=True)
class Fact:
    """A value that comes from a row."""

    ref: str
    """The row: `RM-12`, `FB-3`, or `account:Acme`."""
    field: str
    value: object


@dataclass(frozen=True)
class Statement:
    """A sentence of our own words and facts, with the records that it cites."""

    parts: tuple[str | Fact, ...]
    cites: tuple[str, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return the facts in it."""
        return tuple(part for part in self.parts if isinstance(part, Fact))


@dataclass(frozen=True)
class Answer:
    """An answer whose statements have all been verified, or the word that there is none."""

    question: str
    statements: tuple[Statement, ...]
    records: tuple[Item | Feedback, ...]
    """What is cited, in the order of the numbers that the statements show."""
    dropped: int
    """Statements that did not hold."""
    as_of: datetime
    topic: str = ""
    """What was looked for, where nothing was found."""
    more: tuple[int, str] = (0, "")
    """How many items or pieces of feedback it is about and does not name, and the command that lists them."""
    nearly: bool = False
    """Whether a search would show what holds some of the words, where nothing was found."""

    @property
    def found(self) -> bool:
        """Say whether there was evidence."""
        return bool(self.statements)


@dataclass(frozen=True)
class Evidence:
    """What this reader may see that bears on a question."""

    question: str
    items: tuple[Item, ...]
    notes: tuple[Feedback, ...]
    account: Account | None
    """The account that the question names; None for a reader who may not see account names."""
    accounts: dict[int, Account]
    """Those of the notes; empty for a reader who may not see account names."""
    more: tuple[int, str] = (0, "")
    linked: tuple[Item, ...] = ()
    """The items that the notes are linked to, where the question found no item."""

    @property
    def records(self) -> dict[str, Item | Feedback]:
        """Return what may be cited, by its id."""
        return {**{one.ref: one for one in self.items}, **{one.ref: one for one in self.notes}}


Sayer = Callable[[Session, Reader, Evidence], Iterable[Statement]]
"""Says what the evidence holds on one aspect of a question."""


@Read
def ask(
    session: Session, *, reader: Reader, question: str, now: datetime, sayers: Sequence[Sayer] | None = None
) -> Answer:
    """Answer a question from what this reader may see; `sayers` may stand in for ours."""
    evidence = _gather(session, reader, question, now)
    statements = [one for say in sayers or _SAYERS for one in say(session, reader, evidence)]
    rows, records = _read_again(session, reader, evidence, statements), evidence.records
    held = [
        one
        for one in statements
        if all(holds(fact, rows) for fact in one.facts) and all(ref in records for ref in one.cites)
    ]
    cited = dict.fromkeys(ref for one in held for ref in one.cites)
    about = question_words.without(question, evidence.account.name) if evidence.account else question
    said_about = question_words.said_subjects(about) if question_words.asks_what_people_said(question) else ()
    return Answer(
        question=question,
        statements=tuple(held),
        records=tuple(records[ref] for ref in cited),
        dropped=len(statements) - len(held),
        as_of=now,
        topic=question_words.topic(said_about[0] if said_about else about),
        more=evidence.more,
        nearly=not held and what_people_said.nearly(session, reader=reader, question=about),
    )


@Read
def ask_about(session: Session, *, reader: Reader, said: str, now: datetime) -> Answer:
    """Answer what somebody wrote in a message: the questions in it, else all of it, else what it seems to be about."""
    sentences = [one.strip() for one in re.split(r"(?<=[.:!?…])\s+|\n+", said) if one.strip()]
    asks = " ".join(one for one in sentences if one.endswith("?"))[:QUESTION_LENGTH]
    whole = " ".join(sentences)[:QUESTION_LENGTH]
    found = [ask.within(session, reader=reader, question=one, now=now) for one in dict.fromkeys((asks, whole)) if one]
    if not any(isinstance(record, Item) for one in found for record in one.records):
        alike = suggestions.matches.within(session, reader=reader, text=whole)
        # A question that says what it is about is not answered with an item that happens to share one word with it.
        shared = 2 if question_words.names_something(asks) else 1
        about = " ".join(one.item.ref for one in alike[:1] if len(one.words) >= shared)
        found[:0] = [ask.within(session, reader=reader, question=f"{about} {asks}", now=now)] if about else []
    nothing = Answer(question=said, statements=(), records=(), dropped=0, as_of=now)
    return next((one for one in found if one.found), found[0] if found else nothing)


@Write
def promise(session: Session, *, by: Reader, text: str, channel: str, thread_ts: str, cause: str) -> bool:
    """Have what somebody wrote to the bot answered in its thread, once."""
    nouns = {"text": text, "user": by.user_id}
    return outbox.say(
        session, team_id=by.team_id, key=f"answer:{cause}", kind="answer", nouns=nouns, channel=channel,
        thread_ts=thread_ts,
    )  # fmt: skip


def holds(fact: Fact, rows: dict[str, Row]) -> bool:
    """Say whether a fact is what its row says."""
    row = rows.get(fact.ref)
    return row is not None and getattr(row, fact.field, _NOTHING) == fact.value


_NOTHING = object()


def _gather(session: Session, reader: Reader, question: str, now: datetime) -> Evidence:
    account = _account_in(session, reader, question) if reader.sees_money else None
    about = question_words.without(question, account.name) if account else question
    named = [int(number) for number in re.findall(r"\bRM-(\d+)\b", question, re.IGNORECASE)]
    people, said_about = question_words.asks_what_people_said(question), question_words.said_subjects(about)
    if named:
        items = tuple(item_rows.search(session, team_id=reader.team_id, reader=reader, numbers=named))
    else:
        tried = (
            _likeliest(search.find.within(session, reader=reader, text=subject, limit=30), strictly=people)
            for subject in (people and said_about) or question_words.subjects(about)
        )
        items = next(filter(None, tried), ())
    every, listed_by = items, ""
    if not items and not named:
        every, listed_by = _of_the_whole_roadmap(session, reader, question, account, now)
        items = every[:SHOWN]
    key = account.id if account is not None else None
    more = (len(every) - len(items), listed_by)
    notes = what_people_said.linked_to(session, reader=reader, items=items, account_id=key)
    linked: tuple[Item, ...] = ()
    if account is not None and not items and not question_words.topic(question, account.name):
        notes = tuple(feedback_rows.search(session, team_id=reader.team_id, reader=reader, account_ids=[key or 0]))
    elif not notes and not named and (people or not items):
        notes = what_people_said.about(session, reader=reader, subjects=said_about, account_id=key)
        notes, linked = what_people_said.with_items(session, reader=reader, notes=notes)
        more = (len(notes) - VOICES, f"find {question_words.topic(said_about[0])}") if notes[VOICES:] else more
    elif people and len(items) == 1 and notes[VOICES:]:
        more = (len(notes) - VOICES, f"why {items[0].ref} all")
    named_by = {note.account_id for note in notes if note.account_id is not None} if reader.sees_money else set()
    accounts = {one.id or 0: one for one in account_rows.search(session, team_id=reader.team_id, ids=named_by)}
    return Evidence(question, items, notes, account, accounts, more, linked)


def _of_the_whole_roadmap(
    session: Session, reader: Reader, question: str, account: Account | None, now: datetime
) -> tuple[tuple[Item, ...], str]:
    """Return what a question about a lane, a status, or changes of late is about, and the command that lists it."""
    every = partial(item_rows.search, session, team_id=reader.team_id, reader=reader)
    about = question_words.topic(question, account.name if account else "")
    if lane := question_words.lane_in(question, about):
        return tuple(every(lanes=[lane])), lane
    if status := question_words.status_in(question, about):
        return tuple(one for one in every(lanes=LIVE) if one.status == status), f"status:{status}"
    if question_words.asks_for_changes(question, about):
        changes = roadmap.changed(session, reader=reader, since=now - timedelta(days=7), until=now)
        numbers = {number_of(one.change.ref) for one in changes}
        return tuple(every(numbers=numbers)), "digest"
    return (), ""


def _say_where_it_stands(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    for item in evidence.items:
        parts: list[str | Fact] = [_fact(item, "title"), f" ({item.ref}) is in ", _fact(item, "lane")]
        if item.lane != Lane.SHIPPED:
            parts += [", ", _fact(item, "status")]
            parts += [", ", _fact(item, "due")] if item.due else []
        yield Statement((*parts, "."), (item.ref,))


def _say_who_owns_it(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    if not re.search(r"\b(who|owner|owns|responsible)\b", evidence.question, re.IGNORECASE):
        return
    for item in evidence.items[:1]:
        if item.owner:
            yield Statement(("Its owner is ", _fact(item, "owner"), "."), (item.ref,))


def _say_why(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    if not re.search(
        r"\b(why|reason|changed|change|moved|risk|late|slip|slipped|delay|delayed)\b", evidence.question, re.I
    ):
        return
    for item in evidence.items[:1]:
        changes = history.search(session, team_id=reader.team_id, refs=[item.ref], fields=("lane", "status", "due"))
        for change in [one for one in changes if one.reason][:1]:
            of, reason = (Fact(f"change:{change.id}", field, getattr(change, field)) for field in ("field", "reason"))
            said = ("The reason given for the last change of ", of, " was: “", reason, "”.")
            yield Statement(said, (item.ref,))


def _say_what_they_asked(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    asks = evidence.account is not None or re.search(
        r"\b(who|whom|ask|asked|asks|customer|customers|account|accounts|want|wants|need|needs|feedback|demand)\b",
        evidence.question,
        re.IGNORECASE,
    )
    told = question_words.asks_what_people_said(evidence.question) or not evidence.items
    for note in evidence.notes[: VOICES if told else 3] if asks or not evidence.items else ():
        account = evidence.accounts.get(note.account_id or 0)
        who: str | Fact = Fact(f"account:{account.name}", "name", account.name) if account else "Somebody"
        parts: list[str | Fact] = [who, " asked on ", _fact(note, "captured_at")]
        if told and reader.sees_quotes:
            parts += [f" ({note.ref}"]
            parts += [", by ", _fact(note, "said_by")] if note.said_by else []
            parts += ["): “", _fact(note, "quote"), "”"]
        elif told:
            parts += [f" ({note.ref})"]
        for item in evidence.linked:
            parts += [f", linked to {item.ref} ", _fact(item, "title")] if item.id == note.item_id else []
        yield Statement((*parts, "."), (note.ref,))


def _say_who_asked(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    """Name each account that asked once, however often it did."""
    if not question_words.asks_who_asked(evidence.question) or evidence.account is not None:
        return
    first = {note.account_id: note.ref for note in reversed(evidence.notes) if note.account_id in evidence.accounts}
    names = sorted((evidence.accounts[key].name, ref) for key, ref in first.items() if key is not None)
    if len(names) > 1:
        parts: list[str | Fact] = [f"{len(names)} accounts asked: "]
        for place, (name, _) in enumerate(names[:VOICES]):
            parts += [", "] if place else []
            parts += [Fact(f"account:{name}", "name", name)]
        parts += [f" and {len(names) - VOICES} more"] if names[VOICES:] else []
        yield Statement((*parts, "."), tuple(ref for _, ref in names[:VOICES]))


def _say_what_is_not_known(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    """Say that a date for one account is not kept, rather than let the item's date pass for it."""
    if evidence.account is None or not question_words.asks_when(evidence.question):
        return
    for item in evidence.items[:1]:
        name = Fact(f"account:{evidence.account.name}", "name", evidence.account.name)
        parts: tuple[str | Fact, ...] = (f"{item.ref} has no date per account, so I can't give ", name, " one.")
        if item.owner:
            parts += (" Owner: ", _fact(item, "owner"), ".")
        yield Statement(parts, (item.ref,))


_SAYERS: tuple[Sayer, ...] = (
    _say_where_it_stands,
    _say_who_asked,
    _say_what_they_asked,
    _say_what_is_not_known,
    _say_who_owns_it,
    _say_why,
)


def _read_again(
    session: Session, reader: Reader, evidence: Evidence, statements: Sequence[Statement]
) -> dict[str, Row]:
    """Return the rows that the statements name, as the database has them now: a dozen at most."""
    named = [*evidence.accounts.values(), *([evidence.account] if evidence.account is not None else [])]
    rows: dict[str, Row] = {
        **{one.ref: one for one in evidence.linked}, **evidence.records, **{f"account:{one.name}": one for one in named}
    }  # fmt: skip
    facts = {fact.ref for one in statements for fact in one.facts}
    rows = {ref: row for ref, row in rows.items() if ref in facts}
    changes = {fact.ref for one in statements for fact in one.facts if fact.ref.startswith("change:")}
    for ref in changes:
        change = history.get(session, team_id=reader.team_id, change_id=int(ref.removeprefix("change:")))
        rows.update({ref: change} if change is not None else {})
    for row in rows.values():
        session.refresh(row)
    return rows


def _fact(row: Item | Feedback, field: str) -> Fact:
    return Fact(row.ref, field, getattr(row, field))


def _likeliest(found: search.Found, *, strictly: bool) -> tuple[Item, ...]:
    """Return the items that the question is about: the best, and others nearly as good."""
    enough = what_people_said.MOST if strictly else ENOUGH
    hits = [hit for hit in found.hits if isinstance(hit.noun, Item) and hit.covered >= enough]
    return tuple(hit.noun for hit in hits if isinstance(hit.noun, Item) and hit.score >= NEARLY * hits[0].score)[:3]


def _account_in(session: Session, reader: Reader, question: str) -> Account | None:
    """Return the account that a question names, the longest name first."""
    said = account_rows.name_key(re.sub(r"[^\w&.-]+", " ", question))
    every = account_rows.search(session, team_id=reader.team_id)
    named = [one for one in every if is_named(one.name_key, said)]
    return max(named, key=lambda one: len(one.name), default=None)
