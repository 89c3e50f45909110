"""Feedback: the one card that follows it for life, and what is said around it."""

from typing import Any

from bot.services.feedback import File
from bot.services.feedback_cards import Captured
from handlers import ids
from handlers.views import Reply, View
from handlers.views.blocks import (
    actions,
    button,
    confirm,
    context,
    modal,
    section,
)
from handlers.views.words import day, esc, joined, lane, link_words, many, person, quoted, shortened
from storage.models import Feedback, FeedbackFile, Reader, Weight

WEIGHTS: dict[str, str] = {Weight.NICE: "Nice to have", Weight.IMPORTANT: "Important", Weight.BLOCKER: "Blocker"}

_LACKS = "⚠️ Needs detail: there is nothing to act on yet. Add the problem in one line."


def captured_modal(captured: Captured) -> View:
    """Confirm a capture where nothing may be said in the channel; the card with its buttons comes as a message."""
    told = [block for block in feedback_card(captured).blocks if block["type"] != "actions"]
    return modal("Captured", told, callback_id="feedback.captured", close="Done")


def feedback_card(captured: Captured) -> Reply:
    """Return the card that stands in the thread and is edited in place for life."""
    feedback, number = captured.feedback, str(captured.feedback.number)
    if feedback.withdrawn:
        said = f"{feedback.ref} was withdrawn. Its text is gone."
        if captured.deleted:
            said = f"The message of {feedback.ref} was deleted in Slack. Its text is gone here, too."
        return Reply(said, [context(said)])
    stands = link_words(feedback, captured.item)
    said = f"📥 *{feedback.ref}* {stands}. You'll hear here when it moves."
    if captured.lacks_detail:
        said += f"\n{_LACKS}"
    if feedback.claimed_by:
        said += f"\n👀 {person(feedback.claimed_by)} is on it."
    weight = WEIGHTS[feedback.weight] if feedback.touched else ""
    files = many(len(captured.files), "file") if captured.files else ""
    by = f"captured by {person(feedback.captured_by)}"
    about = joined([esc(feedback.problem), esc(captured.account or ""), _kind(feedback), weight, files, by])
    buttons = actions(
        _undo_button(captured),
        button("Edit", ids.FEEDBACK_EDIT, number),
        button(f"Me too · {captured.supporters}", ids.FEEDBACK_SUPPORT, number),
    )
    return Reply(f"📥 {feedback.ref} {stands}", [section(said), context(about), buttons])


def feedback_reply(captured: Captured, reader: Reader, tz: str) -> Reply:
    """Show a piece of feedback to whoever asks for it; where everybody in a channel reads it, without its words."""
    feedback, stands = captured.feedback, link_words(captured.feedback, captured.item)
    if feedback.withdrawn:
        return feedback_card(captured)
    source = f"<{feedback.permalink}|open>" if feedback.permalink else ""
    who = joined([esc(captured.account or ""), day(feedback.captured_at, tz), source])
    files = [file_link(one) for one in captured.files]
    by = f"captured by {person(feedback.captured_by)}"
    on_it = f"{person(feedback.claimed_by)} is on it" if feedback.claimed_by else ""
    small = joined([many(captured.supporters, "person", "people"), by, on_it, *files])
    words = f"\n{quoted(feedback.quote)}" if reader.sees_quotes else ""
    said = f"*{feedback.ref}* {stands}{words}\n{who}"
    return Reply(f"{feedback.ref} {stands}", [section(said), context(small)])


def complete_card(captured: Captured, *, new: bool) -> Reply:
    """Ask who captured by a reaction to add what a reaction cannot say."""
    feedback, number = captured.feedback, str(captured.feedback.number)
    if feedback.withdrawn:
        return feedback_card(captured)
    if not new:
        count = many(captured.supporters, "person", "people")
        said = f"🔁 That was captured already as {feedback.ref}. You're counted in: {count} so far."
        return Reply(said, [section(said)])
    customer = f" for {esc(captured.account)}" if captured.account else ""
    ask = "Add how much it matters?" if customer else "Add the customer and how much it matters?"
    said = f"📥 Captured as *{feedback.ref}*{customer}. {_LACKS if captured.lacks_detail else ask}"
    buttons = actions(button("Add details", ids.FEEDBACK_EDIT, number), _undo_button(captured))
    return Reply(f"📥 Captured as {feedback.ref}", [section(said), buttons])


def completing_reply(captured: Captured) -> Reply:
    """Take the place of the question that is being answered in a form."""
    feedback = captured.feedback
    said = f"📥 Captured as *{feedback.ref}*. Its card has the buttons to edit or undo it later."
    return Reply(f"📥 Captured as {feedback.ref}", [section(said)])


def told_card(captured: Captured) -> Reply:
    """Tell an author that their words were captured, and what they can do."""
    feedback = captured.feedback
    if feedback.withdrawn:
        return feedback_card(captured)
    who = person(feedback.captured_by)
    said = f"{who} captured something you said as feedback, *{feedback.ref}*:\n{quoted(feedback.quote)}"
    ask = confirm("Withdraw it?", "The text is deleted for good.", "Withdraw")
    number = str(feedback.number)
    row = actions(
        button("Edit", ids.FEEDBACK_EDIT, number),
        button("Withdraw", ids.FEEDBACK_WITHDRAW, number, style="danger", confirm=ask),
    )
    return Reply(f"{feedback.ref}: something you said was captured as feedback", [section(said), row])


def linked_reply(captured: Captured) -> Reply:
    """Confirm a link."""
    feedback, item = captured.feedback, captured.item
    where = f"*{item.ref} {esc(item.title)}* ({lane(item.lane)})" if item else "an item"
    if not captured.new:
        return Reply(said := f"{feedback.ref} is linked to {where} already.", [section(said)])
    said = f"Linked {feedback.ref} to {where}."
    undo = _undo_button(captured)
    return Reply(f"Linked {feedback.ref} to {item.ref if item else 'an item'}", [section(said, accessory=undo)])


def undone_reply(captured: Captured) -> Reply:
    """Confirm an undo."""
    feedback = captured.feedback
    said = f"{feedback.ref} is gone." if feedback.withdrawn else f"{feedback.ref} is as it was before the link."
    return Reply(said, [section(said)])


def file_link(file: File | FeedbackFile) -> str:
    """Return a link to what came with a message; its name alone where the address is none."""
    label = esc(shortened(file.name, 60)).replace("|", "¦")
    return (
        f"<{esc(file.permalink).replace('|', '%7C')}|{label}>"
        if file.permalink.startswith(("https://", "http://"))
        else label
    )


def _undo_button(captured: Captured) -> Any:
    """Return a button that undoes what it names and nothing after it; one that deletes text asks first."""
    number, link = captured.feedback.number, captured.undoes
    if link is not None:
        return button("Undo", ids.FEEDBACK_UNDO, f"{number}:{link}")
    ask = confirm("Undo the capture?", "Its text is deleted for good.", "Undo it")
    return button("Undo", ids.FEEDBACK_UNDO, f"{number}:capture", confirm=ask)


def _kind(feedback: Feedback) -> str:
    return "problem" if feedback.kind == "problem" else ""
