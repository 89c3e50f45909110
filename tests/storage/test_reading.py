"""Whoever reads sees one moment, however many queries it takes, while others write."""

from sqlmodel import Session, select

from storage.database import Database
from storage.models import Item
from tests.building import an_item


async def test_what_one_reader_asks_is_of_one_moment(database: Database) -> None:
    await an_item(database, "Dark mode")

    def look_twice(session: Session) -> list[str]:
        before = session.exec(select(Item.title)).all()
        with Session(database.engine) as other:
            other.get_one(Item, 1).title = "Night mode"
            other.commit()
        return [*before, *session.exec(select(Item.title))]

    assert await database.read(look_twice) == ["Dark mode", "Dark mode"]
    assert await database.read(lambda session: session.exec(select(Item.title)).one()) == "Night mode"
