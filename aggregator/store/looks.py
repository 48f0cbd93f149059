"""How fetching went, day by day, as far back as the log of looks reaches."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine, bindparam, case, exists, func, select

from aggregator.model import Status
from aggregator.store.db import reading
from aggregator.store.tables import FETCH, SOURCE
from aggregator.store.types import UtcDateTime
from aggregator.trends import Day

_DAY = timedelta(days=1)
_MOST = 30  # days that the log is kept
_GOOD = (Status.OK, Status.NOT_MODIFIED)
_THAT_DAY = (
    FETCH.c.source_id == SOURCE.c.id,
    FETCH.c.at >= bindparam("start", type_=UtcDateTime()),
    FETCH.c.at < bindparam("end", type_=UtcDateTime()),
)
# A source's looks are asked for one at a time until one fits: most are found at the first.
_DAYS_LOOKS = select(
    func.coalesce(func.sum(case((exists().where(*_THAT_DAY), 1), else_=0)), 0),
    func.coalesce(func.sum(case((exists().where(*_THAT_DAY, FETCH.c.status.in_(_GOOD)), 1), else_=0)), 0),
).where(SOURCE.c.enabled, SOURCE.c.listed)


def by_day(db: Engine, since: date, until: date) -> list[Day]:
    """How many sources were asked and how many answered on each day (UTC) that is over and that the log knows whole."""
    with reading(db) as connection:
        first = connection.scalar(select(FETCH.c.at).order_by(FETCH.c.id).limit(1))
        if first is None:
            return []
        day = max(since, first.date() + _DAY, until - _DAY * _MOST)
        found = []
        while day < until:
            start = datetime.combine(day, time(), UTC)
            asked, answered = connection.execute(_DAYS_LOOKS, {"start": start, "end": start + _DAY}).one()
            found.append(Day(day, int(asked), int(answered)))
            day += _DAY
        return found
