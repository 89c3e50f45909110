"""Feedback: the modal that captures it, and the one card that follows it for life."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Option

from bot.services.feedback import File
from bot.services.feedback_cards import Captured
from bot.services.suggestions import Match
from handlers import ids
from handlers.views import Block, Reply, View
from handlers.views.blocks import (
    actions,
    button,
    choice_input,
    confirm,
    context,
    modal,
    option,
    radio_input,
    section,
    words_input,
)
from handlers.views.words import day, esc, joined, lane, many, person, quoted, shortened, storable
from storage.models import Feedback, FeedbackFile, FeedbackVisibility, Weight

NEW = "new"
"""The value of "none of these items"."""
METADATA = 3000
"""What a modal's private metadata holds."""

_WEIGHTS: dict[str, str] = {Weight.NICE: "Nice to have", Weight.IMPORTANT: "Important", Weight.BLOCKER: "Blocker"}
_READERS: dict[str, str] = {
    FeedbackVisibility.MEMBERS: "Members of this channel",
    FeedbackVisibility.PRODUCT: "Product team",
    FeedbackVisibility.EVERYONE: "Everyone in the company",
}


@dataclass(frozen=True)
class Source:
    """Where feedback is captured from; travels in the modal as ids."""

    channel: str = ""
    ts: str = ""
    thread_ts: str = ""
    said_by: str = ""
    files: tuple[File, ...] = ()

    def packed(self) -> str:
        """Return it as a modal's private metadata, with as many of its files as fit into that."""
        told = {"channel": self.channel, "ts": self.ts, "thread_ts": self.thread_ts, "by": self.said_by}
        files = [[one.name[:80], one.mimetype, one.permalink] for one in self.files]
        while files and len(json.dumps({**told, "files": files})) > METADATA:
            files.pop()
        return json.dumps({**told, "files": files} if files else told)

    @classmethod
    def unpacked(cls, metadata: str) -> "Source":
        """Return it from a modal's private metadata."""
        told = json.loads(metadata or "{}")
        files = tuple(File(*one) for one in told.get("files", ()))
        return cls(told.get("channel", ""), told.get("ts", ""), told.get("thread_ts", ""), told.get("by", ""), files)


def capture_modal(
    quote: str,
    source: Source,
    *,
    customer: str = "",
    visibility: str = FeedbackVisibility.MEMBERS,
    matches: Sequence[Match] | None = None,
    in_thread: int = 0,
    weight: str = Weight.NICE,
) -> View:
    """Return the modal that captures a message; `matches` None while they are looked for."""
    blocks = [
        words_input("quote", "Quote", initial=quote, lines=True, optional=False),
        words_input("problem", "Problem in one line", length=150, placeholder="What gets in their way?"),
        words_input("customer", "Customer", initial=customer, length=80, placeholder="Acme"),
        choice_input("weight", "Weight", _options(_WEIGHTS), initial=_chosen(_WEIGHTS, weight)),
        words_input("theme", "Theme", length=60, placeholder="Security, exports, onboarding"),
        _match_input(matches),
        readers_input(visibility, in_channel=bool(source.channel)),
    ]
    if source.ts:
        blocks.append(_thread_input(in_thread))
    if source.files:
        blocks.append(_files_line(source.files))
    callback, metadata = ids.CAPTURE_SUBMIT, source.packed()
    return modal("Capture feedback", blocks, callback_id=callback, submit="Capture", private_metadata=metadata)


def blank_modal(
    quote: str = "", *, customer: str = "", weight: str = Weight.NICE, matches: Sequence[Match] = ()
) -> View:
    """Return the modal for feedback that comes from no message."""
    everyone = FeedbackVisibility.EVERYONE
    return capture_modal(quote, Source(), customer=customer, visibility=everyone, matches=matches, weight=weight)


def notice_modal(said: str) -> View:
    """Say why no form opens, where nothing else can be said."""
    return modal("Feedback", [section(esc(said))], callback_id="feedback.notice", close="Close")


def edit_modal(captured: Captured) -> View:
    """Return the modal that edits feedback, with what is known of it."""
    feedback = captured.feedback
    blocks = [
        words_input("quote", "Quote", initial=feedback.quote, lines=True, optional=False),
        words_input("problem", "Problem in one line", initial=feedback.problem, length=150),
        words_input("customer", "Customer", initial=captured.account or "", length=80),
        choice_input("weight", "Weight", _options(_WEIGHTS), initial=_chosen(_WEIGHTS, feedback.weight)),
        words_input("theme", "Theme", initial=feedback.theme, length=60),
        readers_input(feedback.visibility, in_channel=feedback.channel is not None),
    ]
    if captured.files:
        blocks.append(_files_line(captured.files))
    number = str(feedback.number)
    return modal(f"Edit {feedback.ref}", blocks, callback_id=ids.EDIT_SUBMIT, submit="Save", private_metadata=number)


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
    item = captured.item
    waiting = "waiting for triage" if feedback.item_id is None else "linked to an item"
    stands = f"linked to {item.ref} {item.title} ({lane(item.lane)})" if item else waiting
    said = f"📥 *{feedback.ref}* {esc(stands)}. You'll hear here when it moves."
    if feedback.claimed_by:
        said += f"\n👀 {person(feedback.claimed_by)} is on it."
    weight = _WEIGHTS[feedback.weight] if feedback.touched else ""
    files = many(len(captured.files), "file") if captured.files else ""
    by = f"captured by {person(feedback.captured_by)}"
    about = joined([esc(feedback.problem), _kind(feedback), weight, files, by])
    buttons = actions(
        button("Undo", ids.FEEDBACK_UNDO, number),
        button("Edit", ids.FEEDBACK_EDIT, number),
        button(f"Me too · {captured.supporters}", ids.FEEDBACK_SUPPORT, number),
    )
    return Reply(f"📥 {feedback.ref} {esc(stands)}", [section(said), context(about), buttons])


