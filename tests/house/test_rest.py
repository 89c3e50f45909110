"""What the running bot does not hold: each of these costs every start, and memory for as long as it runs."""

import subprocess
import sys

import pytest

LEFT_OUT = {
    "alembic": "until the database is behind",
    "bot.sandbox": "but in the demo",
    "openai": "until a model is asked",
    "tenacity": "until a model is asked",
    "psycopg": "on SQLite",
    "sqlalchemy.dialects.postgresql": "on SQLite",
    "rapidfuzz": "until a word is misspelled",
    "snowballstemmer": "until a word is to be stemmed",
}


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """Return the modules that are there when everything of the bot is loaded."""
    source = "import sys, bot.cli, bot.app, bot.doctor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("module", LEFT_OUT)
def test_what_is_not_needed_at_rest_is_not_loaded(loaded: frozenset[str], module: str) -> None:
    assert module not in loaded, f"{module} is not needed {LEFT_OUT[module]}"
