"""Exports as files: each table as CSV, for spreadsheets, and as JSON lines, for programs."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.services.exports import Export, Sheet
from bot.services.imports.reading import safe_cell


class UnwritableError(BotError):
    """The export can't be written there. Name a folder, or a file that ends in .zip, where you may write."""


def as_zip(export: Export) -> bytes:
    """Return an export as one zipped file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(export):
            archive.writestr(name, content)
    return packed.getvalue()


def write(export: Export, target: Path) -> None:
    """Write an export into a folder, or into one file where the name ends in .zip.

    Raises UnwritableError.
    """
    try:
        if target.suffix.lower() == ".zip":
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, as_zip(export))
            return
        target.mkdir(parents=True, exist_ok=True)
        for name, content in _files(export):
            _replace(target / name, content)
    except OSError as error:
        raise UnwritableError(
            f"The export can't be written to {target} ({error.strerror}). Name a folder, or a file that ends in .zip."
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone: it holds what customers said."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _files(export: Export) -> Iterator[tuple[str, bytes]]:
    for sheet in export.sheets:
        yield f"{sheet.name}.csv", _csv(sheet)
        yield f"{sheet.name}.jsonl", _jsonl(sheet)


def _csv(sheet: Sheet) -> bytes:
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(sheet.columns)
    for row in sheet.rows:
        rows.writerow([safe_cell(_plain(row[column])) for column in sheet.columns])
    return written.getvalue().encode("utf-8-sig")  # by its mark, Excel knows that it is UTF-8


def _jsonl(sheet: Sheet) -> bytes:
    lines = (json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False) for row in sheet.rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
