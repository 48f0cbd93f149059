"""The store with very many items: how long its reads take, how quickly it takes items in, and how large it grows.

    python benchmarks/store.py --items 1000000 --engine sqlite postgres

The items are those of the shared feeds, over and over: as long, with tags as theirs, with words of their own, dated
over three years. Every read is done for several values; the table shows percentiles in milliseconds, and beside them
the median of the same store with ten thousand items.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

sys.path.insert(0, str(Path(__file__).parent.parent))

from million import NOW, believable

from aggregator.model import Changes, Source, SourceState, Status
from aggregator.query import ItemQuery, Pick, parse_query
from aggregator.store import counts, fetch_log, items, migrate, open_database, reads, sources
from aggregator.store.span import Cursor
from tests.postgres import running_server

BATCH = 2000
SEARCHES = {
    "rare": ["rareword17", "rareword4242"],
    "common": ["ai", "model", "the"],
    "Chinese": ["百度", "模型", "办法"],
    "phrase": ['"language model"', '"open source"'],
}
Read = Callable[[Engine], object]


def reads_of(values: dict[str, list[str]]) -> dict[str, list[Read]]:
    """What is measured: a name, and the same read with different values."""

    def page(*pairs: tuple[str, str], before: Cursor | None = None) -> Read:
        query = parse_query(pairs, NOW.date()).relevant_unless_said()
        return lambda db: reads.listing(db, query, before=before)

    found: dict[str, list[Read]] = {"newest page": [page()], "newest, every tier": [page(("tier", "all"))]}
    for axis, slugs in values.items():
        found[f"{axis} page"] = [page((axis, slug)) for slug in slugs]
    pairs = list(zip(values["company"], reversed(values["topic"] * 5), strict=False))
    found["two axes"] = [page(("company", c), ("topic", t)) for c, t in pairs]
    found["two axes"] += [page(("region", "cn"), ("region", "us"), ("topic", "policy"))]
    found["exclusion"] = [page(("region", "cn"), ("company", f"-{slug}")) for slug in values["company"]]
    found["days"] = [page(("topic", "policy"), ("since", "2025-03-01"), ("until", "2025-03-31"))]
    deep = [Cursor(NOW - timedelta(days=days), 0) for days in (30, 200, 700)]
    found["deep page"] = [page(("region", "us"), before=place) for place in deep]
    found["tag feed"] = [page(("company", slug)) for slug in values["company"][:3]]
    for name, words in SEARCHES.items():
        found[f"search, {name}"] = [page(("q", word)) for word in words]
    found["facets"] = [lambda db, q=q: counts.facets(db, q) for q in queries(values)]
    found["counts"] = [lambda db, q=q: counts.count(db, q) for q in queries(values)]
    year = NOW.date() - timedelta(days=365)
    found["a year's trend"] = [
        lambda db, a=a, s=s: counts.weekly(db, [(a, s)], year, 52) for a in values for s in values[a][:2]
    ]
    axes = [axis for axis in values if axis in ("region", "company", "model", "topic")]
    found["a page of trends"] = [lambda db, a=a: trends_page(db, a) for a in axes]
    return found


def trends_page(db: Engine, axis: str) -> None:
    """What /trends reads for a year."""
    year, today = NOW.date() - timedelta(days=365), NOW.date()
    counts.within(db, axis, [(today - timedelta(days=28), today), (today - timedelta(days=112), today)])
    counts.weekly(db, [(axis, slug) for slug in counts.leading(db, axis, year, today, 8)], year, 52)
    counts.relevant(db, today - timedelta(days=112), 16)
    fetch_log.by_day(db, year, today)


def queries(values: dict[str, list[str]]) -> list[ItemQuery]:
    single = [ItemQuery.of(axis, slugs[0]).relevant_unless_said() for axis, slugs in values.items()]
    double = ItemQuery((Pick("region", "us"), Pick("topic", "release"))).relevant_unless_said()
    return [ItemQuery().relevant_unless_said(), *single, double]


def fill(db: Engine, number: int) -> float:
    """Stores items, ready-made; answers the seconds that the store took."""
    listed = [Source(f"source-{n}", f"https://source-{n}.example/feed", f"Source {n}") for n in range(150)]
    sources.sync(db, listed, NOW)
    made = believable(number)
    spent = 0.0
    for start in range(0, number, BATCH):
        batch = tuple(next(made) for _ in range(min(BATCH, number - start)))
        source = listed[start // BATCH % len(listed)]
        state = SourceState(source.id, Status.OK, last_look=NOW)
        began = time.perf_counter()
        items.apply(db, Changes(state, NOW, new=batch))
        spent += time.perf_counter() - began
    return spent


def settle(db: Engine) -> None:
    """What PostgreSQL does by itself a while later: until then, every look into an index goes to the table, too."""
    if db.dialect.name == "postgresql":
        with db.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def percentiles(db: Engine, read: list[Read], rounds: int) -> tuple[float, float, float]:
    """Milliseconds: the median, and what 95 and 99 of a hundred take at most."""
    took = []
    for each in read:
        each(db)
    for _ in range(rounds):
        for each in read:
            began = time.perf_counter()
            each(db)
            took.append((time.perf_counter() - began) * 1000)
    cut = statistics.quantiles(took, n=100, method="inclusive")
    return statistics.median(took), cut[94], cut[98]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--engine", nargs="+", choices=("sqlite", "postgres"), default=["sqlite"])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="keep SQLite's file in this folder, and use it again")
    asked = parser.parse_args()
    for engine in asked.engine:
        measure(engine, asked.items, asked.rounds, asked.keep)


def measure(engine: str, number: int, rounds: int, keep: Path | None) -> None:
    found: dict[str, list[tuple[float, float, float]]] = {}
    for size in (min(10_000, number), number):
        with database(engine, keep and keep / f"{size}.db") as db:
            if not counts.count(db, ItemQuery()).number:
                spent = fill(db, size)
                settle(db)
                print(f"{engine}: {size:,} items stored in {spent:.1f} s, {size / spent:,.0f} a second")
            values = popular(db)
            for name, read in reads_of(values).items():
                found.setdefault(name, []).append(percentiles(db, read, rounds))
            if size == number:
                print(sizes(db, size))
    show(engine, number, found)


def popular(db: Engine) -> dict[str, list[str]]:
    """Values of each axis: the most frequent, and some that are not."""
    found = {}
    for axis, carried in counts.totals(db).items():
        chosen = [*carried[:3], *carried[len(carried) // 3 :: max(1, len(carried) // 3)]]
        found[axis] = [slug for slug, _ in chosen]
    return found


@contextmanager
def database(engine: str, kept: Path | None) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            db = open_database(f"sqlite:///{kept or Path(folder) / 'store.db'}")
            migrate.upgrade(db)
            yield db
            db.dispose()
            return
        with running_server() as server, server.database() as url:
            db = open_database(url)
            migrate.upgrade(db)
            yield db
            db.dispose()


def sizes(db: Engine, number: int) -> str:
    if db.dialect.name == "sqlite":
        query = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"
    else:
        query = (
            "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') "
            "AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC"
        )
    with db.connect() as connection:
        parts = [(str(name), int(size)) for name, size in connection.execute(text(query))]
    shown = ", ".join(f"{name} {size / number:.0f}" for name, size in parts if size / number >= 5)
    return f"bytes an item: {sum(size for _, size in parts) / number:,.0f} ({shown})"


def show(engine: str, number: int, found: dict[str, list[tuple[float, float, float]]]) -> None:
    table = Table(title=f"{engine}, {number:,} items, milliseconds")
    for column in ("read", "p50", "p95", "p99", "p50 of 10,000", "times"):
        table.add_column(column, justify="left" if column == "read" else "right")
    for name, ((small, *_), large) in found.items():
        table.add_row(name, *(f"{each:.1f}" for each in (*large, small)), f"{large[0] / small:.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
