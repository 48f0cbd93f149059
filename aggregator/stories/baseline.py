"""What simple methods would group: titles with words in common, texts with like TF-IDF vectors.

`aggregator eval --stories` prints their scores beside ours. Both link whatever is alike enough, at the threshold that
serves them best on the labelled texts themselves: an advantage that no method has on texts that it does not know.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations

from aggregator.stories.score import Labelled, Quality, quality
from aggregator.text.terms import terms

Alike = list[tuple[float, int, int]]  # how alike two texts are, by their places
_THRESHOLDS = [step / 50 for step in range(3, 50)]


def title_jaccard(titles: Sequence[str], _texts: Sequence[str]) -> Alike:
    """The share of the words of two titles that both have."""
    words = [set(terms(title)) for title in titles]
    return [
        (len(words[one] & words[other]) / len(words[one] | words[other]), one, other)
        for one, other in combinations(range(len(words)), 2)
        if words[one] & words[other]
    ]


def tfidf_cosine(titles: Sequence[str], texts: Sequence[str]) -> Alike:
    """The cosine of the words of two texts, weighed by how rare they are."""
    counts = [Counter(terms(f"{title} {text}")) for title, text in zip(titles, texts, strict=True)]
    held = Counter(word for count in counts for word in count)
    vectors = [_unit({word: n * math.log(len(counts) / held[word]) for word, n in count.items()}) for count in counts]
    return [
        (
            sum(value * vectors[other][word] for word, value in vectors[one].items() if word in vectors[other]),
            one,
            other,
        )
        for one, other in combinations(range(len(vectors)), 2)
    ]


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    return {word: value / length for word, value in vector.items()}


BASELINES: dict[str, Callable[[Sequence[str], Sequence[str]], Alike]] = {
    "title Jaccard": title_jaccard,
    "TF-IDF cosine": tfidf_cosine,
}


def best(labelled: Sequence[Labelled], alike: Alike) -> tuple[float, Quality]:
    """The threshold with the highest B-cubed F1, and what it gives."""
    found = [(threshold, quality(labelled, linked(labelled, alike, threshold))) for threshold in _THRESHOLDS]
    return max(found, key=lambda pair: pair[1].bcubed.f1)


def linked(labelled: Sequence[Labelled], alike: Alike, threshold: float) -> dict[str, int]:
    """Groups in which each text is alike enough to some other one."""
    group = list(range(len(labelled)))

    def of(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    for likeness, one, other in alike:
        if likeness >= threshold:
            group[of(one)] = of(other)
    return {text.id: of(place) for place, text in enumerate(labelled)}
