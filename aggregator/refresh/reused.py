"""Ids that come to mean another article: some sources number their entries by place, or call the newest one "today".

Such an entry is a new one, known from then on by its id with its link, as where a document uses one id for several
links. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aggregator.model import Identity, Item, Known, KnownEntry, KnownItem, TaggedItem
from aggregator.refresh.identify import with_link
from aggregator.text.terms import terms
from aggregator.text.urls import canonical

_SHARED = 1 / 2  # of a title's words, which corrected ones have in common and two articles seldom


def told_apart(
    items: Sequence[TaggedItem], present: frozenset[str], known: Known
) -> tuple[list[TaggedItem], frozenset[str]]:
    """The items of a document, and the ids of all of its entries, with ids of their own for articles that are others
    than what is stored under their ids.
    """
    told: list[TaggedItem] = []
    pages = {tagged.item.identity.key: tagged.item.identity.entry_id for tagged in items}
    for tagged in items:
        entry_id, key = tagged.item.identity
        before = known.sighted.get(entry_id)
        if before and _reused(before, tagged.item, pages, known.holders):
            own = other_id(tagged.item)
            present = present - {entry_id} | {own}
            if own in known.sighted and known.sighted[own].fingerprint == tagged.item.fingerprint:
                continue
            tagged = replace(tagged, item=replace(tagged.item, identity=Identity(own, key)))
        told.append(tagged)
    return told, present


def _reused(before: KnownEntry, item: Item, pages: Mapping[str, str], holders: Mapping[str, KnownItem]) -> bool:
    """Whether an id means another article now; it does if that article's page is known, or the old page still shown."""
    entry_id, key = item.identity
    shown = pages.get(before.key, entry_id) != entry_id
    held = key in holders and holders[key].item_id != before.item_id
    return is_another(before, item, elsewhere=shown or held)


def other_id(item: Item) -> str:
    """What the entry of an item is called if its id has come to mean another article."""
    return with_link(item.identity.entry_id, item.link)


def is_another(before: KnownEntry, item: Item, *, elsewhere: bool = False) -> bool:
    """Whether an entry has become another article: it has another page, date and title, and not only new words for it.

    Publishers correct the title of an article and its address with it, or move their whole site: those are edits. A
    date without minutes tells no two articles apart, and none is needed where one of the two stands `elsewhere`.
    """
    page = before.key.partition("#")[0]
    if not page.startswith("//") or not item.link or canonical(item.link) == page:
        return False
    same_moment = before.published == item.published and _tells(item.published)
    return (elsewhere or not same_moment) and _of_two(before.title, item.title)


def _tells(moment: datetime | None) -> bool:
    return moment is not None and bool(moment.minute or moment.second)


def _of_two(title: str, other: str) -> bool:
    """Whether two titles are those of two articles: with other numbers, such as dates, or hardly a word in common."""
    these, those = set(terms(title)), set(terms(other))
    if not these or not those:
        return False
    numbers = {term for term in these ^ those if any(map(str.isdigit, term))}
    return bool(numbers) or len(these & those) < _SHARED * min(len(these), len(those))
