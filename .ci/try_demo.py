"""Clone the checkout and start `make demo` there as a newcomer does: set-up, page, Ctrl-C, and how long each takes.

What pip has fetched before is in its cache; all else is fresh. Only what is committed takes part.
"""

import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import IO

START, STOP = 60.0, 2.0
"""Seconds that the demo may take to say where it is, set-up included, and to stop."""
GRACE = 240.0
"""Seconds more that are waited, to say how long it took after all."""


def try_demo() -> None:
    """Run the demo once. Exits with a sentence when something is not as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "linchpin"
        subprocess.run(["git", "clone", "--quiet", Path(__file__).parents[1], clone], check=True)
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "VIRTUAL_"))}
        demo = subprocess.Popen(
            ["make", "demo"],
            cwd=clone,
            env={**surroundings, "LINCHPIN_SANDBOX_PORT": "0", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # a terminal sends Ctrl-C to the whole group
        )
        try:
            lines = _lines_of(demo)
            _look_at(_url(lines))
            _stop(demo, lines)
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGKILL)


def _url(lines: "queue.Queue[str | None]") -> str:
    began = time.monotonic()
    while time.monotonic() - began < START + GRACE:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            continue
        if line is None:
            sys.exit("The demo ended before it said where it is.")
        print("   |", line.rstrip())
        if found := re.search(r"http://[\w.]+:\d+\S*", line):
            took = time.monotonic() - began
            print(f"It said where it is after {took:.1f} s.")
            if took > START:
                sys.exit(f"That is too long: a newcomer waits {START:.0f} s at most.")
            return found[0]
    sys.exit(f"The demo did not say where it is within {START + GRACE:.0f} s.")


def _lines_of(demo: "subprocess.Popen[str]") -> "queue.Queue[str | None]":
    """Read on in the background, so that a full pipe never stops the demo; None is the end."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read(output: IO[str]) -> None:
        for line in output:
            lines.put(line)
        lines.put(None)

    assert demo.stdout is not None
    threading.Thread(target=read, args=(demo.stdout,), daemon=True).start()
    return lines


def _look_at(url: str) -> None:
    with urllib.request.urlopen(url, timeout=10) as answer:
        page = answer.read().decode()
    if answer.status != 200 or "<html" not in page.lower():
        sys.exit(f"{url} answered {answer.status} with {len(page)} characters that are no page.")
    print(f"{url} answered 200 with a page.")


def _stop(demo: "subprocess.Popen[str]", lines: "queue.Queue[str | None]") -> None:
    began = time.monotonic()
    os.killpg(demo.pid, signal.SIGINT)
    try:
        code = demo.wait(timeout=STOP)
    except subprocess.TimeoutExpired:
        sys.exit(f"The demo still ran {STOP:.0f} s after Ctrl-C.")
    said = "".join(iter(lines.get, None))
    # make ends by the signal that it got as well, and complains (***) when the program did not end with 0.
    if code not in (0, -signal.SIGINT) or re.search(r"\*\*\*|Traceback", said):
        sys.exit(f"The demo ended with {code} after Ctrl-C, and said:\n{said}")
    print(f"It stopped {time.monotonic() - began:.1f} s after Ctrl-C.")


if __name__ == "__main__":
    try_demo()
