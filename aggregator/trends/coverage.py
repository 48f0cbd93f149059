"""What is read: how many sources there are of each country, language and class, and how many of them fail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Fact(NamedTuple):
    """What of a source counts."""

    region: str
    lang: str
    source_class: str
    failing: bool
    items: int


class Bar(NamedTuple):
    """How many sources have one value of one kind."""

    value: str  #: "" where a source says nothing
    sources: int
    failing: int
    items: int


def coverage(facts: Iterable[Fact]) -> dict[str, tuple[Bar, ...]]:
    """Bars by kind, the longest first."""
    known = list(facts)
    return {kind: _bars(kind, known) for kind in ("region", "lang", "source_class")}


def _bars(kind: str, facts: list[Fact]) -> tuple[Bar, ...]:
    bars = []
    for value in {getattr(fact, kind) for fact in facts}:
        own = [fact for fact in facts if getattr(fact, kind) == value]
        bars.append(Bar(value, len(own), sum(fact.failing for fact in own), sum(fact.items for fact in own)))
    return tuple(sorted(bars, key=lambda bar: (-bar.sources, bar.value)))
