"""A model behind the OpenAI API: OpenAI's own, or any compatible server."""

from __future__ import annotations

import asyncio
import json
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

from bot.llm.answer_schema import problems
from bot.llm.model import (
    ModelAnswerInvalidError,
    ModelError,
    ModelInputTooLongError,
    ModelNotAcceptedError,
    ModelOutOfCreditError,
    ModelRefusedError,
    ModelTruncatedError,
    ModelUnavailableError,
)
from prompts import RenderedPrompt

if TYPE_CHECKING:
    import openai
    from tenacity import RetryCallState

OPENAI_URL = "https://api.openai.com/v1"
ATTEMPTS = 4
OUTPUT_TOKENS = 8_192

Wire = Literal["responses", "chat"]
Turn = dict[str, str]


class OpenAIModel:
    """Speaks the Responses API to OpenAI and chat completions to everyone else, with one JSON schema for both."""

    def __init__(self, *, api_key: str | None, base_url: str | None, model: str, wire: Wire | None = None) -> None:
        self.name = model
        self._api_key = api_key or "not-needed"
        self._base_url = base_url or OPENAI_URL
        self._wire = wire or wire_of(self._base_url)

    async def fill(self, prompt: RenderedPrompt, *, deadline: float) -> dict[str, Any]:
        """Return an answer that fits the prompt's schema, asking once more where the first does not."""
        import openai  # here, because it costs 0.4 s and 15 MB that a start without a model should not pay

        try:
            async with (
                asyncio.timeout(deadline),
                openai.AsyncOpenAI(
                    api_key=self._api_key, base_url=self._base_url, max_retries=0, timeout=deadline
                ) as client,
            ):
                return await self._answer(client, prompt, deadline)
        except TimeoutError as error:
            raise ModelUnavailableError from error
        except openai.APIError as error:
            raise translated(error) from error

    async def _answer(self, client: openai.AsyncOpenAI, prompt: RenderedPrompt, deadline: float) -> dict[str, Any]:
        turns: list[Turn] = [{"role": "user", "content": prompt.user}]
        wrong: list[str] = []
        for _ in range(2):
            text = await self._say(client, prompt, turns, deadline)
            answer, wrong = read_answer(text, prompt)
            if not wrong:
                return answer
            turns = [
                turns[0],
                {"role": "assistant", "content": text},
                {
                    "role": "user",
                    "content": f"That does not fit: {wrong[0]}. Answer again, with JSON of the schema only.",
                },
            ]
        raise ModelAnswerInvalidError from ValueError("; ".join(wrong[:3]))

    async def _say(self, client: openai.AsyncOpenAI, prompt: RenderedPrompt, turns: list[Turn], deadline: float) -> str:
        """Return the text of one answer, trying again where the wire or the server failed."""
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, stop_before_delay

        ask = _ask_responses if self._wire == "responses" else _ask_chat
        retrying = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(deadline),
            wait=_pause,
            retry=retry_if_exception(worth_retrying),
            reraise=True,
        )
        return await retrying(ask, client, self.name, prompt, turns)


def wire_of(base_url: str) -> Wire:
    """Return which API to speak: only OpenAI itself is sure to hold an answer to its schema on Responses."""
    host = urlsplit(base_url).hostname or ""
    return "responses" if host == "api.openai.com" or host.endswith(".api.openai.com") else "chat"


def read_answer(text: str, prompt: RenderedPrompt) -> tuple[dict[str, Any], list[str]]:
    """Return the answer in `text` and what is wrong with it; a fence around the JSON is forgiven."""
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", text, re.DOTALL)
    try:
        answer = json.loads(fenced[1] if fenced else text)
    except ValueError as error:
        return {}, [f"it is not JSON ({error})"]
    except RecursionError:
        return {}, ["it is nested too deeply"]
    return answer, list(problems(answer, prompt.output))


async def _ask_chat(client: openai.AsyncOpenAI, model: str, prompt: RenderedPrompt, turns: list[Turn]) -> str:
    schema = {"name": prompt.name, "strict": True, "schema": dict(prompt.output)}
    messages: Any = [{"role": "system", "content": prompt.system}, *turns]
    response = await client.chat.completions.create(
        model=model,
        messages=messages,
        response_format=cast(Any, {"type": "json_schema", "json_schema": schema}),
        max_tokens=OUTPUT_TOKENS,
    )
    try:
        choice = response.choices[0]
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise ModelRefusedError
        if choice.finish_reason == "length":
            raise ModelTruncatedError
        return choice.message.content or ""
    except (
        AttributeError,
        IndexError,
        TypeError,
    ) as error:  # the SDK does not check what a compatible server sends
        raise ModelAnswerInvalidError from error


async def _ask_responses(client: openai.AsyncOpenAI, model: str, prompt: RenderedPrompt, turns: list[Turn]) -> str:
    schema = {"type": "json_schema", "name": prompt.name, "strict": True, "schema": dict(prompt.output)}
    response = await client.responses.create(
        model=model,
        instructions=prompt.system,
        input=cast(Any, turns),
        text=cast(Any, {"format": schema}),
        max_output_tokens=OUTPUT_TOKENS,
        store=False,
    )
    try:
        reason = response.incomplete_details.reason if response.incomplete_details else None
        parts = [part for item in response.output if item.type == "message" for part in item.content]
        if reason == "content_filter" or any(part.type == "refusal" for part in parts):
            raise ModelRefusedError
        if response.status == "incomplete":
            raise ModelTruncatedError
        if response.status == "failed":
            raise ModelUnavailableError
        return response.output_text
    except (AttributeError, TypeError) as error:
        raise ModelAnswerInvalidError from error


def worth_retrying(error: BaseException) -> bool:
    """Say whether the same call may succeed in a moment: the wire failed, we were too fast, the server fell over."""
    import openai

    if isinstance(error, openai.RateLimitError):
        return error.code != "insufficient_quota"
    if isinstance(error, openai.APIStatusError):
        return error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)


def translated(error: openai.APIError) -> ModelError:
    """Return our sentence for an error of the SDK."""
    import openai

    if isinstance(error, openai.RateLimitError) and error.code == "insufficient_quota":
        return ModelOutOfCreditError()
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError | openai.NotFoundError):
        return ModelNotAcceptedError()
    # llama.cpp says exceed_context_size_error, OpenAI context_length_exceeded; both name the context
    if isinstance(error, openai.BadRequestError) and "context" in f"{error.code} {error.type} {error.message}".lower():
        return ModelInputTooLongError()
    return ModelUnavailableError()


def _pause(state: RetryCallState) -> float:
    """Return the seconds to wait: what the server asked for, else longer each time."""
    from tenacity import wait_exponential_jitter

    asked = asked_pause(state.outcome.exception() if state.outcome else None)
    return asked if asked is not None else wait_exponential_jitter(multiplier=0.5, max=8, jitter=0.25)(state)


def asked_pause(error: BaseException | None) -> float | None:
    """Return the seconds a Retry-After header asks for: milliseconds, seconds or a date; None without one."""
    import openai

    if not isinstance(error, openai.APIStatusError):
        return None
    headers = error.response.headers
    for header, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[header]) * unit)
        except (KeyError, ValueError):
            continue
    try:
        at = parsedate_to_datetime(headers["retry-after"])
        sent = parsedate_to_datetime(headers["date"])
        return max(0.0, (at - sent).total_seconds())
    except (KeyError, ValueError, TypeError):
        return None
