"""What a search finds, the most relevant first.

Ranked are the newest that it finds, up to a bound, by one rule for both engines (search/relevance): their own would put
the same items in different orders, and would have to look at all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from aggregator.model import StoredItem
from aggregator.query import ItemQuery
from aggregator.search import expression, relevance
from aggregator.store.db import reading
from aggregator.store.places import places
from aggregator.store.reads import PAGE, items_by_id
from aggregator.store.span import Cursor
from aggregator.store.statements import one_of, several
from aggregator.store.tables import ITEM
from aggregator.text.html import plain
from aggregator.text.terms import terms

RANKED = 1000  # items, at most


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of items, the most relevant first, and whether there is another one; ranked among so many, or all."""

    items: tuple[StoredItem, ...]
    has_next: bool
    among: int | None = None


def ranked(db: Engine, query: ItemQuery, page: int = 1, *, size: int = PAGE, most: int = RANKED) -> Ranking:
    """A page of what a search finds; of those that are alike, the newest first."""
    with reading(db) as connection:
        newest = places(connection, query, most + 1)
        best = _best_first(connection, query.q, newest[:most])
        shown = best[size * (page - 1) : size * page]
        items = items_by_id(connection, shown, evidence=False)
    return Ranking(
        tuple(items[number] for number in shown), len(best) > size * page, most if len(newest) > most else None
    )


def _best_first(connection: Connection, q: str, found: Sequence[Cursor]) -> list[int]:
    said = expression(q)
    texts = select(ITEM.c.id, ITEM.c.title, ITEM.c.summary)
    rows = connection.execute(
        texts.where(one_of(ITEM.c.id, connection.dialect.name)), several([place.id for place in found], connection)
    )
    scores = {row.id: relevance(said, terms(row.title), terms(plain(row.summary))) for row in rows}
    return sorted((place.id for place in found), key=scores.__getitem__, reverse=True)
