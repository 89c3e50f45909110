"""What is inside a block: its elements, and the blocks that stand within it."""

from collections.abc import Iterator

from bot.sandbox.workspace import Json

WITHIN = {"carousel": "elements", "container": "child_blocks"}
"""Where a block keeps the blocks within it."""


def blocks_in(block: Json) -> list[Json]:
    """List the blocks that stand directly within a block."""
    within = block.get(WITHIN.get(str(block.get("type")), ""))
    return [one for one in within if isinstance(one, dict)] if isinstance(within, list) else []


def every(blocks: list[Json]) -> Iterator[Json]:
    """Give each block, and those within it, from the top down."""
    for block in blocks:
        yield block
        yield from every(blocks_in(block))


def elements_of(block: Json) -> list[Json]:
    """List a block's own elements, wherever it keeps them."""
    several = "actions" if block.get("type") == "card" else "elements"
    found = [block.get("element"), block.get("accessory"), *(block.get(several) or [])]
    return [element for element in found if isinstance(element, dict) and block.get("type") != "carousel"]
