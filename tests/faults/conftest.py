"""How many seeds are run, and the table of what each of them came to."""

import os
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from bot.sandbox import Sandbox
from handlers import needs, topics
from tests.faults.bots import Bots
from tests.faults.ledger import Findings
from tests.faults.story import STORY

FIRST_SEED = int(os.environ.get("LINCHPIN_FAULT_SEED") or 1)
RUNS = int(os.environ.get("LINCHPIN_FAULT_RUNS") or 1)
WAITS = bool(os.environ.get("LINCHPIN_FAULT_WAITS"))
"""Wait until the leases of the killed run out by themselves, half a minute each time, instead of ending them."""
LONG = WAITS
"""Do all there is to do, as `make faults` does; `make test` does a little of each."""
PEER = "plain bolt"
"""The name of what is run for comparison only."""
SEEDS = range(FIRST_SEED, FIRST_SEED + RUNS)


@dataclass
class Line:
    """One run in the table."""

    what: str
    database: str
    seed: int
    kills: int = 0
    stops: int = 0
    """How many of these were told to stop."""
    starts: int = 0
    acked: int = 0
    lost: int = 0
    due: int = 0
    missing: int = 0
    doubled: int = 0
    other: int = 0
    ready_ms: int = 0
    """The slowest start, in milliseconds from its command to connected."""
    seconds: float = 0.0

    def fill_in(self, bots: Bots, found: Findings) -> None:
        """Note what a run came to."""
        self.kills, self.starts = bots.ended, bots.started
        self.acked, self.due, self.lost = found.acked, found.due, len(found.lost)
        self.missing, self.doubled, self.other = len(found.missing), len(found.doubled), len(found.other)
        self.ready_ms = round(1000 * max(bots.seconds_to_ready))


@pytest.fixture
def ack_timeout() -> float:
    """Return how many seconds Slack waits for an ack: here less than it does, since many are lost."""
    return 1.5


@pytest.fixture
async def sandbox(ack_timeout: float) -> AsyncIterator[Sandbox]:
    """Run a Slack that repeats events until they are taken, and leaves the pace to the bot."""
    opened = Sandbox(
        None,
        manifest=needs.manifest(topics.NEEDS),
        story=STORY,
        retry_delays=(0.0, *[0.5] * 200),
        ack_timeout=ack_timeout,
        post_interval=0.0,
    )
    await opened.start()
    yield opened
    await opened.close()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell of each run as it ends, where they take long: whoever stops them has seen those before."""
    for name, value in report.user_properties:
        line: Any = value
        if LONG and name == "faults" and report.when == "call" and os.environ.get("PYTEST_XDIST_WORKER") is None:
            print(f"\n{report.outcome}: " + ", ".join(f"{key} {value}" for key, value in line.items()))  # noqa: T201
            print(report.longreprtext if report.failed else "", end="", flush=True)  # noqa: T201


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for each run, and their sum."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [(report.outcome, one) for report in reports for name, one in report.user_properties if name == "faults"]
    lines: list[Any] = [{**one, "result": outcome} for outcome, one in told]
    if not lines:
        return
    names = [*asdict(Line("", "", 0)), "result"]
    terminalreporter.section("faults")
    terminalreporter.write_line(" ".join(f"{name:>{_width(name)}}" for name in names))
    for line in sorted(lines, key=lambda one: (one["what"], one["database"], one["seed"])):
        terminalreporter.write_line(" ".join(f"{line[name]:>{_width(name)}}" for name in names))
    ours = [line for line in lines if line["what"] != PEER]
    summed = {name: sum(line[name] for line in ours) for name in names[3:-3]}
    terminalreporter.write_line(
        f"{len(ours)} runs of Linchpin, {sum(line['result'] == 'passed' for line in ours)} passed: "
        + ", ".join(f"{summed[name]} {name}" for name in summed)
    )


def _width(name: str) -> int:
    return max(len(name), 12 if name in ("what", "database") else 6)
