"""Answers to questions in plain language, made of rows and of nothing else.

A statement is our own words with facts in between; a fact names the row and the field that its value comes from. Before
an answer leaves, every fact is compared with its row again, and a statement with a fact that does not hold is dropped.

`gathering` finds what bears on a question, `statements` says what it holds, `asking` does one after the other and
verifies it.
"""

from bot.services.answers.asking import QUESTION_LENGTH, ask, ask_about, promise
from bot.services.answers.gathering import SHOWN, VOICES
from bot.services.answers.nouns import Answer, Evidence, Fact, Statement
from bot.services.answers.question_words import without
from bot.services.answers.statements import Sayer

__all__ = [
    "QUESTION_LENGTH",
    "SHOWN",
    "VOICES",
    "Answer",
    "Evidence",
    "Fact",
    "Sayer",
    "Statement",
    "ask",
    "ask_about",
    "promise",
    "without",
]
