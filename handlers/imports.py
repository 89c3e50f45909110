"""Imports: read and written by `linchpin import`; what was cut off after its rows were shown is finished here."""

from collections.abc import Mapping
from typing import Any

from bot.services.imports import staging
from handlers.house import House
from handlers.needs import Need

NEEDS = Need()


def tasks(house: House) -> Mapping[str, Any]:
    """Return the slow work about imports."""

    async def finish_import(team_id: str, args: dict[str, Any]) -> None:
        """Finish an import whose process ended after its rows were shown."""
        await staging.finish(house.database, team_id=team_id, batch_id=int(args["batch"]), now=house.now())

    return {"finish_import": finish_import}
