import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evals import roadmap_search, summaries
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


def test_each_method_is_scored_under_its_own_name_and_against_its_own_text(tmp_path: Path) -> None:
    told = {
        "exports": ["The export fails for taxes.", "The export of taxes fails today.", "So do taxes on export."],
        "lunch": ["Lunch is pizza on Fridays.", "Pizza for lunch is best on Fridays.", "Fridays are for pizza lunch."],
    }
    rows = [
        {"source": "told", "query": "", "reference": " ".join(said[:3]),
         "messages": [{"user": "U1", "text": text} for text in [*said, *["By the way: hello there, neighbor."] * 3]]}
        for said in told.values()
    ]  # fmt: skip
    (tmp_path / "summaries.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    found = {score.metric: score for score in summaries.evaluate(tmp_path)}
    assert found["rouge1 (LEAD-3)"].value == pytest.approx(100)
    assert found["rouge1 (LexRank)"].value < 100
    assert {score.n for score in found.values()} == {len(rows)}


async def test_a_title_must_find_its_own_item_and_what_is_found_counts_for_whoever_found_it(tmp_path: Path) -> None:
    rows = [
        {"source": "told", "title": "Nobody wrote this", "description": "Refunds within a day."},
        {"source": "told", "title": "Exports", "description": "Exports as spreadsheets."},
    ]
    (tmp_path / "roadmaps.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    found = {score.metric: score.value for score in await roadmap_search.evaluate(tmp_path)}
    assert found["hit@1"] == 0.5, "nothing is found where no word is shared"
    assert found["hit@1 (BM25, stemmed)"] == 1.0, "its list holds all, in their order where nothing tells them apart"
