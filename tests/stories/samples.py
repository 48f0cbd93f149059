"""Dispatches to group: events of our own invention, each told in several ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aggregator.model import Dispatch, Membership
from aggregator.stories import Grouper, glossary
from aggregator.tagging import Extensions, tagger_for

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)

ACQUISITION = (
    "Quillon buys Danish chatbot startup Mirrado for $340 million",
    "Mirrado, a chatbot startup from Denmark, acquired by Quillon in $340m deal",
    "Quillon 以 3.4 亿美元收购聊天机器人初创公司 Mirrado",
)
RULING = (
    "Oregon court fines landlord Tessaly over rent-setting algorithm",
    "Tessaly fined by Oregon judges for its rent algorithm",
)
LAUNCH = (
    "Voltrane opens its first battery recycling factory in Ghent",
    "Battery recycler Voltrane starts Ghent factory",
)


@cache
def _tags(title: str, text: str) -> Any:
    return tagger_for(Extensions()).tag(title, text).tags


def dispatch(title: str, item: int | str = 1, *, hours: float = 0, text: str = "", **fields: Any) -> Dispatch:
    """A dispatch of a source of its own, some hours after the morning of 2 March 2026."""
    fields = {"source": f"source of {item}", "source_class": "media", "tags": _tags(title, text)} | fields
    return Dispatch(id=item, title=title, text=text, dated=MORNING + timedelta(hours=hours), **fields)


def told(*titles: str, first: int = 1, hours: float = 0) -> list[Dispatch]:
    """A dispatch for each title, an hour apart, with ids that count up."""
    return [dispatch(title, first + place, hours=hours + place) for place, title in enumerate(titles)]


def grouped(*batches: list[Dispatch]) -> dict[int | str, Membership]:
    """The memberships by item, after all batches."""
    grouper = Grouper(glossary())
    return {membership.item: membership for batch in batches for membership in grouper.add(batch)}


def stories(memberships: dict[int | str, Membership]) -> set[frozenset[int | str]]:
    """Which items are together."""
    return {
        frozenset(item for item, other in memberships.items() if other.story == membership.story)
        for membership in memberships.values()
    }
