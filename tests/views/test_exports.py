"""What is said of an export."""

from bot.services.exports import Export, Sheet
from handlers.views.exports import export_comment


def _export(left_out: int) -> Export:
    return Export((Sheet("roadmap", ("ref",), ({"ref": "RM-1"},)), Sheet("feedback", ("ref",), ())), left_out)


def test_an_export_says_what_is_in_it() -> None:
    assert export_comment(_export(0)) == (
        "Your export: 1 item, 0 pieces of feedback and 0 accounts, with their history, as CSV and JSON."
    )


def test_an_export_says_what_is_not_in_it() -> None:
    assert export_comment(_export(1200)).endswith(
        " 1,200 more you may not read, because they are for the product team or a channel's members."
    )
