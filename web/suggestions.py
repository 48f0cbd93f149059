"""Where to go from a listing that is empty: what finds something with less asked for, and the tags that words name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, sources
from aggregator.store.counts import Count
from web.context import database, name_of
from web.languages import gettext as _
from web.paging import page_address
from web.tag_lookup import Meant, alike, misspelt, named, unknown_tags

_MOST = 6  # ways that are tried, and tags for which others are looked for: each takes a while


@dataclass(frozen=True)
class Way:
    """A listing with less asked for, and how many items it has."""

    words: str
    address: str
    count: Count


@dataclass(frozen=True)
class Suggestions:
    """What a page says that has found nothing."""

    ways: tuple[Way, ...]  #: the ones with most items first
    tags: tuple[Meant, ...]
    guessed: bool  #: whether these are but like what was written
    unknown: tuple[str, ...]  #: tags that there are none of
    failing: bool  #: whether some sources did not answer when they were asked last


def instead(path: str, own: ItemQuery, fixed: ItemQuery | None) -> Suggestions:
    """`own` is what was asked for beyond what the path fixes."""
    query = own.within(fixed) if fixed else own
    found = []
    for words, fewer in list(_fewer(own, query))[:_MOST]:
        count = counts.count(database(), (fewer.within(fixed) if fixed else fewer).relevant_unless_said())
        if count.number:
            found.append(Way(words, page_address(path, fewer), count))
    found.sort(key=lambda way: -way.count.number)
    unknown = unknown_tags(query)
    of_name = named(query.q) if query.q else []
    guesses = [tag for pick in unknown[:_MOST] for tag in alike(pick.field, pick.value)]
    if query.q and not of_name:
        guesses += misspelt(query.q)
    tags = tuple(dict.fromkeys([*of_name, *guesses]))
    asked = sources.fetch_progress(database())
    missing = tuple(f"{pick.field}/{pick.value}" for pick in unknown)
    return Suggestions(tuple(found), tags, bool(guesses), missing, asked.answered < asked.looked)


def _fewer(own: ItemQuery, query: ItemQuery) -> Iterator[tuple[str, ItemQuery]]:
    if own.q:
        yield _("without the words"), replace(own, q="")
    if own.since or own.until:
        yield _("at any time"), replace(own, since=None, until=None)
    tiers = query.values("tier")
    others = tuple(pick for pick in own.picks if pick.field != "tier")
    if "all" not in tiers:
        words = _("items of every tier") if tiers else _("off-topic items as well")
        yield words, replace(own, picks=others).having(Pick("tier", "all"))
    for pick in others:
        name = name_of(pick.field, pick.value)
        words = _("with %(name)s as well", name=name) if pick.excluded else _("without %(name)s", name=name)
        yield words, own.without(pick)
