"""The roadmap by command: reading it, finding things, and changing it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Linchpin
from bot.services import items
from storage.models import Reader, Role
from tests.building import a_note
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database


async def test_the_overview_shows_the_lanes_with_what_stands_behind_each_item(mina: Slacker) -> None:
    overview = await mina.types("#product", "/roadmap")
    assert overview.is_ephemeral
    lines = overview.text.splitlines()
    assert lines[0] == "Roadmap"
    assert lines[1].startswith("11 live items · only you see this · as of ")
    assert [line for line in lines if line in ("Now", "Next", "Later")] == ["Now", "Next", "Later"]
    assert any(line.startswith("• RM-1 SSO for all plans · on track · Q") and "1 account" in line for line in lines)
    assert any("RM-2 Invoice export · AT RISK" in line for line in lines)


@one_database
async def test_the_overview_leaves_out_what_its_reader_may_not_see(lee: Slacker) -> None:
    overview = await lee.types("#product", "/roadmap")
    assert "9 live items" in overview.text
    assert "New pricing tiers" not in overview.text
    assert "Usage-based billing" not in overview.text


@pytest.mark.parametrize(
    ("lane", "inside", "outside"),
    [
        ("now", "RM-1 SSO for all plans", "RM-3"),
        ("next", "RM-3 Audit log API", "RM-1 "),
        ("later", "RM-4 Dark mode", "RM-3"),
        ("shipped", "RM-5 Webhooks v2", "RM-3"),
    ],
)
@one_database
async def test_a_lane_shows_its_items_and_no_others(lee: Slacker, lane: str, inside: str, outside: str) -> None:
    reply = await lee.types("#product", f"/roadmap {lane}")
    assert reply.text.startswith(f"Roadmap · {lane.capitalize()}")
    assert inside in reply.text
    assert outside not in reply.text


async def test_an_item_s_card_tells_where_it_stands_what_was_said_and_why_it_moved(mina: Slacker) -> None:
    card = await mina.types("#product", "/roadmap show RM-3")
    assert "RM-3 Audit log API\nNext · planned · Q" in card.text
    assert "owner @ravi" in card.text
    assert "OBJ-3 Enterprise ready" in card.text
    assert "Later → Next · @mina," in card.text
    assert "Acme and Globex need it for their auditors" in card.text
    assert "status confirmed 5 days ago by @ravi" in card.text


@one_database
async def test_the_quotes_of_a_shared_channel_stay_with_its_members(lee: Slacker, sofia: Slacker) -> None:
    inside = await lee.types("#acme-shared", "/roadmap show RM-3")
    assert "Auditors get screenshots instead of a log" in inside.text
    outside = await sofia.types("#support", "/roadmap show RM-3")
    assert "Auditors get screenshots" not in outside.text
    assert "0 notes + 1 private · 0 accounts" in outside.text


async def test_why_shows_what_stands_behind_an_item_as_far_as_its_reader_may_know(lee: Slacker, noor: Slacker) -> None:
    await lee.types("#product", "/roadmap vote RM-3 for:Globex weight:blocker")
    why = await lee.types("#acme-shared", "/roadmap why RM-3")
    assert why.text.startswith("RM-3 Audit log API · Next · planned · Q")
    assert "\nnumber 1 of 9 live items by revenue · OBJ-3 Enterprise ready\n" in why.text
    assert "\n1 vote · 1 note · 2 accounts · $322k; each account counts once\n" in why.text
    assert "Later → Next by @mina, " in why.text
    assert ">Auditors get screenshots instead of a log\nFB-4 · Acme · important · " in why.text
    assert "\nVotes\nGlobex (blocker)\n" in why.text
    assert "\nLosing more than $112k would put it behind RM-4 Dark mode.\n" in why.text
    outside = (await noor.types("#product", "/roadmap why RM-3")).text
    assert "0 notes + 1 private" in outside
    assert not any(word in outside for word in ("Auditors get", "Globex (", "$", "number 1", "FB-4"))


@one_database
async def test_why_shows_the_rest_of_many_notes_to_whoever_asks_for_them(lee: Slacker, bot: Linchpin) -> None:
    reader = Reader(bot.house.identity.team_id, "UANN")
    for night in range(9):
        await a_note(bot.database, f"Too bright on night {night}", by=reader, item=4)
    why = await lee.types("#product", "/roadmap why RM-4")
    assert why.text.count("Too bright on night") < 9
    label = re.search(r"Show all \d+", why.text)
    assert label is not None
    await lee.clicks(label[0], on=why)
    shown = await lee.sees_only_me("#product", containing="Too bright on night 0")
    assert shown.text.count("Too bright on night") == 9
    assert "Show all" not in shown.text


@one_database
async def test_a_reason_names_no_customer_to_a_guest(lee: Slacker, noor: Slacker) -> None:
    typed = ("show RM-3", "why RM-3", "diff 30d", "why did the audit log change?")
    for command in typed:
        assert "Acme and Globex need it" in (await lee.types("#product", f"/roadmap {command}")).text
        told = (await noor.types("#product", f"/roadmap {command}")).text
        assert "2 customers need it for their auditors, and both renew soon" in told, command
        assert not any(name in told for name in ("Acme", "Globex")), command


@one_database
async def test_a_diff_says_what_has_changed_with_who_when_and_why(mina: Slacker, lee: Slacker, slack: Slack) -> None:
    await mina.types("#product", '/roadmap move RM-3 now reason:"Both renew in March"')
    diff = (await lee.types("#product", "/roadmap diff 30d")).text
    assert diff.startswith("Changes · ")
    assert "▲ RM-3 Audit log API · Later → Next → Now\n" in diff
    assert "↳ why: Both renew in March (@mina, " in diff
    assert diff.count("The card network moved its test window") == 1
    since = f"{datetime.fromtimestamp(slack.sandbox.clock.now(), UTC) - timedelta(days=2):%Y-%m-%d}"
    lately = (await lee.types("#product", f"/roadmap diff {since}")).text
    assert ("RM-3 Audit log API" in lately, "RM-1 SSO" in lately) == (True, False)
    refused = await lee.types("#product", "/roadmap diff 2026-02-31")
    assert refused.text == "I can't read “2026-02-31” as a time. Type it like 30d, 2w or 2026-07-01."
    twice = await lee.types("#product", "/roadmap diff 7d since:30d")
    assert twice.text == "I can begin at “7d” or at “30d”. Name one: /roadmap diff 7d."
    assert (await lee.types("#product", "/roadmap diff 2099-01-01")).text.startswith("2099-01-01 has not come yet.")
    instead = await lee.types("#product", "/roadmap score RM-3")
    assert instead.text.startswith("There are no scores yet. /roadmap why RM-3 shows what stands behind an item")


async def test_a_restricted_item_does_not_exist_for_others(lee: Slacker, slack: Slack) -> None:
    assert "New pricing tiers" in (await slack.as_("grace").types("#sales", "/roadmap show RM-12")).text
    refused = await lee.types("#sales", "/roadmap show RM-12")
    unknown = await lee.types("#sales", "/roadmap show RM-99")
    assert refused.text == "I can't find RM-12. /roadmap find looks for it by words."
    assert unknown.text == refused.text.replace("RM-12", "RM-99")
    assert "pricing" not in (await lee.types("#sales", "/roadmap find pricing tiers")).text.replace(
        "“pricing tiers”", ""
    )


async def test_a_search_forgives_a_typo_and_says_how_it_was_read(lee: Slacker) -> None:
    found = await lee.types("#product", "/roadmap find refnuds")
    assert "RM-6 Self-serve refunds" in found.text
    assert "read “refnud" in found.text


@one_database
async def test_a_search_without_a_match_says_so_and_what_to_do(lee: Slacker) -> None:
    found = await lee.types("#product", "/roadmap find quokka habitat")
    assert found.text == (
        "Nothing on the roadmap or in the feedback mentions “quokka habitat”."
        " Try other words, or capture it as feedback."
    )


async def test_a_chosen_item_shows_its_card_below_the_list(mina: Slacker, slack: Slack) -> None:
    overview = await mina.types("#product", "/roadmap")
    await mina.chooses("RM-4 Dark mode", in_="Show item", on=overview)
    await mina.sees_only_me("#product", containing="A dark theme for the dashboard.")
    assert overview.text.startswith("Roadmap\n")


async def test_the_roadmap_is_narrowed_and_sorted_by_filters_in_any_order(mina: Slacker) -> None:
    narrowed = await mina.types("#product", "/roadmap status:on-track area:Growth")
    assert "2 live items · only status:on-track area:Growth · only you see this" in narrowed.text
    assert (await mina.types("#product", "/roadmap area:growth status:“on track”")).text.count("• RM-") == 2
    mine = await mina.types("#product", "/roadmap now owner:@mina obj:3")
    assert "1 item · only owner:@mina obj:3" in mine.text
    assert "RM-1 SSO for all plans" in mine.text
    wanted = await mina.types("#product", "/roadmap customer:Globex sort:votes")
    assert "RM-1 SSO for all plans" in wanted.text
    assert "RM-6" not in wanted.text
    secure = await mina.types("#product", "/roadmap theme:security")
    assert "• RM-1 SSO for all plans" in secure.text
    assert "• RM-2" not in secure.text
    later = await mina.types("#product", "/roadmap next quarter:“next quarter” status:planned")
    assert "only quarter:next quarter status:planned" in later.text
    assert later.text.count("• RM-") == 4
    found = await mina.types("#product", "/roadmap status:at-risk find invoice")
    assert "RM-2 Invoice export" in found.text
    assert "RM-11" not in found.text
    assert "only status:at-risk" in found.text
    nothing = await mina.types("#product", "/roadmap area:Moon")
    assert nothing.text == "Nothing on the roadmap fits area:Moon. Leave a filter out to see more."


@one_database
async def test_a_member_sees_what_customers_may_hear(lee: Slacker, mina: Slacker) -> None:
    await mina.types("#product", "/roadmap add Acme's own reports lane:next")
    told = await lee.types("#product", "/roadmap now as:customer")
    assert told.text.startswith("Roadmap · as customers may hear it\n5 items · as:customer · only you see this")
    assert "Now\n• SSO for all plans\n• Invoice export\n" in told.text
    assert told.text.endswith("Titles and lanes, nothing else.")
    left_out = "1 item left out: not for everyone in the company, or a title that names a customer, money or a date."
    assert left_out in (await lee.types("#product", "/roadmap as:customer")).text


@one_database
async def test_a_filter_that_means_nothing_there_is_named_and_nothing_is_done(mina: Slacker) -> None:
    refused = await mina.types("#product", '/roadmap move RM-3 now reason:"why" due:Q4')
    assert refused.text == "/roadmap move doesn't take due:. It takes reason:. Nothing was changed."
    assert "RM-3" in (await mina.types("#product", "/roadmap next")).text
    unknown = await mina.types("#product", "/roadmap status:great")
    assert unknown.text.startswith("There is no status “great”. Choose from on-track, at-risk,")
    sorted_by = await mina.types("#product", "/roadmap sort:score")
    assert sorted_by.text == "I can't sort by “score”. Choose sort:arr, sort:votes or sort:age."


@one_database
async def test_ask_without_a_question_asks_for_one(lee: Slacker) -> None:
    asked = await lee.types("#product", "/roadmap ask")
    assert asked.text == "That needs a few more words, like this: /roadmap ask when does Acme get SSO?"


async def test_adding_an_item_puts_it_on_the_roadmap(mina: Slacker) -> None:
    added = await mina.types("#product", "/roadmap add Offline mode lane:next area:Growth due:Q4 owner:@dana")
    assert (
        added.text == 'Added RM-13 Offline mode to Next. @dana owns it.\n/roadmap move RM-13 now reason:"why" moves it.'
    )
    card = await mina.types("#product", "/roadmap show RM-13")
    assert "Next · planned · Q4" in card.text
    assert "owner @dana" in card.text
    assert "RM-13 Offline mode" in (await mina.types("#product", "/roadmap find offline")).text


@one_database
async def test_whoever_adds_an_item_owns_it_unless_they_name_somebody(mina: Slacker) -> None:
    added = await mina.types("#product", "/roadmap add Offline mode")
    assert "Added RM-13 Offline mode to Later. You own it." in added.text


@one_database
async def test_a_date_that_cannot_be_read_is_said_and_nothing_is_added(mina: Slacker) -> None:
    refused = await mina.types("#product", "/roadmap add Offline mode due:soonish")
    assert refused.text == "I can't read “soonish” as a date. Type it like 2026-10-01, 14 Oct or Q4."
    assert "Offline mode" not in (await mina.types("#product", "/roadmap later")).text


@one_database
async def test_an_owner_nobody_knows_is_said_and_nothing_is_added(mina: Slacker) -> None:
    refused = await mina.types("#product", "/roadmap add Offline mode owner:somebody")
    assert refused.text == "I can't tell who “somebody” is. Type @ and choose the person from Slack's list."


@one_database
async def test_a_contributor_who_adds_is_refused_in_a_sentence(lee: Slacker) -> None:
    refused = await lee.types("#product", "/roadmap add Offline mode")
    assert refused.text == ("Only product managers can use /roadmap add. Ask one of them, or an admin for the role.")


@one_database
async def test_a_text_that_ends_in_a_question_mark_is_a_question_and_never_a_write(mina: Slacker) -> None:
    answer = await mina.types("#product", "/roadmap add dark mode?")
    assert "RM-4" in answer.text
    assert "Added" not in answer.text
    assert "RM-13" not in (await mina.types("#product", "/roadmap later")).text


async def test_a_move_needs_a_reason_and_is_told_with_it(mina: Slacker) -> None:
    refused = await mina.types("#product", "/roadmap move RM-3 now")
    assert refused.text == 'A move needs a reason, so that everybody can follow it. Add reason:"why".'
    moved = await mina.types("#product", '/roadmap move RM-3 now reason:"Two renewals wait for it"')
    assert moved.text == "RM-3 Audit log API: Next → Now\nWhy: Two renewals wait for it"
    card = await mina.types("#product", "/roadmap show RM-3")
    assert "Now · on track" in card.text
    assert "Two renewals wait for it" in card.text


@one_database
async def test_a_move_to_an_unknown_lane_names_the_lanes(mina: Slacker) -> None:
    refused = await mina.types("#product", '/roadmap move RM-3 soon reason:"why not"')
    assert refused.text == (
        'I couldn\'t read all of that. Type it like this: /roadmap move RM-12 next reason:"why".'
        " The lanes are now, next, later and shipped. Nothing was changed."
    )


@one_database
async def test_a_move_to_where_it_is_changes_nothing(mina: Slacker) -> None:
    same = await mina.types("#product", '/roadmap move RM-3 next reason:"again"')
    assert same.text == "RM-3 Audit log API is in Next already. Nothing changed."


@one_database
async def test_a_contributor_may_neither_move_nor_link(lee: Slacker) -> None:
    for typed in ('move RM-3 now reason:"because"', "link FB-1 RM-3"):
        refused = await lee.types("#product", f"/roadmap {typed}")
        assert refused.text.startswith(f"Only product managers can use /roadmap {typed.split()[0]}.")
    assert "RM-3" in (await lee.types("#product", "/roadmap next")).text


async def test_the_overview_tells_what_changed_since_the_last_look(mina: Slacker, slack: Slack) -> None:
    grace = slack.as_("grace")
    first = await grace.types("#product", "/roadmap")
    assert "Changed since" not in first.text
    await mina.types("#product", '/roadmap move RM-3 now reason:"Two renewals wait for it"')
    second = await grace.types("#product", "/roadmap")
    assert "RM-3 Audit log API: Next → Now (@mina," in second.text
    assert "Two renewals wait for it" in second.text
    slack.moves_clock_to(datetime.fromtimestamp(slack.sandbox.clock.now(), UTC) + timedelta(minutes=1))
    third = await grace.types("#product", "/roadmap")
    assert "Two renewals" not in third.text


@one_database
async def test_help_lists_what_the_reader_may_type_and_nothing_more(lee: Slacker, mina: Slacker) -> None:
    contributor, manager = await lee.types("#product", "/roadmap help"), await mina.types("#product", "/roadmap help")
    assert "/roadmap show RM-12" in contributor.text
    assert "/roadmap move" not in contributor.text
    assert '/roadmap move RM-12 next reason:"why"' in manager.text
    assert "/roadmap\nThe roadmap: Now, Next, Later" in contributor.text


@one_database
async def test_help_on_a_topic_shows_that_topic(mina: Slacker) -> None:
    helped = await mina.types("#product", "/roadmap help move")
    assert "/roadmap move" in helped.text
    assert "/roadmap find" not in helped.text
    unknown = await mina.types("#product", "/roadmap help soup")
    assert "None of my commands is about “soup”. Here is all that you can type." in unknown.text
    assert "/roadmap find" in unknown.text


@one_database
async def test_a_slip_of_the_fingers_is_asked_about_and_nothing_is_done(mina: Slacker) -> None:
    asked = await mina.types("#product", '/roadmap mvoe RM-3 now reason:"why"')
    assert asked.text == 'Did you mean /roadmap move RM-3 now reason:"why"? Nothing was changed.'
    assert "RM-3" in (await mina.types("#product", "/roadmap next")).text


@one_database
async def test_a_long_lane_is_shown_to_its_end(mina: Slacker, bot: Linchpin) -> None:
    reader = Reader(bot.house.identity.team_id, mina.id, Role.PM)
    for number in range(120):
        draft = items.Draft(f"Idea number {number}")
        await items.add(bot.database, by=reader, draft=draft, cause=f"test:{number}", now=bot.house.now())
    lane = await mina.types("#product", "/roadmap later")
    outcome = await mina.clicks("Show all 122 in Later", on=lane)
    shown = await mina.sees_only_me("#product", containing="Idea number 119")
    assert "Idea number 0 " in shown.text
    assert "Show all" not in shown.text
    assert outcome.acknowledged
