"""What the entries and rules of a taxonomy name, and whether it is there."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator

from aggregator.errors import Problem
from aggregator.model import AXES, NAMED_AXES
from aggregator.tagging.lexicon import Pair, Taxonomy
from aggregator.tagging.names import likeliest

Owners = dict[Pair, Callable[[str, str], Problem]]  # what is wrong with an entry, and the remedy → with its place
# What a tag, a title or a publisher may count as besides the axes of tags.
_COUNTED = ("version", "lab", "ai-law", "ai-act", "office", "maker", "study", "name", "actor")


def loose_ends(taxonomy: Taxonomy, owners: Owners) -> list[Problem]:
    """Every reference to what there is not, and every entry that is part of itself."""
    return [*_dangling(taxonomy, owners), *_unheard_of(taxonomy, owners), *_circles(taxonomy, owners)]


def _circles(taxonomy: Taxonomy, owners: Owners) -> Iterator[Problem]:
    """Entries that are part of themselves, by way of what they are part of."""
    for axis in ("company", "region"):
        entries = taxonomy.entries[axis]
        for slug in entries:
            seen, above = {slug}, getattr(entries[slug], "parent", None)
            while above in entries and above not in seen:
                seen.add(above)
                above = getattr(entries[above], "parent", None)
            if above == slug:
                yield owners[axis, slug](f"{axis} {slug!r} is part of itself", "take a parent away")


def _dangling(taxonomy: Taxonomy, owners: Owners) -> Iterator[Problem]:
    """References to entries and contexts that do not exist."""
    remedy = f"use one of {', '.join(f'@{context}' for context in taxonomy.contexts)}"
    for axis in NAMED_AXES:
        for slug, entry in taxonomy.entries[axis].items():
            for other_axis, other in entry.carries():
                if other not in taxonomy.entries[other_axis]:
                    what = f"{axis} {slug!r} names the {other_axis} {other!r}, which is not defined"
                    near, add = likeliest(taxonomy, other_axis, other), f"add it as a [[{other_axis}]]"
                    yield owners[axis, slug](what, f'did you mean "{near}"? Else {add}' if near else add)
            for context in taxonomy.unknown_contexts(phrase for rule in entry.guarded for phrase in rule.phrases()):
                yield owners[axis, slug](f"the context {context!r} is not defined", remedy)
    for kind, scored in (("topic", taxonomy.topics), ("status", taxonomy.statuses)):
        for slug, rule in scored.items():
            for context in taxonomy.unknown_contexts(rule.needs):
                yield owners[kind, slug](f"the context {context!r} is not defined", remedy)
            for axis, _, other in (need.partition("/") for need in rule.needs if "/" in need):
                if not taxonomy.knows(axis, other):
                    yield owners[kind, slug](f"{axis}/{other} is not defined", f"add it as a [[{axis}]]")


def _unheard_of(taxonomy: Taxonomy, owners: Owners) -> Iterator[Problem]:
    """What the rules of topics, statuses, relevance and initiatives name, and there is not."""
    counted = {*AXES, *_COUNTED, *taxonomy.topics}
    for kind, scored in (("topic", taxonomy.topics), ("status", taxonomy.statuses)):
        for slug, rule in scored.items():
            needed = {need for need in rule.needs if "/" not in need and need[0] != "@"}
            for name in sorted({*rule.axes, *needed} - counted):
                close = difflib.get_close_matches(name, counted, n=1)
                remedy = f'did you mean "{close[0]}"?' if close else f"use one of {', '.join(sorted(counted))}"
                yield owners[kind, slug](f"{kind} {slug!r} counts {name!r}, which is no axis", remedy)
    core = (("region", taxonomy.relevance.core_regions), ("topic", taxonomy.relevance.core_topics))
    for axis, slugs in core:
        for slug in slugs:
            if ("relevance", "") in owners and not taxonomy.knows(axis, slug):
                yield owners["relevance", ""](
                    f"no {axis} {slug!r}, which should be core", f"write the slug of a {axis}"
                )
    for slug, initiative in taxonomy.entries["initiative"].items():
        body = getattr(initiative, "body", None)
        if body and body not in taxonomy.entries["body"]:
            what = f"initiative {slug!r} names the body {body!r}, which is not defined"
            yield owners["initiative", slug](what, "add it as a [[body]]")
