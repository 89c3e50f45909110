import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evals.baselines import bm25, lead, lexrank
from tests.evals.rouge import rouge_l, rouge_n, tokens
from tests.evals.scores import mean_of

HERE = Path(__file__).parents[2]


def test_the_small_sample_is_scored_with_the_baselines_beside_it() -> None:
    ran = subprocess.run([sys.executable, "-m", "tests.evals"], cwd=HERE, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert all({"task", "source", "config", "metric", "value", "n"} <= set(row) for row in rows)
    found = {(row["task"], row["metric"]): row["value"] for row in rows}
    for metric in ("rouge1", "rouge2", "rougeL"):
        assert {
            ("summaries", metric),
            ("summaries", f"{metric} (LEAD-3)"),
            ("summaries", f"{metric} (LexRank)"),
        } <= set(found)
    assert found["roadmap_search", "hit@1"] >= 0.6
    assert found["roadmap_search", "hit@1 (BM25, stemmed)"] >= 0.6
    assert found["summaries", "rouge1"] >= 25


def test_one_task_can_be_asked_for() -> None:
    asked = [sys.executable, "-m", "tests.evals", "--only", "summaries"]
    ran = subprocess.run(asked, cwd=HERE, capture_output=True, text=True, check=True)
    assert {json.loads(line)["task"] for line in ran.stdout.splitlines()} == {"summaries"}


@pytest.mark.parametrize(
    ("said", "one", "two", "longest"),
    [
        ("the cat sat on the mat", 1.0, 1.0, 1.0),
        ("dogs bark", 0.0, 0.0, 0.0),
        ("the cat", 0.5, 1 / 3, 0.5),  # 2 × 2 ÷ (6 + 2); 2 × 1 ÷ (5 + 1); 2 × 2 ÷ (6 + 2)
        ("mat the on sat cat the", 1.0, 0.0, 0.5),
    ],
)
def test_rouge_is_what_its_paper_says(said: str, one: float, two: float, longest: float) -> None:
    reference, words = tokens("the cat sat on the mat"), tokens(said)
    assert rouge_n(reference, words, 1) == pytest.approx(one)
    assert rouge_n(reference, words, 2) == pytest.approx(two)
    assert rouge_l(reference, words) == pytest.approx(longest)


def test_words_are_compared_by_their_stems() -> None:
    assert tokens("Exports, exported!") == ["export", "export"]


def test_lexrank_takes_the_sentence_that_others_speak_of_too() -> None:
    said = ["the export fails for taxes", "the export of taxes fails today", "lunch is pizza", "taxes fail on export"]
    central = lexrank(said, [tokens(one) for one in said], words=4)
    assert central != ["lunch is pizza"]
    assert len(central) == 1


def test_the_lead_is_the_beginning() -> None:
    assert lead(["a", "b", "c", "d"]) == ["a", "b", "c"]


def test_bm25_prefers_the_rare_word() -> None:
    documents = [["the", "export"], ["the", "audit"], ["the", "the"]]
    scores = bm25(["the", "audit"], documents)
    assert max(scores) == scores[1]


def test_an_interval_holds_its_mean() -> None:
    score = mean_of("t", "s", "m", [0.0, 1.0, 1.0, 0.0])
    assert score.low is not None
    assert score.high is not None
    assert score.low <= score.value <= score.high
