"""ISO weeks (ISO 8601), each by its Monday, and their names."""

from __future__ import annotations

import re
from datetime import date, timedelta

from aggregator.model.saying import Saying, say

WEEK = timedelta(days=7)
_NAME = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_FIRST, _LAST = 1990, 2199  # beyond these no news is dated, and no calendar ends


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def sunday(week: date) -> date:
    """The last day of a week."""
    return week + timedelta(days=6)


def weeks_up_to(last: date, number: int) -> tuple[date, ...]:
    """So many weeks, the oldest first; `last` is a day of the newest."""
    return tuple(monday(last) - WEEK * back for back in reversed(range(number)))


def name_of(week: date) -> str:
    """2026-W47"""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02}"


def in_words(week: date) -> Saying:
    year, number, _ = week.isocalendar()
    return say("week %(number)s of %(year)s", number=number, year=year)


def parse_week(name: str) -> date | None:
    """The Monday of 2026-W47, None if that is no week."""
    found = _NAME.fullmatch(name)
    if found is None or not _FIRST <= int(found[1]) <= _LAST:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
