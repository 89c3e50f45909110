"""Taking everything away in Slack, and bringing files in while people work."""

import asyncio
import base64
import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from bot.app import Linchpin
from bot.sandbox import Sandbox
from bot.services.imports import writing
from bot.services.imports.cells import Draft
from bot.settings import Settings
from tests.bot.test_cli import linchpin
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, stored
from tests.waiting import until

pytestmark = one_database


def sheets(slack: Slack) -> dict[str, list[dict[str, str]]]:
    """Return the sheets of the last export that was sent."""
    file = list(slack.workspace.files.values())[-1]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(file.content))) as packed:
        texts = {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist() if name.endswith(".csv")}
    return {name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


async def test_an_export_comes_as_a_direct_message_with_all_that_its_reader_may_read(
    mina: Slacker, noor: Slacker, slack: Slack
) -> None:
    reply = await mina.types("#product", "/roadmap export")
    assert reply.text == "I'm writing your export. It comes as a file in our direct messages, for you alone."
    said = await mina.dm_from_bot(containing="Your export")
    mine = sheets(slack)
    assert f"{len(mine['roadmap'])} items" in said.text
    assert {row["name"] for row in mine["accounts"]} >= {"Acme"}
    await noor.types("#product", "/roadmap export")
    await noor.dm_from_bot(containing="Your export")
    hers = sheets(slack)
    assert "accounts" not in hers
    assert {row["account"] for row in hers["feedback"]} <= {""}
    reasons = [" ".join(row["reason"] for row in sheet["history"]) for sheet in (mine, hers)]
    assert ["Acme" in one for one in reasons] == [True, False]
    assert "2 customers both need it" in reasons[1]
    assert 0 < len(hers["roadmap"]) < len(mine["roadmap"])
    assert {row["ref"] for row in hers["history"]} <= {row["ref"] for row in (*hers["roadmap"], *hers["feedback"])}


async def test_without_the_scope_a_sentence_comes_instead_of_the_file(lee: Slacker, sandbox: Sandbox) -> None:
    scopes = sandbox.app.manifest["oauth_config"]["scopes"]["bot"]
    scopes[:] = [scope for scope in scopes if scope != "files:write"]
    refused = await lee.types("#product", "/roadmap export")
    assert refused.text.startswith("I can't send you a file: Slack has not granted me files:write. Install Linchpin")
    sandbox.faults.fail("auth.test")  # and so it is not known before it is tried
    assert (await lee.types("#product", "/roadmap export")).text.startswith("I'm writing your export.")
    await lee.dm_from_bot(containing=refused.text)
    scopes.remove("im:write")
    refused = await lee.types("#product", "/roadmap export")
    assert refused.text.startswith("I can't send you a file: Slack has not granted me files:write and im:write.")
    assert sandbox.workspace.files == {}
    (late,) = [call for call in sandbox.calls if call.response.get("error") == "missing_scope"]
    sandbox.calls.remove(late)  # here it is no mistake of ours


async def test_people_are_answered_while_a_file_comes_in(
    mina: Slacker, slack: Slack, bot: Linchpin, settings: Settings, tmp_path: Path
) -> None:
    rows = 150
    path = tmp_path / "many.csv"
    await asyncio.to_thread(path.write_text, "title,lane\n" + "".join(f"Zebra {turn},later\n" for turn in range(rows)))
    importing = asyncio.create_task(
        linchpin("import", "roadmap", str(path), folder=tmp_path, DATABASE_URL=settings.database)
    )
    before = _items(bot)
    answered = 0
    try:
        while not importing.done():
            answered += 1
            reply = await mina.types("#product", f"/roadmap add Typed {answered}")
            assert f"Typed {answered}" in reply.text
            message = await mina.writes("#product", f"Acme wants it dark, {answered}")
            await mina.reacts(message, "bulb")
    finally:
        code, out, err = await importing
    assert (code, err) == (0, "")
    assert out.endswith(f"Done: {rows} new, 0 changed.\n")
    assert answered > 3
    await all_done(slack, bot)
    assert _items(bot) == before + rows + answered
    found = await mina.types("#product", "/roadmap find zebra 17")
    assert "Zebra 17" in found.text
    number = stored(bot, "SELECT number FROM item WHERE title = 'Zebra 17'")[0]
    card = await mina.types("#product", f"/roadmap RM-{number}")
    assert "imported from " in card.text
    assert "many.csv" in card.text


async def test_a_bot_finishes_an_import_whose_process_was_killed(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    team_id, now = bot.house.identity.team_id, bot.house.now()
    batch_id = await writing.begin(bot.database, team_id=team_id, kind="roadmap", source="x.csv", now=now)
    draft = Draft(2, "file:1", None, {"title": "Zebra stripes"})
    here: dict[str, Any] = {"team_id": team_id, "kind": "roadmap", "batch_id": batch_id}
    await writing.stage(bot.database, **here, drafts=[draft], visibility=None, now=now)
    await writing.show(bot.database, **here, expected=1, changed=[], now=now)
    await until(
        lambda: stored(bot, "SELECT count(*) FROM import_batch WHERE done_at IS NOT NULL") == [1], "it is finished"
    )
    found = await mina.types("#product", "/roadmap find zebra")
    assert "Zebra stripes" in found.text


def _items(bot: Linchpin) -> int:
    return int(str(stored(bot, "SELECT count(*) FROM item")[0]))
