"""The form, and the links to what came with a message."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.services.feedback import File
from bot.services.feedback_cards import Captured
from bot.services.suggestions import Prefilled
from handlers.views.capture import METADATA, Source, edit_modal
from handlers.views.feedback import feedback_card
from handlers.views.linking import link_modal
from storage.models import Feedback, FeedbackFile, FeedbackVisibility, Reader, Role

MINA = Reader("T1", "U1", Role.PM)
LINK = "https://files.example.com/U1/F1/"


def _captured(*names: str, **more: Any) -> Captured:
    told = {"team_id": "T1", "number": 7, "quote": "Dark", "original": "Dark", "captured_by": "U1", **more}
    feedback = Feedback(**told, captured_at=datetime(2026, 11, 24, tzinfo=UTC))
    files = tuple(
        FeedbackFile(team_id="T1", feedback_id=1, position=at, name=name, permalink=f"{LINK}{name}")
        for at, name in enumerate(names)
    )
    return Captured(feedback, None, None, 1, files=files)


def test_a_message_s_files_travel_with_the_form() -> None:
    files = tuple(File(f"{number}.png", "image/png", f"{LINK}{number}.png") for number in range(10))
    source = Source("C1", "1.1", "1.0", "U1", files)
    assert Source.unpacked(source.packed()) == source


def test_more_files_than_fit_leave_the_form_within_slack_s_limit() -> None:
    files = tuple(File("x" * 300, "image/png", LINK + "y" * 500) for _ in range(10))
    source = Source("C1", "1.1", "", "U1", files)
    assert len(source.packed()) <= METADATA
    assert 0 < len(Source.unpacked(source.packed()).files) < 10


def test_a_hostile_file_name_mentions_nobody_and_stays_a_link() -> None:
    shown = str(edit_modal(_captured("<!channel>|evil>.png", channel="C1"), MINA)["blocks"])
    assert "<!channel>" not in shown
    assert f"<{LINK}&lt;!channel&gt;%7Cevil&gt;.png|&lt;!channel&gt;¦evil&gt;.png>" in shown


def test_the_card_says_who_is_on_it_and_how_many_files_came() -> None:
    shown = str(feedback_card(_captured("a.png", "b.png", claimed_by="U2")).blocks)
    assert "<@U2> is on it." in shown
    assert "2 files" in shown
    assert "file" not in str(feedback_card(_captured()).blocks)


@pytest.mark.parametrize(("item_id", "stands"), [(5, "linked to an item"), (None, "waiting for triage")])
def test_feedback_whose_item_is_hidden_is_said_to_be_linked_and_not_to_wait(item_id: int | None, stands: str) -> None:
    known, captured = Prefilled("", FeedbackVisibility.MEMBERS), _captured(item_id=item_id)
    shown = str(link_modal("Dark", Source(), captured=captured, matches=(), known=known)["blocks"])
    assert f"*FB-7* {stands}" in shown
