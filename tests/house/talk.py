"""The talk in the papers, as it is today: a page's prompts are played in the sandbox, and what people read is written.

A prompt is a line such as `mina #product> /roadmap show RM-2` in a block of code that begins with three backticks and
`slack`. After `>` stands a command, a message, or what somebody does, in round brackets; after `$` a command of the
shell, with `features.csv` at hand. Each page has a company of its own, on a Tuesday at 14:02. Run it as a module to
write what is said now into all pages, or into those that are named.
"""

import asyncio
import os
import re
import shutil
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot.app import Linchpin
from bot.sandbox import Sandbox
from bot.sandbox.clock import Clock
from bot.sandbox.workspace import Message as RawMessage
from bot.settings import Settings
from handlers import needs, topics
from handlers.directory import learn_all_members
from tests.person import Message, Modal, Slack, Slacker
from tests.scenarios.conftest import STORY, running, tell_story
from tests.waiting import until

DOCS = Path(__file__).parents[2] / "docs"
FEATURES = Path(__file__).parent / "features.csv"
BERLIN = ZoneInfo("Europe/Berlin")
BEGINS = datetime(2026, 11, 24, 14, 2, 1, tzinfo=BERLIN)
WIDTH = 100
BLOCK = re.compile(r"(?<=^```slack\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
PROMPT = re.compile(r"^(?P<who>[a-z]+) (?P<where>#[a-z-]+|dm)> (?P<does>.+)$")
SHELL = re.compile(r"^\$ (?P<typed>(?:linchpin|cat) .+)$")
CLOCK = re.compile(r"^the clock> (?P<when>\d{4}-\d\d-\d\d \d\d:\d\d)$")
OPEN = (
    "SELECT count(*) FROM intake WHERE status = 'open'",
    "SELECT count(*) FROM job WHERE status = 'open'",
    "SELECT count(*) FROM outbox WHERE status IN ('new', 'sending')",
)


def pages() -> list[Path]:
    """List the pages that hold talk."""
    return [page for page in sorted(DOCS.glob("*.md")) if BLOCK.search(page.read_text(encoding="utf-8"))]


async def played(page: str) -> str:
    """Return a page with what is said now below each of its prompts."""
    parts, end = [], 0
    async with _stage() as stage:
        for block in BLOCK.finditer(page):
            parts += [page[end : block.start()], await _play(stage, block[0])]
            end = block.end()
    return "".join([*parts, page[end:]])


async def _play(stage: "Stage", block: str) -> str:
    kinds = (PROMPT, CLOCK, SHELL)
    prompts = [line for line in block.splitlines() if any(kind.match(line) for kind in kinds)]
    return "\n\n".join([f"{line}\n{wrapped(await stage.play(line))}".strip() for line in prompts]) + "\n"


def wrapped(said: str) -> str:
    """Break long lines as a narrow screen does, where words end; what stood as code stands without its marks."""
    plain = re.sub(r"^``(.*)``$", r"\1", said, flags=re.MULTILINE)
    lines = (textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False) for line in plain.splitlines())
    return "\n".join(line for broken in lines for line in broken)


