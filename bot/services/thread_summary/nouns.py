"""What goes into a thread summary, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Section = Literal["decided", "questions", "actions", "feedback"]
SECTIONS: tuple[Section, ...] = ("decided", "questions", "actions", "feedback")


@dataclass(frozen=True)
class ThreadMessage:
    """One message of a thread."""

    index: int
    """Its number in the thread; what a line cites."""
    user_id: str
    name: str
    """How its author is called in this workspace."""
    text: str
    ts: str
    permalink: str | None = None
    is_bot: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a summary."""

    text: str
    cites: tuple[int, ...]
    """The messages it comes from, the one that holds its words first; never empty."""
    owner: str | None = None
    """Who will do it: named in the cited message, or its author where they said so themselves."""
    own_words: bool = True
    """Whether `text` is a sentence of the message itself; False where a model shortened it."""


@dataclass(frozen=True)
class ThreadSummary:
    """A thread, summarized."""

    decided: tuple[Line, ...] = ()
    questions: tuple[Line, ...] = ()
    actions: tuple[Line, ...] = ()
    feedback: tuple[Line, ...] = ()
    gist: tuple[Line, ...] = ()
    """"In short": the most central sentences, only where the four lists hold next to nothing."""
    read: int = 0
    """Messages read, bot posts included."""
    total: int = 0
    """Messages in the thread; more than `read` where it was too long."""
    skipped_bots: int = 0
    """Bot posts among the messages read."""
    model: str | None = None
    """The model that shortened the lines; None where every line is extractive."""
    unanswered: bool = False
    """Whether a model was asked, and gave nothing that can be shown."""
    prompt_version: str | None = None
    replaced: int = 0
    """Lines of the model that its messages did not support, shown in the message's own words instead."""
    dropped: int = 0
    """Lines of the model that cited no message, or said nothing."""

    stamps: tuple[str, ...] = ()
    """Slack's id of each message read, by its number: a position shifts when a message before it is deleted."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in the order in which people read them."""
        return (*self.gist, *self.decided, *self.questions, *self.actions, *self.feedback)
