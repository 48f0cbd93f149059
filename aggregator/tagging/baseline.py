"""What a plain list of keywords would find: the same names and words, as substrings, in any case and without any rule.

`aggregator eval` prints its scores beside the tagger's, to show what the rules are worth.
"""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.model import NAMED_AXES, Tag, Tagging, Tier
from aggregator.tagging.entries import TaxonomyEntry
from aggregator.tagging.lexicon import Taxonomy


class Keywords:
    """The names of all entries, and the words that speak for topics."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._names = [
            (word.lower(), axis, entry.slug)
            for axis in NAMED_AXES
            for entry in taxonomy.entries[axis].values()
            for word in _names(entry)
        ]
        self._names += [
            (word.lower(), "topic", topic.slug)
            for topic in taxonomy.topics.values()
            for signal in topic.signals
            for word in signal.words
            if signal.weight >= 1
        ]
        self._relevant = [
            word.lower() for signal in taxonomy.relevance.signals for word in signal.words if signal.weight >= 1
        ]

    def tag(self, title: str, summary: str) -> Tagging:
        text = f"{title}\n{summary}".lower()
        found = {(axis, slug) for word, axis, slug in self._names if word in text}
        found |= {pair for axis, slug in found for pair in self._taxonomy.carried(axis, slug)}
        tier = Tier.ADJACENT if any(word in text for word in self._relevant) else Tier.OFF
        return Tagging(tuple(Tag(*pair) for pair in sorted(found)), tier, 0.0, self._taxonomy.version)


def _names(entry: TaxonomyEntry) -> Iterator[str]:
    yield from filter(None, (entry.name, entry.zh, *entry.aliases, *entry.exact))
    yield from (rule.name for rule in entry.guarded if len(rule.name) > 1)
