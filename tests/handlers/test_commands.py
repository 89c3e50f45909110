"""All sub-commands together: what help says can be typed, and nothing that is not meant changes anything."""

import importlib
import pkgutil
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers
from handlers import ids, instead
from handlers.asked import FILTERS, read
from handlers.commands import COMMANDS, NEEDS
from handlers.grammar import Command
from handlers.needs import Need
from handlers.topics import TOPICS
from handlers.views import help as views
from storage.models import Role

EVERY: tuple[Command, ...] = COMMANDS.every
EXAMPLES = [(name, one) for one in EVERY for name in one.names]
WORDS = [*COMMANDS.names, "RM-1", "FB-2", "OBJ-3", "next", "to", "SSO", "reason:x", "for:Acme", '"two words"', "30d"]


@pytest.mark.parametrize(("name", "one"), EXAMPLES, ids=[name or "overview" for name, _ in EXAMPLES])
def test_what_help_says_can_be_typed_as_it_stands(name: str, one: Command) -> None:
    found = COMMANDS.find(one.example(name))
    assert found
    assert (found[0], found[1].verb) == (one, name)
    assert one.unused(found[1]) == []


def test_help_lists_every_command_in_a_message_that_slack_takes() -> None:
    shown = views.help_reply(COMMANDS.help_lines(Role.ADMIN), ids.ROADMAP)
    said = "".join(block["text"]["text"] for block in shown.blocks if block["type"] == "section")
    assert [one.typed for one in EVERY if f"`{ids.ROADMAP} {one.typed}".strip() + "`" not in said] == []
    assert len(shown.blocks) < 50


def test_no_topic_and_no_command_is_forgotten() -> None:
    modules = [importlib.import_module(f"handlers.{one.name}") for one in pkgutil.iter_modules(handlers.__path__)]
    declared = [one for module in modules for one in vars(module).values() if isinstance(one, Command)]
    assert [one.names for one in declared if one not in EVERY] == []
    assert [one for one in modules if isinstance(vars(one).get("NEEDS"), Need) and one not in TOPICS] == []


def test_slack_s_own_hint_shows_commands_that_work() -> None:
    (slash,) = (one for one in NEEDS.commands if one.name == ids.ROADMAP)
    typed = slash.hint.split(" · ")
    assert len(typed) > 2
    assert all(COMMANDS.find(one) for one in typed)


def test_no_filter_is_silently_ignored() -> None:
    taken = {name for one in EVERY for name in one.filters}
    for name in FILTERS:
        found = COMMANDS.find(f"now {name}:x")
        assert found
        assert found[0].unused(found[1]) == [name] or name in found[0].filters
    assert taken <= set(FILTERS)


def test_a_filter_that_a_command_does_not_take_is_named_with_those_that_it_takes() -> None:
    found = COMMANDS.find('move RM-12 next reason:"why" due:Q4 team:growth')
    assert found
    unused = found[0].unused(found[1])
    said = views.unused_reply(found[0], found[1].verb, unused, ids.ROADMAP).text
    assert said == "/roadmap move doesn't take due: and team:. It takes reason:. Nothing was changed."


def test_a_command_that_reads_says_what_does_what_its_filter_may_have_meant() -> None:
    said = views.unused_reply(COMMANDS.every[0], "", ["as-of", "team"], ids.ROADMAP).text
    assert said.endswith(
        "Nothing was changed. /roadmap diff 2026-07-01 says what has changed since a day."
        " Items have an area instead: area:Growth."
    )


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("okr", "obj:OBJ-3"),
        ("okr at-risk", "obj:OBJ-3"),
        ("okr OBJ-1", "obj:OBJ-1"),
        ("insights since:30d", "digest since:30d"),
        ("triage", "link FB-104 RM-12"),
        ("merge FB-9 FB-104", "link FB-104 RM-12"),
        ("undo", "*Undo*"),
        ("score rm-7", "why RM-7"),
        ("loop RM-7", "why RM-7"),
        ("ops", "schedule list"),
        ("tools?", "nothing here does that"),
        ("privacy me", "export"),
        ("share RM-7 png", "share RM-7"),
        ("share now html", "share RM-12"),
        ("diff lately", "diff 30d"),
        ("diff of RM-3", "show RM-3"),
    ],
)
def test_what_is_not_built_yet_is_answered_with_what_does_it_today(typed: str, names: str) -> None:
    assert COMMANDS.find(typed) is None
    said = instead.sentence_for(read(typed), Role.PM)
    assert said
    assert names in said
    for command in re.findall(r"`/roadmap ([^`]+)`", said):
        found = COMMANDS.find(command)
        assert found, command
        assert found[0].unused(found[1]) == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "typed", ["okr", "insights", "triage", "merge", "undo", "score", "loop", "ops", "tools", "privacy", "share x png"]
)
def test_what_does_it_today_is_something_that_its_reader_may_use(typed: str, role: Role) -> None:
    said = instead.sentence_for(read(typed), role)
    assert said
    named = [COMMANDS.find(one) for one in re.findall(r"`/roadmap ([^`]+)`", said)]
    assert [one[0].names for one in named if one and not role.includes(one[0].role)] == []
    assert role.includes(Role.CONTRIBUTOR) or "revenue" not in said


