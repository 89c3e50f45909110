"""Finding items and feedback by words, forgiving typos."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from bot import jobs
from bot.services.words import FILLERS, stem, stems, words
from storage import accounts as account_rows
from storage import feedback as feedback_rows
from storage import roadmap as item_rows
from storage import search as texts
from storage.database import Read, Session, Write
from storage.models import Feedback, Item, Reader

MOST_WORDS = 100
"""Different words of a text that are looked for: a long message says early what it is about."""
MOST_HITS = 50
"""Hits that a search returns."""
CANDIDATES = 2000
"""Texts that may be what is meant, of which a reader may not be allowed to read most."""
RANKED = 200
"""Of those, how many are looked at closely, and again as many while a reader may read too few of them."""
TITLE_WEIGHT = 4.0
SATURATION = 1.2
LENGTH = 0.6
ALIKE = 78.0
"""How alike two words must be, of 100, for one to pass as a typo of the other."""


@dataclass(frozen=True)
class Hit:
    """Something found."""

    noun: Item | Feedback
    score: float
    covered: float
    """Share of the question's words, weighed by how rare they are, that it holds: 0 to 1."""


@dataclass(frozen=True)
class Found:
    """What a search found, best first."""

    hits: tuple[Hit, ...]
    corrected: tuple[tuple[str, str], ...] = ()
    """Words that nobody has used here, with the known words that were looked for instead."""

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the items among the hits."""
        return tuple(hit.noun for hit in self.hits if isinstance(hit.noun, Item))

    @property
    def feedback(self) -> tuple[Feedback, ...]:
        """Return the feedback among the hits."""
        return tuple(hit.noun for hit in self.hits if isinstance(hit.noun, Feedback))


@Read
def find(session: Session, *, reader: Reader, text: str, limit: int = MOST_HITS) -> Found:
    """Return the items and feedback that this reader may see and that hold any of the words, best first."""
    wanted, corrected = _known(session, reader.team_id, tuple(dict.fromkeys(stems(text)))[:MOST_WORDS])
    refs = texts.candidates(session, team_id=reader.team_id, words=wanted, limit=CANDIDATES)
    nouns: dict[str, Item | Feedback] = {}
    likely: list[tuple[str, str, str]] = []
    for start in range(0, len(refs), RANKED):
        if len(likely) >= limit:
            break
        some = refs[start : start + RANKED]
        nouns |= _visible(session, reader, some)
        seen = [ref for ref in some if ref in nouns]
        if reader.sees_money:
            likely += texts.documents(session, team_id=reader.team_id, refs=seen)
        else:  # nobody learns who is a customer by looking for their name
            own = documents([nouns[ref] for ref in seen], accounts={})
            likely += [one for one in own if not set(wanted).isdisjoint(f"{one[1]} {one[2]}".split())]
    ranked = _rank(wanted, likely, texts.estimated_count(session, team_id=reader.team_id))
    # A correction tells that its word is used here, so it is told only to who may see where.
    told = {word for _, title, body in likely for word in f"{title} {body}".split()}
    corrected = tuple(pair for pair in corrected if pair[1] in told)
    hits = [Hit(nouns[ref], score, covered) for ref, score, covered in sorted(ranked, key=lambda row: -row[1])]
    return Found(tuple(hits[:limit]), corrected)


def index_item(session: Session, item: Item) -> None:
    """Make an item findable by its words of today."""
    ref, title, body = _item_words(item)
    texts.index(session, team_id=item.team_id, ref=ref, title=title, body=body)


def index_feedback(session: Session, feedback: Feedback) -> None:
    """Make feedback findable by its words of today, and by the name of its account."""
    key = feedback.account_id
    names = account_rows.names(session, team_id=feedback.team_id, ids=[key]) if key is not None else {}
    ref, title, body = _feedback_words(feedback, names.get(key or 0))
    texts.index(session, team_id=feedback.team_id, ref=ref, title=title, body=body)


def documents(nouns: Sequence[Item | Feedback], *, accounts: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """Return by what words each of many nouns is found: (ref, stems of the title, of all else); accounts by key."""
    return [
        _item_words(one) if isinstance(one, Item) else _feedback_words(one, accounts.get(one.account_id or 0))
        for one in nouns
    ]


def forget(session: Session, feedback: Feedback) -> None:
    """Take feedback out of the index, for good."""
    if texts.forget(session, team_id=feedback.team_id, ref=feedback.ref):
        jobs.defer(session, team_id=feedback.team_id, key=f"merge_index:{uuid4().hex}", task="merge_index", args={})


@Write
def merge_index(session: Session) -> bool:
    """Bring the forgetting of words a step further; say whether there is more to do."""
    return texts.merge_across_teams(session)


def stems_of_item(item: Item) -> tuple[str, ...]:
    """Return the stems of an item's words, those of its title first."""
    return stems(f"{item.title} {item.summary}")


