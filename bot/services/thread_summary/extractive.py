"""The summary without a model: sentences of the thread, sorted by their cues, each exactly as its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from bot.llm.redaction import redact
from bot.services.thread_summary import actions, decisions, feedback, questions
from bot.services.thread_summary.nouns import Line, Section, ThreadMessage, ThreadSummary
from bot.services.thread_summary.salience import salience, salient_sentences
from bot.services.thread_summary.sentences import Sentence, sentences

MOST_LINES = 7
"""Lines per list: what fits a screen."""
_GIST = 3
_LONG = 5
"""Messages of people: of so many a lone line ("any ideas?") says too little."""
_TELLING = 2
"""Words without which feedback leaves open what it is about: "This is annoying" has one."""


def extractive(
    messages: Sequence[ThreadMessage], total: int | None = None, *, customers: Set[str] = frozenset()
) -> ThreadSummary:
    """Summarize a thread in its own sentences; `total` is its length where not all of it was read.

    `customers` are names in lower case: what these want is feedback. A sentence that holds a secret, a card or an
    account number is never quoted.
    """
    found = quotable(messages)
    worth = salience(found)
    chosen = _sorted(found, messages, customers)
    chosen["feedback"] = _one_a_message(chosen["feedback"], worth)
    lists = {section: _best(some, worth) for section, some in chosen.items()}
    summary = ThreadSummary(
        decided=tuple(map(_line, lists["decided"])),
        questions=tuple(map(_line, lists["questions"])),
        actions=tuple(_action(sentence, found, messages) for sentence in lists["actions"]),
        feedback=tuple(_feedback(sentence, found) for sentence in lists["feedback"]),
        read=len(messages),
        total=max(total or 0, len(messages)),
        skipped_bots=sum(message.is_bot for message in messages),
    )
    written = summary.read - summary.skipped_bots
    if len(summary.lines) > 1 or (summary.lines and written < _LONG):
        return summary
    return replace(summary, gist=_gist(messages, found, besides=summary.lines))


def _gist(messages: Sequence[ThreadMessage], found: Sequence[Sentence], *, besides: Sequence[Line]) -> tuple[Line, ...]:
    told = {(line.cites[0], line.text) for line in besides}
    safe = {(sentence.message.index, sentence.text) for sentence in found} - told
    sealed = len(sentences(messages)) - len(found)
    lines = salient_sentences(messages, n=_GIST + sealed + len(told))
    return tuple([line for line in lines if (line.cites[0], line.text) in safe][:_GIST])


def quotable(messages: Sequence[ThreadMessage]) -> list[Sentence]:
    """Return the sentences that may be shown again."""
    return [sentence for sentence in sentences(messages) if not redact(sentence.text).sealed]


def _sorted(
    found: Sequence[Sentence], messages: Sequence[ThreadMessage], customers: Set[str]
) -> dict[Section, list[Sentence]]:
    """Put each sentence on the first list whose cues it shows."""
    chosen: dict[Section, list[Sentence]] = {"decided": [], "questions": [], "actions": [], "feedback": []}
    for at, sentence in enumerate(found):
        later = found[at + 1 :]
        section = _section(sentence, found[:at], later, messages, customers)
        if section:
            chosen[section].append(sentence)
    return chosen


def _section(
    sentence: Sentence,
    earlier: Sequence[Sentence],
    later: Sequence[Sentence],
    messages: Sequence[ThreadMessage],
    customers: Set[str],
) -> Section | None:
    """Return the first list whose cues the sentence shows; None where it shows none."""
    if decisions.settles(sentence, later):
        return None if decisions.is_taken_back(sentence, later) else "decided"
    if _is_action(sentence, earlier, later, messages):
        return "actions"
    if feedback.gives_feedback(sentence, customers):
        return "feedback"
    if questions.asks(sentence) and not questions.is_answered(sentence, later, _first_names(messages)):
        return "questions"
    return None


def _is_action(
    sentence: Sentence, earlier: Sequence[Sentence], later: Sequence[Sentence], messages: Sequence[ThreadMessage]
) -> bool:
    """Say whether somebody is to do this, in the words that say most about it."""
    if len(sentence.stems) < 2:
        return False
    if actions.takes_it(sentence) and any(_asks_for_work(s, messages) for s in _within(earlier, sentence)):
        return False
    promises = [reply for reply in _within(later, sentence) if actions.promises(reply) and not actions.takes_it(reply)]
    if any(len({*sentence.stems} & {*reply.stems}) >= 2 for reply in promises):
        return False
    if actions.assigned(sentence, messages):
        return True
    if _taker(sentence, later):
        return _asks_for_work(sentence, messages)
    return actions.needs_doing(sentence) and not promises


def _asks_for_work(sentence: Sentence, messages: Sequence[ThreadMessage]) -> bool:
    return (
        actions.requests(sentence) or actions.needs_doing(sentence) or actions.assigned(sentence, messages) is not None
    )


def _within(others: Sequence[Sentence], sentence: Sentence) -> list[Sentence]:
    """Return what other people say up to two messages away."""
    at, author = sentence.message.index, sentence.message.user_id
    return [s for s in others if abs(s.message.index - at) <= 2 and s.message.user_id != author]


def _taker(sentence: Sentence, later: Sequence[Sentence]) -> Sentence | None:
    """Return the words by which another person takes it on right after."""
    return next((reply for reply in _within(later, sentence) if actions.takes_it(reply)), None)


def _first_names(messages: Sequence[ThreadMessage]) -> list[str]:
    return [word for message in messages for word in message.name.lower().split()[:1]]


def _best(chosen: Sequence[Sentence], worth: Mapping[Sentence, float]) -> list[Sentence]:
    """Return the most telling of the chosen sentences, in the order of the thread, none twice."""
    once = {sentence.plain: sentence for sentence in reversed(chosen)}.values()
    best = sorted(once, key=lambda sentence: -worth[sentence])[:MOST_LINES]
    return sorted(best, key=lambda sentence: (sentence.message.index, sentence.place))


def _one_a_message(chosen: Sequence[Sentence], worth: Mapping[Sentence, float]) -> list[Sentence]:
    """Return the most telling sentence of each message: feedback is captured with all of its message, and once."""
    best = {sentence.message.index: sentence for sentence in sorted(chosen, key=lambda one: worth[one])}
    return sorted(best.values(), key=lambda one: one.message.index)


def _line(sentence: Sentence) -> Line:
    return Line(sentence.text, (sentence.message.index,))


def _feedback(sentence: Sentence, found: Sequence[Sentence]) -> Line:
    """Return feedback; where it says too little by itself, with the sentence before it, or else after it."""
    beside = [one for one in found if one.message == sentence.message and abs(one.place - sentence.place) == 1]
    if len(sentence.stems) >= _TELLING or not beside:
        return _line(sentence)
    both = sorted((sentence, beside[0]), key=lambda one: one.place)
    return Line(" ".join(one.text for one in both), (sentence.message.index,))


def _action(sentence: Sentence, found: Sequence[Sentence], messages: Sequence[ThreadMessage]) -> Line:
    """Return a task with its owner: whom the sentence names, or who says "on it" right after, cited too."""
    owner = actions.assigned(sentence, messages)
    taker = None if owner else _taker(sentence, found[found.index(sentence) + 1 :])
    cites = (sentence.message.index, taker.message.index) if taker else (sentence.message.index,)
    return Line(sentence.text, cites, taker.message.name if taker else owner)
