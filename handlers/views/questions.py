"""Answers: our words, facts from rows, and the records that they cite."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.answers import Answer, Fact, Statement
from bot.services.owner_questions import PassedOn
from handlers import ids
from handlers.views import Block, Reply, View
from handlers.views.blocks import BUTTON_VALUE, actions, button, context, fit, modal, run_buttons, section, words_input
from handlers.views.words import (
    ago,
    as_of,
    day,
    due,
    esc,
    joined,
    lane,
    many,
    person,
    quoted,
    shortened,
    standing,
    status,
)
from storage.models import Feedback, Item


def answer_reply(answer: Answer, tz: str) -> Reply:
    """Show an answer, or say that there is no evidence and what to do."""
    if not answer.found:
        topic = f"“{esc(shortened(answer.topic, 80))}”" if answer.topic else "that"
        said = f"I have no roadmap item or feedback about {topic}."
        if answer.aimless:
            said = "I can't tell what that is about. Name it, as `/roadmap what do people say about SSO?` does."
        if answer.nearly and answer.topic:
            said += f" `/roadmap find {esc(shortened(answer.topic, 80))}` shows what holds some of these words."
        button_ = button("Capture it as feedback", ids.QUESTION_LOG, answer.question[:2000])
        return Reply(said, [section(said), actions(button_), context(as_of(answer.as_of, tz))])
    numbers = {record.ref: number for number, record in enumerate(answer.records, 1)}
    said = _said(answer, numbers, tz)
    more, listed_by = answer.more
    if answer.topic and not any(isinstance(record, Item) for record in answer.records):
        count = many(len(answer.records) + more, "piece")
        said = f"{count} of feedback about “{esc(shortened(answer.topic, 80))}”:\n{said}"
    if more:
        left = f"{many(more, 'more piece')} of feedback" if answer.more_notes else f"{more} more"
        said += f"\n… and {left}{f': `/roadmap {esc(listed_by)}`' if listed_by else ''}"
    blocks = [section(said), context(_proof(answer), _sources(answer, numbers, tz)), *_more_to_do(answer)]
    return Reply(_spoken(said), fit(blocks))


def passed_on_reply(passed: PassedOn) -> Reply:
    """Confirm that the owner of an item has a question."""
    owner = person(passed.item.owner)
    if not passed.is_new:
        said = f"{owner} has {'heard that' if passed.doubted else 'that question'} from you already."
    elif passed.doubted:
        when = ", in their morning" if passed.waits else ""
        said = f"Thank you. I'm telling {owner}, who owns {passed.item.ref}, that this may be wrong{when}."
    else:
        when = " They get it in their morning." if passed.waits else ""
        said = f"I passed your question on to {owner}, who owns {passed.item.ref}.{when}"
    return Reply(said, [section(said)])


def owner_question(item: Item, asker: str, question: str, *, doubted: bool) -> Reply:
    """Ask the owner of an item what somebody wants to know, or whether what they read is right."""
    named = f"*{item.ref} {esc(item.title)}*, which you own"
    said = f"{person(asker)} asks you about {named}:"
    small = f"They have read what the roadmap says. Your answer goes to them: write to {person(asker)}."
    if doubted:
        said = f"{person(asker)} asked about {named}, and thinks that what the roadmap says is wrong:"
        small = f"`/roadmap update {item.ref}` and your words put it right. Then write to {person(asker)}."
    show = actions(*run_buttons(("Show item", f"show {item.ref}")))
    return Reply(_spoken(said), fit([section(f"{said}\n{quoted(question, length=1000)}"), context(small), show]))


def ask_modal() -> View:
    """Ask for a question."""
    field = words_input(
        "question",
        "Your question",
        optional=False,
        placeholder="When does Acme get SSO?",
        hint="Answers come from the roadmap and the feedback, with their sources.",
    )
    return modal("Ask the roadmap", [field], callback_id=ids.ASK_SUBMIT, submit="Ask")


def answer_modal(answer: Answer, tz: str) -> View:
    """Show an answer where the question was asked."""
    question = section(f"*{esc(shortened(answer.question, 300))}*")
    return modal("Answer", [question, *answer_reply(answer, tz).blocks], callback_id="questions.answer", close="Close")


def about_modal(answer: Answer, said: str, tz: str) -> View:
    """Show what the roadmap says about a message."""
    if not said.strip():
        blocks = [section("There are no words in this message to ask about.")]
    else:
        blocks = [section(quoted(said)), *answer_reply(replace(answer, question=said), tz).blocks]
    return modal("What the roadmap says", blocks, callback_id="questions.about", close="Close")


def _more_to_do(answer: Answer) -> list[Block]:
    """Return what may be done with an answer: ask who knows, tell a customer, say that it is wrong."""
    items = [record for record in answer.records if isinstance(record, Item)]
    if not items:
        return []
    safe = button("Customer-safe version", ids.QUESTION_SAFE, answer.question[:BUTTON_VALUE])
    if len(items) > 1 or not items[0].owner:
        return [actions(safe)]
    about = f"{items[0].number}:{answer.question}"[:BUTTON_VALUE]
    ask, wrong = button("Ask owner", ids.QUESTION_OWNER, about), button("Wrong?", ids.QUESTION_WRONG, about)
    return [actions(ask, safe, wrong)]


def _said(answer: Answer, numbers: Mapping[str, int], tz: str) -> str:
    """Return what is said of one item as sentences, and of several as a line for each record."""
    about: dict[str, list[str]] = {}
    for one in answer.statements:
        about.setdefault(one.cites[0] if one.cites else "", []).append(_sentence(one, answer, numbers, tz))
    voices = any(fact.field == "quote" for one in answer.statements for fact in one.facts)
    if voices or sum(isinstance(record, Item) for record in answer.records) > 1:
        return "\n".join(f"• {' '.join(sentences)}" for sentences in about.values())
    return " ".join(_sentence(one, answer, numbers, tz) for one in answer.statements)


def _sentence(statement: Statement, answer: Answer, numbers: Mapping[str, int], tz: str) -> str:
    words = "".join(esc(part) if isinstance(part, str) else _shown(part, answer, tz) for part in statement.parts)
    return f"{words} {''.join(f'[{numbers[ref]}]' for ref in statement.cites)}"


def _shown(fact: Fact, answer: Answer, tz: str) -> str:
    record = next((one for one in answer.records if one.ref == fact.ref), None)
    if fact.field == "lane":
        return f"*{lane(str(fact.value))}*"
    if fact.field == "status":
        return standing(record, answer.as_of) if isinstance(record, Item) else status(str(fact.value))
    if fact.field == "quote":
        return esc(shortened(" ".join(str(fact.value).split()), 160))
    if fact.field in ("owner", "said_by"):
        return person(str(fact.value))
    if fact.field == "field":
        return "its due date" if fact.value == "due" else f"its {esc(str(fact.value))}"
    if fact.field == "due" and isinstance(record, Item):
        shown = due(record, answer.as_of.astimezone(ZoneInfo(tz)).date())
        return shown if shown.startswith("due") else f"target {shown}"
    if isinstance(fact.value, datetime):
        return day(fact.value, tz)
    return esc(str(fact.value))


def _proof(answer: Answer) -> str:
    held = len(answer.statements)
    return f"✓ verified {held}/{held + answer.dropped} statements"


def _sources(answer: Answer, numbers: Mapping[str, int], tz: str) -> str:
    parts = [as_of(answer.as_of, tz)]
    for record in answer.records:
        parts.append(f"[{numbers[record.ref]}] {_source(record, answer.as_of)}")
    return joined(parts)


def _source(record: Item | Feedback, now: datetime) -> str:
    if isinstance(record, Feedback):
        return f"<{record.permalink}|{record.ref}>" if record.permalink else record.ref
    if record.confirmed_at is None:
        return f"{record.ref}, never confirmed"
    return f"{record.ref}, confirmed {ago(record.confirmed_at, now)} by {person(record.confirmed_by)}"


def _spoken(said: str) -> str:
    return said.replace("*", "")
