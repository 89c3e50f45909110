"""Whether a sentence supports a line: every word, name and number of the line, in order, none of its turns lost.

Strict on purpose: a line that fails is shown in the message's own words, which costs style and never truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.services.thread_summary.sentences import Sentence
from bot.services.words import stem, word_set, words

Kind = Literal["content", "turn", "function"]

_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W_]+(?:['’][^\W_]+)*")
_CLAUSE_END = re.compile(r"[,;:()—–]|\s-\s|\b(?:but|because|since|so|while|although|though|whereas)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\s+[—–]\s+")
_ORDINARY = frozenset(".,;:!?'\"()[]-–—…/&%$€£+#*_~`@<>|=’‘“”")

_FUNCTION_WORDS = word_set(
    """a an the this that these those there here to of in on at for by with from as into onto about is are was were be
    been being am do does did doing has have had having will shall and or we i you he she it they me us him them our
    their its his her my your mine yours who which what when where how why whom whose i'm i'll i've i'd we'll we're
    we've we'd it's it'll that's there's they're they'll they've he's she's he'll she'll you'll you're you've let's
    please also just then so"""
)
_NEGATIONS = word_set("not no never none nobody nothing neither nor without hardly barely unable")
_TURNS_OF_THE_SENTENCE = word_set(
    """if unless until except once maybe perhaps probably possibly likely unlikely might may could should would must
    whether almost nearly supposedly apparently reportedly proposed tentatively provided assuming only instead"""
)
"""Words that bind the whole sentence: what is said under a condition is not said without it."""
_TURNS_OF_THE_CLAUSE = word_set(
    """stop cancel refuse decline reject avoid drop delay postpone fail lack against rather hold pause block before
    after more less fewer than least most yet still already again all every some any few many each both half
    stopped cancelled canceled refused declined rejected dropped delayed postponed failed lacks paused blocked"""
)
"""Words that turn the clause they stand in."""
_SAYS = word_set("says said asks asked reports reported notes noted wrote writes mentions mentioned")
_SELF = word_set("i i'm i'll i've i'd we we'll we've we're we'd let")
_NOT = {"won't": "will", "can't": "can", "cannot": "can", "shan't": "shall", "ain't": "is"}
_UNMARKED = {
    contraction.replace("'", ""): contraction
    for contraction in word_set("won't can't don't doesn't didn't isn't aren't wasn't hasn't haven't")
}


@dataclass(frozen=True)
class Token:
    """One word as support sees it."""

    key: str
    """The stem; a number without its thousands marks; `not` for every negation."""
    kind: Kind


def supported(text: str, cited: Sequence[Sentence], *, may_ask: bool = False) -> bool:
    """Say whether each sentence of `text` is borne out by one of the cited sentences.

    `may_ask`: the text may restate a question; elsewhere a question supports no statement.
    """
    parts = [part for part in _SENTENCE_END.split(text) if part.strip()]
    return bool(parts) and all(any(_bears(sentence, part, may_ask=may_ask) for sentence in cited) for part in parts)


def nearest(text: str, cited: Sequence[Sentence]) -> Sentence | None:
    """Return the cited sentence that shares most with the text, the first of equals; None where none is cited."""
    wanted = {token.key for token in tokens(text) if token.kind != "function"}

    def shared(sentence: Sentence) -> float:
        keys = {token.key for token in tokens(sentence.text) if token.kind != "function"}
        return len(wanted & keys) / (len(wanted | keys) or 1)

    return max(cited, key=shared, default=None)


def tokens(text: str) -> list[Token]:
    """Return the words of a text with their kinds, contractions undone."""
    return [token for word in _TOKEN.findall(text) for token in _read(word.replace("’", "'"))]


def _read(word: str) -> list[Token]:
    lower = word.lower()
    lower = _UNMARKED.get(lower, lower)
    if any(letter.isdigit() for letter in lower):
        return [Token(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", lower), "content")]
    if lower in _NOT or lower.endswith("n't"):
        base = _NOT.get(lower, lower.removesuffix("n't"))
        return [*_read(base), Token("not", "turn")]
    if lower.endswith("'s") and lower not in _FUNCTION_WORDS:
        return [Token(stem(lower[:-2]), "content")]
    if lower in _NEGATIONS:
        return [Token("not" if lower in {"not", "no", "never"} else lower, "turn")]
    if lower in _TURNS_OF_THE_SENTENCE or lower == "can":
        return [Token(lower, "turn")]
    if stem(lower) in _turning_stems():
        return [Token(stem(lower), "turn")]
    is_name = word[0].isupper() and (lower == "will" or (word.isupper() and len(word) > 1))
    return [Token(stem(lower), "function" if lower in _FUNCTION_WORDS and not is_name else "content")]


@cache
def _turning_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in _TURNS_OF_THE_CLAUSE)


def _bears(sentence: Sentence, part: str, *, may_ask: bool) -> bool:
    """Say whether one sentence bears one part of a line."""
    if sentence.asks and not part.rstrip().endswith("?") and not may_ask:
        return False
    if any(
        not letter.isalnum() and not letter.isspace() and letter not in _ORDINARY
        for letter in set(part) - set(sentence.text)
    ):
        return False
    claimed = _without_author([t for t in tokens(part) if t.kind != "function"], part, sentence)
    said = [t for t in tokens(sentence.text) if t.kind != "function"]
    if len(claimed) < 2 or not any(token.kind == "content" for token in claimed):
        return False
    if not _in_order(claimed, said):
        return False
    return _turns(claimed) == _turns_drawn_on(sentence.text, claimed)


def _without_author(claimed: list[Token], part: str, sentence: Sentence) -> list[Token]:
    """Leave out the author's name where it stands for "I", or before "says"."""
    name = [token.key for token in tokens(sentence.message.name)]
    first = 0
    while first < len(claimed) and claimed[first].key in name:
        first += 1
    if first == 0 or not name or claimed[0].key != name[0]:
        return claimed
    following = part.split()[first : first + 1]
    if following and following[0].lower() in _SAYS:
        return claimed[first + 1 :]
    return claimed[first:] if _SELF & set(words(sentence.text)[:2]) else claimed


def _in_order(claimed: Iterable[Token], said: Iterable[Token]) -> bool:
    """Say whether every token of the one occurs in the other, in the same order."""
    rest = iter([token.key for token in said])
    return all(any(key == other for other in rest) for key in [token.key for token in claimed])


def _turns(found: Iterable[Token]) -> list[str]:
    return sorted(token.key for token in found if token.kind == "turn")


def _turns_drawn_on(text: str, claimed: Iterable[Token]) -> list[str]:
    """Return the turns a faithful line keeps: those of the clauses it draws on, and those that bind the sentence."""
    clauses = [tokens(clause) for clause in _CLAUSE_END.split(text)]
    wanted = {token.key for token in claimed if token.kind == "content"}
    drawn: list[Token] = []
    left = list(clauses)
    while wanted and left:
        best = max(left, key=lambda clause: len(wanted & {token.key for token in clause}))
        left.remove(best)
        drawn += [token for token in best if token.kind == "turn"]
        wanted -= {token.key for token in best}
    binding = [t for clause in left for t in clause if t.kind == "turn" and t.key in _TURNS_OF_THE_SENTENCE]
    return _turns([*drawn, *binding])
