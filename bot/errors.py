"""Everything that can go wrong and has a sentence for the person who meets it.

Raise a `BotError` where the fact is known; one door translates it for its reader (`handlers.errors`). The message is
what a person reads, so it says what to do next. A subclass's docstring is its message unless one is given.
"""

import contextlib
import logging
from collections.abc import Iterator


class BotError(Exception):
    """Something went wrong on our side. Please try again in a minute."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))

    @property
    def message(self) -> str:
        """Return the sentence for the person who meets this error."""
        return str(self)


class SettingError(BotError):
    """A setting is wrong or missing."""


class NotFoundError(BotError):
    """I can't find that. Check the id, or try `/roadmap find`."""


class NotAllowedError(BotError):
    """You can't do that here. Ask an admin of Linchpin for the role you need."""


class InvalidInputError(BotError):
    """I couldn't read that. Try `/roadmap help`."""


class NotSavedError(BotError):
    """That was not saved. Nothing is lost on your side; please try again in a minute."""


class DatabaseBusyError(NotSavedError):
    """The database is busy, so that was not saved. Please try again in a minute."""


class AlreadyRunningError(BotError):
    """Another Linchpin is already running on this data directory. Stop it first, or set LINCHPIN_DATA_DIR."""


@contextlib.contextmanager
def surviving(log: logging.Logger, what: str) -> Iterator[None]:
    """Let a loop outlive whatever one round of it raises; what is not ours to expect is logged with its traceback."""
    try:
        yield
    except NotSavedError as error:
        log.debug("%s: %s", what, error)  # the next round tries again
    except Exception:  # ending the loop would stop that part of the bot until a restart
        log.exception("%s failed", what)
