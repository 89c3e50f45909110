"""A thread in four lists: every line in words that its cited messages hold, with a model or without."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from bot.services.thread_summary import (
    SECTIONS,
    Line,
    Section,
    ThreadMessage,
    ThreadSummary,
    extractive,
    from_model,
    newest_that_fit,
    prompt_messages,
    salient_sentences,
    summary_words,
)
from bot.services.words import word_set

THREADS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "threads.jsonl").read_text(encoding="utf-8").splitlines()
]


def thread(*said: str) -> list[ThreadMessage]:
    """Return a thread from lines such as "Mina: we ship"; a name that ends in "bot" is a bot's."""
    messages = []
    for index, line in enumerate(said, start=1):
        name, _, text = line.partition(": ")
        messages.append(
            ThreadMessage(
                index, f"U0{name.upper()}", name, text, f"{index}.0", f"https://x/{index}", name.endswith("bot")
            )
        )
    return messages


RETENTION = thread(
    "Mina: Where did we land on log retention? Globex keeps asking for 13 months.",
    "Lee: We agreed on 12 months for enterprise, not 13.",
    "buildbot: Build 881 passed. We agreed on nothing.",
    "Tom: What does the storage cost?",
    "Lee: No idea yet.",
    "Mina: Tom, can you update the sizing doc?",
    "Tom: Sure, on it",
    "Priya: Their admin says the export page times out with 10,000 rows, very frustrating.",
    "Mina: I'll tell Globex on Friday.",
)


