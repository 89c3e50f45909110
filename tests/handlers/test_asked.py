"""Text as keyboards and Slack send it, read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.asked import FILTERS, read, tidy, without_mention

CURLY = {'"': "“”„«»＂", " ": "\u00a0\u202f\u3000", "-": "–—‑", ":": "：", "'": "’‘"}


def test_filters_are_read_in_any_position() -> None:
    asked = read('status:at-risk what about SSO customer:"Acme Inc." since:7d')
    assert asked.rest == "what about SSO"
    assert asked.filters == {"status": "at-risk", "customer": "Acme Inc.", "since": "7d"}


def test_what_a_phone_makes_of_it_reads_the_same() -> None:
    assert read("show rm–12\u00a0reason：“two words” As–Of:2026–07–01") == read(
        'show RM-12 reason:"two words" as-of:2026-07-01'
    )


def test_invisible_characters_are_not_there() -> None:
    assert read("\ufeffsho\u200bw RM-12\u200d \u2068team:growth\u2069").rest == "show RM-12"
    assert read("\u2068team:growth\u2069").filters == {"team": "growth"}
    assert tidy("a\x00b") == "ab"


def test_joiners_stay_where_they_are_letters() -> None:
    assert tidy("می‌خواهم 👩‍💻") == "می‌خواهم 👩‍💻"


def test_people_and_channels_are_known_by_id() -> None:
    asked = read("ask <@U1|mina> and <@W2> in <#C3|acme> or <#C4|> owner:<@U5|lee> to:<#C6|product>")
    assert asked.filters == {"owner": "U5", "to": "C6"}
    assert asked.rest == "ask <@U1> and <@W2> in <#C3> or <#C4>"


def test_escapes_are_undone_once() -> None:
    assert read("R&amp;D says a &lt; b, not &amp;lt;").rest == "R&D says a < b, not &lt;"
    assert read("a < b and c > d").rest == "a < b and c > d"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("see <https://acme.com/RM-12?x=1>", "see https://acme.com/RM-12?x=1"),
        ("see <http://acme.com|acme.com>", "see acme.com"),
        ("see <https://acme.com/a|the page>", "see https://acme.com/a"),
        ("mail <mailto:lee@acme.com|lee@acme.com>", "mail lee@acme.com"),
        ("<!subteam^S1|@pms> and <!here>", "@pms and @here"),
    ],
)
def test_links_are_read_as_they_were_typed(sent: str, typed: str) -> None:
    assert read(sent).rest == typed


def test_a_link_is_no_filter_and_an_unknown_word_is_none_either() -> None:
    asked = read("https://acme.com/fb-7 note:this to: them re:status:x")
    assert asked.rest == "https://acme.com/fb-7 note:this to: them re:status:x"
    assert asked.filters == {}


def test_a_filter_between_quotes_is_text() -> None:
    asked = read('add "see team:growth" "and more, team:x".')
    assert asked.filters == {}
    assert asked.rest == 'add "see team:growth" "and more, team:x".'


def test_a_filter_given_twice_keeps_both() -> None:
    assert read("area:Payments area:Growth").filters == {"area": "Payments,Growth"}


def test_a_forgotten_closing_quote_ends_with_the_text() -> None:
    assert read('move RM-12 next reason:"eleven accounts').filters == {"reason": "eleven accounts"}


def test_a_filter_leaves_the_punctuation_of_its_sentence() -> None:
    assert read("what changed since:7d, for:Acme?").filters == {"since": "7d", "for": "Acme"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("rm-12, Fb–104 and OBJ-3/upd-7.", ("RM-12", "FB-104", "OBJ-3", "UPD-7")),
        ("RM-007", ("RM-7",)),
        ("https://x.example/RM-1 FIRM-12 RM-12a RM- 12 RM-1234567890", ()),
    ],
)
def test_ids_have_one_form(text: str, ids: tuple[str, ...]) -> None:
    assert read(text).ids == ids


@pytest.mark.parametrize("text", ["why?", "why ?!", "why？", "(why?)", "why? team:x", "why reason:this?"])
def test_a_question_mark_at_the_end_asks(text: str) -> None:
    assert read(text).asks


@pytest.mark.parametrize("text", ["", "why", 'add "Why?"', 'move reason:"why?"', "why? because"])
def test_a_question_mark_elsewhere_does_not_ask(text: str) -> None:
    assert not read(text).asks


def test_lines_stay_lines() -> None:
    assert read("add  one\u00a0 thing \n  and   another team:x").rest == "add one thing\nand another"


def test_the_name_of_the_bot_is_not_part_of_what_is_asked() -> None:
    assert without_mention("<@UBOT|linchpin>, show RM-12", "UBOT") == "show RM-12"
    assert without_mention("hey <@U1> ask <@UBOT>", "UBOT") == "hey <@U1> ask"


words = st.lists(st.from_regex(r"[a-z]{1,8}|RM-[1-9][0-9]?", fullmatch=True), max_size=5)
values = st.from_regex(r"[A-Za-z0-9+'-]{1,9}( [A-Za-z0-9:.]{1,5}){0,2}", fullmatch=True)
filters = st.dictionaries(st.sampled_from(FILTERS), values, max_size=4)


@settings(deadline=None)
@given(words, filters, st.data())
def test_filters_mean_the_same_in_any_order_and_place(
    plain: list[str], chosen: dict[str, str], data: st.DataObject
) -> None:
    pieces = list(plain)
    for key, value in data.draw(st.permutations(list(chosen.items()))):
        plain_enough = " " not in value and data.draw(st.booleans())
        written = value if plain_enough else f'"{value}"'
        pieces.insert(data.draw(st.integers(0, len(pieces))), f"{key}:{written}")
    asked = read(" ".join(pieces))
    assert asked.filters == chosen
    assert asked.rest == " ".join(plain)


@settings(deadline=None)
@given(st.text("ab \"'-:RM12?", max_size=30), st.data())
def test_typography_changes_nothing(text: str, data: st.DataObject) -> None:
    typographic = "".join(
        data.draw(st.sampled_from(char + CURLY[char])) if char in CURLY and char != "-" else char for char in text
    )
    assert read(typographic) == read(text)


@settings(deadline=None)
@given(st.text(max_size=80) | st.text('<>@#!|U1&;:"“ \n?teamfor-RM9', max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    asked = read(text)
    assert set(asked.filters) <= set(FILTERS)
    assert asked.rest == asked.rest.strip()
