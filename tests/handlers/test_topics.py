"""The topics together: whatever a service says or defers, some topic renders or does."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from handlers import topics
from handlers.house import House
from storage.models import OutboxRow

SERVICES = "\n".join(path.read_text() for path in (Path(__file__).parents[2] / "bot/services").rglob("*.py"))
HOUSE = cast(House, SimpleNamespace())


def test_every_kind_of_message_is_rendered() -> None:
    said = set(re.findall(r'\bkind="(\w+)", ?\n? *nouns=', SERVICES))
    assert len(said) > 10
    assert said <= topics.renderers(HOUSE).keys()


def test_every_job_that_is_deferred_is_done() -> None:
    deferred = set(re.findall(r'\btask="(\w+)"', SERVICES))
    assert len(deferred) > 5
    assert deferred <= topics.tasks(HOUSE).keys()


@pytest.mark.parametrize("kind", ["explanation", "reaction_word"])
async def test_an_explanation_is_told_also_where_it_waited_since_an_earlier_version(kind: str) -> None:
    row = OutboxRow(
        op="ephemeral", team_id="T1", key="word", kind=kind, nouns={"why": "card"}, channel="C1", created_at=0.0
    )
    told = await topics.renderers(HOUSE)[kind](row)
    assert told is not None
    assert "captured already" in told.text
