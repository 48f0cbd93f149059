"""The lists that items stand in: each value of each filter is one, and each has a number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

from sqlalchemy import Connection, select

from aggregator.query import ItemQuery, Pick
from aggregator.store.tables import SOURCE

Label = tuple[str, str]  # the axis (or tier, lang, source) and the slug: the name of a list


@lru_cache(maxsize=10_000)
def number_of(axis: str, slug: str) -> int:
    """What a list is called in `posting` and `tally`: 63 bits, which are looked up in half the time of two names.

    It follows from the names (BLAKE2b, RFC 7693), so that writers need not agree on it.
    """
    name = f"{axis}/{slug}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big") >> 1


def by_source(connection: Connection, query: ItemQuery) -> ItemQuery:
    """A query that names classes of sources, with the sources of each class instead: only sources have lists."""
    if not any(pick.field == "class" for pick in query.picks):
        return query
    sources: defaultdict[str, list[str]] = defaultdict(list)
    for source_id, source_class in connection.execute(select(SOURCE.c.id, SOURCE.c.source_class)):
        sources[source_class].append(source_id)
    picks: list[Pick] = []
    for pick in query.picks:
        values = (sources[pick.value] or [""]) if pick.field == "class" else [pick.value]
        picks += [pick._replace(value=value) for value in values]
    return replace(query, picks=tuple(picks))


def list_of(field: str, value: str) -> int:
    """The number of the list of a filter's value."""
    return number_of(*label_of(field, value))


def label_of(field: str, value: str) -> Label:
    """The name of the list of a filter's value."""
    return ("source" if field == "class" else field), value
