"""The `linchpin` command. Every command imports what it needs when it runs, so that each starts fast.

Exit codes: 0 good, 1 failed, 2 wrong usage or setting.
"""

import asyncio
import errno
import gc
import json
import shutil
from collections.abc import Callable, Coroutine
from functools import partial
from importlib.metadata import version as version_of
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import exchange, logs, loop
from bot.errors import BotError, SettingError
from bot.settings import Settings, read_settings
from bot.stopping import stop_signal

if TYPE_CHECKING:
    from bot.app import Linchpin
    from bot.sandbox import Sandbox

cli = typer.Typer(
    help="Linchpin: a Slack bot for Product Operations that you run yourself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class NoPageError(BotError):
    """The demo can't open its page."""


@cli.command()
def run() -> None:
    """Run the bot in your workspace."""
    settings = _settings()
    logs.set_up(settings)
    _finish(_run(settings))


@cli.command()
def demo(fresh: Annotated[bool, typer.Option("--fresh", help="Forget what the last demo kept.")] = False) -> None:
    """Try everything in a local Slack in your browser: no account, no key."""
    settings = _settings()
    if settings.slack_bot_token or settings.slack_app_token:
        _fail(
            "Real Slack tokens are set, so the demo does not start next to them."
            " Take SLACK_BOT_TOKEN and SLACK_APP_TOKEN out of the environment and of .env first.",
            code=2,
        )
    folder = settings.data_dir / "demo"
    logs.set_up(settings)
    _finish(_demo(settings, folder, fresh=fresh))


@cli.command()
def migrate() -> None:
    """Bring the database up to this version."""
    from storage.database import Database
    from storage.migrations import HEAD, bring_up

    database = Database(_settings().database)
    try:
        moved = bring_up(database.engine)
    finally:
        database.close()
    typer.echo(f"The database is at version {HEAD}{'' if moved else ' already'}.")


@cli.command()
def manifest(
    http: Annotated[
        str | None, typer.Option("--http", help="URL of this server, for HTTP instead of Socket Mode.")
    ] = None,
    command: Annotated[str, typer.Option("--command", help="Another name for /roadmap.")] = "/roadmap",
) -> None:
    """Print the manifest to create the Slack app with."""
    from handlers import needs, topics

    typer.echo(json.dumps(needs.manifest(topics.NEEDS, http_url=http, command=command), indent=2))


@cli.command()
def doctor() -> None:
    """Check settings, database and Slack, and say what to do."""
    settings = _settings()
    logs.set_up(settings)
    _finish(_doctor(settings))


@cli.command()
def seed() -> None:
    """Fill an empty workspace with the example company's roadmap, to look around."""
    settings = _settings()
    logs.set_up(settings)
    _finish(_seed(settings))


@cli.command()
def version() -> None:
    """Print the version."""
    typer.echo(version_of("linchpin-bot"))


cli.command("import")(exchange.import_)
cli.command()(exchange.export)


def main() -> None:
    """Run the command line; what goes wrong is one sentence."""
    try:
        cli()
    except SettingError as error:
        _fail(error.message, code=2)
    except BotError as error:
        _fail(error.message, code=1)


async def _run(settings: Settings) -> None:
    # What is loaded here stays. To look through it for garbage makes the start 0.2 s longer, and later stops every
    # click now and then.
    gc.disable()
    try:
        from bot.app import Linchpin, Tokens
        from bot.doctor import door

        bot = Linchpin(settings, Tokens(*settings.slack_tokens()), api_url=settings.slack_api_url)
        gc.freeze()
    finally:
        gc.enable()
    stopping = stop_signal()
    try:
        if await _finished(bot.start(), stopping):
            who = f"Linchpin is connected to {bot.house.identity.url} as {bot.house.identity.user_id}"
            typer.echo(f"{who} over {door(settings, *bot.web_ports)}.")
            await stopping.wait()
    finally:
        await bot.stop()


async def _demo(settings: Settings, folder: Path, *, fresh: bool) -> None:
    stopping = stop_signal()
    typer.echo("Opening a local Slack and connecting Linchpin to it…")
    from storage.database import hold

    with hold(folder.with_name("demo.lock")):  # beside the folder, which a fresh start deletes
        await _play(settings, folder, stopping, fresh=fresh)


async def _play(settings: Settings, folder: Path, stopping: asyncio.Event, *, fresh: bool) -> None:
    from handlers import needs, topics

    story = json.loads(files("bot.sandbox").joinpath("story.json").read_text(encoding="utf-8"))
    sandbox = await _sandbox(settings, folder, needs.manifest(topics.NEEDS), story, fresh=fresh)
    try:
        if fresh:  # only now: port and lock are ours
            _delete(folder)
        await _perform(settings, folder, sandbox, story, stopping)
    finally:
        await sandbox.close()
    typer.echo(f"Stopped. The demo's data is in {folder}; with --fresh (FRESH=1 make demo) it starts over.")


async def _perform(
    settings: Settings, folder: Path, sandbox: "Sandbox", story: dict[str, Any], stopping: asyncio.Event
) -> None:
    bot = _demo_bot(settings, folder, sandbox)
    try:
        if await _finished(_begin(bot, sandbox, story), stopping):
            typer.echo(f"\n  Linchpin is ready: {sandbox.url}\n\n  You are Mina, a product manager. Ctrl-C stops it.\n")
            await stopping.wait()
    finally:
        try:
            async with asyncio.timeout(1.5):
                await bot.stop()
        except TimeoutError:
            typer.echo("Some work was still under way; it goes on at the next start.")


async def _begin(bot: "Linchpin", sandbox: "Sandbox", story: dict[str, Any]) -> None:
    from handlers.directory import learn_all_members

    await bot.start()
    sandbox.on_clock_moved(bot.clock.move)
    bot.clock.move(sandbox.clock.offset)
    await _tell(bot, story["roadmap"], partial(_find_message, bot, sandbox))
    await learn_all_members(bot.house)


async def _sandbox(
    settings: Settings, folder: Path, described: dict[str, Any], story: dict[str, Any], *, fresh: bool
) -> "Sandbox":
    from bot.sandbox import Sandbox

    port = settings.sandbox_port
    sandbox = Sandbox(folder, port=port, manifest=described, story=story, fresh=fresh)
    try:
        await sandbox.start()
    except OSError as error:
        why = f"Port {port} is in use" if error.errno == errno.EADDRINUSE else f"Port {port}: {error.strerror}"
        raise NoPageError(
            f"{why}, so the demo can't open its page: set LINCHPIN_SANDBOX_PORT to another one."
        ) from error
    return sandbox


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BotError(f"{folder} can't be deleted ({error.strerror}): delete it yourself, then try again.") from error


def _demo_bot(settings: Settings, folder: Path, sandbox: "Sandbox") -> "Linchpin":
    from bot.app import Linchpin, Tokens

    # Never DATABASE_URL: the demo's people would mix with real ones, and a fresh start would find them there.
    ours = settings.model_copy(update={"database_url": f"sqlite:///{folder / 'linchpin.db'}"})
    return Linchpin(ours, Tokens(sandbox.bot_token, sandbox.app_token), api_url=sandbox.api_url, serve=False)


def _find_message(bot: "Linchpin", sandbox: "Sandbox", channel: str, text: str) -> tuple[str, str | None, str] | None:
    for message in sandbox.workspace.messages.get(channel, {}).values():
        if message.text == text:
            thread_ts = message.thread_ts if message.thread_ts != message.ts else None
            return message.ts, thread_ts, bot.house.permalink(channel, message.ts, thread_ts)
    return None


async def _tell(bot: "Linchpin", story: dict[str, Any], find_message: Callable[[str, str], Any]) -> bool:
    from bot.services import story as stories

    identity = bot.house.identity
    return await stories.tell(
        bot.database,
        team_id=identity.team_id,
        story=story,
        now=bot.house.now(),
        find_message=find_message,
        told_by=identity.user_id,
    )


async def _seed(settings: Settings) -> None:
    from bot.app import Linchpin, Tokens
    from bot.services import story as stories

    bot = Linchpin(settings, Tokens(*settings.slack_tokens()), api_url=settings.slack_api_url, serve=False)
    story = json.loads(files("bot.sandbox").joinpath("story.json").read_text(encoding="utf-8"))["roadmap"]
    try:
        await bot.open()
        ours = stories.without_people(story, told_by=bot.house.identity.user_id)
        told = await _tell(bot, ours, lambda channel, text: None)
        typer.echo("The example roadmap is in." if told else "The example roadmap was in already.")
    finally:
        await bot.stop()


async def _doctor(settings: Settings) -> None:
    from bot.doctor import findings

    found = await findings(settings)
    for good, what, said in found:
        typer.echo(f"{'good' if good else 'look'}  {what:<8}  {said}")
    if not all(good for good, _, _ in found):
        raise typer.Exit(1)


def _settings() -> Settings:
    return read_settings()


async def _finished(start: Coroutine[Any, Any, None], stopping: asyncio.Event) -> bool:
    """Run a start, and give it up when it is to stop; say whether it was finished."""
    starting, stop = asyncio.ensure_future(start), asyncio.ensure_future(stopping.wait())
    await asyncio.wait({starting, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    starting.cancel()  # does nothing to one that has ended
    await asyncio.wait({starting, stop})
    if starting.cancelled():
        return False
    starting.result()
    return True


def _finish(work: Coroutine[Any, Any, None]) -> None:
    loop.run(work)


def _fail(said: str, *, code: int) -> None:
    typer.echo(said, err=True)
    raise SystemExit(code)
