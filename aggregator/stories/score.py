"""How well a grouping agrees with labels: pairs, B-cubed, and pairs across languages. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from statistics import mean
from typing import NamedTuple


class Labelled(NamedTuple):
    """A text with the cluster that a person put it in."""

    id: str
    title: str
    lang: str
    cluster: str


Pair = tuple[Labelled, Labelled]


class Rates(NamedTuple):
    """Precision and recall, between 0 and 1; 1 where there is nothing to be wrong about."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Quality(NamedTuple):
    """How a grouping compares with the labels."""

    pairs: Rates
    bcubed: Rates
    across: Rates  #: of pairs in two languages
    wrong: tuple[Pair, ...]  #: put together, yet of two events
    missed: tuple[Pair, ...]  #: of one event, yet not put together


def quality(texts: Sequence[Labelled], stories: Mapping[str, Hashable]) -> Quality:
    """The quality of a grouping that maps the id of every text to its story."""
    said = _pairs(texts, {text.id: text.cluster for text in texts})
    found = _pairs(texts, stories)
    right = said & found
    return Quality(
        _rates(right, said, found),
        _bcubed(texts, stories),
        _rates(*({pair for pair in pairs if pair[0].lang != pair[1].lang} for pairs in (right, said, found))),
        tuple(sorted(found - said)),
        tuple(sorted(said - found)),
    )


def _pairs(texts: Sequence[Labelled], groups: Mapping[str, Hashable]) -> set[Pair]:
    return {pair for members in _members(texts, groups).values() for pair in combinations(sorted(members), 2)}


def _members(texts: Sequence[Labelled], groups: Mapping[str, Hashable]) -> dict[Hashable, set[Labelled]]:
    members: defaultdict[Hashable, set[Labelled]] = defaultdict(set)
    for text in texts:
        members[groups[text.id]].add(text)
    return members


def _rates(right: set[Pair], said: set[Pair], found: set[Pair]) -> Rates:
    return Rates(len(right) / len(found) if found else 1.0, len(right) / len(said) if said else 1.0)


def _bcubed(texts: Sequence[Labelled], stories: Mapping[str, Hashable]) -> Rates:
    """The mean over all texts of how much of a text's story belongs there, and how much of its cluster is there."""
    if not texts:
        return Rates(1.0, 1.0)
    clusters = _members(texts, {text.id: text.cluster for text in texts})
    groups = _members(texts, stories)
    both = [(clusters[text.cluster], groups[stories[text.id]]) for text in texts]
    return Rates(
        mean(len(cluster & group) / len(group) for cluster, group in both),
        mean(len(cluster & group) / len(cluster) for cluster, group in both),
    )
