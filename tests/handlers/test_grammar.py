"""Sub-commands: what fits runs, and everything else is a question."""

from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.asked import Asked, id_of_mention
from handlers.grammar import (
    CHANNEL,
    FEEDBACK,
    ITEM,
    LANE,
    TEXT,
    Argument,
    Command,
    command,
    either,
    one_of,
    optional,
)
from handlers.vocabulary import Commands
from storage.models import Lane, Role, Status

OBJECTIVE = Argument("objective", "OBJ-[0-9]+", str.upper)
STATUS = one_of("status", *Status)
DURATION = Argument("duration", r"[1-9][0-9]{0,3} ?(?:h|d|w|hours?|days?|weeks?)", str.lower)
PERSON = Argument("person", r"<@[A-Z0-9]+>|@\S+", id_of_mention)


@command("", reads_only=True)
async def overview(asked: Asked) -> str:
    """Show the roadmap."""
    return asked.verb


@command("now", "next", "later", "shipped", reads_only=True)
async def lane(asked: Asked) -> str:
    """Show one lane.

    More words are not help.
    """
    return asked.verb


@command("show", usage="RM-12", takes=(ITEM,), reads_only=True)
async def show(asked: Asked) -> str:
    """Show an item."""
    return asked["item"]


@command("ask", usage="<question>", takes=(TEXT,), reads_only=True)
async def ask(asked: Asked) -> str:
    """Ask the roadmap."""
    return asked["text"]


@command("diff", usage="30d", takes=(optional(DURATION),), reads_only=True)
async def diff(asked: Asked) -> str | None:
    """Say what changed."""
    return asked.get("duration")


@command(
    "okr", usage="[OBJ-3]", takes=(optional(either("what", OBJECTIVE, one_of("what", "at-risk"))),), reads_only=True
)
async def okr(asked: Asked) -> str | None:
    """Show the objectives."""
    return asked.get("what")


@command("add", usage="<title>", role="pm", takes=(TEXT,))
async def add(asked: Asked) -> str:
    """Add an item."""
    return asked["text"]


@command("move", usage='RM-12 next reason:"…"', role="pm", takes=(ITEM, LANE))
async def move(asked: Asked) -> tuple[str, str]:
    """Move an item to another lane."""
    return asked["item"], asked["lane"]


@command("link", usage="FB-104 RM-12", role=Role.PM, takes=(FEEDBACK, ITEM))
async def link(asked: Asked) -> tuple[str, str]:
    """Link feedback to an item."""
    return asked["feedback"], asked["item"]


@command("merge", usage="FB-9 FB-104", role=Role.PM, takes=(FEEDBACK, replace(FEEDBACK, name="into")))
async def merge(asked: Asked) -> tuple[str, str]:
    """Merge feedback into another."""
    return asked["feedback"], asked["into"]


@command("update", usage="RM-12 [on-track] <text>", role="contributor", takes=(ITEM, optional(STATUS), optional(TEXT)))
async def update(asked: Asked) -> tuple[str, str | None, str | None]:
    """Say how an item is doing."""
    return asked["item"], asked.get("status"), asked.get("text")


@command("schedule")
async def schedule(asked: Asked) -> str:
    """List scheduled updates."""
    return asked.verb


@command("schedule new", usage='"Weekly roadmap"', role="pm", takes=(TEXT,))
async def schedule_new(asked: Asked) -> str:
    """Schedule an update."""
    return asked["text"]


@command("hand", usage="RM-12 @mina #product", role="admin", takes=(ITEM, PERSON, CHANNEL))
async def hand(asked: Asked) -> tuple[str, str, str]:
    """Hand an item over."""
    return asked["item"], asked["person"], asked["channel"]


def topic(**names: object) -> ModuleType:
    module = ModuleType("topic")
    vars(module).update(names)
    return module


DECLARED = {name: value for name, value in globals().items() if isinstance(value, Command)}
COMMANDS = Commands.collect([topic(**DECLARED)])


