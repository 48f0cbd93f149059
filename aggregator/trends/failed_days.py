"""Which weeks cannot be trusted because fetching failed in them: a quiet line need not be a quiet week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from aggregator.model.saying import Saying, say, say_number
from aggregator.text.weeks import monday

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


def _words(days: Sequence[Day]) -> Saying:
    silent = sum(not day.asked for day in days)
    failing = len(days) - silent
    parts = [say("no source was asked on %(days)s", days=_days(silent))] if silent else []
    parts += [say("many sources did not answer on %(days)s", days=_days(failing))] if failing else []
    return say("%(one)s and %(other)s", one=parts[0], other=parts[1]) if len(parts) > 1 else parts[0]


def _days(number: int) -> Saying:
    return say_number("%(number)s day", "%(number)s days", number)
