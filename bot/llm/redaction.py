"""Personal data and secrets, taken out before any model sees a text and put back in what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from types import MappingProxyType
from typing import Any

from bot.llm.model import Model
from bot.llm.secrets import secret_spans
from prompts import RenderedPrompt

Span = tuple[int, int]

SEALED = frozenset({"secret", "card", "iban"})
"""Kinds that are never put back, nor quoted by us: nobody needs to read them twice."""


@dataclass(frozen=True)
class Redacted:
    """A text without personal data and secrets."""

    text: str
    """The text, with a placeholder such as `⟦email 1⟧` for each thing taken out."""
    originals: Mapping[str, str]
    """What each placeholder of this text stands for."""

    @property
    def count(self) -> int:
        """Number of different things taken out."""
        return len(self.originals)

    @property
    def sealed(self) -> bool:
        """Whether one of them is a secret, a card or an account number."""
        return any(kind_of(placeholder) in SEALED for placeholder in self.originals)


class Redactor:
    """Redacts the texts of one call: the same thing gets the same placeholder in all of them."""

    def __init__(self) -> None:
        self._placeholders: dict[tuple[str, str], str] = {}

    def redact(self, text: str) -> str:
        """Return the text with everything private replaced by placeholders."""
        pieces: list[str] = []
        done = 0
        for start, end, kind in found(text):
            pieces += text[done:start], self._placeholder(kind, text[start:end])
            done = end
        return "".join([*pieces, text[done:]])

    def restore(self, text: str) -> str:
        """Return the text with every placeholder put back, except the sealed ones."""
        return _PLACEHOLDER.sub(lambda match: self.originals(sealed=False).get(match[0], match[0]), text)

    def originals(self, *, sealed: bool = True) -> dict[str, str]:
        """Return what each placeholder stands for, the sealed kinds only where asked."""
        return {mark: text for (kind, text), mark in self._placeholders.items() if sealed or kind not in SEALED}

    def _placeholder(self, kind: str, text: str) -> str:
        number = 1 + sum(known == kind for known, _ in self._placeholders)
        return self._placeholders.setdefault((kind, text), f"⟦{kind} {number}⟧")


class RedactingModel:
    """A model that gets every prompt redacted, and whose answer comes back restored."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.name = model.name

    async def fill(self, prompt: RenderedPrompt, *, deadline: float) -> dict[str, Any]:
        """Answer as the model inside does; see `Model.fill`."""
        redactor = Redactor()
        answer = await self._model.fill(prompt.with_texts(redactor.redact), deadline=deadline)
        return {key: _restored(value, redactor) for key, value in answer.items()}


def redact(text: str) -> Redacted:
    """Return one text redacted, with what was taken out."""
    redactor = Redactor()
    return Redacted(redactor.redact(text), MappingProxyType(redactor.originals()))


def kind_of(placeholder: str) -> str:
    """Return the kind that a placeholder names: email, phone, card, iban, ip, secret or mark."""
    return placeholder.strip("⟦⟧").split()[0]


def found(text: str) -> list[tuple[int, int, str]]:
    """Return everything private as (start, end, kind), in order, without overlaps; the surer kind wins."""
    taken: list[tuple[int, int, str]] = []
    covered = bytearray(len(text))
    for kind, spans in _searches(text):
        for start, end in spans:
            if not any(covered[start:end]):
                covered[start:end] = b"\1" * (end - start)
                taken.append((start, end, kind))
    return sorted(taken)


_PLACEHOLDER = re.compile(r"⟦[a-z]+ \d+⟧")
_MARK = re.compile("⟦")  # people's own, so that a placeholder can be told from what they typed
_EMAIL = re.compile(r"(?<![\w.+%-])[\w+%'-]+(?:\.[\w+%'-]+)*@(?:[\w-]+\.)+[^\W\d_]{2,24}(?![\w-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}")
_CARD = re.compile(r"(?<![\w.-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])")
_IPV4 = re.compile(r"(?<![\w.-])(?<!version )(?<!release )\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)", re.IGNORECASE)
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{6,39}(?![\w:])")
_PHONES = (
    re.compile(r"(?<![\w+])\+\d(?:[ ./()-]{0,2}\d){7,14}(?![\w-])"),
    re.compile(r"(?<![\w.-])00[1-9]\d(?:[ ./()-]{0,2}\d){6,12}(?![\w-])"),
    re.compile(r"(?<![\w.$€£-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-]|\.\d)"),
    re.compile(r"(?<![\w.$€£:/-])\(?0[1-9]\d{1,4}\)?[ /-]\d{3,8}(?:[ -]\d{2,5}){0,3}(?![\w:-]|[./]\d)"),
    re.compile(
        r"(?:\b(?:tel|phone|mobile|cell|call|whatsapp|fax)\b[^\w\n]{0,3}(?:(?:number|no|me|us|is|at|on)\b[^\w\n]{0,3}){0,2})"
        r"(?P<number>\(?\d(?:[ ./()-]{0,2}\d){6,14})(?![\w-])",
        re.IGNORECASE,
    ),
)
_DATE = re.compile(r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}")
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK",
        21: "CH CR HR LI LV", 22: "BG BH DE GB GE IE ME RS", 23: "AE GI IL TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB PL SV", 29: "BR EG PS QA UA",
        30: "JO KW MU", 31: "MT SC", 32: "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip


def _searches(text: str) -> Iterator[tuple[str, Iterable[Span]]]:
    """Yield the kinds with their spans, the surest first."""
    yield "secret", secret_spans(text)
    yield "email", _spans(_EMAIL, text)
    yield "iban", _iban_spans(text)
    yield "card", (span for span in _spans(_CARD, text) if _is_card(text[slice(*span)]))
    yield "ip", _ip_spans(text)
    yield "phone", _phone_spans(text)
    yield "mark", _spans(_MARK, text)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (match.span() for match in pattern.finditer(text))


def _iban_spans(text: str) -> Iterator[Span]:
    """Yield account numbers: as many characters as the country has, with a checksum that holds."""
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[0][:2].upper(), 0)
        places = [at for at, letter in enumerate(match[0]) if letter != " "][:length]
        number = "".join(match[0][at] for at in places).upper()
        digits = "".join(str(int(letter, 36)) for letter in number[4:] + number[:4])
        if length and len(number) == length and int(digits) % 97 == 1:
            yield match.start(), match.start() + places[-1] + 1


def _is_card(text: str) -> bool:
    """Check a card number by its checksum (Luhn)."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _ip_spans(text: str) -> Iterator[Span]:
    for match in _IPV4.finditer(text):
        if all(int(part) <= 255 for part in match[0].split(".")):
            yield match.span()
    for match in _IPV6.finditer(text):
        if any(letter.isdigit() for letter in match[0]) and match[0].count(":") >= 3 and _is_ipv6(match[0]):
            yield match.span()


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _phone_spans(text: str) -> Iterator[Span]:
    for pattern in _PHONES:
        for match in pattern.finditer(text):
            start, end = match.span("number" if "number" in pattern.groupindex else 0)
            number = text[start:end]
            if sum(letter.isdigit() for letter in number) >= 7 and not _DATE.match(number):
                yield start, end


def _restored(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.restore(value)
    if isinstance(value, list):
        return [_restored(entry, redactor) for entry in value]
    if isinstance(value, dict):
        return {key: _restored(entry, redactor) for key, entry in value.items()}
    return value
