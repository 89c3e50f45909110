"""A reason names no customers to guests, and stays a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.reasons import without_customers
from storage.accounts import name_key

NAMES = ("Acme", "Acme Robotics", "Globex", "Big Fish & Sons", "O'Hara (UK)", "Straße & Söhne")
KEYS = {name_key(one): one for one in NAMES}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Acme and Globex need it, and both renew soon", "2 customers need it, and both renew soon"),
        ("It blocks Acme.", "It blocks a customer."),
        ("It is late. Globex waits for Acme's yes", "It is late. A customer waits for a customer's yes"),
        ("ACME, Globex, and Big  Fish & Sons asked", "3 customers asked"),
        ("Acme Robotics left", "A customer left"),
        ("Why: Acme/Globex", "Why: 2 customers"),
        ("For O'Hara (UK), and for nobody else", "For a customer, and for nobody else"),
        ("STRASSE & SÖHNE, then Straße & Söhne", "A customer, then a customer"),
        ("Acmeology is a word of its own", "Acmeology is a word of its own"),
        ("Nobody\nis named", "Nobody\nis named"),
    ],
)
def test_customers_are_counted_and_not_named(said: str, told: str) -> None:
    assert without_customers(said, KEYS) == told


@given(st.lists(st.sampled_from((*NAMES, "the", "need", "and", ",", "(x)")), min_size=1))
def test_no_name_is_left(parts: list[str]) -> None:
    told = name_key(without_customers(" ".join(parts), KEYS))
    assert not any(key in told for key in KEYS)
