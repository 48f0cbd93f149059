"""How like a dispatch is to what the dispatches of a story have in common, and why, in words."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import hypot, log
from operator import itemgetter, mul
from typing import NamedTuple

from aggregator.stories.copies import Envelope
from aggregator.stories.features import Features, kind_of
from aggregator.stories.parties import PLACES, unlike

# The window is taken for a part of a longer one, so that in a small window no word is common for being there twice.
_PRIOR_REPORTS = 300
_PRIOR_COUNT = 2
# A family of models hardly says more than its company.
_KINDS = {"company": 1.3, "family": 0.5, "body": 1.3, "initiative": 1.3, "n": 1.3, "d": 1.3}
_WORDS = {"w:", "h:", "c:"}  # most features, and those that _KINDS leaves as they are
_NAMES = {"company", "family", "model", "body"}
# "announces", "signs an order": what it is that is new, such words do not say.
_HOLLOW = {
    "c:release", "c:company", "c:use", "c:draft", "c:decree", "c:order", "c:sign", "c:pass", "c:veto", "c:bill",
    "c:law", "c:president", "c:governor", "c:senate", "c:lower_house", "c:congress", "c:trump", "c:newsom",
}  # fmt: skip
_SMOOTHING = math.sqrt(40)  # the length of what a short text leaves out: bare titles are not alike for a name or two
_LEAST_TOLD = 4.0  # the least that must be shared besides names: who is in the news does not say what happened
_ONLY_NAMES = 0.6
_NOTHING_ELSE = 0.4  # where nothing else is shared at all: two orders that a president signs
_ANCHORS = {"company", "body", "model", "initiative", "n", "d"}
_ANCHORED = 1.4  # three names or amounts hardly meet by chance
_FADING = timedelta(days=5)
_SAME_SOURCE = 0.4  # a publisher seldom tells the same twice, but tells much in the same words
_OFTEN = "/entity-list"  # under which much is done, to one after the other
_SHARES = ("%", "×")  # numbers that many have on one day: a rise, a discount
_OF_OTHERS = 1 / 4  # the headline names another state, company or version than those of the story do
_OTHER_ACT = 0.4  # one headline says that something is banned, and others that it is allowed
_TRANSLATED = 1.25  # most words of another language cannot be shared
_REASONS = 3


class Frequencies:
    """How often features are said in the window."""

    def __init__(self) -> None:
        self._reports = 0
        self._counts: dict[str, float] = {}

    def add(self, weights: Mapping[str, float]) -> None:
        """Counts what one dispatch says."""
        self._reports += 1
        counts = self._counts
        for feature, weight in weights.items():
            counts[feature] = counts.get(feature, 0.0) + weight

    def remove(self, core: Core) -> None:
        """Takes away what the dispatches of a story said."""
        self._reports -= core.reports
        for feature, weight in core.sums.items():
            left = self._counts[feature] - weight
            if left:
                self._counts[feature] = left
            else:
                del self._counts[feature]

    def rarities(self, features: Iterable[str]) -> dict[str, float]:
        """The weight of each feature: the rarer, the more; a name or a number more than a word."""
        count_of, most = self._counts.get, log(self._reports + _PRIOR_REPORTS)
        return {
            feature: (most - log(count_of(feature, 0.0) + _PRIOR_COUNT))
            * (1.0 if feature[:2] in _WORDS else _KINDS.get(kind_of(feature), 1.0))
            for feature in features
        }


class Core:
    """What the dispatches of a story say on average, when, and who says it."""

    def __init__(self) -> None:
        self.sums: dict[str, float] = {}
        self.reports = 0
        self.sources: set[str] = set()
        self.langs: set[str] = set()
        self.parties: dict[str, set[str]] = {}
        self.acts: set[str] = set()
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, said: Features, source: str, lang: str) -> None:
        if self.reports:
            for feature, weight in said.weights.items():
                self.sums[feature] = self.sums.get(feature, 0.0) + weight
        else:
            self.sums = dict(said.weights)
        for axis, slugs in said.parties.items():
            self.parties.setdefault(axis, set()).update(slugs)
        self.acts |= said.acts
        self.reports += 1
        self.sources.add(source)
        self.langs.add(lang)

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
        self._parties, self._acts = said.parties, said.acts
        self._rarity = frequencies.rarities(said.weights)
        self._weights = {feature: weight * self._rarity[feature] for feature, weight in said.weights.items()}
        self._length = _length(self._weights.values())

    def rarest(self, count: int) -> list[tuple[str, float]]:
        """The features that weigh most, with their weights."""
        return sorted(self._weights.items(), key=itemgetter(1, 0), reverse=True)[:count]

    def likeness(self, core: Core, envelope: Envelope, least: float) -> Likeness | None:
        """The cosine of the two, less where only names are shared, time has passed, or the source tells it already.

        None where it is below `least`; most often that is clear before all of the story has been looked at.
        """
        shared, told = self._shared(core)
        score = sum(map(mul, map(self._weights.__getitem__, shared), shared.values())) / self._length
        score *= math.exp(-core.gap(envelope.dated) / _FADING)
        told_by_it = envelope.source and envelope.source in core.sources
        if told < _LEAST_TOLD:
            score *= _ONLY_NAMES if told or "model" in map(kind_of, shared) else _NOTHING_ELSE
        score *= _ANCHORED if sum(kind_of(each) in _ANCHORS for each in shared) >= 3 else 1.0
        score *= _SAME_SOURCE if told_by_it else 1.0
        score *= 1.0 if envelope.lang in core.langs else _TRANSLATED
        score *= _OF_OTHERS if self._is_of_others(core, shared) else 1.0
        score *= _OTHER_ACT if self._acts and core.acts and self._acts.isdisjoint(core.acts) else 1.0
        if score < least * _length(shared.values()):
            return None
        rarities, reports = self._frequencies.rarities(core.sums).values(), core.reports
        score /= hypot(hypot(*map(mul, core.sums.values(), rarities)) / reports, _SMOOTHING)
        return Likeness(score, self._most_telling(shared)) if score >= least else None

    def _shared(self, core: Core) -> tuple[dict[str, float], float]:
        """What both say, with its weight in the story; and how much of it, by the smaller weights, is no name."""
        sums, reports, told = core.sums, core.reports, 0.0
        shared = {}
        for feature in sorted(self._weights.keys() & sums.keys()):
            shared[feature] = theirs = sums[feature] / reports * self._rarity[feature]
            if feature not in _HOLLOW and (feature[:2] in _WORDS or kind_of(feature) not in _NAMES):
                told += min(self._weights[feature], theirs)
        return shared, told

    def _is_of_others(self, core: Core, shared: Iterable[str]) -> bool:
        """Whether the headline names others. An amount in common says more, and a law more than who is behind it; but
        not more than where, or in which chamber, it is made.
        """
        axes = unlike(self._parties, core.parties)
        if not axes or any(kind_of(each) == "n" and not each.endswith(_SHARES) for each in shared):
            return False
        law = any(kind_of(each) == "initiative" and not each.endswith(_OFTEN) for each in shared)
        return not law or bool(axes & {*PLACES, "chamber"})

    def _most_telling(self, shared: Mapping[str, float]) -> tuple[str, ...]:
        weights = {each: min(weight, self._weights[each]) for each, weight in shared.items()}
        return tuple(heapq.nlargest(_REASONS, weights, key=lambda each: (weights[each], each)))


def _length(weights: Iterable[float]) -> float:
    return hypot(*weights, _SMOOTHING)


def in_words(likeness: Likeness, spelled: Mapping[str, str]) -> str:
    """Why two are alike: `shares qwen-3-5 (release), “medium”, $0.2`."""
    return f"shares {', '.join(_word(feature, spelled.get(feature, feature)) for feature in likeness.shared)}"


def _word(feature: str, spelled: str) -> str:
    kind = kind_of(feature)
    if kind in ("n", "d"):
        return spelled
    if kind == "r":
        return f"{spelled} (release)"
    return f"“{spelled}”" if kind in ("w", "h", "c") else f"{spelled} ({kind})"
