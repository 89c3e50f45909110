"""The feedback that a summary finds in a thread, in lines that say what they are about."""

import pytest

from bot.services.thread_summary import extractive
from tests.services.test_thread_summary import texts, thread


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Exports now close the form. This is annoying. Bye.", "Exports now close the form. This is annoying."),
        ("This is annoying. Exports now close the form. Bye.", "This is annoying. Exports now close the form."),
        ("This is annoying.", "This is annoying."),
        ("Exports are annoying. Bye.", "Exports are annoying."),
    ],
)
def test_feedback_that_says_too_little_by_itself_comes_with_the_sentence_beside_it(said: str, found: str) -> None:
    assert texts(extractive(thread("Lee: Hello", f"Mina: {said}")).feedback) == [found]