def answer(**sections: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a model's answer with these lists, the others empty."""
    return {section: sections.get(section, []) for section in SECTIONS}


def claim(text: str, *cites: int, **more: Any) -> dict[str, Any]:
    return {"text": text, "cites": list(cites), **more}


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [line.text for line in lines]


# Without a model


def test_each_kind_of_sentence_goes_on_its_list() -> None:
    summary = extractive(RETENTION)
    assert texts(summary.decided) == ["We agreed on 12 months for enterprise, not 13."]
    assert texts(summary.questions) == ["What does the storage cost?"]
    assert [(line.text, line.owner) for line in summary.actions] == [
        ("Tom, can you update the sizing doc?", "Tom"),
        ("I'll tell Globex on Friday.", "Mina"),
    ]
    assert texts(summary.feedback) == [
        "Globex keeps asking for 13 months.",
        "Their admin says the export page times out with 10,000 rows, very frustrating.",
    ]
    assert summary.gist == ()


def test_what_a_known_customer_wants_is_feedback_and_what_a_team_wants_is_not() -> None:
    said = (
        "Mina: Stark wants audit logs before the renewal", "Tom: Wayne Enterprises' buyers say checkout hangs",
        "Mina: The stark truth is that everybody wants it", "Tom: Legal wants two more weeks",
        "Mina: Does Stark want exports?", "Tom: we met Stark's team on Monday",
    )  # fmt: skip
    known = {"stark", "wayne enterprises"}
    twice = extractive(thread("Mina: Stark wants audit logs before the renewal. Stark asked again."), customers=known)
    assert len(twice.feedback) == 1, "one message is captured once"
    assert texts(extractive(thread(*said), customers=known).feedback) == [
        "Stark wants audit logs before the renewal", "Wayne Enterprises' buyers say checkout hangs",
    ]  # fmt: skip
    assert texts(extractive(thread(*said[:1])).feedback) == []


def test_a_thread_without_cues_is_told_in_short() -> None:
    summary = extractive(thread("A: the cache was evicted overnight on both runners", "B: ah that explains the wait"))
    assert summary.lines == summary.gist
    assert texts(summary.gist)[0] == "the cache was evicted overnight on both runners"


def test_a_secret_is_never_quoted() -> None:
    summary = extractive(thread("Mina: We agreed on the new login. Decision: password=hunter2secret for all."))
    assert texts(summary.decided) == ["We agreed on the new login."]
    assert extractive(thread("Mina: the db has password=hunter2secret now")).lines == ()


def test_code_and_quoted_lines_are_not_sentences() -> None:
    summary = extractive(
        thread("Mina: > We agreed on May.\nNot my words.\n```we agreed on June```\nWe agreed on July.")
    )
    assert texts(summary.decided) == ["We agreed on July."]


PIECES = """we agreed on 12 not 13 ? . ! I'll can you Mina please let's yes > ``` <@U2> e.g. “love” customers want"""
MESSAGES = st.lists(
    st.builds(
        ThreadMessage,
        index=st.just(0),
        user_id=st.sampled_from(["U1", "U2", "U3"]),
        name=st.sampled_from(["Mina", "Lee Ortiz", "", "(x"]),
        text=st.text() | st.lists(st.sampled_from([*sorted(word_set(PIECES)), "\n"]), max_size=25).map(" ".join),
        ts=st.just("1.0"),
        is_bot=st.booleans(),
    ),
    max_size=8,
).map(lambda messages: [replace(message, index=at) for at, message in enumerate(messages, start=1)])


@given(MESSAGES)
def test_every_extractive_line_stands_in_its_message_word_for_word(messages: list[ThreadMessage]) -> None:
    summary = extractive(messages)
    by_index = {message.index: message for message in messages}
    for line in (*summary.lines, *salient_sentences(messages)):
        assert line.text in by_index[line.cites[0]].text
        assert line.own_words
        assert not any(by_index[cite].is_bot for cite in line.cites)
    assert summary.skipped_bots == sum(message.is_bot for message in messages)


def test_the_sample_threads_come_out_as_people_labelled_them() -> None:
    right = wanted = given_ = 0
    for row in THREADS:
        messages = sample(row)
        summary = extractive(messages)
        for section in SECTIONS:
            labels = {entry["index"] if isinstance(entry, dict) else entry for entry in row[section]}
            found = {line.cites[0] - 1 for line in lines_of(summary, section)}
            right += len(labels & found)
            wanted += len(labels)
            given_ += len(found)
    assert right / wanted >= 0.8
    assert right / given_ >= 0.8


def sample(row: dict[str, Any]) -> list[ThreadMessage]:
    return [
        ThreadMessage(index, m["user"], m["name"], m["text"], m["ts"], is_bot=m.get("is_bot", False))
        for index, m in enumerate(row["messages"], start=1)
    ]


def lines_of(summary: ThreadSummary, section: Section) -> tuple[Line, ...]:
    return {
        "decided": summary.decided,
        "questions": summary.questions,
        "actions": summary.actions,
        "feedback": summary.feedback,
    }[section]


# With a model


def test_an_honest_model_keeps_its_shorter_words() -> None:
    summary = from_model(
        answer(
            decided=[claim("12 months for enterprise, not 13", 2)],
            actions=[claim("Mina will tell Globex on Friday", 9, owner="Mina")],
            feedback=[claim("Export page times out with 10,000 rows", 8)],
        ),
        RETENTION,
        total=12,
        model="gpt-test",
        prompt_version="1",
    )
    assert summary.decided == (Line("12 months for enterprise, not 13", (2,), own_words=False),)
    assert summary.actions == (Line("Mina will tell Globex on Friday", (9,), "Mina", own_words=False),)
    assert texts(summary.feedback) == ["Export page times out with 10,000 rows"]
    assert (summary.model, summary.prompt_version) == ("gpt-test", "1")
    assert (summary.read, summary.total, summary.skipped_bots) == (9, 12, 1)
    assert (summary.replaced, summary.dropped) == (0, 0)


@pytest.mark.parametrize(
    ("said", "lie"),
    [
        ("We won't ship SSO in May, but June works.", "We ship SSO in May"),
        ("We ship SSO on May 5 with the EU region.", "We ship SSO on May 6"),
        ("We ship SSO on May 5 with the EU region.", "We ship SSO on May 5 with the US region"),
        ("We ship SSO on May 5 with the EU region.", "We never ship SSO on May 5"),
        ("If legal agrees, we ship SSO.", "We ship SSO"),
        ("We might ship in May.", "We ship in May"),
        ("We ship SSO but not the audit log.", "We ship the audit log but not SSO"),
        ("I'll ask Lee about the contract.", "Lee will ask Mina about the contract"),
        ("Acme is blocked on the export.", "Mina is blocked on the export"),
        ("SSO ships in May. The audit log slipped to June.", "SSO slipped to June"),
        ("We stopped selling the Basic plan.", "Selling the Basic plan"),
        ("Only admins can export.", "Admins can export"),
        ("We moved the launch from Q1 to Q2.", "We moved the launch from Q2 to Q1"),
        ("Mina owns the rollout.", "Will owns the rollout"),
        ("Revenue is 1,200 a month.", "Revenue is 12 a month"),
        ("Great launch.", "Great launch 👎"),
        ("Great launch.", "<!channel> great launch"),
        ("The doc is ready.", "The doc is at https://evil.example/?q=doc"),
    ],
)
def test_a_lie_is_replaced_by_the_message_s_own_sentence(said: str, lie: str) -> None:
    (line,) = from_model(answer(feedback=[claim(lie, 1)]), thread(f"Mina: {said}")).feedback
    assert line.own_words
    assert line.text in said


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("We won't ship SSO in May, but June works.", "We will not ship SSO in May"),
        ("We ship SSO but not the audit log.", "SSO but not the audit log"),
        ("Revenue is 1,200 a month.", "Revenue is 1200 a month"),
        ("I'll ask Lee about the contract.", "Mina will ask Lee about the contract"),
        ("Acme is blocked on the export.", "Mina says Acme is blocked on the export"),
        ("SSO ships in May. The audit log slipped to June.", "SSO ships in May. Audit log slipped to June."),
    ],
)
def test_a_true_shortening_passes(said: str, short: str) -> None:
    (line,) = from_model(answer(feedback=[claim(short, 1)]), thread(f"Mina: {said}")).feedback
    assert (line.text, line.own_words) == (short, False)


