"""How like a dispatch is to what the dispatches of a story have in common, and why, in words."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from aggregator.stories.features import Features, kind_of

# The window is taken for a part of a longer one, so that in a small window no word is common for being there twice.
_PRIOR_REPORTS = 300
_PRIOR_COUNT = 2
# A family of models hardly says more than its company.
_KINDS = {"company": 1.3, "family": 0.5, "body": 1.3, "initiative": 1.3, "n": 1.3}
_WORDS = {"w:", "h:", "c:"}  # most features, and those that _KINDS leaves as they are
_NAMES = {"company", "family", "model", "body"}
_UNSAID = 100.0  # what a short text leaves out, as a squared length: two bare titles are not alike for a name or two
_TOLD = 4.0  # the least that must be shared besides names: who is in the news does not say what happened
_UNTOLD = 0.7
_FADING = timedelta(days=5)
_SAME_SOURCE = 0.5  # a publisher seldom tells the same twice, but tells much in the same words
_REASONS = 3


class Frequencies:
    """How often features are said in the window."""

    def __init__(self) -> None:
        self._reports = 0
        self._counts: dict[str, float] = {}

    def add(self, weights: Mapping[str, float], reports: int = 1) -> None:
        """Counts what `reports` dispatches say together; a negative number takes them away again."""
        self._reports += reports
        counts = self._counts
        for feature, weight in weights.items():
            counts[feature] = left = counts.get(feature, 0.0) + math.copysign(weight, reports)
            if not left:
                del counts[feature]

    def rarity(self, feature: str) -> float:
        """The weight of a feature: the rarer, the more; a name or a number more than a word."""
        share = (self._counts.get(feature, 0.0) + _PRIOR_COUNT) / (self._reports + _PRIOR_REPORTS)
        weight = 1.0 if feature[:2] in _WORDS else _KINDS.get(kind_of(feature), 1.0)
        return -math.log(share) * weight if share < 1 else 0.0


class Core:
    """What the dispatches of a story say on average, when, and who says it."""

    def __init__(self) -> None:
        self.sums: dict[str, float] = {}
        self.reports = 0
        self.sources: set[str] = set()
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, weights: Mapping[str, float], source: str) -> None:
        for feature, weight in weights.items():
            self.sums[feature] = self.sums.get(feature, 0.0) + weight
        self.reports += 1
        self.sources.add(source)

    def seen(self, dated: datetime) -> None:
        self.first = min(self.first or dated, dated)
        self.last = max(self.last or dated, dated)

    def gap(self, dated: datetime) -> timedelta:
        """How far a moment is from the story's time."""
        if self.first is None or self.last is None:
            return timedelta()
        return max(self.first - dated, dated - self.last, timedelta())

    def span(self, dated: datetime) -> timedelta:
        """How long the story would last with one more dispatch."""
        if self.first is None or self.last is None:
            return timedelta()
        return max(self.last, dated) - min(self.first, dated)


class Likeness(NamedTuple):
    score: float
    shared: tuple[str, ...]  #: features, those that weigh most first


class Weighed:
    """A dispatch's features, weighed by how rare they are now."""

    def __init__(self, said: Features, frequencies: Frequencies) -> None:
        self._frequencies = frequencies
        self._rarity = {feature: frequencies.rarity(feature) for feature in said.weights}
        self._weights = {feature: weight * self._rarity[feature] for feature, weight in said.weights.items()}
        self._length = _length(self._weights.values())

    def rarest(self, count: int) -> list[tuple[str, float]]:
        """The features that weigh most, with their weights."""
        return heapq.nlargest(count, self._weights.items(), key=lambda item: (item[1], item[0]))

    def likeness(self, core: Core, source: str, dated: datetime, least: float) -> Likeness | None:
        """The cosine of the two, less where only names are shared, time has passed, or the source tells it already.

        None where it is below `least`; most often that is clear before all of the story has been looked at.
        """
        sums, reports, rarity = core.sums, core.reports, self._rarity
        shared = {each: sums[each] / reports * rarity[each] for each in self._weights.keys() & sums.keys()}
        if not shared:
            return None
        told = sum(weight for each, weight in self._smaller(shared).items() if kind_of(each) not in _NAMES)
        score = sum(self._weights[each] * weight for each, weight in sorted(shared.items())) / self._length
        score *= math.exp(-core.gap(dated) / _FADING)
        score *= (_UNTOLD if told < _TOLD else 1.0) * (_SAME_SOURCE if source in core.sources else 1.0)
        if score < least * _length(shared.values()):
            return None
        score /= _length(total / reports * self._frequencies.rarity(each) for each, total in sums.items())
        return Likeness(score, self._most_telling(shared)) if score >= least else None

    def _smaller(self, shared: Mapping[str, float]) -> dict[str, float]:
        return {each: min(weight, self._weights[each]) for each, weight in shared.items()}

    def _most_telling(self, shared: Mapping[str, float]) -> tuple[str, ...]:
        weights = self._smaller(shared)
        return tuple(heapq.nlargest(_REASONS, weights, key=lambda each: (weights[each], each)))


def _length(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights) + _UNSAID)


def in_words(likeness: Likeness, spelled: Mapping[str, str]) -> str:
    """Why two are alike: `shares qwen-3-5 (model), “medium”, $0.2`."""
    return f"shares {', '.join(_word(feature, spelled.get(feature, feature)) for feature in likeness.shared)}"


def _word(feature: str, spelled: str) -> str:
    kind = kind_of(feature)
    if kind == "n":
        return spelled
    return f"“{spelled}”" if kind in ("w", "h", "c") else f"{spelled} ({kind})"
