"""The full-text index: candidates for a search, to be ranked by whoever asked."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlmodel import Session, col, delete, func, select

from storage.inserting import on_conflict
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


LONGEST = 64
"""Letters of a word that can be found; longer ones are keys and encoded files, and too much for an index row."""


def index(session: Session, *, team_id: str, ref: str, title: str, body: str) -> None:
    """Put the stemmed words of a noun into the index, in place of what was there."""
    before, words = _words_of(session, team_id=team_id, ref=ref), _findable(f"{title} {body}".split())
    insert = on_conflict(session, SearchText).values(team_id=team_id, ref=ref, title=title, body=body)
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["team_id", "ref"], set_={"title": title, "body": body})
    )
    if words:
        # sorted: two transactions lock in the same order
        new = on_conflict(session, SearchWord).values([{"team_id": team_id, "word": word} for word in sorted(words)])
        session.connection().execute(new.on_conflict_do_nothing(index_elements=["team_id", "word"]))
    _drop_unused(session, team_id=team_id, words=before - words)


def index_new(session: Session, *, team_id: str, documents: Sequence[tuple[str, str, str]]) -> None:
    """Put nouns into the index that are not in it yet: (ref, title, body), the last two as stemmed words."""
    rows = [{"team_id": team_id, "ref": ref, "title": title, "body": body} for ref, title, body in documents]
    found = _findable(word for _, title, body in documents for word in f"{title} {body}".split())
    words = [{"team_id": team_id, "word": word} for word in sorted(found)]
    for table, values, unique in ((SearchText, rows, "ref"), (SearchWord, words, "word")):
        if values:
            new = on_conflict(session, table).on_conflict_do_nothing(index_elements=["team_id", unique])
            session.connection().execute(new, values)


def forget(session: Session, *, team_id: str, ref: str) -> None:
    """Take a noun out of the index, with the words that only it used."""
    words = _words_of(session, team_id=team_id, ref=ref)
    session.exec(delete(SearchText).where(col(SearchText.team_id) == team_id, col(SearchText.ref) == ref))
    _drop_unused(session, team_id=team_id, words=words)
    if session.get_bind().dialect.name == "sqlite":
        # FTS5 only marks words as deleted; merging its segments takes them out of the file.
        session.connection().execute(text("INSERT INTO search_index(search_index) VALUES ('optimize')"))


def candidates(session: Session, *, team_id: str, words: Iterable[str], limit: int = 200) -> list[SearchText]:
    """List what holds any of the stemmed words, likeliest first, as unsaved rows."""
    known = sorted(_findable(words))
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
        # Not by `<` and `>`, whose order follows the language of a PostgreSQL server.
        SearchWord.team_id == team_id, func.substr(SearchWord.word, 1, len(start)) == start,
    )  # fmt: skip
    return list(session.exec(query.limit(limit)))


def known_words(session: Session, *, team_id: str, words: Iterable[str]) -> set[str]:
    """Return those of the words that occur somewhere."""
    query = select(SearchWord.word).where(SearchWord.team_id == team_id, col(SearchWord.word).in_(list(words)))
    return set(session.exec(query))


def count(session: Session, *, team_id: str) -> int:
    """Count what can be found."""
    return int(session.exec(select(func.count()).where(SearchText.team_id == team_id)).one())


def _findable(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isalnum() and len(word) <= LONGEST}


def _words_of(session: Session, *, team_id: str, ref: str) -> set[str]:
    query = select(SearchText).where(SearchText.team_id == team_id, SearchText.ref == ref)
    found = session.exec(query.execution_options(populate_existing=True)).first()
    return _findable(f"{found.title} {found.body}".split()) if found is not None else set()


def _drop_unused(session: Session, *, team_id: str, words: Iterable[str]) -> None:
    for word in sorted(words):
        if not candidates(session, team_id=team_id, words=[word], limit=1):
            session.exec(delete(SearchWord).where(col(SearchWord.team_id) == team_id, col(SearchWord.word) == word))
