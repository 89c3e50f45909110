"""Items and feedback are found by words, and nobody finds what is not for them."""

import secrets
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import answers, feedback, kept_threads, search, suggestions
from bot.services.feedback import Draft
from handlers import search as search_topic
from handlers.house import House
from storage import search as texts
from storage.database import Database
from storage.models import FeedbackVisibility, ItemVisibility, JobRow, Reader
from storage.search import known_words
from tests.building import (
    ADA,
    GUEST,
    LEE,
    MINA,
    NOW,
    STRANGER,
    TEAM,
    a_note,
    an_account,
    an_item,
    cause,
    places_of,
    rows_of,
    show_only_to,
)


async def _refs(database: Database, reader: Reader, text: str) -> list[str]:
    return [hit.noun.ref for hit in (await search.find(database, reader=reader, text=text)).hits]


async def test_items_and_feedback_are_found_by_the_words_that_they_hold(database: Database) -> None:
    await an_item(database, "Dark mode", summary="For people who work at night")
    await an_item(database, "Invoice export")
    await a_note(database, "The export is too slow", problem="Slow invoices")
    assert await _refs(database, LEE, "dark") == ["RM-1"]
    assert await _refs(database, LEE, "working nights") == ["RM-1"]
    assert set(await _refs(database, LEE, "invoices exported")) == {"RM-2", "FB-1"}
    assert await _refs(database, LEE, "calendar") == []


async def test_feedback_is_found_by_its_customer_from_its_capture_on_and_after_every_change(database: Database) -> None:
    note = await a_note(database, "The export is too slow", customer="Acme")
    number = note.feedback.number
    assert await _refs(database, MINA, "acme") == ["FB-1"]
    await kept_threads.keep(database, team_id=TEAM, number=number, words={"1.2": "Night shifts"})
    assert await _refs(database, MINA, "acme night") == ["FB-1"]
    everyone = FeedbackVisibility.EVERYONE
    draft = Draft(quote="The export is too slow", original="", customer="Stark", visibility=everyone)
    await feedback.edit(database, by=LEE, number=number, draft=draft, cause=cause(), now=NOW)
    assert (await _refs(database, MINA, "stark"), await _refs(database, MINA, "acme")) == (["FB-1"], [])


async def test_who_may_not_see_customers_finds_nothing_by_their_names(database: Database) -> None:
    await an_account(database, "Globex")
    told: dict[str, Any] = {"customer": "Globex", "channel": "C1", "message_ts": "1.1"}
    note = (await a_note(database, "Logins are slow", by=MINA, **told)).feedback
    viewer = replace(GUEST, channels=frozenset({"C1"}))
    for reader, found in ((LEE, [note.ref]), (viewer, [])):
        for asked in ("globex", "glebex"):
            about = await search.find(database, reader=reader, text=asked)
            assert [one.ref for one in about.feedback] == found, (reader.role, asked)
    both = await search.find(database, reader=viewer, text="glebex logins")
    assert ([one.ref for one in both.feedback], both.corrected) == ([note.ref], ())


async def test_what_only_a_customer_s_name_finds_does_not_crowd_out_what_the_word_finds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 2)
    viewer = replace(GUEST, channels=frozenset({"C1"}))
    own = (await a_note(database, "The mercury export", by=MINA, channel="C1", message_ts="1.1")).feedback
    await an_account(database, "Mercury")
    for number in range(4):
        told: dict[str, Any] = {"customer": "Mercury", "channel": "C1", "message_ts": f"2.{number}"}
        await a_note(database, "Logins are slow", by=MINA, **told)
    found = await search.find(database, reader=viewer, text="mercury", limit=2)
    assert [one.ref for one in found.feedback] == [own.ref]


async def test_a_word_in_the_title_counts_for_more_than_one_in_the_text(database: Database) -> None:
    await an_item(database, "Reports", summary="They hold the audit log, the webhooks and the billing of a month")
    await an_item(database, "Audit log", summary="Who did what, and when")
    assert await _refs(database, LEE, "audit log") == ["RM-2", "RM-1"]


@pytest.mark.parametrize(("typed", "meant"), [("wehbooks", "webhook"), ("expotr", "export"), ("integartion", "integr")])
async def test_a_typo_is_forgiven_and_told(database: Database, typed: str, meant: str) -> None:
    await an_item(database, "Webhooks integration export")
    found = await search.find(database, reader=LEE, text=typed)
    assert [item.ref for item in found.items] == ["RM-1"]
    assert [known for _, known in found.corrected] == [meant]


async def test_a_typo_never_tells_a_word_of_what_the_reader_may_not_see(database: Database) -> None:
    item = await an_item(database, "Zephyr acquisition")
    await show_only_to(database, item, ItemVisibility.RESTRICTED, ADA)
    hidden = await search.find(database, reader=LEE, text="zephir")
    assert (hidden.hits, hidden.corrected) == ((), ())
    assert (await search.find(database, reader=ADA, text="zephir")).corrected == (("zephir", "zephyr"),)


