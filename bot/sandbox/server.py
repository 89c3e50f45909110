"""The sandbox itself: starts on one loopback port, and closes."""

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

from bot.errors import BotError
from bot.sandbox import page_api, web_api
from bot.sandbox.acts import Person
from bot.sandbox.clock import Clock
from bot.sandbox.delivery import Delivery
from bot.sandbox.faults import Faults
from bot.sandbox.http_delivery import HttpDelivery
from bot.sandbox.installed_app import Credentials, InstalledApp
from bot.sandbox.keeping import Keeper, load, restore
from bot.sandbox.local_slack import LocalSlack
from bot.sandbox.recorded import RecordedCall
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.story import empty_workspace, tell
from bot.sandbox.triggers import TRIGGER_SECONDS
from bot.sandbox.workspace import Change, Json, Workspace

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 0.3
MOST_BODY_BYTES = 40 * 1024 * 1024


class Sandbox:
    """A local Slack with one workspace and one installed app.

    `folder` keeps the state over restarts (None: nothing is kept). `manifest` and `story` are parsed JSON; the story is
    told only when nothing was kept, or when `fresh` overlooks that. Times are in seconds.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        port: int = 0,
        manifest: Json,
        story: Json,
        fresh: bool = False,
        retry_delays: Sequence[float] = (0.0, 60.0, 300.0),
        ack_timeout: float = 3.0,
        trigger_seconds: float = TRIGGER_SECONDS,
        post_interval: float = 1.0,
    ) -> None:
        self._port = port
        self.clock = Clock()
        kept = load(folder) if folder is not None and not fresh else None
        if kept is not None:
            workspace, credentials = restore(kept, self.clock)
        else:
            workspace, credentials = empty_workspace(story, self.clock), Credentials.made_now()
        self.app = InstalledApp(manifest, credentials, workspace.team_id)
        if kept is None:
            tell(story, workspace, self.app)
        else:
            workspace.users[self.app.bot_user_id] = self.app.bot_user()
        self._ack_timeout = ack_timeout
        self.socket = SocketMode(workspace, self.app.app_id, ack_timeout)
        self.faults = Faults(cut=self.socket.cut)
        self._delivery = Delivery(self.socket, self.faults, retry_delays=retry_delays)
        self.slack = LocalSlack(
            workspace, self.app, self.socket, self._delivery, self.faults, post_interval=post_interval,
            trigger_seconds=trigger_seconds,
        )  # fmt: skip
        self._keeper = Keeper(folder, workspace, credentials) if folder is not None else None
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self.clock.on_moved(lambda _: workspace.publish(Change("clock")))

    # what others connect to

    @property
    def url(self) -> str:
        """Return the address of the page, without a slash at the end."""
        return self.slack.url

    @property
    def api_url(self) -> str:
        """Return the Web API's base URL, for `base_url=` of slack_sdk."""
        return f"{self.slack.url}/api/"

    @property
    def bot_token(self) -> str:
        """Return the bot's token, `xoxb-…`."""
        return self.app.credentials.bot_token

    @property
    def app_token(self) -> str:
        """Return the app-level token, `xapp-…`."""
        return self.app.credentials.app_token

    @property
    def signing_secret(self) -> str:
        """Return the secret with which posts to a request URL are signed."""
        return self.app.credentials.signing_secret

    @property
    def workspace(self) -> Workspace:
        """Return the state."""
        return self.slack.workspace

    @property
    def calls(self) -> deque[RecordedCall]:
        """Return the Web API calls so far, oldest first."""
        return self.slack.calls

    @property
    def undelivered_events(self) -> list[Json]:
        """Return the events that no retry could deliver."""
        return self._delivery.given_up

    async def deliver_to(self, request_url: str) -> None:
        """Deliver over HTTP from now on, as when somebody enters this URL on the app's page and saves it.

        Raises UnverifiedUrlError unless the app answers there with the challenge.
        """
        posts = HttpDelivery(request_url, self.app.credentials, self._ack_timeout)
        try:
            await posts.verify()
        except BotError:
            await posts.close()
            raise
        await self._delivery.switch_to(posts)
        self.workspace.publish(Change("app"))

    async def delivered(self) -> None:
        """Wait until the app has acknowledged every event so far, or no retry is left."""
        await self._delivery.idle()

    def on_clock_moved(self, listener: Callable[[float], None]) -> None:
        """Call `listener(offset_seconds)` whenever somebody moves the calendar."""
        self.clock.on_moved(listener)

    def person(self, name: str) -> Person:
        """Return someone by handle or user id."""
        return Person(self.slack, self.workspace.user_named(name))

    # starting and closing

    async def start(self) -> None:
        """Listen on the loopback port; raises OSError when it is taken."""
        app = web.Application(middlewares=[page_api.only_from_here], client_max_size=MOST_BODY_BYTES)
        app.router.add_route("*", "/api/{method}", web_api.serve(self.slack))
        app.router.add_get("/socket", self.socket.on_connect)
        app.router.add_post("/response/{key}", self.slack.response_urls.on_post)
        app.router.add_post("/upload/{key}", self.slack.uploads.on_upload)
        app.router.add_get("/files/{file}/{name}", self.slack.uploads.on_download)
        self._page = page_api.PageApi(self.slack)
        self._page.add_routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        site = web.TCPSite(runner, HOST, self._port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner, self._site = runner, site
        self.slack.url = f"http://{HOST}:{runner.addresses[0][1]}"
        self.slack.response_urls.base = self.slack.url
        self.slack.uploads.base = self.slack.url

    async def close(self) -> None:
        """Save, tell the app and the pages goodbye, and free the port."""
        if self._runner is None or self._site is None:
            return
        await self._site.stop()
        await self._delivery.close()
        if self._keeper is not None:
            self._keeper.save()
        await self._page.close()
        await self._runner.cleanup()
        self._runner, self._site = None, None

    async def __aenter__(self) -> "Sandbox":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
