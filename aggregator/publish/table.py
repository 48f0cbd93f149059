"""A table of numbers: as HTML shows it, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

from aggregator.publish.sheet import harmless

Cell = str | int | float | None


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
    writer.writerows([[*map(_csv_cell, row)] for row in (table.columns, *table.rows)])
    return "\ufeff" + written.getvalue()


def _csv_cell(cell: Cell) -> str | int | float:
    """A cell as CSV has it: two decimals, nothing for None, and no formula for a spreadsheet to run."""
    if isinstance(cell, float):
        return round(cell, 2)
    if isinstance(cell, str):
        return harmless(cell)
    return "" if cell is None else cell


def as_json(table: Table) -> str:
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return json.dumps({"caption": table.caption, "rows": rows}, ensure_ascii=False)
