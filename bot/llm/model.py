"""What a language model is to us: it fills in the answer of one prompt, or says why it cannot."""

from __future__ import annotations

from typing import Any, Protocol

from bot.errors import BotError
from prompts import RenderedPrompt


class ModelError(BotError):
    """The language model could not help. Everything but its wording still works; try again in a minute."""


class ModelUnavailableError(ModelError):
    """The language model did not answer in time. Please try again in a minute."""


class ModelNotAcceptedError(ModelError):
    """The language model turned us away. Ask an admin to check OPENAI_API_KEY, OPENAI_BASE_URL and LINCHPIN_MODEL."""


class ModelOutOfCreditError(ModelError):
    """The account of the language model has no credit left. Ask an admin to top it up."""


class ModelInputTooLongError(ModelError):
    """This is too long for the language model. Try again with fewer messages."""


class ModelRefusedError(ModelError):
    """The language model declined to answer this. Try again with other messages."""


class ModelTruncatedError(ModelError):
    """The language model stopped before its answer was complete. Try again with fewer messages."""


class ModelAnswerInvalidError(ModelError):
    """The language model's answer made no sense to me, twice. Please try again in a minute."""


class Model(Protocol):
    """Fills in the answer of a prompt. It has no tools: what it says changes nothing by itself."""

    @property
    def name(self) -> str:
        """Name shown to people: "model X"."""

    async def fill(self, prompt: RenderedPrompt, *, deadline: float) -> dict[str, Any]:
        """Return an answer that fits `prompt.output`, or raise a ModelError, within `deadline` seconds in all."""
