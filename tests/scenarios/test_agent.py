"""The conversation with the bot, as Slack's agent pane has it: suggestions on top, answers in threads."""

import pytest

from bot.app import Linchpin
from tests.person import Message, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.test_path import next_thursday_at
from tests.scenarios.words import all_done, stored

pytestmark = one_database


ALL = {"What ships next?": "• Audit log API (RM-3) is in Next", "What changed this week?": "• Invoice export (RM-2)"}


def suggested(slack: Slack, said: Message) -> dict[str, str]:
    """Return what is suggested on top of the conversation that a message stands in: title to message."""
    shown = slack.workspace.agent.get(said.channel, {}).get("", {})
    return {one["title"]: one["message"] for one in shown.get("prompts", {}).get("prompts", [])}


@pytest.mark.parametrize(
    ("name", "offers"),
    [
        ("mina", {**ALL, "What is at risk?": "(RM-2) is in Now, AT RISK", "Capture feedback": "Tap the button"}),
        ("lee", {**ALL, "What are my requests doing?": "You asked for", "Capture feedback": "Tap the button"}),
        ("noor", {**ALL, "What can I type?": "What you can type"}),
    ],
)
async def test_a_conversation_begins_with_what_the_role_may_ask_and_each_is_answered_below(
    slack: Slack, name: str, offers: dict[str, str]
) -> None:
    person = slack.as_(name)
    said = await person.writes("@linchpin", "hello")
    await person.person.open_home("messages")
    prompts = await slack.until(lambda: suggested(slack, said) or None, "Nothing is suggested.")
    assert list(prompts) == list(offers)
    for title, answer in offers.items():
        asked = await person.writes("@linchpin", prompts[title])
        await person.sees("@linchpin", containing=answer, thread=asked)


async def test_what_follows_in_a_conversation_is_answered_in_it(lee: Slacker) -> None:
    asked = await lee.writes("@linchpin", "when does SSO ship?")
    await lee.sees("@linchpin", containing="(RM-1) is in Now", thread=asked)
    await lee.writes("@linchpin", "and who owns invoice export?", thread=asked)
    await lee.sees("@linchpin", containing="Its owner is @dana", thread=asked)


async def test_an_answer_is_announced_until_it_is_there(lee: Slacker, slack: Slack) -> None:
    told: list[str] = []

    def note(_: object) -> None:
        told.extend(
            shown["status"] for one in slack.workspace.agent.values() for shown in one.values() if "status" in shown
        )

    stop = slack.workspace.subscribe(note)
    asked = await lee.writes("@linchpin", "when does SSO ship?")
    await lee.sees("@linchpin", containing="(RM-1) is in Now", thread=asked)
    stop()
    assert set(told) == {"is thinking…"}
    assert "status" not in slack.workspace.agent[asked.channel][asked.ts]


async def test_an_answer_comes_all_the_same_where_slack_shows_nothing_before_it(
    lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    slack.sandbox.faults.rate_limit("assistant.threads.setSuggestedPrompts")
    slack.sandbox.faults.fail("assistant.threads.setStatus", status=503)
    await lee.person.open_home("messages")
    asked = await lee.writes("@linchpin", "when does SSO ship?")
    await lee.sees("@linchpin", containing="(RM-1) is in Now", thread=asked)
    await all_done(slack, bot)
    assert stored(bot, "SELECT count(*) FROM intake WHERE tries > 1") == [0]


async def test_what_a_click_brings_appears_in_the_same_conversation(lee: Slacker, noor: Slacker, slack: Slack) -> None:
    asked = await lee.writes("@linchpin", "follow RM-3")
    offer = await lee.sees("@linchpin", containing="follow RM-3", thread=asked)
    await lee.clicks("Do it", on=offer)
    told = await lee.sees_only_me("@linchpin", containing="You follow RM-3")
    assert told.thread_ts == asked.ts
    asked = await noor.writes("@linchpin", "do we have an offline mode for warehouses?")
    answer = await noor.sees("@linchpin", containing="I have no roadmap item", thread=asked)
    await noor.clicks("Capture it as feedback", on=answer)
    refused = await noor.sees_only_me("@linchpin", containing="Only members of this workspace can capture feedback")
    assert refused.thread_ts == asked.ts


async def test_a_question_without_an_answer_is_kept_from_wherever_it_was_asked(lee: Slacker, sofia: Slacker) -> None:
    question = "do we have an offline mode for warehouses?"
    mentioned = await lee.writes("#product", f"@linchpin {question}")
    direct = await lee.writes("@linchpin", question)
    told = "I have no roadmap item or feedback about"
    for answer in (
        await lee.sees("#product", containing=told, thread=mentioned),
        await lee.sees("@linchpin", containing=told, thread=direct),
        await lee.types("#product", f"/roadmap ask {question}"),
    ):
        await lee.clicks("Capture it as feedback", on=answer)
        form = await lee.sees_modal("Capture feedback")
        assert form.fields["quote"] == question
        await form.close()
    asked = await sofia.writes("#support", question)
    about = await lee.uses("Ask roadmap about this", on=asked)
    await lee.clicks("Capture it as feedback", on=about)
    form = await lee.sees_modal("Capture feedback")
    assert form.fields["quote"] == question
    await form.submit()
    assert "FB-7" in (await lee.types("#product", "/roadmap find warehouses")).text


async def test_the_owner_of_an_item_is_asked_once_what_the_roadmap_does_not_say(
    lee: Slacker, noor: Slacker, slack: Slack, bot: Linchpin
) -> None:
    asked = await lee.writes("@linchpin", "when does invoice export ship?")
    answer = await lee.sees("@linchpin", containing="(RM-2) is in Now", thread=asked)
    await lee.clicks("Ask owner", on=answer)
    told = await lee.sees_only_me("@linchpin", containing="I passed your question on to @dana, who owns RM-2.")
    assert told.thread_ts == asked.ts
    slack.moves_clock_to(next_thursday_at(10, bot.house.now()))  # by day for the owner, whenever this runs
    question = await slack.as_("dana").dm_from_bot(containing="@lee asks you about RM-2 Invoice export, which you own:")
    assert ">when does invoice export ship?" in question.text
    await lee.clicks("Ask owner", on=answer)
    await lee.sees_only_me("@linchpin", containing="@dana has that question from you already.")
    modal = await lee.uses("Ask roadmap about this", on=asked)
    await lee.clicks("Ask owner", on=modal)
    await lee.sees_modal("Linchpin")
    asked = await noor.writes("@linchpin", "when does invoice export ship?")
    await noor.clicks("Ask owner", on=await noor.sees("@linchpin", containing="(RM-2) is in Now", thread=asked))
    await noor.sees_only_me("@linchpin", containing="Only members of this workspace can ask the owner of an item.")
    assert stored(bot, "SELECT count(*) FROM outbox WHERE kind = 'owner_question'") == [1]
    await lee.clicks("Wrong?", on=answer)
    await lee.sees_only_me(
        "@linchpin", containing="Thank you. I'm telling @dana, who owns RM-2, that this may be wrong."
    )
    await slack.as_("dana").dm_from_bot(containing="@lee asked about RM-2 Invoice export, which you own, and thinks")
    await lee.clicks("Wrong?", on=answer)
    await lee.sees_only_me("@linchpin", containing="@dana has heard that from you already.")
    await lee.clicks("Customer-safe version", on=answer)
    words = '>Invoice export is on our roadmap under "Now". We don\'t share dates.'
    await lee.sees_only_me("@linchpin", containing=f"You can tell a customer:\n{words}")
