"""The model over a real wire, against a server that misbehaves on purpose."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from llmock.pytest_plugin import LLMock
from llmock.scenarios import Reply

import prompts
from bot.llm import (
    DEFAULT_MODEL,
    ModelAnswerInvalidError,
    ModelError,
    ModelInputTooLongError,
    ModelNotAcceptedError,
    ModelOutOfCreditError,
    ModelRefusedError,
    ModelTruncatedError,
    ModelUnavailableError,
    open_model,
)
from bot.llm.openai_model import ATTEMPTS, OpenAIModel, Wire, wire_of
from prompts import RenderedPrompt

EMPTY: dict[str, Any] = {"decided": [], "questions": [], "actions": [], "feedback": []}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
GOOD: dict[str, Any] = {**EMPTY, "decided": [{"text": "We ship in May", "cites": [1]}]}


@pytest.fixture
def prompt() -> RenderedPrompt:
    return prompts.load("summarize_thread").render(messages=[{"n": 1, "from": "Mina", "text": "We ship in May"}])


@pytest.fixture(params=["chat", "responses"])
def model(request: pytest.FixtureRequest, llmock: LLMock) -> OpenAIModel:
    return OpenAIModel(api_key="key", base_url=llmock.base_url(), model="gpt-test", wire=request.param)


async def test_a_good_answer_comes_back(model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock) -> None:
    llmock.reply(json.dumps(GOOD))
    assert await model.fill(prompt, deadline=20) == GOOD
    sent = json.dumps(llmock.last_request.body)
    assert "We ship in May" in sent
    assert '"strict": true' in sent
    assert len(llmock.requests) == 1


async def test_a_server_that_is_too_busy_is_asked_again_when_it_says(
    model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock
) -> None:
    llmock.rate_limit(times=1, retry_after=0.2).reply(json.dumps(GOOD))
    started = time.monotonic()
    assert await model.fill(prompt, deadline=20) == GOOD
    assert time.monotonic() - started >= 0.2
    assert len(llmock.requests) == 2
    llmock.assert_resilient()


async def test_a_wait_longer_than_the_deadline_is_not_begun(
    model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock
) -> None:
    llmock.rate_limit(times=None, retry_after=60)
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError):
        await model.fill(prompt, deadline=20)
    assert time.monotonic() - started < 10
    assert len(llmock.requests) == 1


async def test_an_outage_ends_in_a_sentence(model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock) -> None:
    llmock.fail(503, times=None, retry_after=0.01)
    with pytest.raises(ModelUnavailableError, match="did not answer in time"):
        await model.fill(prompt, deadline=20)
    assert len(llmock.requests) == ATTEMPTS


async def test_a_slow_server_is_left_at_the_deadline(
    model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock
) -> None:
    llmock.delay(5.0)
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError):
        await model.fill(prompt, deadline=0.3)
    assert time.monotonic() - started < 4


async def test_a_server_that_is_not_there_ends_in_a_sentence(prompt: RenderedPrompt, unused_tcp_port: int) -> None:
    nowhere = OpenAIModel(api_key=None, base_url=f"http://127.0.0.1:{unused_tcp_port}/v1", model="m")
    with pytest.raises(ModelUnavailableError):
        await nowhere.fill(prompt, deadline=1)


@pytest.mark.parametrize(
    ("status", "code", "message", "error"),
    [
        (429, "insufficient_quota", "You exceeded your current quota", ModelOutOfCreditError),
        (401, "invalid_api_key", "Incorrect API key", ModelNotAcceptedError),
        (404, "model_not_found", "No such model", ModelNotAcceptedError),
        (400, None, "the request exceeds the available context size", ModelInputTooLongError),
        (422, None, "what is this", ModelUnavailableError),
    ],
)
async def test_what_will_not_get_better_is_not_tried_again(
    model: OpenAIModel,
    prompt: RenderedPrompt,
    llmock: LLMock,
    status: int,
    code: str | None,
    message: str,
    error: type[ModelError],
) -> None:
    llmock.fail(status, times=None, code=code, message=message)
    with pytest.raises(error):
        await model.fill(prompt, deadline=20)
    assert len(llmock.requests) == 1


async def test_a_thread_too_long_for_the_model_says_so(
    model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock
) -> None:
    llmock.context_overflow()
    with pytest.raises(ModelInputTooLongError, match="fewer messages"):
        await model.fill(prompt, deadline=20)


async def test_a_cut_off_answer_is_not_used(model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock) -> None:
    llmock.add(Reply(text=json.dumps(GOOD), finish_reason="length"))
    with pytest.raises(ModelTruncatedError):
        await model.fill(prompt, deadline=20)


@pytest.mark.parametrize("nonsense", ["I think they ship in May.", '{"decided": [', '{"decided": "May"}', "[]", ""])
async def test_an_answer_that_does_not_fit_is_asked_for_once_more(
    model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock, nonsense: str
) -> None:
    llmock.reply(nonsense).reply(json.dumps(GOOD))
    assert await model.fill(prompt, deadline=20) == GOOD
    assert "That does not fit" in json.dumps(llmock.last_request.body)
    assert len(llmock.requests) == 2


async def test_an_answer_that_never_fits_is_given_up_after_two(
    model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock
) -> None:
    llmock.reply("no", times=None)
    with pytest.raises(ModelAnswerInvalidError):
        await model.fill(prompt, deadline=20)
    assert len(llmock.requests) == 2


async def test_a_fence_around_the_answer_is_forgiven(
    model: OpenAIModel, prompt: RenderedPrompt, llmock: LLMock
) -> None:
    llmock.reply(f"```json\n{json.dumps(GOOD)}\n```")
    assert await model.fill(prompt, deadline=20) == GOOD


async def test_the_opened_model_sends_no_personal_data_and_puts_it_back(llmock: LLMock) -> None:
    key = "sk-" + "a1B2c3D4" * 4
    llmock.reply(json.dumps({**EMPTY, "actions": [{"text": "Write to ⟦email 1⟧", "cites": [1], "owner": None}]}))
    model = open_model(api_key=None, base_url=llmock.base_url(), model="local")
    assert model is not None
    said = f"Write to ann@example.com or +49 170 1234567, the key is {key}"
    prompt = prompts.load("summarize_thread").render(messages=[{"n": 1, "from": "Mina", "text": said}])
    answer = await model.fill(prompt, deadline=20)
    sent = json.dumps(llmock.last_request.body, ensure_ascii=False)
    assert answer["actions"][0]["text"] == "Write to ann@example.com"
    assert "⟦email 1⟧" in sent
    assert not [private for private in ("ann@example.com", "1234567", key) if private in sent]


async def _ask(on_request: Handler, wire: Wire, prompt: RenderedPrompt, deadline: float = 20) -> dict[str, Any]:
    """Ask a server that handles every request this way."""
    app = web.Application()
    app.router.add_post("/v1/{path:.*}", on_request)
    async with TestServer(app) as server:
        model = OpenAIModel(api_key="key", base_url=str(server.make_url("/v1")), model="m", wire=wire)
        return await model.fill(prompt, deadline=deadline)


async def test_an_answer_that_only_drips_is_left_at_the_deadline(prompt: RenderedPrompt) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while request.transport and not request.transport.is_closing():
            await response.write(b" ")
            await asyncio.sleep(0.02)  # the fault itself: never silent for long, never done
        return response

    started = time.monotonic()
    with pytest.raises(ModelUnavailableError):
        await _ask(drip, "chat", prompt, deadline=0.5)
    assert time.monotonic() - started < 10


def _choice(**choice: Any) -> dict[str, Any]:
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, **choice}]}


def _response(**fields: Any) -> dict[str, Any]:
    return {"id": "1", "object": "response", "created_at": 1, "model": "m", "status": "completed", **fields}


REFUSAL = [{"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "I can't."}]}]


@pytest.mark.parametrize(
    ("wire", "answer", "error"),
    [
        ("chat", _choice(message={"role": "assistant", "refusal": "I can't."}), ModelRefusedError),
        ("chat", _choice(message={"role": "assistant"}, finish_reason="content_filter"), ModelRefusedError),
        ("chat", _choice(message=None), ModelAnswerInvalidError),
        ("chat", {"choices": []}, ModelAnswerInvalidError),
        ("chat", {"choices": None}, ModelAnswerInvalidError),
        ("chat", "<html>a proxy's page</html>", ModelError),
        ("responses", _response(output=REFUSAL), ModelRefusedError),
        (
            "responses",
            _response(status="incomplete", output=[], incomplete_details={"reason": "content_filter"}),
            ModelRefusedError,
        ),
        ("responses", _response(status="failed", output=[]), ModelUnavailableError),
        ("responses", {"output": None}, ModelAnswerInvalidError),
        ("responses", "<html>a proxy's page</html>", ModelError),
    ],
)
async def test_a_refusal_or_a_broken_answer_ends_in_its_own_sentence(
    wire: Wire, answer: Any, error: type[ModelError], prompt: RenderedPrompt
) -> None:
    async def on_request(_: web.Request) -> web.StreamResponse:
        return web.json_response(answer) if not isinstance(answer, str) else web.Response(text=answer)

    with pytest.raises(error):
        await _ask(on_request, wire, prompt)


@pytest.mark.parametrize(
    ("base_url", "wire"),
    [
        ("https://api.openai.com/v1", "responses"),
        ("https://eu.api.openai.com/v1", "responses"),
        ("http://127.0.0.1:11434/v1", "chat"),
        ("https://api.openai.com.example.org/v1", "chat"),
        ("https://openrouter.ai/api/v1", "chat"),
    ],
)
def test_only_openai_itself_is_spoken_to_in_responses(base_url: str, wire: Wire) -> None:
    assert wire_of(base_url) == wire


def test_nothing_configured_opens_no_model() -> None:
    assert open_model(api_key=None, base_url=None, model="gpt-test") is None
    assert open_model(api_key="", base_url="", model=None) is None


def test_a_key_alone_opens_the_default_model() -> None:
    model = open_model(api_key="key", base_url=None, model=None)
    assert model is not None
    assert model.name == DEFAULT_MODEL
