"""What a thread is about is told where its four lists hold next to nothing."""

from bot.services.thread_summary import extractive
from tests.services.test_thread_summary import thread

BUILD = (
    "Lee: The nightly build fails since we moved the signing keys to the new vault.",
    "Lee: Signing reads the keys from the old vault's path, and the build stops there.",
    "Omar: Mine fails at the same step, with the keys missing.",
    "Mina: Did the vault's path change for staging too?",
    "Lee: Staging reads the new path.",
)
LONE = "Omar: We agreed that the nightly build reads the signing keys from the new vault's path."


def test_a_long_thread_with_a_lone_line_is_told_in_short_as_well() -> None:
    summary = extractive(thread(*BUILD, LONE))
    assert [line.text for line in summary.decided] == [LONE.removeprefix("Omar: ")]
    assert len(summary.gist) == 3
    assert any("nightly build fails" in line.text for line in summary.gist)


def test_what_a_list_says_is_not_told_in_short_again() -> None:
    summary = extractive(thread("Lee: Keys are missing.", "Omar: Here too.", "Mina: Odd.", "Lee: It fails.", LONE))
    assert len(summary.decided) == 1
    assert not {line.text for line in summary.gist} & {line.text for line in summary.decided}


def test_a_short_thread_with_a_line_says_just_that() -> None:
    assert extractive(thread(BUILD[0], BUILD[2], LONE)).gist == ()


def test_a_long_thread_with_two_lines_says_just_those() -> None:
    assert extractive(thread(*BUILD, LONE, "Mina: Can somebody check who owns the old vault?")).gist == ()


def test_all_it_is_settles_nothing() -> None:
    said = ("Lee: What does the starter do?", "Omar: All it is, is a small script.", "Mina: Tuesday it is.")
    assert [line.text for line in extractive(thread(*said)).decided] == ["Tuesday it is."]
