"""An export holds what its reader may read, in its history too."""

from typing import Any

import pytest

from bot.services import exports, items
from storage.database import Database
from storage.models import ItemVisibility, Reader
from tests.building import GUEST, LEE, MINA, NOW, TEAM, a_note, an_account, an_item, cause, show_only_to


async def _history(database: Database, reader: Reader | None) -> list[dict[str, Any]]:
    export = await exports.gather(database, team_id=TEAM, reader=reader)
    (sheet,) = [one for one in export.sheets if one.name == "history"]
    return list(sheet.rows)


@pytest.mark.parametrize(
    ("reader", "names", "links", "named"),
    [(GUEST, [], [], []), (LEE, ["Globex"], [None], []), (MINA, ["Globex"], ["RM-1"], ["UADA,UGUEST,ULEE,UMINA"])],
)
async def test_history_names_no_customer_item_or_reader_who_is_not_for_its_reader(
    database: Database, reader: Reader, names: list[str], links: list[str | None], named: list[str]
) -> None:
    secret = await an_item(database)
    for customer in ("Acme", "Globex"):
        await an_account(database, customer)
        told: dict[str, Any] = {"customer": customer, "channel": "C1", "message_ts": "1.1"}
        await a_note(database, item=1 if customer == "Globex" else None, by=MINA, **told)
    await show_only_to(database, secret, ItemVisibility.PRODUCT)
    shown = await an_item(database, "Refunds")
    draft = items.Draft("Refunds", visibility="restricted", readers=frozenset({"UADA", "UGUEST", "ULEE"}))
    seen = (await items.form(database, reader=MINA, number=shown.number)).seen
    told = {"by": MINA, "number": shown.number, "draft": draft, "seen": seen, "now": NOW}
    await items.edit(database, cause=cause(), **told)
    rows = await _history(database, reader)
    assert [row["after"] for row in rows if row["field"] == "readers"] == named
    assert [row["after"] for row in rows if row["field"] == "also said"] == names
    assert [row["after"] for row in rows if row["field"] == "item"] == links
    assert [row["after"] for row in await _history(database, None) if row["field"] == "item"] == ["RM-1"]
