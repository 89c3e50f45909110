"""`linchpin import` and `linchpin export`: what a team has in files comes in, and all of it goes out again.

Both work beside a running bot, on SQLite too: an import writes in short transactions with pauses between.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot import logs
from bot.errors import AlreadyRunningError, BotError, SettingError
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.services.imports.checking import Checked, Wanted
    from bot.services.imports.comparing import Plan
    from storage.database import Database

SHOWN = 3

Team = Annotated[str | None, typer.Option("--team", help="Slack id of the workspace, where the database has several.")]


class NothingImportedError(BotError):
    """Nothing was imported."""


def import_(
    kind: Annotated[Literal["roadmap", "feedback", "accounts"], typer.Argument(help="What the rows are.")],
    file: Annotated[Path, typer.Argument(help="CSV, or one JSON object a line.")],
    preset: Annotated[
        Literal["productboard", "canny", "jira"] | None, typer.Option("--from", help="The tool that wrote the file.")
    ] = None,
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="Which column holds a field: title=Summary. As often as needed.")
    ] = None,
    lanes: Annotated[
        list[str] | None, typer.Option("--lane", help="Where a status of yours belongs: 'Ready for QA=now'.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Name of the place that the ids come from; keep it the same.")
    ] = None,
    visibility: Annotated[
        Literal["everyone", "product"] | None,
        typer.Option("--visibility", help="Who may see the rows; else items everyone, feedback the product team."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave rows out that can't be read.")] = False,
    team: Team = None,
) -> None:
    """Bring a roadmap, feedback or accounts in from a file; again, to update them."""
    from bot.services.imports.checking import Wanted

    settings = read_settings()
    logs.set_up(settings)
    words = _pairs(lanes, "--lane 'Ready for QA=now'")
    if wrong := [lane for lane in words.values() if lane not in ("now", "next", "later", "shipped")]:
        raise typer.BadParameter(f'"{wrong[0]}" is no lane: write now, next, later or shipped.')
    wanted = Wanted(kind, file, preset, source, _pairs(columns, "--map title=Summary"), words, visibility)
    asyncio.run(_import(settings, wanted, team, dry_run=dry_run, skip_bad=skip_bad))


def export(
    target: Annotated[Path, typer.Argument(help="A folder, or a file that ends in .zip.")], team: Team = None
) -> None:
    """Write everything out: items, feedback, accounts, votes and history, as CSV and JSON."""
    settings = read_settings()
    logs.set_up(settings)
    asyncio.run(_export(settings, target, team))


async def _import(settings: Settings, wanted: "Wanted", team: str | None, *, dry_run: bool, skip_bad: bool) -> None:
    from bot.services.imports import staging
    from bot.services.imports.checking import check

    os.nice(10)  # people who wait for the bot go first
    now = datetime.now(UTC)
    with _alone(settings), _opened(settings) as database:
        team_id = team or await _team(settings, database)
        checked = await check(database, team_id=team_id, wanted=wanted, now=now)
        plan = await staging.plan(
            database, team_id=team_id, kind=wanted.kind, source=wanted.path.name, drafts=checked.drafts
        )
        _say(checked, plan)
        if dry_run:
            _show(plan)
            typer.echo("Nothing was changed.")
        elif checked.wrong and not skip_bad:
            raise NothingImportedError("Nothing was imported. Mend these rows, or leave them out with --skip-bad.")
        else:
            await staging.resume(database, team_id=team_id, now=now)
            with typer.progressbar(length=plan.steps, label="Importing") as bar:
                await staging.apply(
                    database, team_id=team_id, plan=plan, visibility=wanted.visibility, now=now, told=bar.update
                )
            typer.echo(f"Done: {plan.new} new, {plan.changed} changed.")


async def _export(settings: Settings, target: Path, team: str | None) -> None:
    from bot.services import export_files, exports
    from handlers.views.exports import contents

    with _opened(settings) as database:
        team_id = team or await _team(settings, database)
        export = await exports.gather(database, team_id=team_id, reader=None)
        export_files.write(export, target)
    typer.echo(f"Everything is in {target}: {contents(export)}, with votes and history.")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Be the only import on this machine."""
    from storage.database import hold

    try:
        lock = hold(settings.data_dir / "import.lock")
    except AlreadyRunningError as error:
        raise NothingImportedError("Another import is running. Wait until it is through, then try again.") from error
    with lock:
        yield


@contextmanager
def _opened(settings: Settings) -> "Iterator[Database]":
    """Open the database beside a bot that may be running; one that no version of the bot has seen yet is set up."""
    from storage.database import Database
    from storage.migrations import HEAD, bring_up, version

    database = Database(settings.database, beside=True)
    if database.is_sqlite:
        Path(settings.database.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    try:
        if version(database.engine) != HEAD:
            owner = Database(settings.database)  # refused while a bot runs, which then is of another version
            try:
                bring_up(owner.engine)
            finally:
                owner.close()
        yield database
    finally:
        database.close()


async def _team(settings: Settings, database: "Database") -> str:
    """Return the workspace: the only one that the database knows, or the one of the token."""
    from storage import imports

    known = await database.read(imports.teams_across_teams)
    if len(known) == 1:
        return known[0]
    if settings.slack_bot_token is None:
        which = f"one of {', '.join(known)}" if known else "such as T0123456789"
        demo = settings.data_dir / "demo"
        aside = f" The demo's data is in {demo}: to use it, set LINCHPIN_DATA_DIR={demo}." if demo.is_dir() else ""
        raise SettingError(
            f"I can't tell which workspace this is. Name it with --team ({which}), or set SLACK_BOT_TOKEN.{aside}"
        )
    from bot.app import Linchpin, Tokens  # all of Slack's door, which takes longer to load than a small file to import

    bot = Linchpin(settings, Tokens(*settings.slack_tokens()), api_url=settings.slack_api_url, serve=False)
    try:
        await bot.look()
        return bot.house.identity.team_id
    finally:
        await bot.stop()


def _say(checked: "Checked", plan: "Plan") -> None:
    named = (f'{field} from "{column}"' for field, column in checked.columns.items())
    typer.echo(f"Columns: {', '.join(named)}.")
    if checked.unused:
        typer.echo(f"Not used: {', '.join(checked.unused)}.")
    for field, names in checked.unknown.items():
        most = ", ".join(f'"{name}"' for name, _ in names.most_common(5))
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        typer.echo(f"Not known here, so left empty: {field} {most}{more}.")
    typer.echo(f"{plan.new} new, {plan.changed} changed, {plan.unchanged} unchanged, {checked.wrong} wrong.")
    for problem in checked.problems.lines():
        typer.echo(problem, err=True)
    if checked.problems.more:
        typer.echo(f"and {checked.problems.more} more", err=True)


def _show(plan: "Plan") -> None:
    """Show the first rows as they would be: what is new or changed, where anything is."""
    from bot.services.imports.comparing import CHANGED, NEW, SAME

    found = [draft for fate in (NEW, CHANGED, SAME) for _, draft in plan.drafts.read(fate, limit=SHOWN)]
    for draft in found[:SHOWN]:
        values = {**draft.values, **({"account": draft.account} if draft.account else {})}
        typer.echo(f"row {draft.row}")
        for name, value in values.items():
            if name != "original":
                typer.echo(f"  {name}: {str(value)[:100]}")


def _pairs(given: list[str] | None, example: str) -> dict[str, str]:
    found = {}
    for one in given or []:
        name, equals, value = one.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise typer.BadParameter(f'"{one}" has no "=" with words on both sides; write it like {example}.')
        found[name.strip()] = value.strip()
    return found
