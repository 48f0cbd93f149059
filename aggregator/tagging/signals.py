"""Words that speak for or against something: which of them count, and how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from aggregator.model import Evidence

LEAD = 200  # characters of a summary; what comes later is often background
Mention = tuple[int, int, str]  # start, end, phrase
Places = dict[str, list[Mention]]  # by field, the title first


class Counted(NamedTuple):
    """A word that counts, and what the word's weight is."""

    field: str
    start: int
    end: int
    weight: float

    def evidence(self, texts: Mapping[str, str]) -> Evidence:
        words = texts[self.field][self.start : self.end]
        return Evidence(self.field, self.start, self.end, words, f"signal {self.weight:+g}")


def factor(field: str, start: int, title: float) -> float:
    """How much words count where they stand."""
    return title if field == "title" else 0.5 if start > LEAD else 1.0


def total(
    places: Places, weights: Mapping[str, float], title: float, summary_most: float, against: bool
) -> tuple[float, list[Counted]]:
    """Each phrase counts once, where it counts most; a phrase inside a longer one does not count.

    Words of negative weight count in the title alone, and only if `against`.
    """
    score = 0.0
    counted: list[Counted] = []
    known: set[str] = set()
    for field, found in places.items():
        in_title, earned = field == "title", 0.0
        for start, end, phrase in _outer(found):
            weight = weights[phrase]
            if phrase in known or (weight < 0 and not (against and in_title)):
                continue
            known.add(phrase)
            earned += weight * factor(field, start, title)
            counted.append(Counted(field, start, end, weight))
        score += earned if in_title else min(earned, summary_most)
    return score, counted


def anchored(places: Places, weights: Mapping[str, float], anchor: float) -> Places:
    """The phrases that count: weak ones do not by themselves, but beside a strong one that stands early."""
    if any(start <= LEAD and weights[phrase] >= anchor for found in places.values() for start, _, phrase in found):
        return places
    return {field: [place for place in found if weights[place[2]] < 0] for field, found in places.items()}


def is_said(counted: Sequence[Counted], least: float) -> bool:
    """Whether one of the words that count has a weight of its own, or those of the title have one together."""
    strong = any(words.weight >= least for words in counted)
    return strong or sum(words.weight for words in counted if words.field == "title") >= 1


def _outer(found: list[Mention]) -> list[Mention]:
    """The phrases that stand inside no other, in their order."""
    if len(found) < 2:
        return found
    kept, reached = [], -1
    for place in sorted(found, key=_begins_first_ends_last):
        if place[1] > reached:
            kept.append(place)
            reached = place[1]
    return kept


def _begins_first_ends_last(place: Mention) -> tuple[int, int]:
    return place[0], -place[1]
