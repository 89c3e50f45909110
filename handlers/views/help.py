"""Help, and what to say when a text is not understood."""

from collections.abc import Sequence

from handlers.grammar import LANE, Suggestion
from handlers.views import Reply
from handlers.views.blocks import context, fit, header, section, sections
from handlers.views.words import esc


def help_reply(lines: Sequence[tuple[str, str]], command: str) -> Reply:
    """List what somebody may type."""
    shown = [f"`{command} {typed}`".replace(" `", "`") + f"\n{said}" for typed, said in lines]
    small = "Messages: open a message's menu for *Capture feedback* and *Summarize thread*, or react with :bulb:."
    blocks = [header("What you can type"), *sections(shown), context(small)]
    return Reply("What you can type", fit(blocks))


def suggestion_reply(suggestion: Suggestion, command: str) -> Reply:
    """Ask whether something else was meant, or say how it is typed; nothing was done."""
    typed = f"`{command} {esc(suggestion.text)}`"
    if suggestion.complete:
        said = f"Did you mean {typed}? Nothing was changed."
    else:
        lanes = any(one.name == LANE.name for one in suggestion.command.takes)
        choices = " The lanes are now, next, later and shipped." if lanes else ""
        said = f"I couldn't read all of that. Type it like this: {typed}.{choices} Nothing was changed."
    return Reply(said.replace("`", ""), [section(said)])


def elsewhere_reply(typed: str) -> Reply:
    """Say where a command that changes something is typed."""
    said = f"I change things only by command, so that nothing happens by accident. Type `{esc(typed)}`."
    return Reply(said.replace("`", ""), [section(said)])


def refused_reply(said: str) -> Reply:
    """Say in a sentence why there is no answer."""
    return Reply(said, [section(said)])


def unknown_reply(word: str, command: str) -> Reply:
    """Say that a word is no command; nothing was done."""
    said = f"I don't know how to “{esc(word)}” something. Nothing was changed. `{command} help` lists what I do."
    return Reply(said.replace("`", ""), [section(said)])
