"""The lists that items stand in, and how many stand there: kept with every change, so that reading is one range.

Everything that changes an item's tags, tier, date, language or carriers goes through a Ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from aggregator.store import tags
from aggregator.store.lists import Label, number_of
from aggregator.store.statements import bulk_insert
from aggregator.store.tables import ITEM, POSTING, SIGHTING, TALLY, TOTAL
from aggregator.store.types import TIERS
from aggregator.store.version import bump

Row = tuple[int, datetime, int, str]  # a list's number, the date, the id and the tier of an item in it


@dataclass(frozen=True, slots=True)
class Posted:
    """Where an item stands."""

    item_id: int
    dated: datetime
    tier: str
    labels: frozenset[Label]

    @classmethod
    def of(
        cls, item_id: int, dated: datetime, tier: str, lang: str, tags: Iterable[Label], carriers: Iterable[str]
    ) -> Posted:
        own = [("tier", tier), *([("lang", lang)] if lang else []), *(("source", carrier) for carrier in carriers)]
        return cls(item_id, dated, tier, frozenset([*tags, *own]))

    def rows(self) -> set[Row]:
        return {(number_of(*label), self.dated, self.item_id, self.tier) for label in self.labels}


def posted(connection: Connection, ids: Collection[int]) -> list[Posted]:
    """Where items stand by what is stored of them."""
    carriers: defaultdict[int, list[str]] = defaultdict(list)
    for item_id, source_id in connection.execute(
        select(SIGHTING.c.item_id, SIGHTING.c.source_id).where(SIGHTING.c.item_id.in_(ids))
    ):
        carriers[item_id].append(source_id)
    stored = select(ITEM.c.id, ITEM.c.dated, ITEM.c.tier, ITEM.c.lang, ITEM.c.tags).where(ITEM.c.id.in_(ids))
    return [
        Posted.of(r.id, r.dated, r.tier, r.lang, [(tag.axis, tag.slug) for tag in tags.read(r.tags)], carriers[r.id])
        for r in connection.execute(stored)
    ]


def hold(connection: Connection, ids: Collection[int]) -> None:
    """Keeps other writers from items whose places are about to change; SQLite has one writer anyway.

    Two that read where an item stands, and then both move it from there, would count it out twice.
    """
    if ids and connection.dialect.name != "sqlite":
        connection.execute(select(ITEM.c.id).where(ITEM.c.id.in_(ids)).order_by(ITEM.c.id).with_for_update())


class Ledger:
    """The changes of one transaction. Rows of lists are written at once, counts when the ledger is settled.

    Two transactions that touch the same counts wait for each other, and in one order, for as short as can be.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen = False
        self._counts: defaultdict[tuple[Label, date], dict[str, int]] = defaultdict(lambda: dict.fromkeys(TIERS, 0))

    def change(self, before: Sequence[Posted], after: Sequence[Posted]) -> None:
        """Items that stood where `before` says stand where `after` says; either may be empty."""
        old, new = _rows(before), _rows(after)
        self._seen |= bool(old or new)
        _take_out(self._connection, old - new)
        bulk_insert(self._connection, POSTING, [_values(row) for row in sorted(new - old)])
        for step, places in ((-1, before), (1, after)):
            for place in places:
                day = place.dated.astimezone(UTC).date()
                for label in place.labels:
                    self._counts[label, day][place.tier] += step

    def note(self) -> None:
        """Something else has changed that readers see."""
        self._seen = True

    def settle(self, now: datetime) -> None:
        """Writes the counts, and that readers see something new; the last thing that a transaction does."""
        days: dict[tuple[int, date], dict[str, int]] = {}
        totals: defaultdict[tuple[str, str, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(TIERS, 0))
        for (label, day), counts in self._counts.items():
            if any(counts.values()):
                number = number_of(*label)
                days[number, day] = counts
                for tier, items in counts.items():
                    totals[*label, number][tier] += items
        _add(self._connection, TALLY, ("list", "day"), days)
        _add(self._connection, TOTAL, ("axis", "slug", "list"), totals)
        self._counts.clear()
        if self._seen:
            bump(self._connection, now)


def _rows(places: Iterable[Posted]) -> set[Row]:
    return {row for place in places for row in place.rows()}


def _values(row: Row) -> dict[str, Any]:
    return dict(zip(("list", "dated", "item_id", "tier"), row, strict=True))


_TAKE_OUT = delete(POSTING).where(
    POSTING.c.list == bindparam("l"), POSTING.c.dated == bindparam("d"), POSTING.c.item_id == bindparam("i")
)


def _take_out(connection: Connection, rows: set[Row]) -> None:
    if rows:
        connection.execute(_TAKE_OUT, [dict(zip("ldi", row[:3], strict=True)) for row in sorted(rows)])


def _add(connection: Connection, counts: Any, names: tuple[str, ...], numbers: Mapping[Any, Mapping[str, int]]) -> None:
    """Adds to counts that are there, or makes them."""
    key = [column.name for column in counts.primary_key]
    sums = ", ".join(f"{tier} = {counts.name}.{tier} + excluded.{tier}" for tier in TIERS)
    again = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sums}"
    rows = [dict(zip(names, name, strict=True)) | dict(numbers[name]) for name in sorted(numbers)]
    bulk_insert(connection, counts, rows, again)