@pytest.mark.parametrize("cites", [[], [0], [99], [-1], [3]])
def test_a_line_without_a_person_s_message_is_dropped(cites: list[int]) -> None:
    honest = claim("12 months for enterprise, not 13", 2)
    summary = from_model(answer(decided=[honest, claim("We agreed", *cites)]), RETENTION, model="m")
    assert texts(summary.decided) == ["12 months for enterprise, not 13"]
    assert summary.dropped == 1


def test_what_settles_nothing_does_not_stand_in_for_a_made_up_decision() -> None:
    said = thread("Mina: Globex waits for a refund", "Tom: We decided to wait until May")
    lies = [claim("We decided to give Globex $5,000", 1), claim("We ship it in March", 2)]
    summary = from_model(answer(decided=lies), said, model="m")
    assert texts(summary.decided) == ["We decided to wait until May"]
    assert summary.dropped == 1


def test_a_question_is_never_shown_as_a_decision() -> None:
    summary = from_model(answer(decided=[claim("Storage cost", 4)]), RETENTION, model="m")
    assert "storage" not in " ".join(texts(summary.decided)).lower()
    summary = from_model(answer(questions=[claim("What does the storage cost", 4)]), RETENTION, model="m")
    assert texts(summary.questions) == ["What does the storage cost"]


@pytest.mark.parametrize(
    ("said", "claimed", "owner"),
    [
        ("Tom will update the doc", "Tom", "Tom"),
        ("Tom will update the doc", "tom jones", "Tom"),
        ("Tom will update the doc", "Mina", None),
        ("I'll update the doc for Tom", "Tom", None),
        ("I'll update the doc for Tom", "Mina", "Mina"),
        ("Somebody should update the doc", "Lee", None),
        ("Somebody should update the doc", "", None),
        ("Update the doc together with Lee", "Lee", None),
        ("Lee can't update the doc", "Lee", None),
        ("Docs update: Lee", "Lee", "Lee"),
    ],
)
def test_an_owner_stays_only_where_the_cited_message_gives_them_the_task(
    said: str, claimed: str, owner: str | None
) -> None:
    messages = thread("Tom: Morning", f"Mina: {said}")
    (line,) = from_model(answer(actions=[claim(said, 2, owner=claimed)]), messages).actions
    assert line.owner == owner


