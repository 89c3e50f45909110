"""A thread in four short lists, every line tied to the messages it comes from; pure, with a model or without.

`extractive` needs no model. With one, `prompt_messages(newest_that_fit(messages))` goes into `summarize_thread`, and
`from_model` lets through only what the cited messages say. Reading the thread, posting and saving happen elsewhere.
"""

from bot.services.thread_summary.extractive import extractive
from bot.services.thread_summary.model_answer import from_model, newest_that_fit, prompt_messages
from bot.services.thread_summary.nouns import SECTIONS, Line, Section, ThreadMessage, ThreadSummary
from bot.services.thread_summary.salience import salient_sentences, summary_words

__all__ = [
    "SECTIONS",
    "Line",
    "Section",
    "ThreadMessage",
    "ThreadSummary",
    "extractive",
    "from_model",
    "newest_that_fit",
    "prompt_messages",
    "salient_sentences",
    "summary_words",
]
