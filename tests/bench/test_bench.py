import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from tests.bench.figures import Row, beside, in_turns, percentile

HERE = Path(__file__).parents[2]


def test_each_row_is_measured_once_on_little_data() -> None:
    asked = [sys.executable, "-m", "tests.bench", "--tiny"]
    ran = subprocess.run(asked, cwd=HERE, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert all({"name", "metric", "value", "unit", "peer", "ratio", "n"} == set(row) for row in rows)
    assert all(row["value"] >= 0 for row in rows)
    assert [(row["name"], row["metric"]) for row in rows if row["peer"] is None] == []
    found = {(row["name"], row["metric"]) for row in rows}
    for name in ("durable_ack_http", "durable_event_done", "durable_ack_socket"):
        assert {(name, "cpu_us"), (name, "per_s"), (name, "p50_ms"), (name, "p99_ms")} <= found
    assert {
        ("command_overview", "p50"),
        ("command_overview", "p99"),
        ("cost_growth", "cpu_ms"),
        ("import_100k", "s"),
    } <= found
    assert {("start_ready", "ms"), ("memory_rest", "rss"), ("find_100", "p95"), ("find_300", "p95")} <= found


def test_the_median_round_counts_beside_the_peer_s() -> None:
    row = beside("a", "ms", "ms", [5.0, 1.0, 2.0], [4.0, 1.0, 8.0], n=3)
    assert row == Row("a", "ms", 2.0, "ms", 4.0, 3)
    assert json.loads(row.as_json())["ratio"] == 0.5


async def test_ours_and_the_peer_are_measured_in_turns() -> None:
    order: list[str] = []

    async def measure(which: str) -> str:
        order.append(which)
        return which

    found = await in_turns(2, partial(measure, "ours"), partial(measure, "peer"))
    assert (found, order) == ((["ours"] * 2, ["peer"] * 2), ["ours", "peer", "peer", "ours"])


def test_a_percentile_is_what_that_share_does_not_exceed() -> None:
    assert percentile([float(n) for n in range(101)], 95) == 95
    assert percentile([7.0], 99) == 7
