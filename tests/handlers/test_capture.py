"""What somebody types after `/feedback`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.capture import Typed, read_typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("", Typed("")),
        ("exports stop for:Acme", Typed("exports stop", "Acme")),
        ("for:“Acme Corp” exports stop", Typed("exports stop", "Acme Corp")),
        ("exports stop weight:blocker", Typed("exports stop", weight="blocker")),
        ("weight:80kg is too much", Typed("weight:80kg is too much")),
        ("due:friday is too late for: them", Typed("due:friday is too late for: them")),
        ("see https://acme.com/for:all", Typed("see https://acme.com/for:all")),
    ],
)
def test_the_customer_and_the_weight_are_taken_out_and_nothing_else_is(text: str, typed: Typed) -> None:
    assert read_typed(text) == typed


@given(st.text())
def test_no_word_is_lost_that_is_no_customer_or_weight(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isalnum() or letter == " ")
    assert read_typed(plain).words.split() == plain.split()
