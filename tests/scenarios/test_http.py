"""The same bot over HTTP: Slack posts to it, signed, and nothing that it was told we have is lost."""

import asyncio
import threading
from collections.abc import AsyncIterator
from io import BytesIO
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.app import Linchpin
from bot.intake import Intake
from bot.sandbox import Sandbox
from bot.sandbox.http_delivery import signed
from bot.settings import Settings
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database, running, tell_story
from tests.scenarios.test_errors import DOWN, UNSEEN, lose_tables
from tests.scenarios.words import all_done, captured_by, cards_in, stored
from tests.waiting import until


@pytest.fixture
async def bot(settings: Settings, sandbox: Sandbox) -> AsyncIterator[Linchpin]:
    """Run the bot over HTTP, with the story's roadmap."""
    async with running(settings, sandbox, over_http=True) as opened:
        await tell_story(opened, sandbox)
        yield opened


async def post(bot: Linchpin, body: bytes | BytesIO, headers: dict[str, str]) -> int:
    """Knock at the bot's door; return the status."""
    url = f"http://127.0.0.1:{bot.web_ports[0]}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        return response.status


async def test_everything_works_as_it_does_over_socket_mode(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    said = await mina.writes("#product", "Stark wants to see who changed a payout.")
    ref = await captured_by(mina, said, problem="Payouts can't be traced")
    bulb = await mina.writes("#product", "Initech asks for SSO on all plans, again.")
    await mina.reacts(bulb, "bulb")
    await mina.sees("#product", containing="waiting for triage", thread=bulb)
    overview = await mina.types("#product", "/roadmap find payload")
    assert "payload" in overview.text
    asked = await mina.writes("#product", "@linchpin when does SSO ship?")
    await mina.sees("#product", containing="(RM-1) is in Now", thread=asked)
    card = cards_in(slack, said)[-1]
    lee = slack.as_("lee")
    await lee.clicks("Me too · 1", on=card)
    await card.shows("Me too · 2")
    assert ref in card.text
    assert await bot.not_ready() is None


@one_database
async def test_an_event_that_slack_repeats_is_kept_once(mina: Slacker, slack: Slack, bot: Linchpin) -> None:
    said = await mina.writes("#product", "Initech asks for SSO on all plans, again.")
    await slack.settled()
    slack.sandbox.faults.lose_acks()
    await mina.reacts(said, "bulb")
    await mina.sees("#product", containing="waiting for triage", thread=said)
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM intake WHERE kind = 'event'") == [1]
    assert len(cards_in(slack, said)) == 1
    assert stored(bot, "SELECT count(*) FROM feedback WHERE quote LIKE 'Initech asks for SSO on all plans, ag%'") == [1]


async def test_a_restart_between_ack_and_dispatch_loses_nothing(
    settings: Settings, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = Slack(sandbox)
    mina = slack.as_("mina")
    async with running(settings, sandbox, over_http=True) as bot:
        said = await mina.writes("#product", "Initech asks for SSO on all plans, again.")
        monkeypatch.setattr(Intake, "hand_over", lambda self, held: None)
        await mina.reacts(said, "bulb")
        await slack.settled()
        assert stored(bot, "SELECT count(*) FROM intake WHERE status = 'open'") == [1]
    monkeypatch.undo()
    async with running(settings, sandbox, over_http=True):
        await mina.sees("#product", containing="waiting for triage", thread=said)


@one_database
async def test_a_stop_answers_who_was_waiting_and_takes_nobody_else_in(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    busy = threading.Event()
    held = asyncio.create_task(bot.database.write(lambda _: busy.wait(20)))
    asked = asyncio.create_task(mina.types("#product", "/roadmap now"))
    await until(bot._intake._keeping._committing.locked, "her command waits to be stored")
    (port,) = bot.web_ports
    stopping = asyncio.create_task(bot.stop())
    await until(lambda: not bot.web_ports, "the door is closed")
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    busy.set()
    assert "SSO" in (await asked).text
    await asyncio.gather(held, stopping)


@one_database
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=0"},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=0"},
        signed(b"another body", "another secret"),
    ],
    ids=["not signed", "no time", "old", "forged"],
)
async def test_what_slack_has_not_signed_does_nothing_and_is_not_logged(
    bot: Linchpin, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    mina = sandbox.person("mina").user
    body = urlencode({"command": "/roadmap", "text": "add Hidden treasure", "team_id": mina.team_id}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert await post(bot, body, form | headers) == 401
    assert await post(bot, b"\xff\xfe", form | headers) == 401
    assert stored(bot, "SELECT count(*) FROM intake") == [0]
    assert "Hidden" not in caplog.text
    assert "v0=" not in caplog.text
    assert "not signed with SLACK_SIGNING_SECRET" in caplog.text


@one_database
async def test_what_is_signed_and_makes_no_sense_is_refused_and_so_is_too_much(bot: Linchpin, sandbox: Sandbox) -> None:
    for content_type, body in (("application/json", b"{"), ("application/json", b"[]"), ("text/plain", b"payload=7")):
        assert await post(bot, body, signed(body, sandbox.signing_secret) | {"Content-Type": content_type}) == 400
    assert await post(bot, BytesIO(b"x" * (2**20 + 1)), {}) == 413


@one_database
@pytest.mark.parametrize("retry_delays", [(3.0, 3.0)])
async def test_without_its_database_nothing_is_lost_and_everybody_is_told(
    mina: Slacker, bot: Linchpin, caplog: pytest.LogCaptureFixture, broken: None
) -> None:
    said = await mina.writes("#product", "Stark wants to see who changed a payout.")
    modal = await mina.uses("Capture feedback", on=said)
    lose_tables(bot, "intake")
    assert (await mina.types("#product", "/roadmap now")).text == UNSEEN
    assert await modal.submit() == {"quote": DOWN}
    assert modal.is_open
    asked = await mina.writes("#product", "@linchpin when does SSO ship?")
    await until(lambda: "could not store a event" in caplog.text, "the event comes and cannot be stored")
    with bot.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lost_intake RENAME TO intake")
    await mina.sees("#product", containing="(RM-1) is in Now", thread=asked)
