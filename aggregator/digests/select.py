"""A filter on a digest: the same digest with fewer stories, in the same order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from aggregator.model import AXES, Cutting, Digest
from aggregator.query import ItemQuery
from aggregator.search import expression
from aggregator.text.terms import searchable


def select(digest: Digest, query: ItemQuery) -> Digest:
    """The stories of which a report fits a query; tiers that the query does not name make no difference, nor does it
    which report is the first: a digest tells each story once.
    """
    return replace(digest, pieces=tuple(p for p in digest.pieces if any(fits(query, c) for c in p.cuttings)))


def fits(query: ItemQuery, cutting: Cutting) -> bool:
    """Whether a query finds a report by what a digest keeps of it: words beyond the excerpt are not looked for."""
    day = cutting.dated.astimezone(ZoneInfo(query.zone)).date()
    if (query.since and day < query.since) or (query.until and day > query.until):
        return False
    fields = {pick.field for pick in query.picks} - {"report"}
    return all(_stands(query, field, cutting) for field in fields) and (not query.q or _mentions(query.q, cutting))


def _stands(query: ItemQuery, field: str, cutting: Cutting) -> bool:
    own = set(_values(cutting, field))
    wanted, unwanted = query.values(field), query.values(field, excluded=True)
    return (not wanted or "all" in wanted or bool(own & set(wanted))) and not own & set(unwanted)


def _values(cutting: Cutting, field: str) -> Iterable[str]:
    if field in AXES:
        return (tag.partition("/")[2] for tag in cutting.tags if tag.startswith(f"{field}/"))
    own = {"source": cutting.source, "class": cutting.source_class, "lang": cutting.lang, "tier": str(cutting.tier)}
    return [own[field]]


def _mentions(q: str, cutting: Cutting) -> bool:
    return expression(q).fits(searchable(cutting.title, cutting.excerpt).split())
