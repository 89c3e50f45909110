"""Help, and what to say when a text is not understood."""

from collections.abc import Sequence

from handlers import ids
from handlers.grammar import LANE, Command, Suggestion
from handlers.views import Reply, View
from handlers.views.blocks import BUTTON_VALUE, actions, button, context, fit, header, modal, section, sections
from handlers.views.errors import undone_reply
from handlers.views.words import esc, listed, sentence, shortened

_INSTEAD = {
    "as-of": "`/roadmap diff 2026-07-01` says what has changed since a day.",
    "since": "`/roadmap diff 7d` says what has changed, `/roadmap digest since:7d` what came in, too.",
    "team": "Items have an area instead: `area:Growth`.",
}
"""What does today what a filter of a command that reads may have been meant to do."""


def help_reply(lines: Sequence[tuple[str, str]], command: str, *, unknown: str = "") -> Reply:
    """List what somebody may type; above it, that nothing of it is about what they asked for."""
    none = f"None of my commands is about “{esc(shortened(unknown, 80))}”. Here is all that you can type."
    shown = [f"`{command} {typed}`".replace(" `", "`") + f"\n{said}" for typed, said in lines]
    small = "Messages: open a message's menu for *Capture feedback* and *Summarize thread*, or react with :bulb:."
    first = [section(none)] if unknown else []
    blocks = [header("What you can type"), *first, *sections(shown), context(small)]
    return Reply("What you can type", fit(blocks))


def suggestion_reply(suggestion: Suggestion, command: str, given: str = "") -> Reply:
    """Ask whether something else was meant, or say how it is typed; nothing was done with what was `given`."""
    typed = f"`{command} {esc(suggestion.text)}`"
    if suggestion.others:
        meant = listed([f"`{command} {esc(text)}`" for text in (suggestion.text, *suggestion.others)], "or")
        said = f"Did you mean {meant}? Nothing was changed."
    elif suggestion.complete:
        said = f"Did you mean {typed}? Nothing was changed."
    elif suggestion.alone:
        said = f"That needs a few more words, like this: {typed}"
    else:
        lanes = any(one.name == LANE.name for one in suggestion.command.takes)
        choices = " The lanes are now, next, later and shipped." if lanes else ""
        said = f"I couldn't read all of that. Type it like this: {typed}.{choices} Nothing was changed."
    return _undone(said, command, "" if suggestion.complete else given)


def instead_reply(said: str, typed: str, command: str) -> Reply:
    """Say what does today what somebody typed; a word may also have been meant as one to look for."""
    word = typed.strip(" ?!.")
    look = f"Looking for the word? Type `{command} find {word}`." if word.isalpha() else ""
    return Reply(said.replace("`", ""), [section(said), *([context(look)] if look else [])])


def offer_reply(typed: str) -> Reply:
    """Offer to run a command that changes something, or opens a form, or answers one person alone."""
    if len(typed) > BUTTON_VALUE:
        said = "That is too long for a message. Type it as a slash command instead, and it is done."
        return Reply(said, [section(said)])
    said = f"Tap the button, and it is done for you: `{esc(shortened(typed, 300))}`"
    return Reply(said.replace("`", ""), [section(said), actions(button("Do it", ids.COMMAND_DO, typed))])


def unused_reply(one: Command, name: str, unused: Sequence[str], command: str, given: str = "") -> Reply:
    """Name the filters that a command does not take, and those that it does; nothing was done."""
    typed, others = f"{command} {name}".strip(), [f"`{filter_}:`" for filter_ in one.filters]
    takes = f"It takes {listed(others)}" if others else "It takes none"
    named = listed([f"`{filter_}:`" for filter_ in unused])
    instead = " ".join(["", *(_INSTEAD[filter_] for filter_ in unused if one.reads_only and filter_ in _INSTEAD)])
    said = f"`{typed}` doesn't take {named}. {takes}. Nothing was changed.{instead}"
    return _undone(said, command, given)


def reply_modal(reply: Reply) -> View:
    """Show a reply where no message can stand."""
    return modal("Linchpin", reply.blocks or [section(reply.text)], callback_id="commands.reply", close="Close")


def refused_reply(said: str) -> Reply:
    """Say in a sentence why there is no answer; it may quote what somebody typed."""
    safe = sentence(said)
    return Reply(safe, [section(safe)])


def unknown_reply(word: str, command: str, given: str = "") -> Reply:
    """Say that a word is no command; nothing was done."""
    said = f"I don't know how to “{esc(word)}” something. Nothing was changed. `{command} help` lists what I do."
    return _undone(said, command, given)


def _undone(said: str, command: str, given: str) -> Reply:
    return undone_reply(said, command, given) if given else Reply(said.replace("`", ""), [section(said)])
