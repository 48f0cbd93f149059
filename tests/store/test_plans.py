"""How the engines answer listings: by ranges of indexes, however many items there are."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from aggregator.model import TaggedItem, Tier
from aggregator.store import items, reads
from aggregator.store.db import reading
from aggregator.store.places import places
from aggregator.store.span import Cursor, Span
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
            ("topic", "policy"), ("status", "draft"), ("source", "s4"), ("class", "media"), ("lang", "zh"),
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
SEARCHES = {
    "rare word": "q=gazette&tier=core&tier=adjacent",
    "common word": "q=ai&tier=core&tier=adjacent",
    "Chinese word": "q=百度&tier=core&tier=adjacent",
    "phrase": 'q="open source"&tier=core&tier=adjacent',
    "rare phrase": 'q="gazette one"&tier=core&tier=adjacent',
    "common words, rare together": "q=百度 chips&tier=core&tier=adjacent",
    "word and tag": "q=ai&company=c3&tier=core&tier=adjacent",
    "rare word and tag": "q=gazette&region=cn&tier=all",
    "word left out": "q=-ai&topic=policy&tier=core",
    "word of some days": "q=ai&since=2025-01-01&until=2025-01-31",
}

SLUGS = {
    "company": [f"c{n}" for n in range(20)], "model": [f"m{n}" for n in range(30)], "region": ["cn", "us"],
    "body": [f"b{n}" for n in range(7)], "initiative": ["i1", "i2"], "topic": ["policy", "release", "chips"],
    "status": ["draft", "law"],
}  # fmt: skip
TITLES = ["AI chips", "Open source AI", "百度发布模型", "百度 open chips", "AI in space"]


def fill(db: Engine, number: int) -> None:
    """Items of ten sources over two years, with a tag of every axis."""
    chance = random.Random(1)
    add_sources(db, *(make_source(f"s{n}", source_class="media" if n < 3 else "lab") for n in range(10)))

    def item(n: int) -> TaggedItem:
        tags = [f"{axis}/{chance.choice(slugs)}" for axis, slugs in SLUGS.items()]
        dated = START - timedelta(days=n * 700 // number)
        title = f"{chance.choice(TITLES)} {'gazette one' if n % 300 == 299 else n}"
        return make_item(
            str(n), tags, chance.choice(list(Tier)), title=title, lang=chance.choice(["en", "zh"]), published=dated
        )

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


def plans(db: Engine, query: str, span: Span, *, oldest_first: bool = False) -> list[list[str]]:
    """The steps by which the engine answers each statement that a page of places needs."""

    def read() -> None:
        with reading(db) as connection:
            places(connection, as_query(query), 51, span, oldest_first=oldest_first)

    return plans_of(db, read)


def plans_of(db: Engine, read: Callable[[], object]) -> list[list[str]]:
    """The steps by which the engine answers each statement of what is read."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
        said.append((sql, values))

    event.listen(db, "before_cursor_execute", note)
    read()
    event.remove(db, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN"
    found = []
    with reading(db) as connection:
        for sql, values in said:
            if sql.startswith("SET"):
                connection.exec_driver_sql(sql)
            else:
                rows = connection.exec_driver_sql(f"{explain} {sql}", values)
                found.append([str(row[-1]) for row in rows])
    return found


SPANS = {
    "first page": (Span(), False),
    "deep page": (Span(before=DEEP), False),
    "newer page": (Span(after=DEEP), True),
    "a span": (Span(start=START - timedelta(days=50), end=START), False),
}


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("query", QUERIES | SEARCHES)
def test_sqlite_walks_along_indexes(filled_sqlite: Engine, query: str, span: str) -> None:
    for steps in plans(filled_sqlite, (QUERIES | SEARCHES)[query], SPANS[span][0], oldest_first=SPANS[span][1]):
        for step in steps:
            assert not re.match(r"SCAN (posting|item|sighting|evidence|total)\b", step), steps
            if "SCAN item_search" in step:
                assert "VIRTUAL TABLE INDEX 0:M" in step, steps  # as a full-text search
            if "posting" in step:
                assert re.match(r"SEARCH posting\S*( AS \S+)? USING (PRIMARY KEY|COVERING INDEX|INDEX)", step), steps
        # What is sorted is the heads of walks side by side, a page of each, or the few items that have rare words.
        if any("TEMP B-TREE FOR ORDER" in step for step in steps):
            assert re.search("COMPOUND|UNION|MERGE|stretch|SEARCH item USING INTEGER", "".join(steps)), steps


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("query", QUERIES | SEARCHES)
def test_postgresql_walks_along_indexes(filled_postgres: Engine, query: str, span: str) -> None:
    found = plans(filled_postgres, (QUERIES | SEARCHES)[query], SPANS[span][0], oldest_first=SPANS[span][1])
    for steps in found:
        shown = "\n".join(steps)
        assert not [step for step in steps if re.search(r"Seq Scan on (posting|item|item_search)\b", step)], shown
        assert any(re.search(r"(Index|Index Only|Bitmap Index) Scan|on (total|source)\b", step) for step in steps), (
            shown
        )
        # What is sorted is stretches (4,000 of each of two tiers) and the few items that have rare words, never all.
        sorts = [int(rows) for step in steps for rows in re.findall(r"Sort  .*rows=(\d+)", step)]
        assert all(rows <= POSTGRES_ITEMS // 2 for rows in sorts), shown


def test_the_items_of_a_rare_word_lead(filled_sqlite: Engine, filled_postgres: Engine) -> None:
    leads = {filled_sqlite: "SEARCH item USING INTEGER PRIMARY KEY", filled_postgres: "item_pkey on item"}
    for db, lead in leads.items():
        *_walk, asked, last = plans(db, SEARCHES["rare word"], Span())
        assert "item_search" in "".join(asked)
        assert any(lead in step for step in last), last


@pytest.mark.parametrize("ahead", [True, False])
def test_days_that_items_name_are_found_in_indexes(filled_sqlite: Engine, filled_postgres: Engine, ahead: bool) -> None:
    for db in (filled_sqlite, filled_postgres):
        found = plans_of(db, lambda db=db: reads.naming_days(db, START.date(), ahead=ahead))
        indexes = [re.findall("ix_item_(?:comments|effective)", " ".join(steps)) for steps in found]
        assert [index for index in indexes if index] == [["ix_item_comments"], ["ix_item_effective"]], found


@pytest.mark.parametrize("query", QUERIES | SEARCHES)
def test_what_is_explained_finds_something(filled_sqlite: Engine, query: str) -> None:
    with reading(filled_sqlite) as connection:
        assert places(connection, as_query((QUERIES | SEARCHES)[query]), 51), "a plan for nothing says nothing"
