"""No text that people can write breaks a door: too long, without words, turned around, with what no database keeps."""

import pytest

from bot.app import Linchpin
from tests.person import Slack, Slacker
from tests.scenarios.words import all_done, stored

HORRORS = {
    "everything": ("\u202eمرحبا بالعالم 🎉 half \ud83d a pair, N\x00UL, *_~`>&lt;!channel&gt; " * 900)[:40_000],
    "emoji": "🎉 :tada: 👩‍👩‍👧‍👦",
    "nothing": "\u200b\x00\u2060",
}


@pytest.mark.parametrize("horror", HORRORS)
async def test_no_text_breaks_a_door(mina: Slacker, sofia: Slacker, slack: Slack, bot: Linchpin, horror: str) -> None:
    text = HORRORS[horror]
    said = await sofia.writes("#product", "words")
    said.raw.text = text
    for shortcut in ("Capture feedback", "Link to roadmap item", "Ask roadmap about this", "Summarize thread"):
        modal = await mina.uses(shortcut, on=said)
        assert modal.text
        await modal.close()
    for typed in ("ask", "find", "add", "update RM-3 at-risk", "vote RM-3 for:", "schedule preview", "paint RM-3", ""):
        assert (await mina.types("#product", f"/roadmap {typed} {text}")).text, typed
    await mina.types("#product", f'/roadmap move RM-3 later reason:"{text}"')
    await (await mina.opens("#product", f"/feedback {text}")).close()
    form = await mina.uses("New roadmap item")
    assert await form.fill(title="A" + text[:120], summary=text[:3000]).submit() is None
    mentioned = await mina.writes("#product", f"@linchpin {text}")
    await mina.sees("#product", thread=mentioned)
    await mina.writes("@linchpin", text)
    await mina.dm_from_bot()
    await sofia.reacts(said, "bulb")
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM intake WHERE status = 'dead'") == [0]
    assert stored(bot, "SELECT count(*) FROM feedback WHERE number > 6") == [0 if horror == "nothing" else 1]
    if horror == "nothing":
        await sofia.sees_only_me("#product", containing="There are no words in that message to keep.")
