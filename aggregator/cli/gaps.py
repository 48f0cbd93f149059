"""aggregator gaps"""

from __future__ import annotations

from datetime import timedelta

import click
from rich.markup import escape

from aggregator.bootstrap import Environment, Service
from aggregator.cli.show import console, json_line, table
from aggregator.query import parse_query
from aggregator.store import migrate, reads
from aggregator.tagging.gaps import LEAST, Gap, gaps


@click.command("gaps", epilog="Example: aggregator gaps --days 7")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back to look.")
@click.option("-n", "limit", type=click.IntRange(1), default=40, show_default=True, help="At most so many names.")
@click.option("--jsonl", is_flag=True, help="One JSON object a line.")
def gaps_command(days: int, limit: int, jsonl: bool) -> None:
    """Show names that AI news often tells and the taxonomy lacks.

    Items of tiers core and adjacent are read; a name must stand in three. Some are names of nothing: a mask in a
    taxonomy file silences them.
    """
    service = Service(Environment.read())
    migrate.require_current(service.db)
    start = service.clock().date() - timedelta(days=days)
    query = parse_query([("tier", "core"), ("tier", "adjacent"), ("since", start.isoformat())], start)
    found = gaps(reads.walk(service.db, query, evidence=True), service.tagger())[:limit]
    if jsonl:
        for gap in found:
            json_line(_object(gap))
        return
    rows = table("name", "items", "sources", "for example", numbers=("items", "sources"))
    for gap in found:
        rows.add_row(escape(gap.name), str(gap.items), str(gap.sources), escape(gap.example.heading))
    if found:
        console.print(rows)
    else:
        console.print(f"no unknown name stands in {LEAST} items since {start}", highlight=False)


def _object(gap: Gap) -> dict[str, object]:
    example = {"title": gap.example.heading, "link": gap.example.link}
    return {"name": gap.name, "items": gap.items, "sources": gap.sources, "example": example}
