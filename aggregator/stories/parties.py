"""Who a headline is about, and where. Headlines that name others tell of other events, however alike their words are:
one state's governor vetoes a bill on AI as another's does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from aggregator.model import Tag

PARTIES = ("company", "body", "region", "model")  #: the axes of tags that name them
Parties = Mapping[str, frozenset[str]]  #: slugs by axis; states and provinces apart from countries
PLACES = frozenset({"state", "country"})
_RIVALS = {"cn", "us"}
_VERSION = re.compile(r"\d")


def parties(tags: Iterable[Tag]) -> Parties:
    """Those that a title names. A company that a model brings along is one; a country that a company does is none."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for tag in tags:
        rules = [words.rule for words in tag.evidence if words.field == "title"]
        if tag.axis == "company" and rules:
            found["company"].add(tag.slug)
        elif tag.axis in PARTIES and any(not rule.startswith("carried") for rule in rules):
            if tag.axis == "region":
                found["state" if "-" in tag.slug else "country"].add(tag.slug)
            elif tag.axis == "body" or _VERSION.search(tag.slug):
                found[tag.axis].add(tag.slug)
    return {axis: frozenset(slugs) for axis, slugs in found.items()}


def unlike(one: Parties, other: Mapping[str, Iterable[str]]) -> set[str]:
    """The axes on which two name others; who is part of another is none other: qwen-3-8 and qwen-3-8-max.

    China and the United States are not held against each other: one headline of what lies between them names the one,
    another the other. Nor is the European Union against a country, which may be a member.
    """
    return {
        axis
        for axis in one.keys() & other.keys()
        if not (_akin(one[axis], other[axis]) or _may_be_one(axis, {*one[axis], *other[axis]}))
    }


def _may_be_one(axis: str, named: set[str]) -> bool:
    return axis == "country" and (named <= _RIVALS or "eu" in named)


def _akin(some: Iterable[str], others: Iterable[str]) -> bool:
    return any(
        one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-") for one in some for other in others
    )