async def test_what_a_reader_may_not_see_is_not_found(database: Database) -> None:
    restricted = await an_item(database, "Secret dark mode", owner="UOWNER")
    product = await an_item(database, "Product dark mode", owner="UOWNER")
    await show_only_to(database, restricted, ItemVisibility.RESTRICTED, ADA)
    await show_only_to(database, product, ItemVisibility.PRODUCT)
    await a_note(database, "Dark for members", visibility=FeedbackVisibility.MEMBERS, channel="C9", message_ts="1.1")
    await a_note(database, "Dark for product", visibility=FeedbackVisibility.PRODUCT, by=MINA)
    other = Reader(TEAM, "UELSE", LEE.role)
    member = Reader(TEAM, "UELSE", LEE.role, frozenset({"C9"}))
    assert await _refs(database, other, "dark") == []
    assert await _refs(database, member, "dark") == ["FB-1"]
    assert await _refs(database, ADA, "dark") == ["RM-1"]
    assert set(await _refs(database, MINA, "dark")) == {"RM-2", "FB-2"}


async def test_what_a_reader_may_see_is_found_behind_much_that_they_may_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 3)
    await a_note(database, "Dark for members", visibility=FeedbackVisibility.MEMBERS, channel="C9", message_ts="1.1")
    for _ in range(10):
        await a_note(database, "Dark for product", visibility=FeedbackVisibility.PRODUCT, by=MINA)
    member = Reader(TEAM, "UELSE", LEE.role, frozenset({"C9"}))
    assert await _refs(database, member, "dark") == ["FB-1"]


async def test_a_large_index_forgets_in_the_background(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MERGED_AT_ONCE", 1)
    note = (await a_note(database, "zanzibar rocks")).feedback
    for turn in range(10):
        await a_note(database, " ".join(f"word{turn}x{n}" for n in range(300)))
    await database.write(lambda session: search.forget(session, note))
    jobs = await rows_of(database, JobRow, JobRow.task == "merge_index")
    assert bool(jobs) == database.is_sqlite == ("search_index_data" in await places_of(database, "zanzibar"))
    for job in jobs:
        await search_topic.tasks(cast(House, SimpleNamespace(database=database)))[job.task](TEAM, job.args)
    assert "search_index_data" not in await places_of(database, "zanzibar")


async def test_another_workspace_finds_nothing(database: Database) -> None:
    await an_item(database, "Dark mode")
    await a_note(database, "Dark, please")
    found = await search.find(database, reader=STRANGER, text="dark darc")
    assert (found.hits, found.corrected) == ((), ())


async def test_edited_words_replace_the_old_ones(database: Database) -> None:
    await a_note(database, "We need zanzibar")
    draft = Draft(quote="We need tanganyika", original="", visibility="everyone")
    await feedback.edit(database, by=LEE, number=1, draft=draft, cause=cause(), now=NOW)
    assert await _refs(database, LEE, "tanganyika") == ["FB-1"]
    assert await _refs(database, LEE, "zanzibar") == []
    known = await database.read(lambda session: known_words(session, team_id=TEAM, words=["zanzibar", "tanganyika"]))
    assert known == {"tanganyika"}


async def test_a_pasted_file_in_a_message_does_no_harm(database: Database) -> None:
    blob = secrets.token_hex(4000)
    await a_note(database, f"The zanzibar page breaks and says {blob}")
    assert await _refs(database, LEE, "zanzibar") == ["FB-1"]
    assert await _refs(database, LEE, blob) == []


async def test_a_message_is_matched_with_the_live_items_it_is_about_and_says_why(database: Database) -> None:
    await an_item(database, "Audit log API", lane="next")
    await an_item(database, "Audit log for admins", lane="shipped")
    await an_item(database, "Dark mode")
    found = await suggestions.matches(database, reader=LEE, text="Our auditors want the audit log by Friday")
    assert [(match.item.ref, match.words) for match in found] == [("RM-1", ("audit", "log"))]


async def test_one_word_in_common_makes_a_match_only_in_a_title(database: Database) -> None:
    await an_item(database, "SSO for all plans", lane="next")
    await an_item(database, "Faster exports", lane="next", summary="As noted in the meeting, large files come late")
    long = "Umbrella's people sign in five times each morning, in every tool of theirs, and would rather have SSO"
    for said, refs in (("SSO, please", ["RM-1"]), (long, ["RM-1"]), ("noted.", []), ("Files come so late", ["RM-2"])):
        found = await suggestions.matches(database, reader=LEE, text=said)
        assert [match.item.ref for match in found] == refs, said


async def test_another_message_of_an_account_is_recognized_by_its_name(database: Database) -> None:
    await a_note(database, "Dark", customer="Acme Corp")
    await a_note(database, "Dark", customer="Acme")
    name = await suggestions.customer_in(database, team_id=TEAM, channel_name="acme-corp_support", text="hello")
    assert name == "Acme Corp"
    assert await suggestions.customer_in(database, team_id=TEAM, channel_name="acmeology", text="hi") == ""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=120) | st.text("\"'*()&|!:<>-^~\\%_ ANDORNEARrm-19½²", max_size=60) | st.from_regex(r"RM-\d{1,30}")
)
async def test_hostile_text_never_raises(database: Database, text: str) -> None:
    if not await _refs(database, LEE, "dark"):
        await an_item(database, "Dark mode")
    await search.find(database, reader=LEE, text=text)
    await suggestions.matches(database, reader=LEE, text=text)
    await answers.ask(database, reader=LEE, question=text, now=NOW)