def telling_words(text: str) -> dict[str, str]:
    """Return the words of a text that say what it is about, by their stems."""
    return {stem(word): word for word in words(text) if word not in FILLERS}


def _item_words(item: Item) -> tuple[str, str, str]:
    return item.ref, " ".join(stems(item.title)), " ".join(stems(f"{item.summary} {item.area} {item.ref}"))


def _feedback_words(feedback: Feedback, account: str | None) -> tuple[str, str, str]:
    body = f"{feedback.quote} {feedback.thread_quote} {feedback.theme} {account or ''} {feedback.ref}"
    return feedback.ref, " ".join(stems(feedback.problem)), " ".join(stems(body))


def _known(
    session: Session, team_id: str, wanted: Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the words to look for, each that nobody uses replaced by the likeliest known one."""
    known = texts.known_words(session, team_id=team_id, words=wanted)
    result, corrected = [], []
    for word in wanted:
        if word in known or len(word) < 4:
            result.append(word)
            continue
        from rapidfuzz import fuzz, process

        near = process.extractOne(
            word, texts.words_like(session, team_id=team_id, start=word[0]), scorer=fuzz.ratio, score_cutoff=ALIKE
        )
        result.append(near[0] if near else word)
        if near:
            corrected.append((word, near[0]))
    return tuple(result), tuple(corrected)


def _visible(session: Session, reader: Reader, refs: Sequence[str]) -> dict[str, Item | Feedback]:
    numbers: dict[str, list[int]] = {"RM": [], "FB": []}
    for ref in refs:
        kind, _, number = ref.partition("-")
        numbers[kind].append(int(number))
    items = item_rows.search(session, team_id=reader.team_id, reader=reader, numbers=numbers["RM"])
    notes = feedback_rows.search(session, team_id=reader.team_id, reader=reader, numbers=numbers["FB"])
    return {**{one.ref: one for one in items}, **{one.ref: one for one in notes}}


def _rank(
    wanted: Sequence[str], documents: Sequence[tuple[str, str, str]], total: int
) -> list[tuple[str, float, float]]:
    """Score documents by BM25 with a heavier title: (ref, score, share of the question covered)."""
    counted = [(ref, Counter(title.split()), Counter(body.split())) for ref, title, body in documents]
    if not counted:
        return []
    lengths = [sum(title.values()) + sum(body.values()) for _, title, body in counted]
    average = sum(lengths) / len(lengths) or 1.0
    holds = Counter(word for _, title, body in counted for word in {*title, *body} & set(wanted))
    rarity = {word: math.log(1 + (total - holds[word] + 0.5) / (holds[word] + 0.5)) for word in set(wanted)}
    whole = sum(rarity.values()) or 1.0
    rows = []
    for (ref, title, body), length in zip(counted, lengths, strict=True):
        score = covered = 0.0
        for word, rare in rarity.items():
            times = TITLE_WEIGHT * title[word] + body[word]
            if times:
                covered += rare
                score += (
                    rare * times * (SATURATION + 1) / (times + SATURATION * (1 - LENGTH + LENGTH * length / average))
                )
        rows.append((ref, score, covered / whole))
    return rows