def feedback_reply(captured: Captured, tz: str) -> Reply:
    """Show a piece of feedback to whoever asks for it."""
    feedback, item = captured.feedback, captured.item
    if feedback.withdrawn:
        return feedback_card(captured)
    waiting = "waiting for triage" if feedback.item_id is None else "linked to an item"
    stands = f"linked to {item.ref} {esc(item.title)} ({lane(item.lane)})" if item else waiting
    source = f"<{feedback.permalink}|open>" if feedback.permalink else ""
    who = joined([esc(captured.account or ""), day(feedback.captured_at, tz), source])
    files = [_file_link(one) for one in captured.files]
    by = f"captured by {person(feedback.captured_by)}"
    on_it = f"{person(feedback.claimed_by)} is on it" if feedback.claimed_by else ""
    small = joined([many(captured.supporters, "person", "people"), by, on_it, *files])
    said = f"*{feedback.ref}* {stands}\n{quoted(feedback.quote)}\n{who}"
    return Reply(f"{feedback.ref} {stands}", [section(said), context(small)])


def complete_card(captured: Captured, *, new: bool) -> Reply:
    """Ask who captured by a reaction to add what a reaction cannot say."""
    feedback, number = captured.feedback, str(captured.feedback.number)
    if not new:
        count = many(captured.supporters, "person", "people")
        said = f"🔁 That was captured already as {feedback.ref}. You're counted in: {count} so far."
        return Reply(said, [section(said)])
    said = f"📥 Captured as *{feedback.ref}*. Add the customer and how much it matters?"
    buttons = actions(button("Add details", ids.FEEDBACK_EDIT, number), button("Undo", ids.FEEDBACK_UNDO, number))
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
    said = f"Linked {feedback.ref} to {where}."
    undo = button("Undo", ids.FEEDBACK_UNDO, str(feedback.number))
    return Reply(f"Linked {feedback.ref} to {item.ref if item else 'an item'}", [section(said, accessory=undo)])


def undone_reply(captured: Captured) -> Reply:
    """Confirm an undo."""
    feedback = captured.feedback
    said = f"{feedback.ref} is gone." if feedback.withdrawn else f"{feedback.ref} is as it was before the link."
    return Reply(said, [section(said)])


def values(state: Mapping[str, Mapping[str, Mapping[str, object]]]) -> dict[str, str]:
    """Return what was filled in, by field."""
    filled: dict[str, str] = {}
    for name, actions_ in state.items():
        value = actions_.get("value") or next(iter(actions_.values()), {})
        chosen = value.get("selected_option")
        ticked = value.get("selected_options")
        if isinstance(chosen, Mapping):
            filled[name] = str(chosen["value"])
        elif isinstance(ticked, Sequence) and ticked:
            filled[name] = str(ticked[0]["value"])
        elif value.get("value") is not None:
            filled[name] = storable(str(value["value"]))
    return filled


def readers_input(visibility: str, *, in_channel: bool) -> Block:
    """Return the field for who may read it; without a channel, there are no members to name."""
    members = FeedbackVisibility.MEMBERS
    readers = {name: said for name, said in _READERS.items() if in_channel or name != members}
    chosen = visibility if visibility in readers else FeedbackVisibility.PRODUCT
    return choice_input("visibility", "Who may read it", _options(readers), initial=_chosen(readers, chosen))


def match_option(match: Match) -> Option:
    """Return an item that feedback may be about, with the reason why it is offered."""
    reason = f"{lane(match.item.lane)} · both say {', '.join(match.words)}"
    return option(f"{match.item.ref} {match.item.title}", str(match.item.number), reason)


def _match_input(matches: Sequence[Match] | None) -> Block:
    # The same option before and after the matches come: Slack keeps what is chosen when a modal is updated.
    new = option("New: not on the roadmap yet", NEW)
    offered = [match_option(one) for one in matches or ()]
    hint = "Looking for matches…" if matches is None else None
    return radio_input("match", "Which item is it about?", [*offered, new], initial=new, hint=hint)


def _files_line(files: Sequence[File | FeedbackFile]) -> Block:
    return context(joined([many(len(files), "file"), *(_file_link(one) for one in files)]))


def _file_link(file: File | FeedbackFile) -> str:
    label = esc(shortened(file.name, 60)).replace("|", "¦")
    return (
        f"<{esc(file.permalink).replace('|', '%7C')}|{label}>"
        if file.permalink.startswith(("https://", "http://"))
        else label
    )


def _thread_input(in_thread: int) -> Block:
    label = f"Include the thread ({many(in_thread, 'message')})" if in_thread else "Include the thread"
    return choice_input("include_thread", label, [option("No", "no"), option("Yes", "yes")], initial=option("No", "no"))


def _options(names: Mapping[str, str]) -> list[Option]:
    return [option(shown, str(value)) for value, shown in names.items()]


def _chosen(names: Mapping[str, str], value: str) -> Option:
    return option(names[next(name for name in names if name == value)], value)


def _kind(feedback: Feedback) -> str:
    return "problem" if feedback.kind == "problem" else ""
