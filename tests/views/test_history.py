"""What has changed since a day, as its reader's own calendar counts it, with what came in by files."""

from datetime import UTC, datetime, timedelta

from bot.services.history import Diff, Imported
from bot.services.update_facts import ChangeFact
from handlers.views.facts import ROWS
from handlers.views.history import diff_reply
from storage.models import Reader

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
LEE = Reader("T1", "ULEE")
MOVE = ChangeFact(
    ref="RM-1", title="SSO", field="lane", before="next", after="now", reason=None, by="UMINA", at=NOW
)  # fmt: skip


def _said(diff: Diff, tz: str = "Europe/Berlin") -> list[str]:
    blocks = diff_reply(diff, LEE, tz, typed="30d").blocks
    title, *rest = (one["text"]["text"] for one in blocks if one["type"] in ("header", "section"))
    return [title, *"\n".join(rest).split("\n")]


def test_the_year_that_a_diff_names_is_the_reader_s_own() -> None:
    midnight = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    assert _said(Diff(midnight, NOW, (MOVE,), True))[0] == "Changes · 1 Jan – 24 Nov"
    assert _said(Diff(midnight, NOW, (MOVE,), True), "UTC")[0] == "Changes · 31 Dec 2025 – 24 Nov"


def test_what_came_from_files_is_counted_by_file_after_what_people_changed() -> None:
    files = tuple(Imported(f"<{number}>.csv", number, NOW - timedelta(days=number)) for number in range(1, ROWS + 3))
    _, change, *lines = _said(Diff(NOW, NOW, (MOVE,), True, files))
    assert change == "▲ *RM-1* SSO · Next → Now (<@UMINA>, 24 Nov)"
    assert lines[:2] == [
        "• 1 item added by importing &lt;1&gt;.csv (23 Nov)", "• 2 items added by importing &lt;2&gt;.csv (22 Nov)"
    ]  # fmt: skip
    assert (len(lines), lines[-1]) == (ROWS + 1, "… and from 2 more files")
    alone = diff_reply(Diff(NOW, NOW, (), True, files[:2]), LEE, "UTC", typed="")
    assert alone.text == "Changes · 24 Nov – 24 Nov: 3 imported"
    assert alone.blocks[-1]["elements"][0]["text"].startswith("only you see this")


def test_a_diff_that_does_not_reach_back_to_its_beginning_says_so() -> None:
    said = [diff_reply(Diff(NOW, NOW, (MOVE,), whole), LEE, "UTC", typed="").blocks[-1] for whole in (True, False)]
    assert ["there is more before" in one["elements"][0]["text"] for one in said] == [False, True]


def test_nothing_is_said_to_have_changed_only_where_nothing_came_in_either() -> None:
    assert _said(Diff(NOW, NOW, (), True))[1:] == ["Nothing on the roadmap changed in this time."]
