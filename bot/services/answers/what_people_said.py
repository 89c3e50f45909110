"""What people said about something: the feedback whose own words hold most of what is asked about."""

from collections.abc import Sequence

from bot.services import search
from bot.services.answers.question_words import topic
from bot.services.words import stems
from storage import feedback as feedback_rows
from storage import roadmap as item_rows
from storage.database import Session
from storage.models import Feedback, Item, Reader

MOST = 0.6
"""Share of the words asked about that feedback must hold to be about them: of two words, both."""
READ = 200
"""Notes of an item that are read at most."""
LOOKED_AT = 50


def about(session: Session, *, reader: Reader, subjects: Sequence[str], account_id: int | None) -> tuple[Feedback, ...]:
    """Return the feedback that this reader may read about the first of the subjects that there is any about.

    Nearest first; of one account only, if it is given. The name of the account that feedback came from is not among
    its words, so nobody learns from an answer who is a customer.
    """
    for subject in subjects:
        found = search.find.within(session, reader=reader, text=subject, limit=LOOKED_AT)
        read_as = dict(found.corrected)
        wanted = {read_as.get(stem, stem) for stem in search.telling_words(subject)}
        near = [one for one in found.feedback if _share(one, wanted) >= MOST]
        if account_id is not None:
            near = [one for one in near if one.account_id == account_id]
        if near:
            return tuple(near)
    return ()


def linked_to(
    session: Session, *, reader: Reader, items: Sequence[Item], account_id: int | None
) -> tuple[Feedback, ...]:
    """Return the feedback that this reader may read of items, newest first; of one account only, if it is given."""
    keys = [one.id or 0 for one in items]
    notes = feedback_rows.search(session, team_id=reader.team_id, reader=reader, item_ids=keys, limit=READ)
    return tuple(one for one in notes if account_id in (None, one.account_id))


def with_items(
    session: Session, *, reader: Reader, notes: Sequence[Feedback]
) -> tuple[tuple[Feedback, ...], tuple[Item, ...]]:
    """Return the feedback with the items that it is linked to, without what tells of an unseen item."""
    wanted = {note.item_id for note in notes if note.item_id is not None}
    items = item_rows.search(session, team_id=reader.team_id, reader=reader, ids=wanted)
    told = {None, *(one.id for one in items)}
    return tuple(note for note in notes if note.item_id in told), tuple(items)


def nearly(session: Session, *, reader: Reader, question: str) -> bool:
    """Say whether something that this reader may see holds some of the words of a question."""
    wanted = set(search.telling_words(topic(question)))
    found = search.find.within(session, reader=reader, text=" ".join(wanted), limit=LOOKED_AT)
    return bool(found.items) or any(_share(one, wanted) for one in found.feedback)


def _share(note: Feedback, wanted: set[str]) -> float:
    held = wanted & set(stems(f"{note.problem} {note.quote} {note.thread_quote} {note.theme} {note.ref}"))
    return len(held) / (len(wanted) or 1)
