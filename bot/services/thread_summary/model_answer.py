"""The summary with a model: its choice and order of lines, in words that the cited messages bear out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from bot.services.thread_summary import actions, decisions
from bot.services.thread_summary.extractive import MOST_LINES, extractive, quotable
from bot.services.thread_summary.nouns import SECTIONS, Line, Section, ThreadMessage, ThreadSummary
from bot.services.thread_summary.sentences import Sentence
from bot.services.thread_summary.support import nearest, supported
from bot.services.words import words

MOST_TEXT = 40_000
"""Characters of a thread that a model gets: about 10,000 tokens."""


def newest_that_fit(messages: Sequence[ThreadMessage], limit: int = MOST_TEXT) -> Sequence[ThreadMessage]:
    """Return the end of a thread with at most `limit` characters of people's text: whole messages, at least one."""
    room = limit
    for at in range(len(messages) - 1, -1, -1):
        if not messages[at].is_bot:
            room -= len(messages[at].text)
        if room < 0:
            return messages[min(at + 1, len(messages) - 1) :]
    return messages


def prompt_messages(messages: Sequence[ThreadMessage]) -> list[dict[str, Any]]:
    """Return the input `messages` of the prompt `summarize_thread`: what people said, without bot posts."""
    return [{"n": m.index, "from": m.name, "text": m.text} for m in messages if not m.is_bot]


def from_model(
    answer: Mapping[str, Any],
    messages: Sequence[ThreadMessage],
    *,
    total: int | None = None,
    model: str | None = None,
    prompt_version: str | None = None,
    customers: Set[str] = frozenset(),
) -> ThreadSummary:
    """Summarize a thread by a model's answer to `summarize_thread`, given the messages the model read.

    A line that cites none of them is dropped; one that they do not support is replaced by their own sentence; an
    owner stays only where the cited message names them. Where nothing is left, the summary is extractive.
    """
    found = quotable(messages)
    claims = {section: list(answer.get(section) or ()) for section in SECTIONS}
    lists = {section: _lines(section, claims[section], found, messages) for section in SECTIONS}
    plain = extractive(messages, total, customers=customers)
    kept = [line for lines in lists.values() for line in lines]
    if not kept:
        return plain
    return replace(
        plain,
        decided=lists["decided"],
        questions=lists["questions"],
        actions=lists["actions"],
        feedback=lists["feedback"],
        gist=(),
        model=model,
        prompt_version=prompt_version,
        replaced=sum(line.own_words for line in kept),
        dropped=sum(map(len, claims.values())) - len(kept),
    )


def _lines(
    section: Section, claims: Sequence[Mapping[str, Any]], found: Sequence[Sentence], messages: Sequence[ThreadMessage]
) -> tuple[Line, ...]:
    """Return the lines of one list that may be shown, none twice."""
    lines = [_line(section, claim, found, messages) for claim in claims]
    once = {line.text: line for line in reversed(lines) if line}
    return tuple([line for line in lines if line and once[line.text] is line][:MOST_LINES])


def _line(
    section: Section, claim: Mapping[str, Any], found: Sequence[Sentence], messages: Sequence[ThreadMessage]
) -> Line | None:
    """Return what may be shown of one claim of a model; None where nothing may."""
    text = " ".join(str(claim.get("text", "")).split())
    cited = [sentence for sentence in found if sentence.message.index in set(claim.get("cites") or ())]
    source = nearest(text, cited)
    if source is None or not text:
        return None
    bearing = [sentence for sentence in cited if supported(text, [sentence], may_ask=section == "questions")]
    if bearing:
        source = nearest(text, bearing) or source
    own = not bearing and not supported(text, cited, may_ask=section == "questions")
    if own and (not source.stems or (section == "decided" and not _settles(source, found))):
        return None
    others = {sentence.message.index for sentence in cited} - {source.message.index} if not own else set()
    return Line(
        source.text if own else text,
        (source.message.index, *sorted(others)),
        owner=_owner(claim.get("owner"), source, messages) if section == "actions" else None,
        own_words=own,
    )


def _settles(source: Sentence, found: Sequence[Sentence]) -> bool:
    """Say whether a sentence that takes the place of a made-up decision is one itself."""
    return decisions.settles(source, found[found.index(source) + 1 :])


def _owner(claimed: Any, source: Sentence, messages: Sequence[ThreadMessage]) -> str | None:
    """Return the owner where the sentence gives the task to the one the model claims; None where it does not."""
    if not isinstance(claimed, str) or not words(claimed):
        return None
    given = actions.assigned(source, messages)
    if given is not None:
        return given if set(words(claimed)) & set(words(given)) else None
    first = re.escape(words(claimed)[0])
    named = re.search(rf"(?<![\w]){first}(?!\w)(?!'s)", source.plain)
    passing = re.search(rf"\b(?:for|to|with|from|by|of|ask|asked|tell|told|about|not|cc)\s+@?{first}\b", source.plain)
    refusing = re.search(rf"\b{first}\s+(?:\w+n't|cannot|is not|will not|should not|never)\b", source.plain)
    return claimed.strip() if named and not passing and not refusing else None
