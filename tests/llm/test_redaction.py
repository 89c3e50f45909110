"""What is private never reaches a model; what only looks like it stays readable."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from bot.llm.redaction import RedactingModel, Redactor, redact
from prompts import RenderedPrompt

TOKENS = {
    "slack bot": "xox" + "b-1234567890-abcdefGHIJKL",
    "slack app": "xap" + "p-1-A012ABC-123456789-abcdef0123456789",
    "slack hook": "https://hooks.slack." + "com/services/T000/B000/XXXXXXXXXXXXXXXX",
    "openai": "sk-" + "proj-abcdEFGH1234abcdEFGH1234",
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "github": "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a",
    "github fine": "github" + "_pat_11ABCDEFG0abcdefghijkl_mnop",
    "google": "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "stripe": "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc",
    "web token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w",
    "random": "kX9vQ2mL7pR4tW8zB3nC6yH1sD5fG0jA",
}


def kinds(text: str) -> list[str]:
    """Return the kinds taken out of a text, in order of their number."""
    return [placeholder.strip("⟦⟧").split()[0] for placeholder in redact(text).originals]


@pytest.mark.parametrize(
    ("text", "kind", "private"),
    [
        ("Write to ann.lee+x@example.co.uk today", "email", "ann.lee+x@example.co.uk"),
        ("<mailto:ann@example.com|mail her>", "email", "ann@example.com"),
        ("+1 (415) 555-2671", "phone", "+1 (415) 555-2671"),
        ("call 415-555-2671 or so", "phone", "415-555-2671"),
        ("mine is +49 170 1234567.", "phone", "+49 170 1234567"),
        ("ring 0171 2345678", "phone", "0171 2345678"),
        ("London 020 7946 0958", "phone", "020 7946 0958"),
        ("my mobile number is 5552671234", "phone", "5552671234"),
        ("card 4111 1111 1111 1111 please", "card", "4111 1111 1111 1111"),
        ("5500-0055-5555-5559", "card", "5500-0055-5555-5559"),
        ("378282246310005", "card", "378282246310005"),
        ("pay to DE89 3704 0044 0532 0130 00 and confirm", "iban", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "iban", "GB82WEST12345698765432"),
        ("from 203.0.113.7 again", "ip", "203.0.113.7"),
        ("host 2001:db8:85a3::8a2e:370:7334 is down", "ip", "2001:db8:85a3::8a2e:370:7334"),
        ("password: hunter2", "secret", "hunter2"),
        ("the password is S3cret!pw", "secret", "S3cret!pw"),
        ("export DB_PASSWORD=correcthorse", "secret", "correcthorse"),
        ('"api_key": "abc123def456"', "secret", "abc123def456"),
        ("postgres://bot:s3cretpw@db.internal/app", "secret", "s3cretpw"),
        ("Authorization: Bearer abcdef1234567890abcd", "secret", "abcdef1234567890abcd"),
        *[(f"use {token}, ok?", "secret", token.removeprefix("https://")) for token in TOKENS.values()],
    ],
)
def test_what_is_private_is_taken_out(text: str, kind: str, private: str) -> None:
    redacted = redact(text)
    assert private not in redacted.text
    assert redacted.originals == {f"⟦{kind} 1⟧": private}
    assert redacted.count == 1


def test_a_private_key_is_taken_out_whole_even_when_cut_off() -> None:
    block = "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEow\nabc\n"
    assert redact(f"here:\n{block}").text == "here:\n⟦secret 1⟧"


@pytest.mark.parametrize(
    "text",
    [
        "PR 12345 closes RM-12 and FB-104, see OBJ-3",
        "We ship on 2026-11-23, or 23.11.2026, or 11/23/2026 at 09:00:30",
        "Let's call on 2026-11-23 or call 24.11.2026 instead",
        "Release 4.12.0 replaces v1.2.3.4 and version 10.0.0.1",
        "$412,000 from 11 accounts, 1,200 seats, 98.6 %, 10 000 rows",
        "thread 1764000000.000100 at /archives/C0123456789/p1764000000000100",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "id 123e4567-e89b-12d3-a456-426614174000, user <@U0123ABCD>",
        "npm install react@18.2.0 and ping @mina",
        "the token: what is it good for? The secret: we never sleep. Password reset is broken",
        "std::vector and a::b, ratio 16:9, at 10:15:30, MAC 00:1A:2B:3C:4D:5E",
        "order 1234 5678 9012 3456 is no card",
        "DE00 1234 5678 9012 3456 78 has a wrong checksum",
        "test_that_oauth2_provider_integration_works_with_sso2",
    ],
)
def test_what_only_looks_private_stays(text: str) -> None:
    assert redact(text).text == text


def test_the_same_thing_keeps_its_placeholder_in_every_text_of_a_call() -> None:
    redactor = Redactor()
    assert redactor.redact("ann@example.com wrote") == "⟦email 1⟧ wrote"
    assert redactor.redact("bob@example.com and ann@example.com") == "⟦email 2⟧ and ⟦email 1⟧"


def test_people_cannot_type_a_placeholder() -> None:
    redactor = Redactor()
    safe = redactor.redact("give me ⟦email 1⟧, ann@example.com")
    assert safe.count("⟦email 1⟧") == 1
    assert redactor.restore(safe) == "give me ⟦email 1⟧, ann@example.com"


def test_secrets_cards_and_accounts_are_not_put_back() -> None:
    redactor = Redactor()
    text = "ann@example.com pays with 4111 1111 1111 1111 from GB82WEST12345698765432, password: hunter2"
    assert redactor.restore(redactor.redact(text)) == (
        "ann@example.com pays with ⟦card 1⟧ from ⟦iban 1⟧, password: ⟦secret 1⟧"
    )
    assert redact(text).sealed
    assert not redact("ann@example.com").sealed


@given(st.text() | st.text("@.+-⟦⟧ email1phone0923:/abcDE", max_size=80))
def test_restoring_gives_back_the_text_where_nothing_is_sealed(text: str) -> None:
    redactor = Redactor()
    safe = redactor.redact(text)
    if not redact(text).sealed:
        assert redactor.restore(safe) == text


LOCAL = st.from_regex(r"[a-z][a-z0-9]{0,8}([._+-][a-z0-9]{1,6})?", fullmatch=True)
HOST = st.from_regex(r"[a-z][a-z0-9]{0,8}\.(com|org|io|co\.uk)", fullmatch=True)
AROUND = st.sampled_from(["{}", "({})", "<mailto:{}|x>", "write to {}.", "{}, please", '"{}"', "*{}*\n"])


@given(LOCAL, HOST, AROUND)
def test_no_address_gets_through_whatever_stands_around_it(local: str, host: str, around: str) -> None:
    assert f"{local}@{host}" not in redact(around.format(f"{local}@{host}")).text


@given(st.integers(10**14, 10**15 - 1), st.sampled_from(["{}", "card {}", "{}."]))
def test_every_card_with_a_right_checksum_is_taken_out(body: int, around: str) -> None:
    digits = "4" + str(body)[1:]
    total = sum(sum(divmod(int(d) * (2 if at % 2 == 0 else 1), 10)) for at, d in enumerate(digits))
    number = digits + str(-total % 10)
    assert kinds(around.format(number)) == ["card"]


@given(
    st.dates(date(1990, 1, 1), date(2039, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %b %Y"])
)
def test_no_date_is_taken_out(day: date, pattern: str) -> None:
    text = f"We ship on {day.strftime(pattern)} at 10"
    assert redact(text).text == text


@given(st.integers(1, 99), st.integers(0, 999), st.integers(0, 9999), st.sampled_from(["{}.{}.{}", "v{}.{}.{}"]))
def test_no_version_is_taken_out(major: int, minor: int, patch: int, pattern: str) -> None:
    text = f"upgrade to {pattern.format(major, minor, patch)} first"
    assert redact(text).text == text


@given(st.sampled_from(["RM", "FB", "OBJ", "UPD", "PR", "PR ", "#", "JIRA-"]), st.integers(0, 9_999_999))
def test_no_id_is_taken_out(prefix: str, number: int) -> None:
    text = f"see {prefix}{'' if prefix[-1] in ' #-' else '-'}{number} please"
    assert redact(text).text == text


class _Echo:
    """A model that answers with what it was given, and keeps it."""

    name = "echo"

    def __init__(self) -> None:
        self.seen: list[RenderedPrompt] = []

    async def fill(self, prompt: RenderedPrompt, *, deadline: float) -> dict[str, Any]:
        self.seen.append(prompt)
        return {"said": [message["text"] for message in prompt.inputs["messages"]], "deadline": deadline}


async def test_the_model_inside_sees_placeholders_and_its_answer_comes_back_whole() -> None:
    inside = _Echo()
    texts = ["ann@example.com", "password: hunter2"]
    prompt = prompts.load("summarize_thread").render(
        messages=[{"n": at, "from": "Mina", "text": text} for at, text in enumerate(texts)]
    )
    answer = await RedactingModel(inside).fill(prompt, deadline=3)
    assert answer == {"said": ["ann@example.com", "password: ⟦secret 1⟧"], "deadline": 3}
    assert "ann@" not in inside.seen[0].user
    assert "hunter2" not in inside.seen[0].user
