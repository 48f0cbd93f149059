"""Ids that come to mean another article: some sources number their entries by place, or call the newest one "today".

Such an entry is a new one, known from then on by its id with its link, as where a document uses one id for several
links. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aggregator.model import Identity, Item, Sighted, TaggedItem
from aggregator.refresh.identify import with_link
from aggregator.text.terms import terms
from aggregator.text.urls import canonical

_SHARED = 1 / 3  # of a title's words, which corrected ones have in common and two articles of one source hardly ever


def told_apart(
    items: Sequence[TaggedItem], present: frozenset[str], sighted: Mapping[str, Sighted]
) -> tuple[list[TaggedItem], frozenset[str]]:
    """The items of a document, and the ids of all of its entries, with ids of their own for articles that are others
    than what is stored under their ids.
    """
    told: list[TaggedItem] = []
    for tagged in items:
        entry_id, key = tagged.item.identity
        before = sighted.get(entry_id)
        if before and is_another(before, tagged.item):
            own = other_id(tagged.item)
            present = present - {entry_id} | {own}
            if own in sighted and sighted[own].fingerprint == tagged.item.fingerprint:
                continue
            tagged = replace(tagged, item=replace(tagged.item, identity=Identity(own, key)))
        told.append(tagged)
    return told, present


def other_id(item: Item) -> str:
    """What the entry of an item is called if its id has come to mean another article."""
    return with_link(item.identity.entry_id, item.link)


def is_another(before: Sighted, item: Item) -> bool:
    """Whether an entry has become another article: it has another page, date and title, and not only new words for it.

    Publishers correct the title of an article and its address with it, or move their whole site: those are edits.
    """
    page = before.key.partition("#")[0]
    if not page.startswith("//") or not item.link or canonical(item.link) == page or before.published == item.published:
        return False
    these, those = set(terms(before.title)), set(terms(item.title))
    return bool(these and those) and len(these & those) < _SHARED * min(len(these), len(those))
