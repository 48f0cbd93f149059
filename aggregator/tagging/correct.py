"""A correction laid over what the tagger says. Pure."""

from __future__ import annotations

import hashlib

from aggregator.model import Correction, Evidence, Tag, Tagging


def version_of(correction: Correction, taxonomy: str) -> str:
    """What an item remembers, so that it is tagged again when either changes."""
    return f"{taxonomy}+{hashlib.sha256(repr(correction).encode()).hexdigest()[:8]}"


def corrected(tagging: Tagging, correction: Correction | None) -> Tagging:
    """The tagging with tags added and removed; the reason is their evidence. What is added carries nothing along."""
    if correction is None:
        return tagging
    tags = {str(tag): tag for tag in tagging.tags if str(tag) not in correction.remove}
    for name in correction.add:
        axis, _, slug = name.partition("/")
        tags[name] = Tag(axis, slug, (Evidence("correction", 0, 0, "", f"corrected: {correction.why}"),))
    ordered = tuple(sorted(tags.values(), key=lambda tag: (tag.axis, tag.slug)))
    version = version_of(correction, tagging.version)
    return Tagging(ordered, correction.tier or tagging.tier, tagging.score, version)
