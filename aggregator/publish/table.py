"""A table of numbers: as HTML shows it, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for the beginning of one


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first cell of a row names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def as_csv(table: Table) -> str:
    """As RFC 4180 has it, with a mark that tells spreadsheets that this is UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerows([[*map(_harmless, row)] for row in (table.columns, *table.rows)])
    return "\ufeff" + written.getvalue()


def _harmless(cell: Cell) -> str | int | float:
    """A cell that no spreadsheet runs: a text that looks like a formula gets an apostrophe before it."""
    if isinstance(cell, float):
        return round(cell, 2)
    if not isinstance(cell, str):
        return "" if cell is None else cell
    clean = cell.replace("\x00", "")
    return f"'{clean}" if clean.lstrip(" \u3000").startswith(_FORMULA) else clean


def as_json(table: Table) -> str:
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return json.dumps({"caption": table.caption, "rows": rows}, ensure_ascii=False)
