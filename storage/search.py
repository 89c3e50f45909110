"""The full-text index: candidates for a search, to be ranked by whoever asked."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session, col, delete, func, select

from storage.inserting import insert_new, on_conflict
from storage.models import SearchText, SearchWord

_SQLITE = text(
    "SELECT d.ref, d.title, d.body FROM search_index i JOIN search_text d ON d.id = i.rowid"
    " WHERE search_index MATCH :query AND d.team_id = :team_id ORDER BY bm25(search_index, 4.0, 1.0) LIMIT :limit"
)
_POSTGRES = text(
    "SELECT ref, title, body FROM search_text WHERE team_id = :team_id"
    " AND to_tsvector('simple', title || ' ' || body) @@ to_tsquery('simple', :query)"
    " ORDER BY ts_rank(setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', body),"
    " to_tsquery('simple', :query)) DESC LIMIT :limit"
)


def index(session: Session, *, team_id: str, ref: str, title: str, body: str) -> None:
    """Put the stemmed words of a noun into the index, in place of what was there."""
    insert = on_conflict(session, SearchText).values(team_id=team_id, ref=ref, title=title, body=body)
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["team_id", "ref"], set_={"title": title, "body": body})
    )
    for word in sorted({*title.split(), *body.split()}):  # sorted: two transactions lock in the same order
        insert_new(session, SearchWord, {"team_id": team_id, "word": word}, unique=("team_id", "word"))


def forget(session: Session, *, team_id: str, ref: str) -> None:
    """Take a noun out of the index."""
    session.exec(delete(SearchText).where(col(SearchText.team_id) == team_id, col(SearchText.ref) == ref))


def candidates(session: Session, *, team_id: str, words: Iterable[str], limit: int = 200) -> list[SearchText]:
    """List what holds any of the stemmed words, likeliest first, as unsaved rows."""
    known = sorted({word for word in words if word.isalnum()})
    if not known:
        return []
    sqlite = session.get_bind().dialect.name == "sqlite"
    query = " OR ".join(f'"{word}"' for word in known) if sqlite else " | ".join(known)
    rows = session.connection().execute(
        _SQLITE if sqlite else _POSTGRES, {"query": query, "team_id": team_id, "limit": limit}
    )
    return [SearchText(team_id=team_id, ref=row.ref, title=row.title, body=row.body) for row in rows]


def words_like(session: Session, *, team_id: str, start: str, limit: int = 2000) -> list[str]:
    """List known words that begin with `start`."""
    query = select(SearchWord.word).where(
        SearchWord.team_id == team_id, col(SearchWord.word) >= start, col(SearchWord.word) < start + "\uffff"
    )
    return list(session.exec(query.limit(limit)))


def known_words(session: Session, *, team_id: str, words: Iterable[str]) -> set[str]:
    """Return those of the words that occur somewhere."""
    query = select(SearchWord.word).where(SearchWord.team_id == team_id, col(SearchWord.word).in_(list(words)))
    return set(session.exec(query))


def count(session: Session, *, team_id: str) -> int:
    """Count what can be found."""
    return int(session.exec(select(func.count()).where(SearchText.team_id == team_id)).one())
