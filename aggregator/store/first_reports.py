"""Each story once: of the items that a query finds, those that tell of their story first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select, text

from aggregator.query import ItemQuery
from aggregator.store.span import Cursor, Span
from aggregator.store.tables import ITEM, UNGROUPED

T = TypeVar("T")
_LONGER = 2  # items read for each place that is wanted; and how many times as long each next stretch is
_LONGEST = 5000  # items of a stretch: there may be many of which few are kept
Among = Callable[[Select[Any]], list[Cursor]]  # a select of items' dated and item_id → the places that a query finds


def asks_for_firsts(query: ItemQuery) -> bool:
    """Whether a query wants the first reports of stories, or all but those."""
    return any(pick.field == "report" for pick in query.picks)


def whatever_report(query: ItemQuery) -> ItemQuery:
    """The same of all reports."""
    return replace(query, picks=tuple(pick for pick in query.picks if pick.field != "report"))


def walked(
    places: Callable[[int, Span], list[Cursor]], keep: Callable[[list[Cursor]], list[T]], number: int, span: Span,
    *, oldest_first: bool,
) -> list[T]:  # fmt: skip
    """Stretch after stretch of a listing, until so many are found of what `keep` makes of a stretch."""
    found: list[T] = []
    size = number * _LONGER
    while len(found) < number:
        some = places(size, span)
        found += keep(some)
        if len(some) < size:
            break
        span = replace(span, after=some[-1]) if oldest_first else replace(span, before=some[-1])
        size = min(size * _LONGER, _LONGEST)
    return found[:number]


def fellows(connection: Connection, ids: Sequence[int], among: Among) -> list[tuple[Cursor, int]]:
    """The reports, of the stories that some items stand in, that a query finds, each with its story's id."""
    held = select(ITEM.c.story_id).where(ITEM.c.id.in_(ids), ITEM.c.story_id.is_not(None)).distinct()
    theirs = ITEM.c.story_id.in_(connection.scalars(held).all())
    story_of = {row.id: row.story_id for row in connection.execute(select(ITEM.c.id, ITEM.c.story_id).where(theirs))}
    found = among(select(ITEM.c.dated, ITEM.c.id.label("item_id")).where(theirs))
    return [(place, story_of[place.id]) for place in found]


def asked_for(connection: Connection, query: ItemQuery, some: Sequence[Cursor], among: Among) -> list[Cursor]:
    """Those of some places that a query wants: first reports, or others. The first is the one that came in first here.

    What is in no story stands for itself. What waits for its story is neither: it may have been told before.
    """
    ids = [place.id for place in some]
    waits = set(connection.scalars(select(ITEM.c.id).where(ITEM.c.id.in_(ids), text(UNGROUPED))))
    firsts: dict[int, int] = {}
    reports = fellows(connection, ids, among)
    for place, story in reports:
        firsts[story] = min(place.id, firsts.get(story, place.id))
    later = {place.id for place, _ in reports} - set(firsts.values())
    unwanted = {not report.excluded for report in query.picks if report.field == "report"}
    return [place for place in some if place.id not in waits and (place.id in later) not in unwanted]
