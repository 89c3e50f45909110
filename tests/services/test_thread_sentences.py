"""What makes a sentence of a thread a decision, an open question or an action, with no model."""

import pytest

from bot.services.thread_summary import extractive
from tests.services.test_thread_summary import RETENTION, texts, thread


def test_bot_posts_are_counted_and_not_read() -> None:
    summary = extractive(RETENTION, total=40)
    assert (summary.read, summary.total, summary.skipped_bots) == (9, 40, 1)
    assert all(3 not in line.cites for line in summary.lines)


def test_a_proposal_becomes_a_decision_only_when_someone_agrees() -> None:
    proposal = "Jo: I propose we hide the key behind Advanced."
    assert texts(extractive(thread(proposal, "Ravi: +1")).decided) == ["I propose we hide the key behind Advanced."]
    assert extractive(thread(proposal, "Ravi: No, that confuses people")).decided == ()
    assert extractive(thread(proposal, "Jo: +1")).decided == ()


def test_a_decision_that_was_taken_back_is_gone() -> None:
    summary = extractive(
        thread("Gita: Great, let's go with Tuesday then.", "Finn: ok", "Gita: Scratch Tuesday, we launch on Wednesday.")
    )
    assert texts(summary.decided) == ["Scratch Tuesday, we launch on Wednesday."]


@pytest.mark.parametrize(
    "doubt",
    [
        "We have not decided on the region yet.",
        "If legal agrees we ship on Monday.",
        "Maybe we keep the old page.",
        "Have we decided on the region?",
        "We still need to decide on the region.",
        "Nothing was agreed on the region.",
        "Yes, why yes it is.",
    ],
)
def test_what_is_not_settled_is_no_decision(doubt: str) -> None:
    assert extractive(thread(f"Mina: {doubt}")).decided == ()


@pytest.mark.parametrize(
    ("reply", "open_still"),
    [
        ("Lee: About 4k a month.", False),
        ("Lee: I don't know", True),
        ("Lee: I'll find out", True),
        ("Lee: Same question here", True),
        ("Lee: By the way, lunch is here", True),
        ("buildbot: Storage cost is 4k", True),
        ("Mina: Never mind, found it", False),
        ("Mina: Thanks", True),
    ],
)
def test_a_question_is_open_until_someone_answers(reply: str, open_still: bool) -> None:
    summary = extractive(thread("Mina: What does the storage cost?", reply))
    assert (texts(summary.questions) == ["What does the storage cost?"]) == open_still


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("Mina: Tom will write the release notes", "Tom"),
        ("Mina: <@U0TOM> please write the release notes", "Tom"),
        ("Mina: <@U0XYZ> can you write the release notes?", "<@U0XYZ>"),
        ("Mina: Action: Marta to write the release notes", "Marta"),
        ("Mina: I'll write the release notes", "Mina"),
        ("Mina: Someone should write the release notes", None),
        ("Mina: We need to write the release notes", None),
    ],
)
def test_an_action_has_an_owner_only_where_the_words_name_one(said: str, owner: str | None) -> None:
    summary = extractive(thread("Tom: Morning", said))
    assert [line.owner for line in summary.actions] == [owner]


@pytest.mark.parametrize(
    "said",
    [
        "Tom can't write the notes",
        "Tom will not write the notes",
        "I'll be out on Monday",
        "I'll let you know about the notes",
        "Let me think about notes",
        "<@U0TOM>: the notes are in the usual place",
        "I can see the notes but the pictures are gone",
    ],
)
def test_what_nobody_takes_on_is_no_action(said: str) -> None:
    assert extractive(thread("Tom: Morning", f"Mina: {said}")).actions == ()


def test_whoever_says_on_it_owns_what_was_asked() -> None:
    (line,) = extractive(thread("Mina: Can someone write the release notes?", "Tom: on it")).actions
    assert (line.text, line.cites, line.owner) == ("Can someone write the release notes?", (1, 2), "Tom")
