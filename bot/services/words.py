"""Words of a text: what counts as one, its stem, and which say nothing."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POINTERS = re.compile(
    r":[a-z0-9_+'-]+:"  # an emoji by its name
    r"|(?:https?://|mailto:)\S+"
    r"|[@#][^\W_][\w.'’-]*(?:(?<=\w) [A-Z][\w.'’-]+)?",  # a person is written out with up to two names
)


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list written as one text."""
    return frozenset(text.split())


FILLERS = word_set(
    """a about after again all also am an and any are as at be because been before being but by can could did do does
    doing down for from further get go going gonna got had has have having he her here hers him his how i if in into is
    it its itself just kind let like lot me mean more most my no nor not of off oh ok okay on once one only or other our
    ours out over own really right same she should so some sort such sure than that the their them then there these they
    thing things think this those through to too under until up us very was we well were what when where which while who
    whom why will with would yeah yep yes you your yours um uh mm hm hmm huh mhm eh ah actually know re ll ve don didn
    isn wasn doesn won couldn shouldn hello hi hey thanks thank please team everyone guys morning"""
)
"""Words that say nothing about what a sentence is about."""


def is_blank(text: str) -> bool:
    """Say whether there is nothing to see in a text: spaces, hidden directions, joiners alone."""
    return all(one.isspace() or unicodedata.category(one) in ("Cc", "Cf") for one in text)


def says_something(text: str) -> bool:
    """Say whether words are left in a text without its emoji, links, and the people and channels that it names."""
    return any(not word.isdigit() for word in words(_POINTERS.sub(" ", text)))


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words in a text, without fillers, in order."""
    return tuple(stem(word) for word in words(text) if word not in FILLERS)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, with straight apostrophes."""
    return [word.replace("’", "'").lower() for word in _WORD.findall(text)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case; short words and numbers stay as they are."""
    if len(word) <= 3 or not word.isalpha():
        return word
    from snowballstemmer import stemmer  # only now: it comes with the rules of thirty languages

    # A new one each time: a stemmer holds the word that it is at, and several threads stem at once.
    return str(stemmer("english").stemWord(word))
