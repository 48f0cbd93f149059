"""ItemQuery → where its items stand, newest first: once for both engines, and never more rows than a page needs.

Every filter is a list of postings in the order of the page. The shortest one leads: it is walked from its newest end,
and each posting on the way is looked up in the others, until the page is full. Alternatives are walked side by side. A
search is asked of a stretch of the walk at a time, each longer than the one before; if the first one shows its words to
be rare, the items that have them lead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)

from aggregator.query import FIELDS, ItemQuery
from aggregator.store import search
from aggregator.store.first_reports import asked_for, asks_for_firsts, walked, whatever_report
from aggregator.store.lists import by_source, label_of, list_of
from aggregator.store.span import ALL, Cursor, Span, within
from aggregator.store.statements import as_written, one_of, several
from aggregator.store.tables import ITEM, POSTING, TOTAL
from aggregator.store.types import TIERS

_LONG = 10_000  # items to pass until the page is full, from which it is worth asking whether the words are rare
_DEARER = 3  # to look up where an item stands costs that many times what passing one does
_RARE = 20_000  # items at most for the places of all to be looked up
_FIRST, _LONGER = 250, 4  # items of the first stretch, and how many times as long each next one is
_FEW = 4  # filters, or lists, of a query that is asked often
_SIDES = 50  # lists that are walked side by side, at most


class Lead(NamedTuple):
    """What is walked: lists of postings side by side."""

    field: str
    values: tuple[str, ...]


def places(
    connection: Connection, query: ItemQuery, limit: int, span: Span = ALL, *, oldest_first: bool = False
) -> list[Cursor]:
    """The first places of a query in a stretch, newest first unless told otherwise."""
    if asks_for_firsts(query):
        return _told_once(connection, query, limit, span, oldest_first)
    query = by_source(connection, query)
    if query.q:
        return _searched(connection, query, limit, span, oldest_first)
    return [Cursor(*row) for row in _rows(connection, _listed(connection, query, limit, span, oldest_first))]


def selection(
    connection: Connection, query: ItemQuery, limit: int, span: Span = ALL, *, oldest_first: bool = False
) -> Select[Any]:
    """Selects the ids of the same items, for another statement: to bring a thousand of them here and back takes longer
    than to find them.
    """
    if query.q or asks_for_firsts(query):
        found = places(connection, query, limit, span, oldest_first=oldest_first)
        return by_ids(connection, [place.id for place in found])
    listed = _listed(connection, by_source(connection, query), limit, span, oldest_first)
    _dated, item_id = listed.selected_columns
    return listed.with_only_columns(item_id)


def by_ids(connection: Connection, ids: Sequence[int]) -> Select[Any]:
    """The same of items that are known."""
    return select(ITEM.c.id).where(one_of(ITEM.c.id, connection.dialect.name)).params(several(ids, connection))


def ids(connection: Connection, query: ItemQuery, limit: int) -> list[int]:
    """The ids of the newest items of a query: for a thousand of them, their dates would take most of the time."""
    if query.q or asks_for_firsts(query):
        return [place.id for place in places(connection, query, limit)]
    with as_written(connection):
        return [row[0] for row in connection.execute(selection(connection, query, limit)).all()]


def found_among(connection: Connection, query: ItemQuery, items: Select[Any]) -> list[Cursor]:
    """Those of some items that a query finds, newest first; `items` selects their dated and item_id."""
    if asks_for_firsts(query):
        among = partial(found_among, connection, whatever_report(query))
        return asked_for(connection, query, among(items), among)
    query = by_source(connection, query)
    listed = _walk(items, query, _wanted(query), Span(), None, False).cte("listed")
    dated, item_id = listed.c
    found = select(dated, item_id).order_by(*_order(dated, item_id, False))
    if query.q:
        found = found.where(search.fits(query.q, listed, connection.dialect.name))
    return [Cursor(*row) for row in connection.execute(found)]


def _told_once(connection: Connection, query: ItemQuery, limit: int, span: Span, oldest_first: bool) -> list[Cursor]:
    every = whatever_report(query)
    return walked(
        lambda size, part: places(connection, every, size, part, oldest_first=oldest_first),
        lambda some: asked_for(connection, query, some, partial(found_among, connection, every)),
        limit, span, oldest_first=oldest_first,
    )  # fmt: skip


def _searched(connection: Connection, query: ItemQuery, limit: int, span: Span, oldest_first: bool) -> list[Cursor]:
    """Stretch after stretch, until the page is full or the listing at its end."""
    found: list[Cursor] = []
    size, passed, whole = _FIRST, 0, span
    while len(found) < limit:
        fitting, last, number = _stretch(connection, query, limit - len(found), size, span, oldest_first)
        found += fitting
        passed += number
        if last is None or number < size:
            break
        to_pass = limit * passed // (len(found) + 1)
        if passed == size and to_pass > _LONG:
            few = search.few(connection, query.q, min(to_pass // _DEARER, _RARE))
            if few is not None:
                return _of_these(connection, few, query, limit, whole, oldest_first)
        span = replace(span, after=last) if oldest_first else replace(span, before=last)
        size *= _LONGER
    return found


class _Stretch(NamedTuple):
    """What a search finds in a piece of a listing, where the piece ends, and how long it is."""

    found: list[Cursor]
    last: Cursor | None
    length: int


def _stretch(
    connection: Connection, query: ItemQuery, limit: int, size: int, span: Span, oldest_first: bool
) -> _Stretch:
    listed = _listed(connection, replace(query, q=""), size, span, oldest_first).cte("stretch")
    dated, item_id = listed.c
    fits = search.fits(query.q, listed, connection.dialect.name)
    fitting = select(dated, item_id, literal(0).label("length")).where(fits)
    fitting = fitting.order_by(*_order(dated, item_id, oldest_first)).limit(limit)
    length = select(func.count()).select_from(listed).scalar_subquery()
    last = select(dated, item_id, length).order_by(*_order(dated, item_id, not oldest_first)).limit(1)
    rows = _rows(connection, union_all(*(select(part.subquery()) for part in (fitting, last))))
    found = sorted((Cursor(row.dated, row.item_id) for row in rows if not row.length), reverse=not oldest_first)
    ends = [(Cursor(row.dated, row.item_id), row.length) for row in rows if row.length]
    return _Stretch(found, *(ends[0] if ends else (None, 0)))


def _of_these(
    connection: Connection, ids: Sequence[int], query: ItemQuery, limit: int, span: Span, oldest_first: bool
) -> list[Cursor]:
    """The same among a few items, of which all are looked up."""
    these = select(ITEM.c.dated, ITEM.c.id).where(one_of(ITEM.c.id, connection.dialect.name))
    walk = _walk(these, query, _wanted(query), span, limit, oldest_first)
    return [Cursor(*row) for row in _rows(connection, walk, several(ids, connection))]


def _rows(connection: Connection, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
    with as_written(connection):
        return connection.execute(statement, parameters).all()


def _listed(connection: Connection, query: ItemQuery, limit: int, span: Span, oldest_first: bool) -> Select[Any]:
    """The filters of a query as SQL: rows of (dated, item id)."""
    lead = _lead(connection, _wanted(query))
    # What is asked often is short; a long one takes megabytes, and those with a place in a listing are many.
    often = span == ALL and len(query.picks) <= _FEW and len(lead.values) <= _FEW
    make = _statement if often else _statement.__wrapped__
    return make(query, lead, limit, span, oldest_first)


@lru_cache(maxsize=500)  # making a statement takes as long as running it
def _statement(query: ItemQuery, lead: Lead, limit: int, span: Span, oldest_first: bool) -> Select[Any]:
    others = {field: values for field, values in _wanted(query).items() if field != lead.field}
    tiers = others.pop("tier", TIERS)  # which stand in each list
    lists = [
        select(POSTING.c.dated, POSTING.c.item_id).where(POSTING.c.list == list_of(lead.field, value))
        for value in lead.values
    ]
    if set(tiers) != set(TIERS):
        lists = [among.where(POSTING.c.tier.in_(tiers)) for among in lists]
    branches = [_walk(among, query, others, span, limit, oldest_first) for among in lists]
    return branches[0] if len(branches) == 1 else _side_by_side(branches, limit, oldest_first)


def _side_by_side(branches: Sequence[Select[Any]], limit: int, oldest_first: bool) -> Select[Any]:
    whole = union(*(select(branch.subquery()) for branch in branches)).subquery()
    dated, item_id = whole.c
    return select(dated, item_id).order_by(*_order(dated, item_id, oldest_first)).limit(limit)


def _walk(
    among: Select[Any], query: ItemQuery, wanted: Mapping[str, tuple[str, ...]], span: Span, limit: int | None,
    oldest_first: bool,
) -> Select[Any]:  # fmt: skip
    """One walk, with everything that a place must fulfil."""
    dated, item_id = among.selected_columns
    checks = [_stands_in(field, values, dated, item_id) for field, values in wanted.items()]
    for field in FIELDS:
        if unwanted := query.values(field.name, excluded=True):
            checks.append(~_stands_in(field.name, unwanted, dated, item_id))
    checks += within(query, span, dated, item_id)
    return among.where(*checks).order_by(*_order(dated, item_id, oldest_first)).limit(limit)


def _order(dated: Any, item_id: Any, oldest_first: bool) -> tuple[Any, Any]:
    return (dated, item_id) if oldest_first else (dated.desc(), item_id.desc())


def _wanted(query: ItemQuery) -> dict[str, tuple[str, ...]]:
    found = {field.name: query.values(field.name) for field in FIELDS}
    return {field: values for field, values in found.items() if values and "all" not in values}


def _lead(connection: Connection, wanted: Mapping[str, tuple[str, ...]]) -> Lead:
    """The filter with the fewest items; a choice of tiers comes last, for most items have one of those."""
    few = {field: values for field, values in wanted.items() if len(values) <= _SIDES}
    telling = {field: values for field, values in few.items() if field != "tier" or len(values) == 1} or few
    if not telling:
        return Lead("tier", TIERS)
    if len(telling) == 1:
        return Lead(*next(iter(telling.items())))
    labels = {field: [label_of(field, value) for value in values] for field, values in wanted.items()}
    named = or_(*((TOTAL.c.axis == its[0][0]) & TOTAL.c.slug.in_([slug for _, slug in its]) for its in labels.values()))
    number = TOTAL.c.core + TOTAL.c.adjacent + TOTAL.c.off
    rows = connection.execute(select(TOTAL.c.axis, TOTAL.c.slug, number).where(named))
    numbers = {(axis, slug): items for axis, slug, items in rows}
    lengths = {field: sum(numbers.get(label, 0) for label in its) for field, its in labels.items()}
    shortest = min(few, key=lambda field: (lengths[field], field))
    return Lead(shortest, wanted[shortest])


def _stands_in(field: str, values: tuple[str, ...], dated: Any, item_id: Any) -> ColumnElement[bool]:
    """That the item at a place stands in one of the lists, too: a look at one place of each."""
    other = POSTING.alias()
    lists = [list_of(field, value) for value in values]
    return exists().where(other.c.list.in_(lists), other.c.dated == dated, other.c.item_id == item_id)
