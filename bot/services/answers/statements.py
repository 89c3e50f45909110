"""What can be said of the evidence, one aspect of the question at a time."""

import re
from collections.abc import Callable, Iterable

from bot.services import reasons
from bot.services.answers import question_words
from bot.services.answers.gathering import VOICES
from bot.services.answers.nouns import Evidence, Fact, Statement
from storage import history
from storage.database import Session
from storage.models import Feedback, Item, Lane, Reader

Sayer = Callable[[Session, Reader, Evidence], Iterable[Statement]]
"""Says what the evidence holds on one aspect of a question."""


def _say_where_it_stands(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    for item in evidence.items:
        parts: list[str | Fact] = [_fact(item, "title"), f" ({item.ref}) is in ", _fact(item, "lane")]
        if item.lane != Lane.SHIPPED:
            parts += [", ", _fact(item, "status")]
            parts += [", ", _fact(item, "due")] if item.due else []
        yield Statement((*parts, "."), (item.ref,))


def _say_who_owns_it(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    # "Who asked for it?" is not about its owner, who would pass for one of those who asked.
    words = r"\b(own|owns|owner|responsible)\b" if evidence.people else r"\b(who|own|owns|owner|responsible)\b"
    if not re.search(words, evidence.question, re.IGNORECASE):
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
        for change in reasons.of_changes(session, reader, [one for one in changes if one.reason][:1]):
            of, reason = (Fact(f"change:{change.id}", field, getattr(change, field)) for field in ("field", "reason"))
            said = ("The reason given for the last change of ", of, " was: “", reason, "”.")
            yield Statement(said, (item.ref,))


def _say_what_they_asked(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    told = evidence.people or not evidence.items
    for note in evidence.notes[: evidence.voices]:
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


def _say_that_nobody_is_heard(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
    """Say that no feedback may be told of, rather than let where the item stands pass for an answer."""
    if not evidence.people or evidence.notes or not evidence.items:
        return
    refs = tuple(item.ref for item in evidence.items)
    parts: list[str | Fact] = ["There is no feedback "]
    if evidence.account is not None:
        parts += ["from ", Fact(f"account:{evidence.account.name}", "name", evidence.account.name), " "]
    parts += [f"on {', '.join(refs)} that {'you' if reader.user_id else 'everybody here'} may read."]
    yield Statement(tuple(parts), refs)


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


SAYERS: tuple[Sayer, ...] = (
    _say_where_it_stands,
    _say_who_asked,
    _say_what_they_asked,
    _say_that_nobody_is_heard,
    _say_what_is_not_known,
    _say_who_owns_it,
    _say_why,
)


def _fact(row: Item | Feedback, field: str) -> Fact:
    return Fact(row.ref, field, getattr(row, field))
