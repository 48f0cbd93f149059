"""The calendar: until when rules may be commented on, and from when they apply, as reports name the days. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from aggregator.model import StoredItem, standing
from aggregator.model.saying import to_say

KINDS = {"comments_close_on": to_say("Comments close"), "effective_on": to_say("Takes effect")}


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day that reports of one event name."""

    kind: str  #: one of KINDS
    day: date
    items: tuple[StoredItem, ...]  #: what names it, the one that stands nearest to the event first

    @property
    def lead(self) -> StoredItem:
        return self.items[0]

    @property
    def reports(self) -> int:
        return len(self.items)


def days_of(item: StoredItem) -> dict[str, date]:
    """The days that an item names, by kind; what is neither official nor on policy may mean anything by them."""
    is_policy = item.relevant and (item.source_class == "official" or "policy" in item.slugs("topic"))
    return {kind: day for kind, day in item.key_dates._asdict().items() if day} if is_policy else {}


def milestones(items: Iterable[StoredItem]) -> list[Milestone]:
    """In the order of their days; of one day, first what most reports name."""
    named: defaultdict[tuple[str, date, int, int], list[StoredItem]] = defaultdict(list)
    for item in items:
        for kind, day in days_of(item).items():
            named[kind, day, item.story_id or 0, 0 if item.story_id else item.id].append(item)
    found = [Milestone(kind, day, tuple(sorted(some, key=_nearest))) for (kind, day, *_), some in named.items()]
    return sorted(found, key=lambda each: (each.day, each.kind, -len(each.items), each.lead.id))


def _nearest(item: StoredItem) -> tuple[object, ...]:
    return standing(item.source_class, item.source_id), item.dated, item.id
