"""The agent's side: answers that grow, suggested prompts, and user groups."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.streams import GOOD_SECONDS
from tests.person import Message, Slacker
from tests.sandbox.conftest import refusal
from tests.sandbox.test_events import Ears, ears

__all__ = ["ears"]


@pytest.fixture
async def question(mina: Slacker) -> Message:
    """Return what Mina asks the app in private."""
    return await mina.writes("@echo", "what is next?")


async def test_an_answer_grows_and_ends_with_its_blocks(
    client: AsyncWebClient, mina: Slacker, question: Message
) -> None:
    stream = await client.chat_stream(channel=question.channel, thread_ts=question.ts, buffer_size=1)
    await stream.append(markdown_text="Next is ")
    answer = await mina.dm_from_bot(containing="Next is")
    await stream.append(markdown_text="**Passkeys**")
    await answer.shows("Passkeys")
    await stream.stop(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "RM-4"}}])
    assert answer.text == "Next is **Passkeys**\nRM-4"
    assert answer.thread_ts == question.ts
    late = client.chat_appendStream(channel=question.channel, ts=answer.ts, markdown_text="more")
    assert await refusal(late) == "message_not_in_streaming_state"


async def test_an_answer_that_takes_too_long_is_cut_off_and_can_be_finished_by_an_update(
    sandbox: Sandbox, client: AsyncWebClient, mina: Slacker, question: Message
) -> None:
    begun = await client.chat_startStream(channel=question.channel, thread_ts=question.ts, markdown_text="So")
    now = sandbox.clock.machine()
    sandbox.clock.machine = lambda: now + GOOD_SECONDS + 1  # type: ignore[method-assign]
    late = client.chat_stopStream(channel=question.channel, ts=begun["ts"], markdown_text="more")
    assert await refusal(late) == "message_not_in_streaming_state"
    await client.chat_update(channel=question.channel, ts=begun["ts"], text="So it is")
    await mina.dm_from_bot(containing="So it is")


async def test_a_reader_may_stop_an_answer_and_the_app_hears_it(
    ears: Ears, client: AsyncWebClient, mina: Slacker, question: Message
) -> None:
    begun = await client.chat_startStream(channel=question.channel, thread_ts=question.ts, markdown_text="Well")
    await mina.person.stop(question.channel, begun["ts"])
    await mina.person.stop(question.channel, begun["ts"])
    (event,) = await ears.all("agent_session_stopped")
    assert (event["user"], event["thread_ts"]) == ("U0MINA", question.ts)
    assert event["streaming_message_ts"] == [begun["ts"]]
    more = client.chat_appendStream(channel=question.channel, ts=begun["ts"], markdown_text="more")
    assert await refusal(more) == "stopped_by_user"


async def test_what_the_agent_shows_is_kept_by_conversation_and_thread(
    sandbox: Sandbox, client: AsyncWebClient, question: Message
) -> None:
    prompts = [{"title": "What is next", "message": "What is next?"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id=question.channel, title="Try", prompts=prompts)
    await client.assistant_threads_setStatus(channel_id=question.channel, thread_ts=question.ts, status="is thinking…")
    await client.assistant_threads_setTitle(channel_id=question.channel, thread_ts=question.ts, title="What is next")
    assert sandbox.workspace.agent[question.channel] == {
        "": {"prompts": {"title": "Try", "prompts": prompts}},
        question.ts: {"status": "is thinking…", "title": "What is next"},
    }
    await client.chat_postMessage(channel=question.channel, thread_ts=question.ts, text="Passkeys")
    assert sandbox.workspace.agent[question.channel][question.ts] == {"title": "What is next"}


@pytest.mark.parametrize("prompts", [[], [{"title": "x", "message": "y"}] * 5, [{"title": "x"}]])
async def test_one_to_four_whole_prompts_fit(client: AsyncWebClient, question: Message, prompts: list[object]) -> None:
    call = client.api_call(
        "assistant.threads.setSuggestedPrompts", json={"channel_id": question.channel, "prompts": prompts}
    )
    assert await refusal(call) == "invalid_arguments"


async def test_user_groups_are_listed_with_their_people(sandbox: Sandbox, client: AsyncWebClient) -> None:
    office = sandbox.slack.administration
    office.disable(office.form_group("old", "Old", ["U0LEE"], by="U0MINA"))
    (plain,) = (await client.usergroups_list())["usergroups"]
    assert (plain["handle"], "users" in plain, "user_count" in plain) == ("pms", False, False)
    every = await client.usergroups_list(include_users=True, include_count=True, include_disabled=True)
    assert [(g["handle"], g["users"], g["user_count"]) for g in every["usergroups"]] == [
        ("pms", ["U0MINA"], 1), ("old", ["U0LEE"], 1),
    ]  # fmt: skip
    assert (await client.usergroups_users_list(usergroup="S0PMS"))["users"] == ["U0MINA"]
    assert await refusal(client.usergroups_users_list(usergroup=every["usergroups"][1]["id"])) == "no_such_subteam"
