"""What people read instead of a slug."""

from __future__ import annotations

import re

from aggregator.model.saying import to_say
from aggregator.tagging.lexicon import Taxonomy, family_of

_AXIS_TITLES = {
    "company": to_say("Company"), "model": to_say("Model"), "region": to_say("Region"), "body": to_say("Public body"),
    "initiative": to_say("Initiative"), "topic": to_say("Topic"), "status": to_say("Status"),
}  # fmt: skip


def axis_title(axis: str) -> str:
    return _AXIS_TITLES.get(axis, axis.title())


def label(taxonomy: Taxonomy, axis: str, slug: str, lang: str = "en") -> str:
    """The name of a tag: the taxonomy's, a model version's made from its family's, else the slug as it is."""
    if holder := taxonomy.holder(axis, slug):
        return (holder.zh if lang == "zh" else "") or holder.name
    family = family_of(taxonomy, slug) if axis == "model" else None
    if family:
        return f"{family.name} {version_label(slug.removeprefix(family.slug).strip('-'))}"
    return slug


def version_label(version: str) -> str:
    """4-5 → 4.5, x1 → X1, turbo-s → Turbo S, 3-7-sonnet → 3.7 Sonnet."""
    dotted = re.sub(r"(?<=\d)-(?=\d{1,2}(?:-|$))", ".", version)
    parts = [part.capitalize() if part.isalpha() and len(part) > 2 else part.upper() for part in dotted.split("-")]
    return " ".join("4o" if part == "4O" else part for part in parts)
