"""The front door: settings → database → model → services → Bolt → web → clock. Wiring only."""

import asyncio
import errno
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import partial

import aiohttp
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import NotSavedError, SettingError, surviving
from bot.intake import Intake
from bot.jobs import Jobs
from bot.llm import open_model
from bot.outbox import fence
from bot.outbox.refusals import is_ratelimit, is_unsure, refusal
from bot.outbox.sender import REQUEST_SECONDS, Outbox
from bot.services import upkeep
from bot.settings import Settings
from bot.web import site
from handlers import errors, topics
from handlers.clock import Clock, Planner
from handlers.concerns import concerns_us
from handlers.directory import learn_all_members, learn_channels, learn_everybody, learn_groups, look_at
from handlers.door import Door, PatientClient
from handlers.house import House, Identity
from handlers.http_door import HttpDoor
from handlers.needs import optional_scopes, required_scopes
from storage.database import Database
from storage.migrations import bring_up, is_current

log = logging.getLogger(__name__)

GREETING_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries to reach Slack at the start."""
READY_SECONDS = 1.0
"""How long the database may take to answer whether it is there."""
LAST_WORDS_SECONDS = 4.0
"""How long a request may take to end when the bot stops: a little more than Slack waits for it."""


@dataclass(frozen=True)
class Tokens:
    """What opens Slack's doors: an app-level token for Socket Mode, which wins, or a signing secret for HTTP."""

    bot: str
    app: str | None = None
    signing_secret: str | None = None