def found(text: str) -> tuple[str, dict[str, str]] | None:
    hit = COMMANDS.find(text)
    return (hit[1].verb, dict(hit[1].args)) if hit else None


@pytest.mark.parametrize(
    ("text", "verb", "args"),
    [
        ("", "", {}),
        ("team:growth", "", {}),
        ("Next", "next", {}),
        ("team:growth next.", "next", {}),
        ("now?", "now", {}),
        ("?", "", {}),
        ("show: RM-12", "show", {"item": "RM-12"}),
        ("Show rm–12", "show", {"item": "RM-12"}),
        ("show RM12", "show", {"item": "RM-12"}),
        ("show RM-12?", "show", {"item": "RM-12"}),
        ("ask when does Acme get SSO?", "ask", {"text": "when does Acme get SSO?"}),
        ("diff", "diff", {}),
        ("diff 30d", "diff", {"duration": "30d"}),
        ("okr At Risk", "okr", {"what": "at-risk"}),
        ("okr obj-3", "okr", {"what": "OBJ-3"}),
        ('add "Why is it slow?"', "add", {"text": "Why is it slow?"}),
        ("add SSO area:Payments for all", "add", {"text": "SSO for all"}),
        ('move RM-12 next reason:"why not?"', "move", {"item": "RM-12", "lane": "next"}),
        ("move reason:x RM-12 to NEXT", "move", {"item": "RM-12", "lane": "next"}),
        ("link FB-104 to RM-12", "link", {"feedback": "FB-104", "item": "RM-12"}),
        ("merge FB-9 into FB-104", "merge", {"feedback": "FB-9", "into": "FB-104"}),
        ("update RM-12: at risk, tax review", "update", {"item": "RM-12", "status": "at-risk", "text": "tax review"}),
        ("update RM-12 to be seen", "update", {"item": "RM-12", "text": "to be seen"}),
        ("update RM-12", "update", {"item": "RM-12"}),
        ("schedule", "schedule", {}),
        ("Schedule New “Weekly roadmap” every:thu", "schedule new", {"text": "Weekly roadmap"}),
        ("hand RM-1 <@U1|mina> <#C2|product>", "hand", {"item": "RM-1", "person": "U1", "channel": "C2"}),
        ("hand RM-1 @mina #product", "hand", {"item": "RM-1", "person": "@mina", "channel": "#product"}),
    ],
)
def test_a_text_that_fits_is_the_command(text: str, verb: str, args: dict[str, str]) -> None:
    assert found(text) == (verb, args)


@pytest.mark.parametrize(
    "text",
    [
        "next release?",
        "next week",
        "show me the roadmap",
        "show RM-12 and RM-13",
        "shown RM-12",
        "move on with SSO?",
        "move RM-12 next?",
        "move RM-12 next reason:really?",
        "move RM-12 somewhere",
        "move RM-12",
        "move RM-12 ſhipped",
        "add to the roadmap?",
        "add to the roadmap? area:Payments",
        "add",
        "link RM-12 FB-104",
        "update RM-12 when?",
        "schedule a meeting",
        "schedule?",
        "when does Acme get SSO",
    ],
)
def test_a_text_that_does_not_fit_is_a_question(text: str) -> None:
    assert COMMANDS.find(text) is None


async def test_a_found_command_runs_with_what_was_asked() -> None:
    hit = COMMANDS.find("move RM-12 next team:growth")
    assert hit
    assert await hit[0].run(hit[1]) == ("RM-12", "next")
    assert hit[1].filters == {"team": "growth"}
    assert hit[1].rest == "RM-12 next"


