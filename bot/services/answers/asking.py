"""Asking: from a question to statements whose facts all hold."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot import outbox
from bot.services import reasons, suggestions
from bot.services.answers import question_words, what_people_said
from bot.services.answers.gathering import gather
from bot.services.answers.nouns import Answer, Evidence, Fact, Statement
from bot.services.answers.statements import SAYERS, Sayer
from storage import history
from storage.database import Read, Session, Write
from storage.models import Account, Change, Feedback, Item, Reader

QUESTION_LENGTH = 1000

Row = Item | Feedback | Account | Change


@Read
def ask(
    session: Session, *, reader: Reader, question: str, now: datetime, sayers: Sequence[Sayer] | None = None
) -> Answer:
    """Answer a question from what this reader may see; `sayers` may stand in for ours."""
    evidence = gather(session, reader, question, now)
    statements = [one for say in sayers or SAYERS for one in say(session, reader, evidence)]
    rows, records = _read_again(session, reader, evidence, statements), evidence.records
    held = [
        one
        for one in statements
        if all(holds(fact, rows) for fact in one.facts) and all(ref in records for ref in one.cites)
    ]
    cited = dict.fromkeys(ref for one in held for ref in one.cites)
    looked_for = not held and question_words.names_something(evidence.topic)
    return Answer(
        question=question,
        statements=tuple(held),
        records=tuple(records[ref] for ref in cited),
        dropped=len(statements) - len(held),
        as_of=now,
        topic=evidence.topic,
        more=evidence.more,
        more_notes=evidence.more_notes,
        aimless=evidence.people and evidence.account is None and not evidence.topic,
        nearly=looked_for and what_people_said.nearly(session, reader=reader, question=evidence.topic),
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
    ids = {int(ref.removeprefix("change:")) for ref in facts if ref.startswith("change:")}
    found = [history.get(session, team_id=reader.team_id, change_id=one) for one in ids]
    changes = [one for one in found if one is not None]
    for row in (*rows.values(), *changes):
        session.refresh(row)
    return rows | {f"change:{one.id}": one for one in reasons.of_changes(session, reader, changes)}
