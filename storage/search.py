"""The full-text index: candidates for a search, to be ranked by whoever asked.

Of a word that many texts hold, the newest are looked at, so that a search takes as long among a million texts as among
ten thousand.
"""

import math
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import text
from sqlmodel import Session, col, delete, func, select

from storage.inserting import on_conflict
from storage.models import Counter, SearchText, SearchWord

_SQLITE = text(
    "SELECT * FROM (SELECT d.id, d.ref, 0 AS titled FROM search_index i CROSS JOIN search_text d ON d.id = i.rowid"
    " WHERE search_index MATCH :query AND d.team_id = :team_id ORDER BY i.rowid DESC LIMIT :limit)"
    " UNION ALL SELECT * FROM (SELECT d.id, d.ref, 1 FROM search_index i CROSS JOIN search_text d ON d.id = i.rowid"
    " WHERE search_index MATCH :in_title AND d.team_id = :team_id ORDER BY i.rowid DESC LIMIT :limit)"
)
# Materialized: the planner would rather walk all texts backwards than sort those that hold the word.
_POSTGRES = text(
    "WITH found AS MATERIALIZED (SELECT id, ref, position(:in_title in ' ' || title || ' ') > 0 AS titled"
    " FROM search_text WHERE team_id = :team_id"
    " AND to_tsvector('simple', title || ' ' || body) @@ to_tsquery('simple', :query))"
    " SELECT * FROM found ORDER BY titled DESC, id DESC LIMIT :limit"
)

LOOKED_AT = 4000
"""Texts that are looked at for all words of a search together."""
LOOKED_AT_LEAST = 200
"""And for each of them."""
MERGED_AT_ONCE = 200
"""Pages of SQLite's index that one transaction merges, while others wait to write: some milliseconds."""
IN_TITLE = 0.7
"""How much more a word counts in a title."""
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


def forget(session: Session, *, team_id: str, ref: str) -> bool:
    """Take a noun out of the index, with the words that only it used; say whether more is left to merge."""
    words = _words_of(session, team_id=team_id, ref=ref)
    session.exec(delete(SearchText).where(col(SearchText.team_id) == team_id, col(SearchText.ref) == ref))
    _drop_unused(session, team_id=team_id, words=words)
    return merge_across_teams(session, again=True)


def merge_across_teams(session: Session, *, again: bool = False) -> bool:
    """Merge some pages of SQLite's index, and say whether there is more to do; `again` begins anew with all of it.

    FTS5 only marks words as deleted; when all is merged, they are out of the file.
    """
    if session.get_bind().dialect.name != "sqlite":
        return False
    before = _changes(session)
    step = text("INSERT INTO search_index(search_index, rank) VALUES ('merge', :pages)")
    session.connection().execute(step, {"pages": -MERGED_AT_ONCE if again else MERGED_AT_ONCE})
    return _changes(session) - before > 1


def candidates(session: Session, *, team_id: str, words: Iterable[str], limit: int = 200) -> list[str]:
    """List the ids of what holds any of the stemmed words: those with most and rarest words first, then the newest."""
    known = sorted(_findable(words))
    total = estimated_count(session, team_id=team_id)
    looked_at = max(LOOKED_AT // max(len(known), 1), LOOKED_AT_LEAST)
    scores: dict[int, float] = {}
    refs: dict[int, str] = {}
    for word in known:
        holding = _holding(session, team_id=team_id, word=word, limit=looked_at)
        refs.update((key, ref) for key, ref, _ in holding)
        weights = {key: 1.0 + IN_TITLE * titled for key, _, titled in holding}
        rarity = _rarity(weights.keys(), total=total, all_of_them=len(weights) < looked_at)
        for key, weight in weights.items():
            scores[key] = scores.get(key, 0.0) + rarity * weight
    best = sorted(scores, key=lambda key: (scores[key], key), reverse=True)
    return [refs[key] for key in best[:limit]]


def documents(session: Session, *, team_id: str, refs: Sequence[str]) -> list[tuple[str, str, str]]:
    """List (ref, title, body) of what has these ids, in their order, the last two as stemmed words."""
    query = select(SearchText.ref, SearchText.title, SearchText.body).where(
        SearchText.team_id == team_id, col(SearchText.ref).in_(refs)
    )
    found = {row[0]: (row[0], row[1], row[2]) for row in session.exec(query)}
    return [found[ref] for ref in refs if ref in found]


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


def estimated_count(session: Session, *, team_id: str) -> int:
    """Say about how much can be found: as much as was ever numbered."""
    query = select(func.coalesce(func.sum(Counter.last), 0)).where(
        Counter.team_id == team_id, col(Counter.kind).in_(("RM", "FB"))
    )
    return int(session.exec(query).one())


def _findable(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isalnum() and len(word) <= LONGEST}


def _words_of(session: Session, *, team_id: str, ref: str) -> set[str]:
    query = select(SearchText).where(SearchText.team_id == team_id, SearchText.ref == ref)
    found = session.exec(query.execution_options(populate_existing=True)).first()
    return _findable(f"{found.title} {found.body}".split()) if found is not None else set()


def _drop_unused(session: Session, *, team_id: str, words: Iterable[str]) -> None:
    for word in sorted(words):
        if not _holding(session, team_id=team_id, word=word, limit=1):
            session.exec(delete(SearchWord).where(col(SearchWord.team_id) == team_id, col(SearchWord.word) == word))


def _holding(session: Session, *, team_id: str, word: str, limit: int) -> list[tuple[int, str, bool]]:
    """List what holds a word as (key, id, whether in its title): the newest, and the newest with it in their title."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    asked = (
        {"query": f'"{word}"', "in_title": f'title : "{word}"'} if sqlite else {"query": word, "in_title": f" {word} "}
    )
    rows = session.connection().execute(_SQLITE if sqlite else _POSTGRES, {**asked, "team_id": team_id, "limit": limit})
    return [(key, ref, bool(titled)) for key, ref, titled in rows.all()]


def _rarity(keys: Collection[int], *, total: int, all_of_them: bool) -> float:
    """Return how much a word tells (its inverse document frequency), guessed from the newest where not all are here."""
    held = len(keys)
    if not all_of_them:
        newest = sorted(keys, reverse=True)[: held // 2 + 1]
        held = len(newest) * newest[0] // (newest[0] - newest[-1] + 1)
    return math.log(1 + max(total - held, 0.5) / (held + 0.5))


def _changes(session: Session) -> int:
    return int(session.connection().execute(text("SELECT total_changes()")).scalar_one())
