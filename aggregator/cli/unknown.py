"""Warnings of tags and sources in a filter that do not exist: it would find nothing, and not say why."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from rich.markup import escape

from aggregator.bootstrap import Service
from aggregator.cli.show import stderr
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, sources
from aggregator.tagging.names import likeliest


def say_unknown(service: Service, query: ItemQuery) -> None:
    """Names the tags and sources of a query that neither taxonomy nor store knows, and those that are nearest."""
    for pick, near in _unknown(service, query):
        remedy = f"; did you mean {pick.field}={near}?" if near else ""
        stderr.print(f"there is no {pick.field} {escape(repr(pick.value))}{escape(remedy)}", highlight=False)


def _unknown(service: Service, query: ItemQuery) -> Iterator[tuple[Pick, str]]:
    there = {source.id for source in sources.health(service.db)}
    for pick in query.picks:
        if pick.field == "source" and pick.value not in there:
            yield pick, next(iter(difflib.get_close_matches(pick.value, there, n=1)), "")
    for pick in query.tags():
        known = service.taxonomy.knows(pick.field, pick.value)
        if not known and not counts.count(service.db, ItemQuery.of(pick.field, pick.value)).number:
            yield pick, likeliest(service.taxonomy, pick.field, pick.value)
