"""What people say of an item: the tags that its source gives, and a correction laid over all of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from aggregator.model import Correction, Evidence, Tag, Tagging

GIVEN = "+given-"


def version_of(taxonomy: str, given: Sequence[str], correction: Correction | None = None) -> str:
    """What an item remembers, so that it is tagged again when any of these changes."""
    gives = tuple(sorted(given))
    if correction:
        return f"{taxonomy}+{_hash((correction, gives))}"
    return f"{taxonomy}{GIVEN}{_hash(gives)}" if gives else taxonomy


def _hash(said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:8]


def corrected(tagging: Tagging, given: Sequence[str], correction: Correction | None) -> Tagging:
    """The tagging with tags added and removed; the reason is their evidence. What is added carries nothing along."""
    if correction is None:
        return replace(tagging, version=version_of(tagging.version, given))
    tags = {str(tag): tag for tag in tagging.tags if str(tag) not in correction.remove}
    for name in correction.add:
        axis, _, slug = name.partition("/")
        tags[name] = Tag(axis, slug, (Evidence("correction", 0, 0, "", f"corrected: {correction.why}"),))
    ordered = tuple(sorted(tags.values(), key=lambda tag: (tag.axis, tag.slug)))
    version = version_of(tagging.version, given, correction)
    return Tagging(ordered, correction.tier or tagging.tier, tagging.score, version)