@pytest.mark.parametrize(
    "typed",
    [
        *("tools for auditors", "undo the merge of Acme", "what is triage?", "scores", "okrs of Acme"),
        *("diff between RM-3 and RM-2?", "diff in what Acme wants?"),
    ],
)
def test_a_question_that_begins_with_such_a_word_stays_one(typed: str) -> None:
    assert instead.sentence_for(read(typed), Role.PM) is None


@pytest.mark.parametrize("typed", ["why RM-8 slipped", "why RM-8 is so late"])
def test_why_with_more_than_an_item_is_a_question(typed: str) -> None:
    assert (COMMANDS.find(typed), COMMANDS.suggest(typed)) == (None, None)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=6), st.sampled_from(["?", "？", " ?!", "?.", "??"])
)
def test_nothing_that_ends_in_a_question_mark_changes_anything(pieces: list[str], mark: str) -> None:
    hit = COMMANDS.find(" ".join(pieces) + mark)
    assert hit is None or hit[0].reads_only


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))
def test_what_is_no_command_is_never_run(text: str) -> None:
    hit, suggestion = COMMANDS.find(text), COMMANDS.suggest(text)
    if suggestion is not None and suggestion.complete and not suggestion.others:
        assert COMMANDS.find(suggestion.text)
    if hit is not None:
        assert hit[0].fit(hit[1].verb, read(text))


PHONE = str.maketrans({'"': "“", " ": "\u00a0", ":": "："})


@pytest.mark.parametrize(("name", "one"), EXAMPLES, ids=[name or "overview" for name, _ in EXAMPLES])
def test_what_a_phone_makes_of_a_command_is_the_same_command(name: str, one: Command) -> None:
    typed = one.example(name)
    plain, phoned = COMMANDS.find(typed), COMMANDS.find(typed.translate(PHONE))
    assert plain is not None
    assert phoned is not None
    assert (phoned[0], phoned[1].args, phoned[1].filters) == (plain[0], plain[1].args, plain[1].filters)


@settings(deadline=None)
@given(st.sampled_from([(name, one) for name, one in EXAMPLES if len(one.filters) > 1]), st.data())
def test_filters_may_stand_in_any_order(example: tuple[str, Command], data: st.DataObject) -> None:
    name, one = example
    words = [re.sub(r"\s*\b[a-z-]+:(?:\"[^\"]*\"|\S+)", "", one.example(name))]
    chosen = data.draw(st.lists(st.sampled_from(one.filters), unique=True, max_size=4))
    first, second = ([*words, *(f"{key}:x" for key in data.draw(st.permutations(chosen)))] for _ in range(2))
    one_way, other_way = COMMANDS.find(" ".join(first)), COMMANDS.find(" ".join(second))
    assert (one_way is None) == (other_way is None)
    if one_way and other_way:
        assert one_way[1].filters == other_way[1].filters == dict.fromkeys(chosen, "x")
        assert one_way[1].args == other_way[1].args


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ask", "That needs a few more words, like this: /roadmap ask when does Acme get SSO?"),
        ("ask?", "That needs a few more words, like this: /roadmap ask when does Acme get SSO?"),
        ("find", "That needs a few more words, like this: /roadmap find words"),
        ("unfol", "Did you mean /roadmap unfollow RM-12? Nothing was changed."),
        ("shi", "Did you mean /roadmap shipped? Nothing was changed."),
    ],
)
def test_a_command_begun_is_completed(text: str, said: str) -> None:
    assert COMMANDS.find(text) is None
    suggestion = COMMANDS.suggest(text)
    assert suggestion
    assert views.suggestion_reply(suggestion, ids.ROADMAP).text.startswith(said)


@pytest.mark.parametrize(
    "text", ["next release?", "follow up with Acme?", "vote on it?", "edit the docs?", "mine or yours?"]
)
def test_a_question_that_begins_like_a_command_stays_a_question(text: str) -> None:
    assert COMMANDS.find(text) is None
    assert COMMANDS.suggest(text) is None
