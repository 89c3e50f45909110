"""Reading a file of rows: CSV with any common separator, or JSON lines."""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from bot.errors import InvalidInputError

DELIMITERS = ",;\t"
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")
_BLOCK = 1 << 20


class UnreadableFileError(InvalidInputError):
    """That file can't be read as rows. Save it as CSV (UTF-8), or as one JSON object a line."""


@dataclass(frozen=True)
class Row:
    """One row of a file."""

    number: int
    """As a spreadsheet counts it, the header being row 1; in JSON, the line."""
    cells: dict[str, str] = field(default_factory=dict)
    """By the names of the columns; empty cells are left out."""
    problem: str = ""
    """Why its cells can't be told apart."""


@dataclass(frozen=True)
class Table:
    """A file of rows."""

    columns: tuple[str, ...]
    """Those that hold something."""
    path: Path
    encoding: str

    def rows(self) -> Iterator[Row]:
        """Read the rows, one after the other: a file may be larger than the memory."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield from _json_rows(file) if _is_json(self.path, file) else _csv_rows(file)


def read_table(path: Path) -> Table:
    """Read a file through. Raises UnreadableFileError, which says what to do, when it is none of rows."""
    columns: dict[str, None] = {}
    empty = True
    try:
        table = Table((), path, _encoding(path))
        for row in table.rows():
            empty = False
            columns.update(dict.fromkeys(row.cells))
    except OSError as error:
        raise UnreadableFileError(f"{path} can't be opened ({error.strerror}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError(
            f"{path.name} can't be read ({error}). Save it as CSV (UTF-8) and try again."
        ) from error
    if empty:
        raise UnreadableFileError(f"{path.name} has no rows: the first line names the columns, each other is a row.")
    return replace(table, columns=tuple(columns))


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; reading it gives the text back."""
    return f"'{value}" if isinstance(value, str) and re.match(r"'*[=+\-@\t\r]", value) else value


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(b"PK"):
            raise UnreadableFileError(f"{path.name} is a workbook. Save the sheet as CSV (UTF-8) and import that.")
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        decoder, whole = codecs.getincrementaldecoder("utf-8")(), True
        while block := file.read(_BLOCK):
            if b"\x00" in block:
                raise UnreadableFileError(f"{path.name} is no text. Save it as CSV (UTF-8) and try again.")
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                whole = False
        # What is not UTF-8 is nearly always what Excel on Windows writes.
        return "utf-8-sig" if whole else "cp1252"


def _is_json(path: Path, file: TextIO) -> bool:
    start = file.read(100).lstrip()[:1]
    file.seek(0)
    return path.suffix.lower() in (".jsonl", ".ndjson", ".json") or start in ("{", "[")


def _csv_rows(file: TextIO) -> Iterator[Row]:
    reader = csv.reader(file, delimiter=_delimiter(file.readline()), strict=True)
    file.seek(0)
    header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
    for number, cells in enumerate(reader, 2):
        if len(cells) > len(header) and any(cells[len(header) :]):
            yield Row(number, problem=f"it has {len(cells)} cells, and the header {len(header)}; is a quote missing?")
        elif any(cell.strip() for cell in cells):
            yield Row(number, _cells(zip(header, cells, strict=False)))


def _delimiter(header: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=unquoted.count)


def _json_rows(file: TextIO) -> Iterator[Row]:
    start = file.read(100).lstrip()[:1]
    file.seek(0)
    if start == "[":
        try:
            told = json.load(file)
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError(f"The JSON breaks off or is not well formed ({error}).") from error
        yield from (_object(number, one) for number, one in enumerate(told, 1))
        return
    for number, line in enumerate(file, 1):
        if line.strip():
            yield _line(number, line)


def _line(number: int, line: str) -> Row:
    try:
        return _object(number, json.loads(line))
    except (ValueError, RecursionError):
        return Row(number, problem='it is no JSON object; each line is one, such as {"title": "Dark mode"}')


def _object(number: int, told: Any) -> Row:
    if not isinstance(told, dict):
        return Row(number, problem='it is no JSON object; each line is one, such as {"title": "Dark mode"}')
    return Row(number, _cells((str(name), _text(value)) for name, value in told.items()))


def _cells(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in named:
        words = _UNSTORABLE.sub("", value).strip()
        words = words[1:] if _MADE_SAFE.match(words) else words
        if words and name:  # Jira repeats a column for each label
            cells[name] = f"{cells[name]}, {words}" if name in cells else words
    return cells


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    return json.dumps(value, ensure_ascii=False)
