"""How many: of a query, of each tag, of each day. Kept counts where there are some, else counted up to a bound.

A count is exact for all items of one tag, source or language; beyond that, the newest items are counted, and it is
said how many those were.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Date, Engine, Integer, Select, bindparam, case, cast, func, select

from aggregator.model import AXES, Tier
from aggregator.query import ItemQuery
from aggregator.store.db import reading
from aggregator.store.lists import Label, number_of
from aggregator.store.places import by_ids, ids, selection
from aggregator.store.statements import as_written
from aggregator.store.tables import ITEM, TALLY, TOTAL

COUNTED = 1000  # items that are counted one by one, at most
FACETED = 500  # the same of those whose tags are: each is looked up where it stands
RELEVANT = (Tier.CORE, Tier.ADJACENT)
_COMPARED = 1000  # tags of an axis, at most


class Count(NamedTuple):
    """A number of items, and whether there are more."""

    number: int
    exact: bool = True

    def __str__(self) -> str:
        return f"{self.number:,}" if self.exact else f"{self.number:,}+"


class _Kept(NamedTuple):
    """A list whose length is kept, and the tiers of which it is wanted."""

    axis: str
    slug: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many items there are, and how many carry each tag, by axis, most first; among so many of the newest, or of
    all.
    """

    total: Count
    counts: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    among: int | None = None


def count(db: Engine, query: ItemQuery) -> Count:
    with reading(db) as connection:
        if (kept := _kept(query)) is not None:
            return _of_list(connection, kept)
        return _of_some(ids(connection, query, COUNTED + 1))


def facets(db: Engine, query: ItemQuery) -> Facets:
    """The number and the tags of a query's items."""
    kept = _kept(query)
    if kept is not None and kept.axis == "tier":
        return Facets(count(db, query), totals(db, kept.tiers))
    with reading(db) as connection:
        if kept:
            total, some = _of_list(connection, kept), selection(connection, query, FACETED)
        else:
            newest = ids(connection, query, COUNTED + 1)
            total, some = _of_some(newest), by_ids(connection, newest[:FACETED])
        found = _carried(connection, some)
    return Facets(total, found, None if total.exact and total.number <= FACETED else FACETED)


def _carried(connection: Connection, items: Select[Any]) -> dict[str, list[tuple[str, int]]]:
    """How many of some items carry each tag, by axis, most first.

    They come as one text: to group thousands of rows by two names takes a database twice as long. Many items carry the
    same ones.
    """
    some = items.subquery()
    (item_id,) = some.c
    tags = select(func.aggregate_strings(ITEM.c.tags, "\n")).join_from(some, ITEM, ITEM.c.id == item_id)
    with as_written(connection):
        text: str = connection.scalar(tags) or ""
    numbers: Counter[str] = Counter()
    for line, carriers in Counter(text.split("\n")).items():
        for name in line.split():
            numbers[name] += carriers
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, number in sorted(numbers.items(), key=lambda each: (-each[1], each[0])):
        axis, _, slug = name.partition("/")
        found[axis].append((slug, number))
    return dict(found)


def _of_list(connection: Connection, kept: _Kept) -> Count:
    numbers = _length(kept.tiers, of_all=kept.axis == "tier")
    return Count(int(connection.scalar(numbers, {"named": kept.axis, "so": kept.slug}) or 0))


@lru_cache
def _length(tiers: tuple[Tier, ...], *, of_all: bool) -> Select[Any]:
    named = TOTAL.c.axis == bindparam("named")
    if of_all:
        return select(func.sum(_sum(TOTAL, tiers))).where(named)
    return select(_sum(TOTAL, tiers)).where(named, TOTAL.c.slug == bindparam("so"))


def _of_some(found: Sequence[int]) -> Count:
    return Count(min(len(found), COUNTED), exact=len(found) <= COUNTED)


def totals(db: Engine, tiers: Collection[Tier] = RELEVANT) -> dict[str, list[tuple[str, int]]]:
    """How many items of these tiers carry each tag, by axis, most first."""
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    with reading(db) as connection:
        for axis, slug, items in connection.execute(_totals(tuple(tiers))).all():
            found[axis].append((slug, items))
    return dict(found)


@lru_cache
def _totals(tiers: tuple[Tier, ...]) -> Select[Any]:
    number = _sum(TOTAL, tiers)
    query = select(TOTAL.c.axis, TOTAL.c.slug, number).where(TOTAL.c.axis.in_(AXES), number > 0)
    return query.order_by(number.desc(), TOTAL.c.slug)


def trend(
    db: Engine, axis: str, slug: str, since: date, until: date, tiers: Collection[Tier] = RELEVANT
) -> dict[date, int]:
    """Items of a tag by day (UTC), both ends included; days without one are left out."""
    number = _sum(TALLY, tiers)
    these = (TALLY.c.list == number_of(axis, slug), TALLY.c.day >= since, TALLY.c.day <= until, number > 0)
    with reading(db) as connection:
        return dict(map(tuple, connection.execute(select(TALLY.c.day, number).where(*these).order_by(TALLY.c.day))))


