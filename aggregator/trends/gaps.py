"""Which weeks cannot be trusted because fetching failed in them: a quiet line need not be a quiet week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from aggregator.trends.weeks import monday

_MANY = 0.2  # of the sources that were asked


class Day(NamedTuple):
    """How fetching went on a day (UTC)."""

    day: date
    asked: int  #: sources that were looked at
    answered: int  #: those of them that answered at least once

    @property
    def failed(self) -> bool:
        """Nothing was asked, or a fifth of what was asked never answered."""
        return self.asked - self.answered >= _MANY * self.asked


def marks(days: Iterable[Day], weeks: Sequence[date]) -> dict[int, str]:
    """By a week's place among the weeks: on how many days fetching failed, for those that have such days."""
    places = {week: place for place, week in enumerate(weeks)}
    failed: dict[int, list[Day]] = {}
    for day in days:
        if day.failed and monday(day.day) in places:
            failed.setdefault(places[monday(day.day)], []).append(day)
    return {place: _words(some) for place, some in failed.items()}


def _words(days: Sequence[Day]) -> str:
    silent = sum(not day.asked for day in days)
    failing = len(days) - silent
    parts = [f"no source was asked on {_days(silent)}"] if silent else []
    parts += [f"many sources did not answer on {_days(failing)}"] if failing else []
    return " and ".join(parts)


def _days(number: int) -> str:
    return f"{number} day{'s' if number != 1 else ''}"