class Linchpin:
    """The running bot."""

    def __init__(self, settings: Settings, tokens: Tokens, *, api_url: str, serve: bool = True) -> None:
        self._settings = settings
        self._tokens = tokens
        self._api_url = api_url
        self._serve = serve
        self.clock = Clock()
        self.database: Database
        self._started: list[Intake | Outbox | Jobs] = []
        self._runner: web.AppRunner | None = None
        self._socket: PatientClient | None = None
        self._learning: asyncio.Task[None] | None = None
        self._stopped = False

    async def open(self) -> None:
        """Open the database and ask Slack who we are; nothing is taken in yet.

        Raises SettingError when the database cannot be opened, or Slack does not accept the tokens.
        """
        self.database = Database(self._settings.database)
        await asyncio.get_running_loop().run_in_executor(None, bring_up, self.database.engine)
        await self._meet_slack()

    async def look(self) -> None:
        """Open as `open` does, but only to read, beside a running bot: nothing is held, migrated or written."""
        self.database = Database(self._settings.database, read_only=True)
        await self._meet_slack()

    async def _meet_slack(self) -> None:
        # No retries inside the SDK: a post whose reply was lost would be sent twice.
        self._http = aiohttp.ClientSession(
            # A connection for each call: one that was kept may be closed just as a post goes out.
            connector=aiohttp.TCPConnector(force_close=True),
            timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
            trace_configs=[fence.trace()],
        )
        self._client = AsyncWebClient(
            token=self._tokens.bot, base_url=self._api_url, session=self._http, retry_handlers=[]
        )
        self.house = await self._furnish()

    async def start(self) -> None:
        """Open everything, in the order in which it is needed, and begin to work."""
        await self.open()
        house = self.house
        app = AsyncApp(
            name="linchpin",  # or Bolt looks for one in the source of all that is running
            client=self._client,
            authorize=_authorizer(house, self._tokens.bot),
            process_before_response=True,
            logger=logging.getLogger("bolt"),
        )
        topics.register(app, house)
        door, owner = (
            Door(app, partial(concerns_us, house), partial(errors.tell, house)),
            f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}",
        )
        self._intake = door.intake = Intake(self.database, door.dispatch, owner=owner, given_up=door.give_up)
        outbox = Outbox(
            self.database, self._client, owner=owner, renderers=topics.renderers(house), receipts=topics.receipts(house)
        )
        self._started = [self._intake, outbox, Jobs(self.database, topics.tasks(house), owner=owner)]
        for part in self._started:
            await part.start()
        self._learning = asyncio.create_task(self._learn(), name="learn everybody")
        http_door = await self._connect(door)
        self._wind_clock()
        if self._serve:
            await self._open_web(http_door)

    async def stop(self) -> None:
        """Stop taking in, finish what is under way, give back the rest, and close; once is enough."""
        if self._stopped:
            return
        self._stopped = True
        if hasattr(self, "_scheduler"):
            self._scheduler.pause()
            await asyncio.sleep(0)  # a tick just called for begins, for APScheduler reports one that never did
            self._scheduler.shutdown(wait=False)
        if self._socket is not None:
            await self._socket.close()  # type: ignore[no-untyped-call]
        if self._runner is not None:
            await self._runner.cleanup()
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)
        await asyncio.gather(*(part.stop() for part in self._started))
        if hasattr(self, "_http"):
            await self._http.close()
        if hasattr(self, "database"):
            self.database.close()

    @property
    def web_ports(self) -> Sequence[int]:
        """Return the ports that the web server listens on."""
        return [address[1] for address in self._runner.addresses] if self._runner is not None else []

    async def not_ready(self) -> str | None:
        """Say why the bot cannot work right now; None when it can."""
        if self._socket is not None and (not self._socket.current_session or self._socket.current_session.closed):
            return "Slack is away"
        if stopped := [type(part).__name__ for part in self._started if not part.alive]:
            return f"{', '.join(stopped)} stopped working; restart Linchpin"
        try:
            async with asyncio.timeout(READY_SECONDS):
                if not await self.database.is_there():
                    return "the database file was moved or replaced; put the right one there and restart Linchpin"
                current = await self.database.read(is_current)
        except (NotSavedError, TimeoutError):
            return "the database is away"
        return None if current else "the database is at another version"

    async def _furnish(self) -> House:
        told = await self._greet()
        identity = Identity(str(told["team_id"]), str(told["user_id"]), str(told["bot_id"]), str(told["url"]))
        key = self._settings.openai_api_key
        model = open_model(
            api_key=key.get_secret_value() if key else None,
            base_url=self._settings.openai_base_url,
            model=self._settings.model,
        )
        admins = frozenset(self._settings.admins)
        scopes = frozenset((*required_scopes(topics.NEEDS), *optional_scopes(topics.NEEDS)))
        return House(self.database, self._client, self.clock, identity, admins, model, scopes)

    async def _greet(self) -> AsyncSlackResponse:
        """Show Slack the tokens and return who we are; what passes by itself is waited out."""
        for pause in (*GREETING_PAUSES, None):
            try:
                told = await self._client.auth_test()
                if self._tokens.app is not None:
                    await self._client.apps_connections_open(app_token=self._tokens.app)
            except SlackApiError as error:
                if not (is_unsure(error) or is_ratelimit(error)):
                    which = "SLACK_BOT_TOKEN and SLACK_APP_TOKEN" if self._tokens.app else "SLACK_BOT_TOKEN"
                    raise SettingError(
                        f"Slack does not accept the tokens ({refusal(error)}). Check {which} on your Slack app's page."
                    ) from error
                log.warning("Slack is not well (%s)", refusal(error))
            except (aiohttp.ClientError, TimeoutError) as error:
                log.warning("Slack cannot be reached (%s)", error)
            else:
                return told
            if pause is not None:
                await asyncio.sleep(pause)
        raise SettingError(f"Slack cannot be reached at {self._api_url}: check the network and SLACK_API_URL.")

    async def _connect(self, door: Door) -> HttpDoor | None:
        """Connect over Socket Mode; without a token for that, return what takes in Slack's posts."""
        if self._tokens.app is None:
            return HttpDoor(door, self._tokens.signing_secret or "")
        self._socket = PatientClient(self._tokens.app, web_client=self._client)
        self._socket.socket_mode_request_listeners.append(door.on_envelope)
        await self._socket.connect()  # type: ignore[no-untyped-call]
        return None

    async def _learn(self) -> None:
        try:
            await learn_everybody(self.house)
            await learn_channels(self.house)
            await learn_all_members(self.house)
            await learn_groups(self.house)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("Slack did not list people and channels, so each is looked up when needed: %s", error)

    def _wind_clock(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            Planner(self.database, self.clock, partial(look_at, self.house)).on_tick, "interval", seconds=1,
            coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
        self._scheduler.add_job(
            learn_all_members, "interval", minutes=4, args=[self.house], coalesce=True, max_instances=1,
            misfire_grace_time=None,
        )  # fmt: skip
        self._scheduler.add_job(
            learn_groups, "interval", hours=1, args=[self.house], coalesce=True, max_instances=1,
            misfire_grace_time=None,
        )  # fmt: skip
        self._scheduler.add_job(
            self._tidy, "interval", hours=1, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()

    async def _tidy(self) -> None:
        with surviving(log, "upkeep"):  # the next hour will do
            await upkeep.tidy_across_teams(self.database)

    async def _open_web(self, http_door: HttpDoor | None) -> None:
        pages = site(self.not_ready, on_post=http_door.on_post if http_door is not None else None)
        self._runner = web.AppRunner(pages, access_log=None, shutdown_timeout=LAST_WORDS_SECONDS)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        except OSError as error:
            host, port = self._settings.host, self._settings.port
            if error.errno == errno.EADDRINUSE:
                raise SettingError(f"Port {port} is in use: set LINCHPIN_PORT to another one.") from error
            raise SettingError(
                f"Nothing can listen on {host} port {port} ({error.strerror}): check LINCHPIN_HOST and LINCHPIN_PORT."
            ) from error


def _authorizer(house: House, token: str) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Return Bolt's authorization: always ours, so that it never asks Slack who we are."""

    async def authorize() -> AuthorizeResult:
        identity = house.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team_id,
            bot_user_id=identity.user_id,
            bot_id=identity.bot_id,
            bot_token=token,
        )

    return authorize
