"""What charts have in common: the weeks that an address asks for, and the lines of tags over them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aggregator.digests import COLUMNS
from aggregator.errors import QueryError
from aggregator.model import Tier
from aggregator.model.saying import say, to_say
from aggregator.query import ItemQuery
from aggregator.store import counts, fetch_log, reads
from aggregator.text.weeks import WEEK, monday, parse_week, sunday, weeks_up_to
from aggregator.trends import Series, Trend, marks
from aggregator.trends.tendency import BEFORE, RECENT
from web.context import context, database, name_of, now
from web.languages import here

_FEWEST, _MOST = 4, 260  # weeks
_DAY, _YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True)
class WeekSpan:
    """The weeks of a chart."""

    weeks: tuple[date, ...]
    today: date

    @property
    def first(self) -> date:
        return self.weeks[0]

    @property
    def last(self) -> date:
        """The last day of it."""
        return sunday(self.weeks[-1])

    @property
    def running(self) -> bool:
        return self.last >= self.today

    @property
    def read_since(self) -> date | None:
        """The day from which on sources were read, if that is within these weeks."""
        begun = reads.first_seen(database())
        return begun.date() if begun and begun.date() > self.first else None

    def windows(self) -> list[tuple[date, date]]:
        """The days of the recent whole weeks, and of those before them."""
        end = self.weeks[-1] if self.running else self.last + timedelta(days=1)
        recent = end - RECENT * WEEK
        return [(recent, end - timedelta(days=1)), (recent - BEFORE * WEEK, recent - timedelta(days=1))]


def span_of(parameters: dict[str, str], known: datetime | None = None) -> WeekSpan:
    """The weeks that an address asks for; `known` is when an item is dated. Raises QueryError."""
    number, until = parameters.get("weeks", "52"), parameters.get("until", "")
    if not (re.fullmatch(r"[0-9]{1,3}", number) and _FEWEST <= int(number) <= _MOST):
        message = to_say("%(value)s cannot be; write a number from %(fewest)s to %(most)s, as in weeks=52")
        raise QueryError("weeks", say(message, value=repr(number[:40]), fewest=_FEWEST, most=_MOST))
    last = parse_week(until) if until else _newest(known)
    if last is None:
        raise QueryError("until", say("%(value)s is no week; write for example until=2026-W47", value=repr(until[:40])))
    return WeekSpan(weeks_up_to(last, int(number)), now().date())


def _newest(known: datetime | None) -> date:
    """This week; where nothing has come in for a year, that of the newest item."""
    today = now().date()
    if known and today - known.date() <= _YEAR:
        return monday(today)
    newest = reads.newest(database(), ItemQuery().relevant_unless_said())
    return monday(newest.date() if newest and today - newest.date() > _YEAR else today)


def drawn(span: WeekSpan, lines: list[Series], unit: str = say("items a week")) -> Trend:
    """Lines over weeks, with the weeks marked that cannot be trusted."""
    failed = marks(fetch_log.by_day(database(), span.first, min(span.today, span.last + _DAY)), span.weeks)
    return Trend(span.weeks, tuple(lines), unit, failed, span.running)


def hue_of(axis: str, slug: str) -> str:
    """cn or us, for what belongs to one of them."""
    around = {(axis, slug), *context().taxonomy.carried(axis, slug)}
    found = [column for column in COLUMNS if ("region", column) in around]
    return found[0] if len(found) == 1 else ""


def series(span: WeekSpan, tags: list[tuple[str, str]], tiers: Collection[Tier] = counts.RELEVANT) -> list[Series]:
    """A line for each tag."""
    counted = counts.weekly(database(), tags, span.first, len(span.weeks), tiers)
    return [
        Series(name_of(axis, slug), numbers, hue_of(axis, slug), "", here(f"/{axis}/{slug}"))
        for (axis, slug), numbers in counted.items()
    ]
