"""aggregator regroup"""

from __future__ import annotations

import click
from rich.markup import escape

from aggregator.bootstrap import Environment, Service
from aggregator.cli.show import console, stderr, table
from aggregator.jobs import grouping
from aggregator.store import migrate, reads

_SHOWN = 30


@click.command("regroup", epilog="Example: aggregator regroup --dry-run")
@click.option("--dry-run", is_flag=True, help="Show what would move, and move nothing.")
def regroup_command(dry_run: bool) -> None:
    """Group all items into stories anew, by the rules of today. Addresses of stories stay, or lead on."""
    service = Service(Environment.read())
    migrate.require_current(service.db)
    with stderr.status("Grouping all items"):
        if not dry_run:
            grouping.group(service)
        moves = grouping.moves(service)
        if not dry_run:
            grouping.regroup(service, moves)
    rows = table("item", "title", "to story", "why")
    placed = {membership.item: membership for membership in moves.placed}
    for item_id in moves.moved[:_SHOWN]:
        item = reads.item(service.db, int(item_id))
        to = placed[item_id]
        rows.add_row(str(item_id), escape(item.heading if item else ""), str(to.story), escape(to.reason))
    if moves.moved:
        console.print(rows)
    would = "would be " if dry_run else ""
    console.print(f"{len(moves.moved)} items {would}moved, {len(moves.merged)} stories {would}merged", highlight=False)
