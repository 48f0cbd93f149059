"""Looking for damage: what should hold in a whole store, and does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, ForeignKey, Select, case, except_, exists, func, outerjoin, select, text
from sqlmodel import SQLModel

from aggregator.store import search
from aggregator.store.db import snapshot
from aggregator.store.derived import days, places, totals
from aggregator.store.lists import number_of
from aggregator.store.progress import Progress, unseen
from aggregator.store.tables import EVIDENCE, ITEM, POSTING, SIGHTING, STORY, TALLY, TOTAL

Check = Callable[[Connection], Iterator[str]]


def faults(db: Engine, progress: Progress = unseen) -> list[str]:
    """Every fault as a sentence; an empty list for a whole store. Writers are not kept waiting."""
    checks: tuple[Check, ...] = (_engine, _orphans, _unseen, _unearned, _stories, _lists, _totals, _days, _search)
    found: list[str] = []
    with snapshot(db) as connection:
        for done, check in enumerate(checks):
            progress("checking", done, len(checks))
            found += check(connection)
        progress("checking", len(checks), len(checks))
    return found


def _engine(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        said = connection.scalar(text("PRAGMA integrity_check"))
        if said != "ok":
            yield f"SQLite's integrity check says: {said}"


def _orphans(connection: Connection) -> Iterator[str]:
    """Both engines refuse orphans; what was done behind their backs is found all the same."""
    for table in SQLModel.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            if number := connection.scalar(_lost(table, key)):
                yield f"{number} rows of {table.name} refer to a {key.column.table.name} that is not there"


def _lost(table: Any, key: ForeignKey) -> Select[Any]:
    there = key.column.table.alias()
    found = exists().where(there.c[key.column.name] == key.parent)
    return select(func.count()).select_from(table).where(key.parent.is_not(None), ~found)


def _unseen(connection: Connection) -> Iterator[str]:
    seen = exists().where(SIGHTING.c.item_id == ITEM.c.id)
    if number := connection.scalar(select(func.count()).select_from(ITEM).where(~seen)):
        yield f"{number} items were seen in no source"


def _unearned(connection: Connection) -> Iterator[str]:
    """Each tag has its evidence: as many as there are spaces between them, and one."""
    tags = case((ITEM.c.tags == "", 0), else_=func.length(ITEM.c.tags) - func.length(_without_spaces(ITEM.c.tags)) + 1)
    earned = func.coalesce(func.json_array_length(EVIDENCE.c.words), 0)
    both = outerjoin(ITEM, EVIDENCE, EVIDENCE.c.item_id == ITEM.c.id)
    if number := connection.scalar(select(func.count()).select_from(both).where(tags != earned)):
        yield f"{number} items have not as many words as tags"


def _without_spaces(column: Any) -> Any:
    return func.replace(column, " ", "")


def _stories(connection: Connection) -> Iterator[str]:
    """A story has items unless it rests, or another one has taken its place; what rests, an item remembers."""
    told = exists().where(ITEM.c.story_id == STORY.c.id)
    number = select(func.count()).select_from(STORY)
    if empty := connection.scalar(number.where(STORY.c.merged_into.is_(None), STORY.c.reports > 0, ~told)):
        yield f"{empty} stories have no item"
    known = exists().where(ITEM.c.rested_in == STORY.c.id)
    if wrong := connection.scalar(number.where(STORY.c.merged_into.is_(None), STORY.c.reports == 0, told | ~known)):
        yield f"{wrong} stories that rest have items, or none that remembers them"
    if merged := connection.scalar(number.where(STORY.c.merged_into.is_not(None), told)):
        yield f"{merged} stories that are part of another one still have items"


def _lists(connection: Connection) -> Iterator[str]:
    """Postings against what is stored of items."""
    yield from _difference(connection, places(connection.dialect.name), select(POSTING), "places in lists")


def _totals(connection: Connection) -> Iterator[str]:
    numbers = connection.execute(select(TOTAL.c.axis, TOTAL.c.slug, TOTAL.c.list)).all()
    if wrong := [number for axis, slug, number in numbers if number != number_of(axis, slug)]:
        yield f"{len(wrong)} lists have another number than follows from their names"
    yield from _counts(connection, totals(connection.dialect.name), TOTAL)


def _days(connection: Connection) -> Iterator[str]:
    yield from _counts(connection, days(connection.dialect.name), TALLY)


def _counts(connection: Connection, should: Select[Any], table: Any) -> Iterator[str]:
    """Counts against what they count; one that has fallen to nothing may be there or not."""
    columns = [table.c[column.name] for column in should.selected_columns]
    kept = select(*columns).where(table.c.core + table.c.adjacent + table.c.off != 0)
    yield from _difference(connection, should, kept, "counts")


def _difference(connection: Connection, should: Select[Any], kept: Select[Any], what: str) -> Iterator[str]:
    for left, right, words in ((should, kept, "missing"), (kept, should, "left over or wrong")):
        if number := _beyond(connection, left, right):
            yield f"{number} {what} are {words}"


def _search(connection: Connection) -> Iterator[str]:
    indexed = select(search.item_id(connection.dialect.name)).select_from(search.SEARCH)
    if number := _beyond(connection, select(ITEM.c.id), indexed):
        yield f"{number} items are missing from the search index"
    if number := _beyond(connection, indexed, select(ITEM.c.id)):
        yield f"{number} entries of the search index have no item"


def _beyond(connection: Connection, left: Select[Any], right: Select[Any]) -> int:
    """How many rows are in the one and not in the other: both are sorted once, however many there are."""
    return connection.scalar(select(func.count()).select_from(except_(left, right).subquery())) or 0
