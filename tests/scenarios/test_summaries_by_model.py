"""Summaries of threads with a model behind the OpenAI wire: its words are held to what people said."""

import json
from pathlib import Path
from typing import Any

import pytest
from llmock.pytest_plugin import LLMock
from llmock.scenarios import Reply as LLMReply

from bot.settings import Settings
from tests.person import Message, Slacker
from tests.scenarios.conftest import one_database

pytestmark = one_database

NOTHING: dict[str, list[dict[str, Any]]] = {"decided": [], "questions": [], "actions": [], "feedback": []}
SHIPPED = "ship CSV only, with one row per invoice line and the tax columns in"
DECISION = 7
"""The message in which Mina decides, counted from 0."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path, llmock: LLMock) -> Settings:
    """Return settings with a model behind a compatible server."""
    return Settings(
        _env_file=None,
        database_url=database_url,
        data_dir=tmp_path,
        openai_base_url=llmock.base_url(),
        model="local-small",
    )


@pytest.fixture
async def thread(mina: Slacker) -> Message:
    """Return the story's long thread."""
    return await mina.sees("#product", containing="Invoice export: let's settle what the first release holds")


def _answers(llmock: LLMock, **lists: list[dict[str, Any]]) -> None:
    llmock.reply(json.dumps(NOTHING | lists))


async def test_what_the_model_shortens_faithfully_is_shown_with_its_source(
    mina: Slacker, thread: Message, llmock: LLMock
) -> None:
    _answers(llmock, decided=[{"text": SHIPPED, "cites": [DECISION]}])
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert f"• {SHIPPED} [{DECISION + 1}]" in modal.text
    assert "18 of 18 messages read · model local-small" in modal.text


async def test_what_the_model_makes_up_is_put_back_into_the_message_s_own_words(
    mina: Slacker, thread: Message, llmock: LLMock
) -> None:
    _answers(llmock, decided=[{"text": "Ship PDF and CSV in March for Acme", "cites": [DECISION]}])
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert "March" not in modal.text
    assert f"Let's {SHIPPED}. [{DECISION + 1}]" in modal.text
    assert "1 line put back into its own words" in modal.text


async def test_a_line_without_a_source_is_not_shown(mina: Slacker, thread: Message, llmock: LLMock) -> None:
    _answers(
        llmock,
        decided=[{"text": SHIPPED, "cites": [DECISION]}, {"text": "Ship in March", "cites": []}],
        actions=[{"text": "Book a party", "cites": [99], "owner": "Grace"}],
    )
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert [line for line in modal.text.splitlines() if line.startswith("•")] == [f"• {SHIPPED} [{DECISION + 1}]"]


async def test_an_owner_that_the_message_does_not_name_is_left_out(
    mina: Slacker, thread: Message, llmock: LLMock
) -> None:
    said = "book the tax review with the outside firm this week"
    _answers(llmock, actions=[{"text": said, "cites": [12], "owner": "Grace"}])
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Actions")
    assert said in modal.text
    assert "Grace" not in modal.text


async def test_with_the_model_down_the_summary_comes_without_it(mina: Slacker, thread: Message, llmock: LLMock) -> None:
    llmock.fail(503, times=None, retry_after=0.01)
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert "Let's ship CSV only" in modal.text
    assert "18 of 18 messages read · extractive, as the model gave no answer" in modal.text


async def test_a_model_that_talks_nonsense_is_not_listened_to(mina: Slacker, thread: Message, llmock: LLMock) -> None:
    llmock.reply("I think they all went home.", times=None)
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert "went home" not in modal.text
    assert "extractive, as the model gave no answer" in modal.text


async def test_personal_data_and_secrets_do_not_reach_the_model(
    mina: Slacker, lee: Slacker, thread: Message, llmock: LLMock
) -> None:
    await lee.writes("#product", "Write to ann@example.com about the tax review, please.", thread=thread)
    _answers(llmock, decided=[{"text": SHIPPED, "cites": [DECISION]}])
    await (await mina.uses("Summarize thread", on=thread)).shows("model local-small")
    sent = json.dumps(llmock.last_request.body)
    assert SHIPPED in sent
    assert "ann@example.com" not in sent


async def test_the_model_is_asked_by_chat_completions_on_a_compatible_server(
    mina: Slacker, thread: Message, llmock: LLMock
) -> None:
    _answers(llmock, decided=[{"text": SHIPPED, "cites": [DECISION]}])
    await (await mina.uses("Summarize thread", on=thread)).shows("model local-small")
    assert llmock.last_request.path.endswith("/chat/completions")
    assert llmock.last_request.body["response_format"]["type"] == "json_schema"


async def test_a_model_that_turns_a_decision_around_is_put_right(
    mina: Slacker, thread: Message, llmock: LLMock
) -> None:
    _answers(llmock, decided=[{"text": "give customers a date before the tax review has one", "cites": [16]}])
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    (line,) = [line for line in modal.text.splitlines() if line.startswith("•")]
    assert "We decided not to give customers a date before the tax review has one" in line
    assert line.endswith("[17]")


async def test_a_slow_model_is_not_waited_for(
    mina: Slacker, thread: Message, llmock: LLMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.summaries.MODEL_SECONDS", 0.8)
    llmock.delay(1.0, times=None)
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("18 messages read, and the model is writing.")
    await modal.shows("Decided")
    assert "18 of 18 messages read · extractive, as the model gave no answer" in modal.text


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_answer_that_is_cut_off_or_refused_is_not_shown(
    mina: Slacker, thread: Message, llmock: LLMock, reason: str
) -> None:
    half = json.dumps(NOTHING | {"decided": [{"text": SHIPPED, "cites": [DECISION]}]})
    llmock.add(LLMReply(text=half, finish_reason=reason, times=None))
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("Decided")
    assert "extractive, as the model gave no answer" in modal.text


async def test_a_long_thread_is_cut_for_the_model_and_the_summary_says_so(
    mina: Slacker, thread: Message, llmock: LLMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.thread_summary.model_answer.newest_that_fit.__defaults__", (900,))
    _answers(llmock, decided=[{"text": "We decided not to give customers a date", "cites": [16]}])
    modal = await (await mina.uses("Summarize thread", on=thread)).shows("model local-small")
    assert "of 18 messages read" in modal.text
    assert "18 of 18" not in modal.text
    assert "what the first release holds" not in json.dumps(llmock.last_request.body)


async def test_a_model_that_is_down_changes_no_answer(mina: Slacker, llmock: LLMock) -> None:
    llmock.fail(503, times=None, retry_after=0.01)
    answer = await mina.types("#product", "/roadmap when does SSO ship?")
    assert answer.text.startswith("SSO for all plans (RM-1) is in Now, on track")
    assert llmock.requests == []
