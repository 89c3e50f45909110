import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import snowballstemmer

from bot.services.words import stem

BEGINNINGS = ("export", "relation", "custom", "dash", "notific", "permis", "integr", "organ", "calend", "subscri")
ENDINGS = ("ization", "ing", "ations", "ed", "fulness", "iveness", "ability", "sses", "ally", "ement", "ousli", "ators")


def test_threads_that_stem_at_once_do_not_disturb_each_other() -> None:
    plain = snowballstemmer.stemmer("english")
    wanted = {"".join(word): plain.stemWord("".join(word)) for word in product("abcdefgh", BEGINNINGS, ENDINGS)}
    stem.cache_clear()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = dict(zip(wanted, threads.map(stem, wanted), strict=True))
    finally:
        sys.setswitchinterval(usual)

    assert {word: one for word, one in found.items() if one != wanted[word]} == {}
