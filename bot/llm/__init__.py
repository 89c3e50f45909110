"""The language model: one protocol, OpenAI and compatible servers behind it, personal data and secrets kept from both.

May import `prompts`, `bot.errors`, and alone imports openai and tenacity. A service takes a `Model | None` and works
without one. To add a vendor, write a class with `name` and `fill` and open it in `open_model`.
"""

from __future__ import annotations

from bot.llm.model import (
    Model,
    ModelAnswerInvalidError,
    ModelError,
    ModelInputTooLongError,
    ModelNotAcceptedError,
    ModelOutOfCreditError,
    ModelRefusedError,
    ModelTruncatedError,
    ModelUnavailableError,
)
from bot.llm.openai_model import OpenAIModel
from bot.llm.redaction import RedactingModel

DEFAULT_MODEL = "gpt-5.4-mini"
"""Small and cheap, and enough to shorten what people wrote. A server of another vendor names its own."""

__all__ = [
    "DEFAULT_MODEL",
    "Model",
    "ModelAnswerInvalidError",
    "ModelError",
    "ModelInputTooLongError",
    "ModelNotAcceptedError",
    "ModelOutOfCreditError",
    "ModelRefusedError",
    "ModelTruncatedError",
    "ModelUnavailableError",
    "open_model",
]


def open_model(*, api_key: str | None, base_url: str | None, model: str | None) -> Model | None:
    """Return the configured model, which never sees personal data or secrets; None when none is configured.

    A key or a base URL is enough; opening does not connect.
    """
    if not api_key and not base_url:
        return None
    return RedactingModel(OpenAIModel(api_key=api_key, base_url=base_url, model=model or DEFAULT_MODEL))
