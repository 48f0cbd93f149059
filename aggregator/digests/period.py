"""Days and ISO weeks in the site's time zone, and their names."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aggregator.text.weeks import monday, name_of, parse_week

_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 28)  # beyond these no news is dated, and no calendar ends


class Period(NamedTuple):
    """A day or a week: from its first midnight up to the one after its last day, both in UTC."""

    name: str  #: 2026-11-23, or 2026-W47 (ISO 8601)
    first: date
    days: int
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        return self._midnight(self.first + timedelta(days=self.days))

    @property
    def weekly(self) -> bool:
        return self.days == 7

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def shifted(self, steps: int) -> Period:
        """The period so many days or weeks later."""
        day = self.first + timedelta(days=self.days * steps)
        return _week(day, self.zone) if self.weekly else _day(day, self.zone)


def day_of(moment: datetime, zone: ZoneInfo) -> Period:
    return _day(moment.astimezone(zone).date(), zone)


def week_of(moment: datetime, zone: ZoneInfo) -> Period:
    return _week(moment.astimezone(zone).date(), zone)


def parse_period(name: str, zone: ZoneInfo) -> Period | None:
    """The period of a name, None if it is no name of one."""
    try:
        week = parse_week(name)
        period = _week(week, zone) if week else _day(date.fromisoformat(name), zone)
    except ValueError:
        return None
    return period if period.name == name and _FIRST <= period.first <= _LAST else None


def _day(day: date, zone: ZoneInfo) -> Period:
    return Period(day.isoformat(), day, 1, zone)


def _week(day: date, zone: ZoneInfo) -> Period:
    return Period(name_of(day), monday(day), 7, zone)
