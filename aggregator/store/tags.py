"""The tags of an item as its row has them: one text, so that a list of items is read without looking further.

The words that earned them are rows of their own, which only pages of single items read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, repeat

from aggregator.model import Evidence, Tag, Tagging

Words = Sequence[tuple[Evidence, ...]]  # of each tag, in the order of the tags


def in_order(tagging: Tagging) -> list[Tag]:
    """As they are stored and shown."""
    return sorted(tagging.tags, key=lambda tag: (tag.axis, tag.slug))


def written(tags: Sequence[Tag]) -> str:
    """company/baidu topic/release: no slug has a space."""
    return " ".join(map(str, tags))


@lru_cache(maxsize=10_000)  # a page has dozens of them, and few that differ
def read(text: str) -> tuple[Tag, ...]:
    """Tags without what earned them."""
    return tuple(Tag(axis, slug) for axis, _, slug in (name.partition("/") for name in text.split()))


def read_with(text: str, words: Words) -> tuple[Tag, ...]:
    """Tags with what earned them."""
    found = zip(read(text), chain(words, repeat(())), strict=False)  # a tag is a tag, whatever became of its words
    return tuple(Tag(tag.axis, tag.slug, earned) for tag, earned in found)
