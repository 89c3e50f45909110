"""Extractive summaries against what people wrote (`summaries.jsonl`): ROUGE F1 × 100, beside LEAD-3 and LexRank."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.services.thread_summary.nouns import ThreadMessage
from bot.services.thread_summary.salience import salient_sentences
from bot.services.thread_summary.sentences import sentences
from tests.evals.baselines import lead, lexrank
from tests.evals.rouge import rouge_l, rouge_n, tokens
from tests.evals.scores import Score, mean_of, rows_of

LEXRANK_WORDS = 60


def evaluate(folder: Path) -> Iterator[Score]:
    """Score each source of summaries."""
    scored: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in rows_of(folder / "summaries.jsonl"):
        reference = tokens(row["reference"])
        for method, said in _said(row).items():
            words = tokens(" ".join(said))
            for metric, value in (
                ("rouge1", rouge_n(reference, words, 1)),
                ("rouge2", rouge_n(reference, words, 2)),
                ("rougeL", rouge_l(reference, words)),
                ("words", len(" ".join(said).split()) / 100),
            ):
                scored[row["source"], method, metric].append(100 * value)
    for (source, method, metric), values in scored.items():
        yield mean_of("summaries", source, f"{metric} ({method})" if method else metric, values)


def _said(row: dict[str, Any]) -> dict[str, list[str]]:
    """Return what each method says; ours has no name."""
    messages = [
        ThreadMessage(index, one["user"], one["user"], one["text"], str(index))
        for index, one in enumerate(row["messages"])
    ]
    plain = [one.text for one in sentences(messages)]
    return {
        "": [line.text for line in salient_sentences(messages, about=row["query"])],
        "LEAD-3": lead(plain),
        "LexRank": lexrank(plain, [tokens(one) for one in plain], words=LEXRANK_WORDS),
    }
