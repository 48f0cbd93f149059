"""What a filter names that is not there: nothing can be found by it, and nobody would say why."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from rich.markup import escape

from aggregator.bootstrap import Service
from aggregator.cli.show import stderr
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, sources


def say_unknown(service: Service, query: ItemQuery) -> None:
    """Names the tags and sources of a query that neither taxonomy nor store knows, and those that are nearest."""
    for pick, known in _unknown(service, query):
        close = difflib.get_close_matches(pick.value, known, n=1)
        remedy = f"; did you mean {pick.field}={close[0]}?" if close else ""
        stderr.print(f"there is no {pick.field} {escape(repr(pick.value))}{escape(remedy)}", highlight=False)


def _unknown(service: Service, query: ItemQuery) -> Iterator[tuple[Pick, Iterable[str]]]:
    there = {source.id for source in sources.health(service.db)}
    yield from ((pick, there) for pick in query.picks if pick.field == "source" and pick.value not in there)
    for pick in query.tags():
        known = service.taxonomy.holder(pick.field, pick.value)
        if not known and not counts.count(service.db, ItemQuery.of(pick.field, pick.value)).number:
            yield pick, [holder.slug for holder in service.taxonomy.holders(pick.field)]
