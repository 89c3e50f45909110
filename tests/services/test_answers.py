"""Answers are made of rows, cite them, and say so when there are none."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.services import answers, roadmap
from bot.services.answers import Answer, Evidence, Fact, Sayer, Statement
from bot.services.due import Due
from storage.database import Database, Session
from storage.models import ItemVisibility, Reader
from tests.building import (
    ADA,
    GUEST,
    LEE,
    MINA,
    NOW,
    ROOT,
    STRANGER,
    a_note,
    an_account,
    an_item,
    cause,
    set_item,
    show_only_to,
)  # fmt: skip

Q4 = Due(date(2026, 12, 31), "quarter")


async def _ask(database: Database, question: str, reader: Reader = LEE, sayers: list[Sayer] | None = None) -> Answer:
    return await answers.ask(database, reader=reader, question=question, now=NOW, sayers=sayers)


def _said(answer: Answer) -> list[str]:
    """Return the statements in words, facts as their bare values."""
    return [
        "".join(part if isinstance(part, str) else str(part.value) for part in one.parts) for one in answer.statements
    ]


@pytest.fixture
async def roadmap_with_sso(database: Database) -> Database:
    """Return a roadmap on which SSO is due, asked for by Acme, among other things."""
    await an_item(database, "SSO for all plans", lane="now", due=Q4, owner="ULEE")
    await an_item(database, "Dark mode", lane="next")
    await an_item(database, "Invoice export", lane="later")
    await an_account(database, "Globex")
    asked: dict[str, Any] = {"customer": "Acme", "item": 1}
    await a_note(database, "Our auditors want SSO", now=NOW - timedelta(days=3), **asked)
    return database


async def test_a_question_when_is_answered_with_lane_status_and_date(roadmap_with_sso: Database) -> None:
    answer = await _ask(roadmap_with_sso, "When does SSO ship?")
    assert _said(answer) == ["SSO for all plans (RM-1) is in now, on-track, 2026-12-31."]
    assert [record.ref for record in answer.records] == ["RM-1"]
    assert (answer.found, answer.dropped, answer.as_of) == (True, 0, NOW)


@pytest.mark.parametrize(
    ("question", "refs"),
    [
        ("When can we switch on SSO?", ["RM-1"]),
        ("Will users be able to use dark mode?", ["RM-2"]),
        ("What is happening with invoice export?", ["RM-3"]),
        ("When can Hooli start using SSO?", ["RM-1"]),
        ("What are we building now?", ["RM-1"]),
        ("When can we turn on the dark side of the moon?", []),
        ("Who can switch on things?", []),
    ],
)
async def test_words_that_people_put_around_what_they_ask_about_hide_nothing(
    roadmap_with_sso: Database, question: str, refs: list[str]
) -> None:
    for reader in (LEE, GUEST):
        answer = await _ask(roadmap_with_sso, question, reader)
        assert [record.ref for record in answer.records] == refs


async def test_what_people_put_around_a_question_may_be_what_it_is_about(database: Database) -> None:
    for title in ("Export", "Switch to metered export"):
        await an_item(database, title)
    answer = await _ask(database, "When do we switch export?")
    assert [record.ref for record in answer.records] == ["RM-2"]


async def test_a_question_who_is_answered_with_the_owner(roadmap_with_sso: Database) -> None:
    answer = await _ask(roadmap_with_sso, "Who owns dark mode?")
    assert _said(answer) == ["Dark mode (RM-2) is in next, planned.", "Its owner is UMINA."]


async def test_a_question_why_is_answered_with_the_reason_that_was_given(roadmap_with_sso: Database) -> None:
    move: dict[str, Any] = {
        "by": MINA,
        "number": 2,
        "lane": "later",
        "reason": "tax comes first",
        "cause": cause(),
        "now": NOW,
    }
    await roadmap.move(roadmap_with_sso, **move)
    for question in ("Why was dark mode moved?", "What is the reason dark mode is late?"):
        answer = await _ask(roadmap_with_sso, question)
        assert "The reason given for the last change of lane was: “tax comes first”." in _said(answer)


async def test_a_question_which_accounts_is_answered_with_their_feedback(roadmap_with_sso: Database) -> None:
    answer = await _ask(roadmap_with_sso, "Which accounts asked for SSO?")
    assert [one for one in _said(answer) if one.startswith("Acme asked on 2026-11-21")]
    assert [record.ref for record in answer.records] == ["RM-1", "FB-1"]


async def test_a_question_about_a_lane_is_answered_with_its_items(roadmap_with_sso: Database) -> None:
    answer = await _ask(roadmap_with_sso, "What is next?")
    assert _said(answer) == ["Dark mode (RM-2) is in next, planned."]


async def test_an_item_named_by_its_id_is_answered_about(roadmap_with_sso: Database) -> None:
    assert _said(await _ask(roadmap_with_sso, "how is rm-3 doing"))[0].startswith("Invoice export (RM-3) is in later")


async def test_an_account_named_in_the_question_gets_its_feedback_and_no_date_of_its_own(
    roadmap_with_sso: Database,
) -> None:
    await a_note(roadmap_with_sso, "SSO too", customer="Globex", item=1)
    said = _said(await _ask(roadmap_with_sso, "When does Acme get SSO?"))
    assert said[1].startswith("Acme asked on 2026-11-21")
    assert said[2] == "RM-1 has no date per account, so I can't give Acme one. Owner: ULEE."
    assert "Globex" not in " ".join(said)


async def test_a_guest_hears_no_account_names(roadmap_with_sso: Database) -> None:
    for question in ("When does SSO come for our accounts?", "Which accounts asked for SSO?"):
        answer = await _ask(roadmap_with_sso, question, GUEST)
        assert answer.found
        assert "Acme" not in " ".join(_said(answer))


async def test_a_guest_does_not_learn_from_an_answer_who_is_a_customer(roadmap_with_sso: Database) -> None:
    for question in ("When does {} get SSO?", "What did {} ask for?", "What does {} want?"):
        customer, nobody = [await _ask(roadmap_with_sso, question.format(name), GUEST) for name in ("Acme", "Zork")]
        assert _said(customer) == _said(nobody)
        assert customer.topic.replace("acme", "zork") == nobody.topic


@pytest.mark.parametrize(
    "question", ["When does offline mode come?", "Is there a plan for teleportation?", "", "?!", "🤷"]
)
async def test_without_evidence_there_is_no_answer(roadmap_with_sso: Database, question: str) -> None:
    answer = await _ask(roadmap_with_sso, question)
    assert (answer.found, answer.statements, answer.records) == (False, (), ())


async def test_what_was_looked_for_is_named_when_nothing_was_found(roadmap_with_sso: Database) -> None:
    assert (await _ask(roadmap_with_sso, "When does Acme get offline sync?")).topic == "offline sync"


async def test_a_restricted_item_is_never_mentioned_to_others(database: Database) -> None:
    item = await an_item(database, "Zephyr acquisition", lane="now", owner="UOWNER")
    await show_only_to(database, item, ItemVisibility.RESTRICTED, ADA)
    await a_note(database, "Zephyr, please", customer="Acme", item=1, by=ROOT, visibility="product")
    questions = [
        "When is Zephyr?",
        "What about RM-1?",
        "What is in now?",
        "Who wants Zephyr?",
        "When does Acme get Zephyr?",
    ]
    for question in questions:
        assert (await _ask(database, question, ADA)).found, question
        for reader in (LEE, MINA, GUEST, STRANGER):
            answer = await _ask(database, question, reader)
            assert (answer.found, answer.records) == (False, ()), (question, reader)


async def test_private_feedback_is_not_cited_to_others(roadmap_with_sso: Database) -> None:
    await a_note(roadmap_with_sso, "SSO now", customer="Globex", item=1, by=MINA, visibility="product")
    for reader, cited in ((LEE, ["RM-1", "FB-1"]), (MINA, ["RM-1", "FB-2", "FB-1"])):
        answer = await _ask(roadmap_with_sso, "Which customers need SSO?", reader)
        assert [record.ref for record in answer.records] == cited


async def test_the_same_question_gets_the_same_facts(roadmap_with_sso: Database) -> None:
    first, second = [await _ask(roadmap_with_sso, "When does Acme get SSO?") for _ in range(2)]
    assert first.statements == second.statements


LIES = [
    Fact("RM-1", "lane", "shipped"),
    Fact("RM-1", "due", date(2026, 10, 1)),
    Fact("RM-1", "no_such_field", None),
    Fact("RM-99", "title", "SSO for all plans"),
    Fact("FB-1", "quote", "They will pay double"),
    Fact("account:Acme", "arr", 412_000),
    Fact("account:Globex", "name", "Globex"),
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: f"{lie.ref} {lie.field}")
async def test_a_statement_with_a_fact_that_does_not_hold_is_dropped(roadmap_with_sso: Database, lie: Fact) -> None:
    def liar(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
        yield Statement((Fact("RM-1", "title", "SSO for all plans"), " is true."), ("RM-1",))
        yield Statement((Fact("RM-1", "title", "SSO for all plans"), " is ", lie, "."), ("RM-1",))

    answer = await _ask(roadmap_with_sso, "Which accounts want SSO?", sayers=[liar])
    assert (_said(answer), answer.dropped) == (["SSO for all plans is true."], 1)


async def test_a_statement_that_cites_what_is_not_evidence_is_dropped(roadmap_with_sso: Database) -> None:
    def liar(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
        yield Statement(("It is shipped, trust me.",), ("RM-2",))

    answer = await _ask(roadmap_with_sso, "When does SSO ship?", sayers=[liar])
    assert (answer.found, answer.dropped) == (False, 1)


async def test_a_fact_that_changes_before_the_answer_leaves_is_dropped(roadmap_with_sso: Database) -> None:
    def slow(session: Session, reader: Reader, evidence: Evidence) -> Iterable[Statement]:
        item = evidence.items[0]
        yield Statement((Fact(item.ref, "title", item.title), " is it."), (item.ref,))
        session.connection().execute(text("UPDATE item SET title = 'Something else' WHERE id = :id"), {"id": item.id})

    answer = await _ask(roadmap_with_sso, "When does SSO ship?", sayers=[slow])
    assert (answer.found, answer.dropped) == (False, 1)


async def test_every_fact_of_an_answer_is_what_its_row_says(roadmap_with_sso: Database) -> None:
    for question in ("When does Acme get SSO and why was it moved?", "Who wants SSO?", "Who owns the invoice export?"):
        answer = await _ask(roadmap_with_sso, question)
        rows = {record.ref: record for record in answer.records}
        facts = [fact for one in answer.statements for fact in one.facts if fact.ref in rows]
        assert facts
        for fact in facts:
            assert getattr(rows[fact.ref], fact.field) == fact.value


@pytest.mark.parametrize(
    ("question", "listed_by"),
    [("What is next?", "next"), ("What is planned?", "status:planned"), ("What changed this week?", "digest")],
)
async def test_of_many_items_a_few_are_told_and_the_others_counted(
    database: Database, question: str, listed_by: str
) -> None:
    for number in range(answers.SHOWN + 2):
        item = await an_item(database, f"Plan {number}", lane="later", now=NOW - timedelta(days=1))
        move: dict[str, Any] = {"by": MINA, "number": item.number, "lane": "next", "reason": "its turn", "now": NOW}
        await roadmap.move(database, cause=cause(), **move)
        await set_item(database, item, status="planned")
    answer = await _ask(database, question)
    assert len([one for one in _said(answer) if "is in next" in one]) == answers.SHOWN
    assert (answer.more, answer.more_notes) == ((2, listed_by), False)


async def test_a_question_for_ideas_is_answered_with_them(database: Database) -> None:
    await an_item(database, "Offline mode", lane="later", summary="An idea from support")
    await an_item(database, "Dark mode", lane="now", summary="No idea any more")
    assert _said(await _ask(database, "What ideas do we have?")) == ["Offline mode (RM-1) is in later, idea."]


async def test_what_somebody_wants_shown_is_not_looked_for_by_the_word_show(database: Database) -> None:
    await an_item(database, "Sidecar containers", lane="next")
    await an_item(database, "Charts", lane="later", summary="Show what each pod needs, its sidecar too")
    assert _said(await _ask(database, "show sidecar"))[0] == "Sidecar containers (RM-1) is in next, planned."


PEOPLE_QUESTIONS = [
    "What do people say about offline sync?",
    "Any feedback on offline sync?",
    "Who asked for offline sync?",
]


@pytest.mark.parametrize("question", PEOPLE_QUESTIONS)
async def test_what_people_said_is_answered_with_the_feedback_that_its_reader_may_read(
    roadmap_with_sso: Database, question: str
) -> None:
    await a_note(roadmap_with_sso, "Offline sync, our vans have no signal", customer="Globex", said_by="UADA")
    await a_note(roadmap_with_sso, "Sync offline or we leave", customer="Hooli", by=MINA, visibility="product")
    await a_note(roadmap_with_sso, "Our calendar should sync", customer="Acme")
    for reader, refs in ((LEE, {"FB-2"}), (MINA, {"FB-2", "FB-3"}), (GUEST, set()), (STRANGER, set())):
        answer = await _ask(roadmap_with_sso, question, reader)
        assert {record.ref for record in answer.records} == refs
        assert ("Hooli" in str(_said(answer))) == (reader is MINA)
    said = _said(await _ask(roadmap_with_sso, question))
    assert said[-1].startswith("Globex asked on 2026-11-24")
    assert said[-1].endswith(" (FB-2, by UADA): “Offline sync, our vans have no signal”.")


@pytest.mark.parametrize(
    "question", ["What do people say about {}?", "Did anyone complain about {}?", "What did Acme think of {}?"]
)
async def test_what_people_said_about_an_item_is_told_with_where_the_item_stands(
    roadmap_with_sso: Database, question: str
) -> None:
    for named in ("SSO", "RM-1"):
        stands, *said = _said(await _ask(roadmap_with_sso, question.format(named)))
        assert stands.startswith("SSO for all plans (RM-1) is in now")
        assert said == ["Acme asked on 2026-11-21 14:02:00+00:00 (FB-1): “Our auditors want SSO”."]


async def test_what_one_account_said_is_its_own_and_a_linked_item_is_named_where_it_is(
    roadmap_with_sso: Database,
) -> None:
    await a_note(roadmap_with_sso, "Offline sync for vans", customer="Acme")
    await a_note(roadmap_with_sso, "Offline sync for ships", customer="Globex", item=2)
    of_acme = await _ask(roadmap_with_sso, "What did Acme say about offline sync?")
    assert [record.ref for record in of_acme.records] == ["FB-2"]
    said = _said(await _ask(roadmap_with_sso, "What do people say about offline sync?"))
    linked = [one for one in said if "linked to RM-2 Dark mode" in one]
    assert linked == [one for one in said if "FB-3" in one] != []


async def test_who_asked_names_each_account_once_and_counts_what_is_not_shown(roadmap_with_sso: Database) -> None:
    for number in range(answers.VOICES + 1):
        await a_note(roadmap_with_sso, f"SSO, please, {number}", customer="Globex", item=1)
    answer = await _ask(roadmap_with_sso, "Who asked for SSO?")
    assert "2 accounts asked: Acme, Globex." in _said(answer)
    assert (answer.more, answer.more_notes) == ((2, "why RM-1 all"), True)
    assert (await _ask(roadmap_with_sso, "When does Globex get SSO?")).more == (3, "why RM-1 all")
    assert (await _ask(roadmap_with_sso, "Who asked for RM-1 and RM-2?")).more == (2, "")


@pytest.mark.parametrize(
    ("name", "listed_by"),
    [("Globex", "find Globex customer:Globex"), ("Big Co", 'find Big Co customer:"Big Co"'), ("The One", "")],
)
async def test_what_an_account_said_is_counted_where_it_is_not_all_shown(
    roadmap_with_sso: Database, name: str, listed_by: str
) -> None:
    for number in range(answers.VOICES + 3):
        await a_note(roadmap_with_sso, f"Fix the vans, {number}", customer=name)
    for question in ("What did {} ask for?", "What did {} say?", "What does {} think?", "Feedback of {}?"):
        answer = await _ask(roadmap_with_sso, question.format(name))
        assert len(answer.records) == answers.VOICES, question
        assert (answer.more, answer.topic) == ((3, listed_by), ""), question
    about_vans = await _ask(roadmap_with_sso, f"What did {name} say about vans?")
    assert about_vans.more[0] == 3
    assert about_vans.more[1].startswith("find vans customer:")


@pytest.mark.parametrize("question", ["What do customers say?", "Any complaints?", "Who asked for it?"])
async def test_what_people_said_about_nothing_is_not_looked_for_by_the_word_say(
    roadmap_with_sso: Database, question: str
) -> None:
    await an_item(roadmap_with_sso, "Say what customers complain of when asked")
    answer = await _ask(roadmap_with_sso, question)
    assert (answer.found, answer.aimless, answer.nearly, answer.topic) == (False, True, False, "")


async def test_words_for_people_are_looked_for_where_it_was_asked_about_them(roadmap_with_sso: Database) -> None:
    await an_item(roadmap_with_sso, "User accounts")
    answer = await _ask(roadmap_with_sso, "Who asked for user accounts?")
    assert [record.ref for record in answer.records] == ["RM-4"]


async def test_the_owner_does_not_pass_for_who_asked(roadmap_with_sso: Database) -> None:
    everybody = Reader(LEE.team_id, "", LEE.role)
    for reader, item, readers in ((GUEST, "SSO", "you"), (everybody, "dark mode", "everybody here"), (LEE, "SSO", "")):
        for question in (f"Who asked for {item}?", f"Who complained about {item}?"):
            _, *said = _said(await _ask(roadmap_with_sso, question, reader))
            assert "owner" not in str(said)
            assert [one.endswith(f" that {readers} may read.") for one in said] == [reader is not LEE]
    assert "Its owner is ULEE." in _said(await _ask(roadmap_with_sso, "Who asked for SSO, and who owns it?"))


async def test_that_an_account_said_nothing_of_an_item_is_told(roadmap_with_sso: Database) -> None:
    said = _said(await _ask(roadmap_with_sso, "What did Globex say about SSO?"))
    assert said[1:] == ["There is no feedback from Globex on RM-1 that you may read."]


async def test_where_everybody_reads_along_nobody_is_quoted_or_named(roadmap_with_sso: Database) -> None:
    await a_note(roadmap_with_sso, "Offline sync, our vans have no signal", customer="Globex", said_by="UADA")
    everybody = Reader(LEE.team_id, "", LEE.role)
    for question in PEOPLE_QUESTIONS:
        said = str(_said(await _ask(roadmap_with_sso, question, everybody)))
        assert "(FB-2)" in said
        assert not any(word in said for word in ("vans", "Globex", "UADA"))


async def test_half_the_words_are_not_what_people_are_said_to_have_asked_for(roadmap_with_sso: Database) -> None:
    await an_item(roadmap_with_sso, "Place orders by phone")
    await a_note(roadmap_with_sso, "A debate about pricing")
    answer = await _ask(roadmap_with_sso, "Who asked for debate right place?")
    assert (answer.found, answer.nearly, answer.topic) == (False, True, "debate place")


async def test_what_people_said_is_not_found_by_the_customer_s_name(roadmap_with_sso: Database) -> None:
    await a_note(roadmap_with_sso, "Our vans have no signal", customer="Globex", channel="C1", visibility="members")
    reader = Reader(GUEST.team_id, GUEST.user_id, GUEST.role, frozenset({"C1"}))
    assert (await _ask(roadmap_with_sso, "What do people say about vans?", reader)).found
    for name in ("Globex", "Zork"):
        answer = await _ask(roadmap_with_sso, f"What do people say about {name}?", reader)
        assert (answer.found, answer.nearly) == (False, False)
