"""Two people at one form: what either has changed is kept, and where both have, the second is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.meanwhile import ChangedMeanwhileError, lists_together, marks, together

NAMES = ("title", "area", "owner")
forms = st.fixed_dictionaries({name: st.sampled_from(("", "Design", "Growth", "a b")) for name in NAMES})


@given(opened=forms, mine=forms, now=forms)
def test_what_either_changed_is_kept_and_what_both_changed_is_asked_about(
    opened: dict[str, str], mine: dict[str, str], now: dict[str, str]
) -> None:
    both = [name for name in NAMES if len({opened[name], mine[name], now[name]}) == 3]
    expected = {name: now[name] if mine[name] == opened[name] else mine[name] for name in NAMES}
    if not both:
        assert together(mine, now, marks(opened)) == expected
        return
    with pytest.raises(ChangedMeanwhileError) as late:
        together(mine, now, marks(opened))
    assert (set(late.value.both), late.value.held) == (set(both), expected)
    for shown in (mine, late.value.held):  # saved again, whether Slack shows what the form held or what it was given
        assert together(shown, now, late.value.seen) == expected


def test_a_form_that_an_earlier_version_opened_asks_about_whatever_differs() -> None:
    with pytest.raises(ChangedMeanwhileError) as late:
        together({"title": "Dark", "area": "Design"}, {"title": "Night", "area": "Design"}, {})
    assert (late.value.both, late.value.held["title"]) == (("title",), "Dark")


def test_line_breaks_alone_are_kept_where_nobody_else_wrote() -> None:
    opened = {"summary": "One. Two."}
    assert together({"summary": "One.\nTwo."}, opened, marks(opened)) == {"summary": "One.\nTwo."}


@given(
    mine=st.frozensets(st.integers(0, 4)), now=st.frozensets(st.integers(0, 4)), seen=st.frozensets(st.integers(0, 4))
)
def test_a_list_keeps_what_either_added_and_loses_what_either_took_out(
    mine: frozenset[int], now: frozenset[int], seen: frozenset[int]
) -> None:
    names = [frozenset(map(str, one)) for one in (mine, now, seen)]
    for name in map(str, range(5)):
        before, here, there = name in names[2], name in names[0], name in names[1]
        assert (name in lists_together(*names)) is (here if here != before else there)