@pytest.mark.parametrize("nothing", [{}, answer(), answer(decided=[claim("Lies", 99)]), answer(decided=[claim("", 2)])])
def test_a_model_that_says_nothing_true_leaves_the_extractive_summary(nothing: dict[str, Any]) -> None:
    assert from_model(nothing, RETENTION, model="m", prompt_version="1") == extractive(RETENTION)


WORDS = sorted(
    word_set(" ".join(message.text for message in RETENTION))
    | word_set("never not May Mallory 900 if SSO cancelled Mina Tom says <!here> https://evil.example")
)
CLAIMS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(max_size=20),
            "cites": st.lists(st.integers(-1, 11), max_size=3),
        },
        optional={"owner": st.none() | st.sampled_from(["Mina", "Tom", "Mallory", "may", ""])},
    ),
    max_size=5,
)


@given(st.fixed_dictionaries(dict.fromkeys(SECTIONS, CLAIMS)))
def test_no_word_of_a_lying_model_reaches_a_person(lies: dict[str, Any]) -> None:
    summary = from_model(lies, RETENTION, model="liar")
    people = {message.index: message for message in RETENTION if not message.is_bot}
    for line in summary.lines:
        cited = [people[cite] for cite in line.cites]
        said = " ".join(f"{message.name} {message.text}" for message in cited)
        if line.own_words:
            assert line.text in cited[0].text
            continue
        known = set(re.findall(r"\w+", said.lower()))
        allowed = {"says", "said", "not", "will"}
        stray = {word for word in re.findall(r"\w+", line.text.lower()) if word not in known | allowed}
        assert not stray or stray <= FUNCTION_WORDS
        assert "http" not in line.text
        assert "<!" not in line.text
    for line in summary.actions:
        assert line.owner in {None, "Mina", "Tom"}


FUNCTION_WORDS = word_set(
    """a an the this that these those there here to of in on at for by with from as into onto about is are was were be
    been being am do does did doing has have had having will shall and or we i you he she it they me us him them our
    their its his her my your mine yours who which what when where how why whom whose m ll ve d s re let please also
    just then so"""
)


def test_the_prompt_gets_what_people_said() -> None:
    assert [entry["n"] for entry in prompt_messages(RETENTION)] == [1, 2, 4, 5, 6, 7, 8, 9]
    rendered = prompts.load("summarize_thread").render(messages=prompt_messages(RETENTION))
    assert "Build 881" not in rendered.user
    assert '"from": "Lee"' in rendered.user


def test_of_a_thread_too_long_for_a_model_the_newest_messages_are_read() -> None:
    messages = thread("A: " + "a" * 40, "bot: " + "b" * 900, "C: " + "c" * 40, "D: " + "d" * 40)
    assert newest_that_fit(messages, limit=120) == messages
    assert newest_that_fit(messages, limit=119) == messages[1:]
    assert newest_that_fit(messages, limit=79) == messages[3:]
    assert newest_that_fit(messages, limit=1) == messages[3:]
    assert newest_that_fit([], limit=1) == []


# Long conversations


def test_salient_sentences_keep_to_their_number_and_order() -> None:
    lines = salient_sentences(RETENTION, n=3)
    assert len(lines) == 3
    assert [line.cites[0] for line in lines] == sorted(line.cites[0] for line in lines)


def test_salient_sentences_speak_to_what_was_asked() -> None:
    messages = thread(*[f"Mina: the {word} page needs a new color on the phone" for word in ("price", "team", "login")])
    assert [line.cites for line in salient_sentences(messages, n=1, about="What about the login?")] == [(3,)]


def test_a_longer_conversation_gets_a_longer_summary_within_bounds() -> None:
    short, long = thread("A: " + "word " * 100), thread(*["A: " + "word " * 100] * 80)
    assert summary_words(short) == 50
    assert summary_words(long) == 98
    assert summary_words(thread("A: hello there")) == 15
    assert summary_words([]) == 15
