"""Accounts for every entry of a folder of feed documents: python scripts/account.py FOLDER

Each document is read by feedparser alone and by this program, into a fresh store. The table has, per document, the
entries that feedparser finds, their distinct ids, the items and sightings that were stored; below it, every entry that
was merged into another, and why. Exit code 1 if an entry is unaccounted for.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from aggregator.model import Failure, Outcome, Page, Report, Source, Validators
from aggregator.refresh.context import Context
from aggregator.refresh.pipeline import refresh
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import migrate, open_database, sources
from aggregator.store.db import reading
from aggregator.store.tables import ITEM, SIGHTING

COLUMNS = ("document", "entries", "distinct ids", "items", "sightings", "merged")


async def from_disk(url: str, *_: Validators, **__: bool) -> Outcome:
    path = Path(url.removeprefix("http://127.0.0.1"))
    return Page(url, path.read_bytes()) if path.is_file() else Failure(f"{path} is not there")


def ingest(folder: Path, database: str) -> tuple[list[Report], dict[str, int], dict[str, int]]:
    """Reports, items and sightings by document."""
    db = open_database(database)
    migrate.upgrade(db)
    paths = sorted(folder.glob("*.xml"))
    chosen = [Source(path.stem, f"http://127.0.0.1{path.resolve()}", path.stem) for path in paths]
    sources.sync(db, chosen, datetime.now(UTC))
    reports = asyncio.run(_all(chosen, Context(StoreThread(db))))
    with reading(db) as connection:
        items, sightings = (
            dict(connection.execute(select(table.c.source_id, func.count()).group_by(table.c.source_id)).all())
            for table in (ITEM, SIGHTING)
        )
    db.dispose()
    return reports, items, sightings


async def _all(chosen: Sequence[Source], parts: Context) -> list[Report]:
    return [report async for report in refresh(chosen, from_disk, parts)]


def main(folder: Path, console: Console) -> int:
    with tempfile.TemporaryDirectory() as place:
        reports, items, sightings = ingest(folder, f"sqlite:///{place}/account.db")
    rows = Table(*COLUMNS, box=None)
    totals: Counter[str] = Counter()
    unaccounted = []
    for report in sorted(reports, key=lambda report: report.source_id):
        name = report.source_id
        entries = feedparser.parse((folder / f"{name}.xml").read_bytes()).entries
        ids = len({entry.get("id") or entry.get("link") or entry.get("title") for entry in entries})
        counts = (len(entries), ids, items.get(name, 0), sightings.get(name, 0), len(report.merged))
        rows.add_row(name, *map(str, counts))
        totals.update(dict(zip(COLUMNS[1:], counts, strict=True)))
        if len(entries) != sightings.get(name, 0) + len(report.merged):
            unaccounted.append(name)
    rows.add_row("all", *(str(totals[column]) for column in COLUMNS[1:]))
    console.print(rows)
    for report in reports:
        for entry in report.merged:
            console.print(f"{report.source_id}: “{entry.title}” ({entry.entry_id}): {entry.why}", highlight=False)
    console.print(f"unaccounted for: {', '.join(unaccounted) or 'none'}")
    return 1 if unaccounted else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Console(width=None if sys.stdout.isatty() else 120)))