class Stage:
    """The company with the bot in it, what was read so far, and what each person looks at."""

    def __init__(self, slack: Slack, bot: Linchpin, folder: Path) -> None:
        self._slack, self._bot, self._folder = slack, bot, folder
        self._read: dict[str, str] = {}
        self._before: Message | Modal | None = None

    async def play(self, line: str) -> str:
        """Do what a prompt says, wait until the bot is done with it, and return what is new to read."""
        if moved := CLOCK.match(line):
            self._slack.moves_clock_to(datetime.fromisoformat(moved["when"]).replace(tzinfo=BERLIN))
            return ""
        if shell := SHELL.match(line):
            return await self._run(shell["typed"].split())
        prompt = PROMPT.match(line)
        assert prompt is not None
        person, where = self._slack.as_(prompt["who"]), prompt["where"]
        if prompt["does"] != "(reads)":
            self._look(person, where)
        await self._act(person, where, prompt["does"])
        await self._slack.settled()
        await until(self._done, f"the bot is done with “{line}”")
        if prompt["does"] == "(reads)":
            return await self._slack.until(lambda: self._look(person, where) or None, f"Nothing new to read: {line}")
        return self._look(person, where)

    async def _run(self, typed: list[str]) -> str:
        """Return what a command of the shell prints, beside the running bot."""
        here = self._slack.sandbox
        program = [sys.executable, "-m", "bot"] if typed[0] == "linchpin" else typed[:1]
        nothing_else = {
            name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_", "LINCHPIN_"))
        }
        ran = await asyncio.create_subprocess_exec(
            *program,
            *typed[1:],
            cwd=self._folder,
            env={
                **nothing_else,
                "PYTHONPATH": str(DOCS.parent),
                "DATABASE_URL": f"sqlite:///{self._folder}/linchpin.db",
                "SLACK_BOT_TOKEN": here.bot_token,
                "SLACK_APP_TOKEN": here.app_token,
                "SLACK_API_URL": here.api_url,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await ran.communicate()
        return (
            said.decode().strip().replace(str(self._folder), "data").replace(here.url, "https://paperfinch.slack.com")
        )

    async def _act(self, person: Slacker, where: str, does: str) -> None:
        for pattern, act in ACTS.items():
            if found := re.fullmatch(pattern, does):
                await act(self, person, where, *found.groups())
                return
        raise AssertionError(f"Nobody knows how to do “{does}”.")

    def message(self, words: str) -> Message:
        """Return the message that holds these words."""
        every = (one for place in self._slack.workspace.messages.values() for one in place.values())
        return Message(self._slack.workspace, next(one for one in every if words in one.text and not one.bot_id))

    def front(self, label: str) -> Message | Modal:
        """Return what lies in front of whoever acts, or fail when nothing does."""
        assert self._before is not None, f"There is nothing to click “{label}” on."
        return self._before

    def _done(self) -> bool:
        with self._bot.database.engine.connect() as connection:
            return all(connection.execute(text(query)).scalar_one() == 0 for query in OPEN)

    def _look(self, person: Slacker, where: str) -> str:
        """Return what the bot has said to somebody since they last looked, and remember it as read."""
        new = []
        for raw in self._visible(person, where):
            message = Message(self._slack.workspace, raw)
            new += self._unread(f"{raw.channel}:{raw.ts}:{person.id}", message.text, message)
        top = self._slack.workspace.top_view(person.id)
        if top is not None:
            modal = Modal(person.person, top)
            new += self._unread(f"{top.id}:{person.id}", _form(modal), modal)
        return "\n\n".join(new)

    def _unread(self, key: str, said: str, what: Message | Modal) -> list[str]:
        known = self._read.get(key)
        if known == said:
            return []
        self._read[key], self._before = said, what
        return [said if known is None else _changed(known, said)]

    def _visible(self, person: Slacker, where: str) -> list[RawMessage]:
        here = self._slack.workspace
        dm = here.find_direct_message(person.id, self._slack.sandbox.app.bot_user_id)
        place = dm.id if where == "dm" and dm else "" if where == "dm" else person.person.channel(where).id
        alone = [one for one in here.ephemerals if (one.channel, one.only_for) == (place, person.id)]
        return sorted([*(m for m in here.messages.get(place, {}).values() if m.bot_id), *alone], key=lambda one: one.ts)


def _changed(before: str, after: str) -> str:
    """Return the lines of a message that are new in it, with dots for those that stay."""
    kept = set(before.splitlines())
    return re.sub(r"(…\n)+", "…\n", "".join("…\n" if one in kept else f"{one}\n" for one in after.splitlines()))


def _form(modal: Modal) -> str:
    """Return a modal as its reader sees it: its title, and each field with what it holds."""
    labels = {one["block_id"]: one["label"]["text"] for one in modal.blocks if one["type"] == "input"}
    filled = [f"{label}: {modal.fields.get(block_id) or '–'}" for block_id, label in labels.items()]
    others = [] if labels else [modal.text]
    return "\n".join([f"┌ {modal.title}", *(line for part in (*others, *filled) for line in part.splitlines())])


async def _types(_: Stage, person: Slacker, where: str, typed: str) -> None:
    outcome = await person.person.command(where, typed)
    assert outcome.notice is None, outcome.notice


async def _writes(_: Stage, person: Slacker, where: str, words: str) -> None:
    bot = person.slack.sandbox.app.bot_user_id
    words = words.replace("@linchpin", f"<@{bot}>")
    place = where if where != "dm" else person.slack.workspace.direct_message(person.id, bot).id
    await person.person.post(place, words, None)


async def _reads(*_: object) -> None:
    pass


async def _reacts(stage: Stage, person: Slacker, _: str, emoji: str, words: str) -> None:
    await person.reacts(stage.message(words), emoji)


async def _deletes(stage: Stage, person: Slacker, _: str, words: str) -> None:
    await person.deletes(stage.message(words))


async def _edits(stage: Stage, person: Slacker, _: str, words: str, new: str) -> None:
    await person.edits(stage.message(words), new)


async def _uses(stage: Stage, person: Slacker, _: str, shortcut: str, words: str) -> None:
    await person.uses(shortcut, on=stage.message(words))


async def _clicks(stage: Stage, person: Slacker, _: str, label: str) -> None:
    await person.clicks(label, on=stage.front(label))


async def _submits(stage: Stage, _: Slacker, __: str) -> None:
    modal = stage.front("the form's button")
    assert isinstance(modal, Modal)
    answer = await modal.submit()
    assert not isinstance(answer, dict), answer


async def _invites(_: Stage, person: Slacker, where: str) -> None:
    await person.invites_bot(where)


Act = Callable[..., Awaitable[None]]
ACTS: dict[str, Act] = {
    r"(/.+)": _types,
    r"\(reads\)": _reads,
    r"\(reacts with :([a-z_]+): to “(.+)”\)": _reacts,
    r"\(deletes “(.+)”\)": _deletes,
    r"\(changes “(.+)” to “(.+)”\)": _edits,
    r"\(uses (.+) on “(.+)”\)": _uses,
    r"\(clicks (.+)\)": _clicks,
    r"\(submits\)": _submits,
    r"\(invites @linchpin\)": _invites,
    r"([^(/].*)": _writes,
}


@asynccontextmanager
async def _stage() -> AsyncIterator[Stage]:
    with TemporaryDirectory() as folder, patch("bot.sandbox.server.Clock", _on_that_tuesday):
        sandbox = Sandbox(None, manifest=needs.manifest(topics.NEEDS), story=STORY)
        await sandbox.start()
        try:
            settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/linchpin.db", data_dir=Path(folder))
            async with running(settings, sandbox) as bot:
                await tell_story(bot, sandbox)
                await learn_all_members(bot.house)
                shutil.copy(FEATURES, folder)
                yield Stage(Slack(sandbox), bot, Path(folder))
        finally:
            await sandbox.close()


def _on_that_tuesday() -> Clock:
    return Clock(BEGINS.timestamp() - time.time())


def write(named: list[str]) -> None:
    """Write what is said now into pages; `named` are some of their names, or none for all."""
    for page in pages():
        if not named or page.stem in named:
            page.write_text(asyncio.run(played(page.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])
