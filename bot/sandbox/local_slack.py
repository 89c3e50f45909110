"""Everything that one running sandbox shares: state, app, ways to the app, and what was called."""

from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.administration import Administration
from bot.sandbox.answers import Answers
from bot.sandbox.delivery import Delivery
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.installed_app import InstalledApp
from bot.sandbox.modals import Modals
from bot.sandbox.payloads import Payloads
from bot.sandbox.recorded import RecordedCall
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.streams import Streams
from bot.sandbox.talk import Talk
from bot.sandbox.triggers import Triggers
from bot.sandbox.uploads import Uploads
from bot.sandbox.workspace import Workspace

CALLS_KEPT = 20_000


@dataclass
class LocalSlack:
    """The parts of a running sandbox."""

    workspace: Workspace
    app: InstalledApp
    socket: SocketMode
    delivery: Delivery
    faults: Faults
    post_interval: float
    trigger_seconds: float
    url: str = ""
    calls: deque[RecordedCall] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))

    def __post_init__(self) -> None:
        self.events = Events(self.workspace, self.app, self.delivery)
        self.talk = Talk(self.workspace, self.app, self.events)
        self.triggers = Triggers(self.workspace.clock, self.trigger_seconds)
        self.modals = Modals(self.workspace, self.app, self.talk, self.triggers)
        self.answers = Answers()
        self.response_urls = ResponseUrls(self.workspace, self.talk, self.answers)
        self.payloads = Payloads(self.workspace, self.app)
        self.uploads = Uploads(self.workspace)
        self.streams = Streams(self.workspace.clock, self.talk)
        self.administration = Administration(self.workspace, self.events)
        self.last_post: dict[str, float] = {}
        """Channel to the machine time of the app's last message there."""

    @property
    def is_connected(self) -> bool:
        """Say whether the app can be reached now."""
        return self.delivery.transport.is_connected
