"""What people write arrives inert and whole: marks that would shout, hidden directions, texts too long for a card."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import captured_by

SHOUT = "Tell everybody <!channel> and <@U01NOOR> & <https://evil.example|click here>"
TURNED = "safe\u202egnp.exe\u202c and \u2066hidden\u2069"


def sent(slack: Slack) -> list[str]:
    """Return every piece of text in which Slack would read marks, of all that the bot has said anywhere."""
    here = slack.workspace
    said = [*here.ephemerals, *(one for those in here.messages.values() for one in those.values())]
    return [text for one in said if one.bot_id for text in (one.text, *marked(one.blocks))]


def marked(part: Any) -> Iterator[str]:
    """Yield the mrkdwn texts in blocks."""
    if isinstance(part, list):
        for each in part:
            yield from marked(each)
    elif isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        yield from marked(list(part.values()))


async def test_marks_that_would_shout_are_shown_as_words_everywhere(mina: Slacker, slack: Slack) -> None:
    said = await slack.as_("sofia").writes("#support", "Stark wants an audit log.")
    ref = await captured_by(mina, said, quote=SHOUT, problem=SHOUT, theme=SHOUT[:60], customer=SHOUT[:80])
    await mina.types("#support", f"/roadmap add {SHOUT}")
    await mina.types("#support", f"/roadmap link {ref} RM-13")
    await mina.types("#support", f'/roadmap move RM-13 now reason:"{SHOUT}"')
    for typed in ("", "now", "show RM-13", "find tell everybody", "why did tell everybody change?", f"who is {SHOUT}?"):
        await mina.types("#support", f"/roadmap {typed}")
    await mina.types("#support", '/roadmap schedule preview "Weekly roadmap"')
    everything = sent(slack)
    assert [line for line in everything if "&lt;!channel&gt;" in line]
    for mark in ("<!channel>", "<https://evil.example", "<@U01NOOR>"):
        assert [line for line in everything if mark in line] == []


async def test_hidden_directions_do_not_reach_a_card(mina: Slacker, slack: Slack) -> None:
    said = await mina.writes("#support", f"Stark says {TURNED}.")
    await captured_by(mina, said, problem=TURNED)
    await mina.types("#support", f'/roadmap move RM-3 now reason:"{TURNED}"')
    await mina.types("#support", "/roadmap show RM-3")
    await mina.types("#support", "/roadmap find stark hidden")
    await mina.sees("#support", containing="safegnp.exe and hidden", thread=said)
    for mark in "\u202e\u202c\u2066\u2069":
        assert [text for text in sent(slack) if mark in text] == []


@one_database
async def test_mentions_and_links_are_quoted_as_people_read_them(mina: Slacker) -> None:
    said = await mina.writes("#support", "@grace asks in #sales for https://example.com/a?b=1&c=2 & more, @here")
    modal = await mina.uses("Capture feedback", on=said)
    assert modal.fields["quote"] == "@Grace Okafor asks in #sales for https://example.com/a?b=1&c=2 & more, @here"


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("a long story " * 3200, "a long story a long"),
        ("🎉" * 3000, "🎉🎉🎉"),
        (":tada:" * 500, ":tada::tada:"),
        ("مرحبا بالعالم " * 300, "مرحبا بالعالم"),
        ("nothing\x00at all\x00", "nothingat all"),
        ("half a \ud83d pair", "half a  pair"),
        ("*" * 400 + "`" * 400 + "_~>" * 100, "****"),
        ("\n\n\n> \n\n>>>\n", "\n\n\n>"),
    ],
    ids=["41,600 characters", "emoji", "emoji names", "right to left", "NUL", "half a pair", "marks", "quote marks"],
)
async def test_no_text_breaks_a_card(mina: Slacker, slack: Slack, text: str, begins: str) -> None:
    said = await slack.as_("sofia").writes("#support", "Stark wants an audit log.")
    said.raw.text = text[:40_000]
    modal = await mina.uses("Capture feedback", on=said)
    assert modal.fields["quote"].startswith(begins)
    modal.fill(problem=text[:150])
    assert await modal.submit() is None
    card = await mina.sees("#support", containing="FB-7", thread=said)
    await mina.types("#support", "/roadmap link FB-7 RM-3")
    await card.shows("linked to RM-3")
    shown = await mina.types("#support", "/roadmap show RM-3")
    assert "What people said" in shown.text
    await mina.clicks("Edit", on=card)
    await mina.sees_modal("Edit FB-7")


@one_database
async def test_a_quote_that_is_cut_says_so(mina: Slacker) -> None:
    said = await mina.writes("#support", "An audit log, please. " * 300)
    modal = await mina.uses("Capture feedback", on=said)
    assert modal.fields["quote"].endswith("…")
    assert len(modal.fields["quote"]) == 3000


async def test_a_long_title_and_a_long_reason_fit_their_lines(mina: Slacker) -> None:
    await mina.types("#product", f"/roadmap add {'Offline mode ' * 300}")
    await mina.types("#product", f'/roadmap move RM-13 now reason:"{"because " * 400}"')
    card = await mina.types("#product", "/roadmap show RM-13")
    assert "because because" in card.text
    assert "…" in card.text
    overview = await mina.types("#product", "/roadmap")
    assert "RM-13 Offline mode Offline mode" in overview.text


async def test_a_lane_with_more_items_than_a_list_shows_says_how_many_there_are(mina: Slacker) -> None:
    for number in range(6):
        await mina.types("#product", f"/roadmap add Idea number {number}")
    lane = await mina.types("#product", "/roadmap later")
    assert "8 items" in lane.text
    assert lane.text.count("• RM-") == 7
    await mina.clicks("Show all 8 in Later", on=lane)
    whole = await mina.sees_only_me("#product", containing="• RM-18 Idea number 5")
    assert whole.text.count("• RM-") == 8


@one_database
async def test_a_refusal_that_quotes_a_shout_does_not_shout_in_the_channel(mina: Slacker, slack: Slack) -> None:
    # As Slack sends what somebody typed: marks are escaped once.
    asked = await mina.writes("#product", "@linchpin now sort:&lt;!channel&gt;")
    await mina.sees("#product", containing="I can't sort by", thread=asked)
    assert not [text for text in sent(slack) if "<!channel" in text]
