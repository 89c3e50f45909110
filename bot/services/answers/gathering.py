"""The evidence that bears on a question: items, feedback and accounts that this reader may see."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.services import roadmap, search
from bot.services.answers import question_words, what_people_said
from bot.services.answers.nouns import Evidence
from bot.services.lanes import LIVE
from bot.services.refs import number_of
from bot.services.suggestions import is_named
from storage import accounts as account_rows
from storage import feedback as feedback_rows
from storage import roadmap as item_rows
from storage.database import Session
from storage.models import Account, Item, Reader

ENOUGH = 0.45
"""Share of the question's telling words, weighed by rarity, that a record must hold to count as evidence."""
NEARLY = 0.75
"""A second item is told of when it is at least this good a match as the best."""
VOICES = 5
"""Pieces of feedback that a question about what people said is answered with."""
ASIDE = 3
"""The same of a question about something else that names who asked in passing."""
SHOWN = 7
"""Items that a question about the whole roadmap is answered with."""


def gather(session: Session, reader: Reader, question: str, now: datetime) -> Evidence:
    """Return what this reader may see that bears on a question."""
    account = _account_in(session, reader, question) if reader.sees_money else None
    about = question_words.without(question, account.name, instead="they") if account else question
    people, said_about = question_words.asks_what_people_said(about), question_words.said_subjects(about)
    topic = question_words.topic(" ".join(said_about[:1]) if people else about)
    named = [int(number) for number in re.findall(r"\bRM-(\d+)\b", question, re.IGNORECASE)]
    items = _items_named(session, reader, named, said_about if people else question_words.subjects(about), people)
    every, listed_by = items, ""
    if not items and not named:
        every, listed_by = _of_the_whole_roadmap(session, reader, question, account, now)
        items = every[:SHOWN]
    key = account.id if account is not None else None
    notes = what_people_said.linked_to(session, reader=reader, items=items, account_id=key)
    by_words = not notes and not named and (people or not items)
    linked: tuple[Item, ...] = ()
    if account is not None and not items and not topic:
        notes = tuple(feedback_rows.search(session, team_id=reader.team_id, reader=reader, account_ids=[key or 0]))
    elif by_words:
        notes = what_people_said.about(session, reader=reader, subjects=said_about, account_id=key)
        notes, linked = what_people_said.with_items(session, reader=reader, notes=notes)
    voices = VOICES if people or not items else ASIDE if account or question_words.asks_for_feedback(question) else 0
    more = (len(every) - len(items), listed_by)
    if more_notes := bool(voices and notes[voices:] and not more[0]):
        more = (len(notes) - voices, _list_of_notes(() if by_words else items, account, topic))
    named_by = {note.account_id for note in notes if note.account_id is not None} if reader.sees_money else set()
    accounts = {one.id or 0: one for one in account_rows.search(session, team_id=reader.team_id, ids=named_by)}
    return Evidence(question, items, notes, account, accounts, people, topic, voices, more, more_notes, linked)


def _items_named(
    session: Session, reader: Reader, numbers: Sequence[int], subjects: Sequence[str], people: bool
) -> tuple[Item, ...]:
    """Return the items that a question names by their numbers, else by the first of the subjects that names any."""
    if numbers:
        return tuple(item_rows.search(session, team_id=reader.team_id, reader=reader, numbers=numbers))
    tried = (
        _likeliest(search.find.within(session, reader=reader, text=subject, limit=30), strictly=people)
        for subject in subjects
    )
    return next(filter(None, tried), ())


def _list_of_notes(items: Sequence[Item], account: Account | None, topic: str) -> str:
    """Return the command that lists the feedback on items, of an account, or about a topic; empty where none does."""
    if items:
        return f"why {items[0].ref} all" if len(items) == 1 else ""
    if account is None:
        return f"find {topic}"
    words = topic or account.name
    name = account.name if re.fullmatch(r"[\w-]+", account.name) else f'"{account.name}"'
    return f"find {words} customer:{name}" if search.telling_words(words) else ""


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
