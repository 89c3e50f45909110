"""Print the figures: `python -m tests.bench [--only NAME] [--tiny]`."""

import argparse

from bot import loop
from tests.bench import acks, command_overview, cost_growth, find, import_100k, start
from tests.bench.figures import FULL, TINY, Size

ROWS = {
    "durable_ack_http": acks,
    "durable_event_done": acks,
    "durable_ack_socket": acks,
    "start_ready": start,
    "memory_rest": start,
    "find": find,
    "command_overview": command_overview,
    "cost_growth": cost_growth,
    "import_100k": import_100k,
}


async def run(only: str | None, size: Size) -> None:
    """Measure, and print each row as soon as it is there."""
    for module in dict.fromkeys(ROWS[name] for name in ROWS if only in (None, name)):
        async for row in module.measure(size):
            if only is None or row.name.startswith(only):
                print(row.as_json(), flush=True)  # noqa: T201 (what it is for)


def main() -> None:
    """Read the command line, and run."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", choices=sorted(ROWS))
    parser.add_argument("--tiny", action="store_true", help="each once, on little data, to see that it works")
    asked = parser.parse_args()
    loop.run(run(asked.only, TINY if asked.tiny else FULL))


main()
