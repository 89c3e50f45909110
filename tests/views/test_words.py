"""How items that came from elsewhere are written: their lines as paragraphs, and nothing said twice."""

from datetime import UTC, datetime

import pytest

from handlers.views.words import flowing, item_words
from storage.models import Item

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
WIDE = "Invoices leave as one file a month, with a row for each line and"


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (f"{WIDE}\nthe tax columns in.", f"{WIDE} the tax columns in."),
        (f"{WIDE}\n{WIDE}\nmore.\n\nA paragraph.", f"{WIDE} {WIDE} more.\n\nA paragraph."),
        (f"{WIDE}:\n- rows\n- columns\n  of tax", f"{WIDE}:\n- rows\n- columns\n  of tax"),
        (f"{WIDE}:\n1. rows\n2) columns", f"{WIDE}:\n1. rows\n2) columns"),
        ("For admins.\nAsked for by Acme.", "For admins.\nAsked for by Acme."),
        ("", ""),
    ],
)
def test_lines_broken_by_width_become_paragraphs_and_others_stay(kept: str, shown: str) -> None:
    assert flowing(kept) == shown


def test_what_has_shipped_says_so_once() -> None:
    item = Item(team_id="T1", number=5, title="Webhooks", created_at=NOW, created_by="U1", updated_at=NOW)
    item.lane, item.status = "shipped", "shipped"
    assert item_words(item, NOW, "UTC") == "*RM-5* Webhooks · Shipped"
    item.lane = "now"
    assert item_words(item, NOW, "UTC").startswith("*RM-5* Webhooks · Now · shipped")