@settings(deadline=None)
@given(
    st.integers(1, 10**9 - 1),
    st.sampled_from(list(Lane)),
    st.from_regex(r"[A-Za-z?]{1,9}( [A-Za-z?:]{1,9}){0,3}", fullmatch=True),
    st.data(),
)
def test_a_command_is_read_as_it_was_written(number: int, to: Lane, reason: str, data: st.DataObject) -> None:
    pieces = ["move", f"RM-{number}", str(to)]
    pieces.insert(data.draw(st.integers(0, 3)), f'reason:"{reason}"')
    hit = COMMANDS.find(" ".join(pieces))
    assert hit
    assert hit[1].args == {"item": f"RM-{number}", "lane": to}
    assert hit[1].filters == {"reason": reason}


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["add", "move", "link", "RM-1", "FB-2", "next", "to", "SSO", "reason:x", "area:y"]), max_size=6
    ),
    st.sampled_from(["?", "？", " ?", "??", "?!"]),
)
def test_a_question_never_changes_anything(pieces: list[str], mark: str) -> None:
    hit = COMMANDS.find(" ".join(pieces) + mark)
    assert hit is None or hit[0].reads_only


@settings(deadline=None)
@given(st.text(max_size=60) | st.text('add move RM-12"“?<@U1>:\n', max_size=60))
def test_any_text_is_a_command_or_a_question(text: str) -> None:
    COMMANDS.find(text)
    COMMANDS.suggest(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("shwo RM-1", "show RM-1"),
        ("Mvoe rm-12 next reason:“two words”", 'move RM-12 next reason:"two words"'),
        ("upadte RM-12 at-risk", "update RM-12 at-risk"),
        ("dad dark mode", "add dark mode"),
        ("lter", "later"),
    ],
)
def test_a_misspelt_command_is_put_right(text: str, right: str) -> None:
    suggestion = COMMANDS.suggest(text)
    assert suggestion
    assert suggestion.complete
    assert suggestion.text == right
    assert COMMANDS.find(right)


def test_a_command_with_something_missing_is_explained() -> None:
    suggestion = COMMANDS.suggest("move RM-12 reason:eleven accounts")
    assert suggestion
    assert (suggestion.text, suggestion.complete) == ('move RM-12 next reason:"…"', False)


@pytest.mark.parametrize(
    "text",
    [
        "and dark mode",
        "what about RM-1",
        "show me the roadmap",
        "move on",
        "shwo RM-1?",
        "slow RM-1 today",
        "no",
        "",
        "next week",
    ],
)
def test_a_plain_question_gets_no_suggestion(text: str) -> None:
    assert COMMANDS.suggest(text) is None


def test_help_lists_what_a_role_may_type() -> None:
    viewer = COMMANDS.help_lines(Role.VIEWER)
    assert ("now · next · later · shipped", "Show one lane.") in viewer
    assert ('move RM-12 next reason:"…"', "Move an item to another lane.") not in viewer
    assert ('move RM-12 next reason:"…"', "Move an item to another lane.") in COMMANDS.help_lines(Role.PM)
    assert [line[1] for line in COMMANDS.help_lines(Role.ADMIN)] == [one.help for one in DECLARED.values()]


def test_a_command_that_two_topics_see_is_gathered_once() -> None:
    assert len(Commands.collect([topic(show=show), topic(show=show, add=add)]).help_lines(Role.ADMIN)) == 2


def test_two_commands_cannot_share_a_name() -> None:
    @command("show")
    async def another(asked: Asked) -> str:
        """Show something else."""
        return asked.verb

    with pytest.raises(ValueError, match="show"):
        Commands([show, another])


def test_a_command_without_help_is_refused() -> None:
    async def silent(asked: Asked) -> str:
        return asked.verb

    with pytest.raises(ValueError, match="docstring"):
        command("silent")(silent)


def test_the_longer_of_two_names_comes_first() -> None:
    @command("note", takes=(TEXT,))
    async def note(asked: Asked) -> str:
        """Keep a note."""
        return asked["text"]

    @command("note all")
    async def note_all(asked: Asked) -> str:
        """List the notes."""
        return asked.verb

    both = Commands([note, note_all])
    assert [(hit[1].verb, hit[1].rest) for hit in map(both.find, ("note all", "note allergies")) if hit] == [
        ("note all", ""),
        ("note", "allergies"),
    ]