def weekly(
    db: Engine, wanted: Collection[Label], first: date, weeks: int, tiers: Collection[Tier] = RELEVANT
) -> dict[Label, tuple[int, ...]]:
    """Items of several lists in each of so many weeks; `first` is the day (UTC) with which the first one begins."""
    of_list = {number_of(*label): [0] * weeks for label in wanted}
    these = {"lists": list(of_list), "first": first, "end": first + timedelta(weeks=weeks)}
    with reading(db) as connection:
        for list_, place, items in connection.execute(_weekly(tuple(tiers), db.dialect.name), these):
            of_list[list_][place] = items
    return {label: tuple(of_list[number_of(*label)]) for label in wanted}


@lru_cache
def _weekly(tiers: tuple[Tier, ...], dialect: str) -> Select[Any]:
    first, end = bindparam("first", type_=Date), bindparam("end", type_=Date)
    if dialect == "sqlite":
        week = cast(func.julianday(TALLY.c.day) - func.julianday(first), Integer) // 7
    else:
        week = cast(TALLY.c.day - first, Integer) // 7
    these = (TALLY.c.list.in_(bindparam("lists", expanding=True)), TALLY.c.day >= first, TALLY.c.day < end)
    return select(TALLY.c.list, week, func.sum(_sum(TALLY, tiers))).where(*these).group_by(TALLY.c.list, week)


def relevant(db: Engine, first: date, weeks: int, tiers: Collection[Tier] = RELEVANT) -> tuple[int, ...]:
    """All items of these tiers by week: what shares are shares of."""
    found = weekly(db, [("tier", str(tier)) for tier in tiers], first, weeks)
    return tuple(map(sum, zip(*found.values(), strict=True)))


def leading(
    db: Engine, axis: str, since: date, until: date, number: int, tiers: Collection[Tier] = RELEVANT
) -> list[str]:
    """The tags of an axis that most items of a span of days have, the most first; both ends are included.

    None has more in a span than of all days: those with most of all are added up first, until no other can be among
    the best.
    """
    found: dict[str, int] = {}
    with reading(db) as connection:
        waiting = connection.execute(_ranked(axis, tiers)).all()
        while waiting and waiting[0].items >= (sorted(found.values())[-number] if len(found) >= number else 1):
            some, waiting = waiting[: 4 * number], waiting[4 * number :]
            added = _added_up(connection, {row.list: row.slug for row in some}, [(since, until)], tiers)
            found |= {slug: items for slug, (items,) in added.items() if items}
    return sorted(found, key=lambda slug: (-found[slug], slug))[:number]


def within(
    db: Engine, axis: str, spans: Sequence[tuple[date, date]], tiers: Collection[Tier] = RELEVANT, least: int = 1
) -> dict[str, tuple[int, ...]]:
    """How many items each tag of an axis has in each span of days, of the tags that have so many of all days."""
    with reading(db) as connection:
        ranked = _ranked(axis, tiers).where(_sum(TOTAL, tiers) >= least).limit(_COMPARED)
        slugs = {row.list: row.slug for row in connection.execute(ranked)}
        found = _added_up(connection, slugs, spans, tiers)
    return {slug: numbers for slug, numbers in sorted(found.items()) if any(numbers)}


def _ranked(axis: str, tiers: Collection[Tier]) -> Select[Any]:
    """The lists of an axis that have items of these tiers, the longest first."""
    items = _sum(TOTAL, tiers)
    ranked = select(TOTAL.c.list, TOTAL.c.slug, items.label("items")).where(TOTAL.c.axis == axis, items > 0)
    return ranked.order_by(items.desc(), TOTAL.c.slug)


def _added_up(
    connection: Connection, slugs: Mapping[int, str], spans: Sequence[tuple[date, date]], tiers: Collection[Tier]
) -> dict[str, tuple[int, ...]]:
    first, last = min(since for since, _ in spans), max(until for _, until in spans)
    inside = [(TALLY.c.day >= since) & (TALLY.c.day <= until) for since, until in spans]
    sums = [func.sum(case((during, _sum(TALLY, tiers)), else_=0)) for during in inside]
    these = (TALLY.c.list.in_(list(slugs)), TALLY.c.day >= first, TALLY.c.day <= last)
    rows = connection.execute(select(TALLY.c.list, *sums).where(*these).group_by(TALLY.c.list))
    return {slugs[list_]: tuple(map(int, numbers)) for list_, *numbers in rows}


def _sum(table: Any, tiers: Collection[Tier]) -> Any:
    first, *more = (table.c[str(tier)] for tier in tiers)
    return sum(more, first)


def _kept(query: ItemQuery) -> _Kept | None:
    """The axis, slug and tiers of a query that asks for nothing else: its number is kept."""
    if query.q or query.since or query.until or any(pick.excluded for pick in query.picks):
        return None
    named = query.values("tier")
    tiers = tuple(map(Tier, named)) if named and "all" not in named else tuple(Tier)
    others = [pick for pick in query.picks if pick.field != "tier"]
    if not others:
        return _Kept("tier", "", tiers)
    if len(others) != 1 or others[0].field in ("class", "report"):
        return None
    return _Kept(others[0].field, others[0].value, tiers)
