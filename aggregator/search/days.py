"""Days as a query says them: by their date, or by how long ago they are."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta

from aggregator.errors import QueryError
from aggregator.model.saying import Saying, listed, say

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ][\d:., +-]*[Zz]?)?", re.ASCII)  # of a moment, the day

_SPAN = re.compile(r"(?P<year>\d{4})(?:-W(?P<week>\d\d)|-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)


class DaysBack(date):
    """A day that is said by its distance: in an address it moves along, so that a feed keeps its id."""

    days: int | None = None  #: None where something else was counted from it

    @classmethod
    def before(cls, today: date, days: int) -> DaysBack:
        made = cls.fromordinal((today - timedelta(days)).toordinal())
        made.days = days
        return made

    def __str__(self) -> str:
        return self.isoformat() if self.days is None else f"{self.days}d"


def since_in_words(day: date) -> Saying:
    """What a sentence says of a span that begins with a day."""
    if isinstance(day, DaysBack) and day.days is not None:
        return say("of the last %(number)s days", number=day.days)
    return say("since %(day)s", day=day.isoformat())


def read_day(name: str, value: str, today: date, sign: str = "=") -> date:
    """A day, or the first one of a month, a year or an ISO week; for `until` the last one. Raises QueryError."""
    if (back := re.fullmatch(r"(\d{1,4})d", value)) is not None:
        return DaysBack.before(today, int(back[1]))
    with suppress(ValueError):
        if found := _DAY.fullmatch(value):
            return date.fromisoformat(found[1])
        if found := _SPAN.fullmatch(value):
            first, after = _span(int(found["year"]), found["week"], found["month"])
            return after - timedelta(1) if name == "until" else first
    examples = listed(" or ", (f"{name}{sign}2026-11-01", f"{name}{sign}2026-11", f"{name}{sign}7d"))
    reason = say("%(value)s is no day; write for example %(example)s", value=repr(value), example=examples)
    raise QueryError(name, reason)


def _span(year: int, week: str | None, month: str | None) -> tuple[date, date]:
    """The first day of a year, or of its week or month, and the first one after it; raises ValueError."""
    if week:
        first = date.fromisocalendar(year, int(week), 1)
        return first, first + timedelta(7)
    if month:
        return date(year, int(month), 1), date(year + int(month) // 12, int(month) % 12 + 1, 1)
    return date(year, 1, 1), date(year + 1, 1, 1)
