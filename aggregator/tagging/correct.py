"""What people say of an item: the tags that its source gives, and a correction laid over all of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aggregator.model import Correction, Evidence, Tag, Tagging
from aggregator.text.redirectors import page_link
from aggregator.text.urls import page_and_anchor, short

GIVEN = "+given-"


def correction_for(corrections: Mapping[str, Correction], key: str, link: str) -> Correction | None:
    """What a person says of the item that has this key and link; `corrections` are by the keys of items.

    An item that has a page alone is known by the page. A correction of another place on that page does not apply.
    """
    if not corrections:
        return None
    page, place = map(short, page_and_anchor(link)) if link else ("", "")
    found = corrections.get(place) if page == key else None
    if found or not (found := corrections.get(key)):
        return found
    named = short(page_and_anchor(page_link(found.link))[1])
    return found if named in (key, place) or place in ("", page) else None


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
