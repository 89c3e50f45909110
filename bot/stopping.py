"""How the process ends when it is told to: by its own hand, whatever hangs."""

import asyncio
import atexit
import os
import signal
import threading
import time
from typing import NoReturn

STOP_SECONDS = 25.0
"""How long stopping may take: what hangs is left behind before the 30 s are over that a supervisor gives."""
_STOPS = (signal.SIGINT, signal.SIGTERM)


def stop_signal() -> asyncio.Event:
    """Return an event that Ctrl-C and SIGTERM set; a second one ends the process at once, and so do STOP_SECONDS."""
    stopping, told = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def wait_for_the_end() -> None:
        told.wait()
        time.sleep(STOP_SECONDS)  # nothing calls it off: a daemon thread ends with the process
        _drop_everything()

    # Not by the loop: what hangs may hold it up as well. Not from a handler: it may have broken into a thread's start.
    threading.Thread(target=wait_for_the_end, name="last call", daemon=True).start()

    # The loop's own handlers leave moments without any, between one and the next and when it closes, in which a second
    # signal would end the process as if it had crashed.
    def stop(*_: object) -> None:
        for one in _STOPS:
            signal.signal(one, _drop_everything)
        atexit.register(_hear_no_more)
        told.set()
        loop.call_soon_threadsafe(stopping.set)

    for one in _STOPS:
        signal.signal(one, stop)
    return stopping


def _hear_no_more() -> None:
    # Python forgets handlers before it has ended, but not that a signal is to be ignored.
    for one in _STOPS:
        signal.signal(one, signal.SIG_IGN)


def _drop_everything(*_: object) -> NoReturn:
    """End the process, whatever hangs: Python itself would wait for a thread that waits for a database."""
    os.write(2, b"Some work was still under way; it goes on at the next start.\n")  # a handler may break into a print
    os._exit(130)
