"""How fetching went, as far back as the log of looks reaches: day by day, and the last looks at a source."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, case, exists, func, select

from aggregator.model import Status
from aggregator.store.db import reading
from aggregator.store.states import ANSWERS
from aggregator.store.tables import FETCH, SOURCE
from aggregator.store.types import UtcDateTime
from aggregator.trends import Day

_DAY = timedelta(days=1)
_THAT_DAY = (
    FETCH.c.source_id == SOURCE.c.id,
    FETCH.c.at >= bindparam("start", type_=UtcDateTime()),
    FETCH.c.at < bindparam("end", type_=UtcDateTime()),
)
# A source's looks are asked for one at a time until one fits: most are found at the first.
_FIRST = select(FETCH.c.at).order_by(FETCH.c.id).limit(1)
_ASKED = select(SOURCE.c.id).where(SOURCE.c.enabled, SOURCE.c.listed)
_DAYS_LOOKS = select(
    func.coalesce(func.sum(case((exists().where(*_THAT_DAY), 1), else_=0)), 0),
    func.coalesce(func.sum(case((exists().where(*_THAT_DAY, FETCH.c.status.in_(ANSWERS)), 1), else_=0)), 0),
).where(SOURCE.c.enabled, SOURCE.c.listed)


class Looked(NamedTuple):
    """A look at a source, and what it brought."""

    at: datetime
    status: Status
    error: str
    new: int
    edited: int
    seconds: float


def last(db: Engine, source_id: str, most: int) -> list[Looked]:
    """The last looks at a source, the newest first."""
    columns = (FETCH.c[name] for name in Looked._fields)
    query = select(*columns).where(FETCH.c.source_id == source_id).order_by(FETCH.c.at.desc()).limit(most)
    with reading(db) as connection:
        return [Looked(*row)._replace(status=Status(row.status)) for row in connection.execute(query)]


# A day that is over stays as it was, while the sources to be asked are the same.
_known: WeakKeyDictionary[Engine, tuple[frozenset[str], dict[date, Day]]] = WeakKeyDictionary()


def by_day(db: Engine, since: date, until: date) -> list[Day]:
    """How many sources were asked and how many answered on each day (UTC) that is over and that the log knows whole.

    `until` is a day that is not over, or the one after the last that is asked for.
    """
    with reading(db) as connection:
        asked = frozenset(connection.scalars(_ASKED))
        of_these, known = _known.get(db, (asked, {}))
        if of_these != asked:
            known = {}
        first = connection.scalar(_FIRST)
        if first is None:
            return []
        start = max(since, first.date() + _DAY)
        days = [start + _DAY * number for number in range((until - start).days)]
        known.update({day: _looked(connection, day) for day in days if day not in known})
        _known[db] = asked, known
    return [known[day] for day in days]


def _looked(connection: Connection, day: date) -> Day:
    start = datetime.combine(day, time(), UTC)
    asked, answered = connection.execute(_DAYS_LOOKS, {"start": start, "end": start + _DAY}).one()
    return Day(day, int(asked), int(answered))
