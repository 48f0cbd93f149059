"""Stretches of a listing: between two places, two moments, two days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, literal, tuple_

from aggregator.query import ItemQuery

T = TypeVar("T")


class Cursor(NamedTuple):
    """A place in a listing: between pages, stable while items come in."""

    dated: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a listing: what is older than one place and newer than another."""

    before: Cursor | None = None
    after: Cursor | None = None
    start: datetime | None = None  #: at or after
    end: datetime | None = None  #: before


ALL = Span()


def paged(found: Sequence[T], limit: int, span: Span) -> tuple[tuple[T, ...], bool, bool]:
    """A page, newest first, and whether there are newer and older ones.

    `found` begins at the cursor of the span, and goes one beyond the page if there is more.
    """
    shown, more = tuple(found[:limit]), len(found) > limit
    return (shown[::-1], more, True) if span.after else (shown, span.before is not None, more)


def within(query: ItemQuery, span: Span, dated: Any, item_id: Any) -> list[ColumnElement[bool]]:
    """What a place must fulfil to stand in a stretch, and in the days that a query names."""
    starts = [moment for moment in (span.start, _midnight(query, query.since)) if moment]
    ends = [moment for moment in (span.end, _midnight(query, query.until, 1)) if moment]
    found: list[ColumnElement[bool]] = [dated >= max(starts)] if starts else []
    found += [dated < min(ends)] if ends else []
    found += [tuple_(dated, item_id) < _bound(span.before, dated)] if span.before else []
    return found + ([tuple_(dated, item_id) > _bound(span.after, dated)] if span.after else [])


def _midnight(query: ItemQuery, day: date | None, later: int = 0) -> datetime | None:
    """The beginning of a day, or of one that many days later; those at the ends of the calendar have none."""
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=later), time(), ZoneInfo(query.zone)).astimezone(UTC)
    except OverflowError:
        return None


def _bound(cursor: Cursor, dated: Any) -> Any:
    return tuple_(literal(cursor.dated, dated.type), literal(cursor.id))
