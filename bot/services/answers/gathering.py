"""The evidence that bears on a question: items, feedback and accounts that this reader may see."""

import re
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
SHOWN = 7
"""Items that a question about the whole roadmap is answered with."""


def gather(session: Session, reader: Reader, question: str, now: datetime) -> Evidence:
    """Return what this reader may see that bears on a question."""
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
