"""How the engines answer listings: by ranges of indexes, however many items there are."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from aggregator.model import TaggedItem, Tier
from aggregator.store import items
from aggregator.store.db import as_written, reading
from aggregator.store.places import Cursor, Span, places, statement
from tests.conftest import opened
from tests.fakes import START
from tests.postgres import Postgres
from tests.samples import add_sources, as_query, make_changes, make_item, make_source

SQLITE_ITEMS, POSTGRES_ITEMS = 4000, 20_000
DEEP = Cursor(START - timedelta(days=200), 10)
QUERIES = {
    "newest": "tier=core&tier=adjacent",
    "one tier": "tier=off",
    "all tiers by name": "tier=all",
    **{
        axis: f"{axis}={slug}&tier=core&tier=adjacent"
        for axis, slug in (
            ("company", "c3"), ("model", "m2"), ("region", "cn"), ("body", "b1"), ("initiative", "i1"),
            ("topic", "policy"), ("status", "draft"), ("source", "s4"), ("lang", "zh"),
        )
    },
    "two axes": "company=c3&topic=policy&tier=core&tier=adjacent",
    "three axes": "company=c3&topic=policy&region=cn&tier=core",
    "exclusion": "region=cn&company=-c3&tier=core&tier=adjacent",
    "only an exclusion": "topic=-policy",
    "several values": "company=c1&company=c2&company=c3&tier=core&tier=adjacent",
    "several of two axes": "company=c1&company=c2&region=cn&region=us&tier=core",
    "days": "topic=policy&since=2025-01-01&until=2025-01-31",
    "days of all": "since=2025-01-01&until=2025-01-31&tier=core&tier=adjacent",
}  # fmt: skip


SLUGS = {
    "company": [f"c{n}" for n in range(20)], "model": [f"m{n}" for n in range(30)], "region": ["cn", "us"],
    "body": [f"b{n}" for n in range(7)], "initiative": ["i1", "i2"], "topic": ["policy", "release", "chips"],
    "status": ["draft", "law"],
}  # fmt: skip


def fill(db: Engine, number: int) -> None:
    """Items of ten sources over two years, with a tag of every axis."""
    chance = random.Random(1)
    add_sources(db, *(make_source(f"s{n}") for n in range(10)))

    def item(n: int) -> TaggedItem:
        tags = [f"{axis}/{chance.choice(slugs)}" for axis, slugs in SLUGS.items()]
        dated = START - timedelta(days=n * 700 // number)
        return make_item(str(n), tags, chance.choice(list(Tier)), lang=chance.choice(["en", "zh"]), published=dated)

    for start in range(0, number, number // 10):
        new = tuple(map(item, range(start, start + number // 10)))
        items.apply(db, make_changes(f"s{start * 10 // number}", new=new))


@pytest.fixture(scope="module", params=["as it is", "analysed"])
def filled_sqlite(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("plans") / "plans.db"
    shutil.copyfile(sqlite_template, path)
    for db in opened(f"sqlite:///{path}"):
        fill(db, SQLITE_ITEMS)
        if request.param == "analysed":
            with db.begin() as connection:
                connection.execute(text("ANALYZE"))
        yield db


@pytest.fixture(scope="module")
def filled_postgres(postgres: Postgres, postgres_template: str) -> Iterator[Engine]:
    with postgres.database(postgres_template) as url:
        for db in opened(url):
            fill(db, POSTGRES_ITEMS)
            with db.begin() as connection:
                connection.execute(text("ANALYZE"))
            yield db


def plan(db: Engine, query: str, span: Span, *, oldest_first: bool = False) -> list[str]:
    """The steps by which the engine would answer."""
    explain = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN"
    with reading(db) as connection, as_written(connection):
        compiled = statement(connection, as_query(query), 51, span, oldest_first).compile(
            connection, compile_kwargs={"render_postcompile": True}
        )
        found = connection.exec_driver_sql(f"{explain} {compiled}", values_of(compiled))
        return [str(row[-1]) for row in found]


def values_of(compiled: Any) -> Any:
    """What the statement asks with, as the driver takes it."""
    said = {name: _bound(compiled, name, value) for name, value in compiled.params.items()}
    return tuple(said[name] for name in compiled.positiontup) if compiled.positional else said


def _bound(compiled: Any, name: str, value: Any) -> Any:
    processor = compiled._bind_processors.get(name)
    return processor(value) if callable(processor) else value


SPANS = {
    "first page": (Span(), False),
    "deep page": (Span(before=DEEP), False),
    "newer page": (Span(after=DEEP), True),
    "a span": (Span(start=START - timedelta(days=50), end=START), False),
}


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("query", QUERIES)
def test_sqlite_walks_along_indexes(filled_sqlite: Engine, query: str, span: str) -> None:
    steps = plan(filled_sqlite, QUERIES[query], SPANS[span][0], oldest_first=SPANS[span][1])
    searches = [step for step in steps if "SEARCH" in step]
    assert searches
    for step in steps:
        assert not re.match(r"SCAN (posting|item|sighting|item_tag)\b", step), steps
        if "posting" in step:
            assert re.match(r"SEARCH posting\S*( AS \S+)? USING (PRIMARY KEY|COVERING INDEX|INDEX)", step), steps
    # Only the heads of walks side by side are sorted: a page of each.
    if any("TEMP B-TREE" in step for step in steps):
        assert any("COMPOUND" in step or "UNION" in step or "MERGE" in step for step in steps), steps


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("query", QUERIES)
def test_postgresql_walks_along_indexes(filled_postgres: Engine, query: str, span: str) -> None:
    steps = plan(filled_postgres, QUERIES[query], SPANS[span][0], oldest_first=SPANS[span][1])
    assert not [step for step in steps if re.search(r"Seq Scan on (posting|item)\b", step)], "\n".join(steps)
    assert any(re.search(r"Index (Only )?Scan", step) for step in steps)


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_explained_finds_something(filled_sqlite: Engine, query: str) -> None:
    with reading(filled_sqlite) as connection:
        assert places(connection, as_query(QUERIES[query]), 51), "a plan for nothing says nothing"
