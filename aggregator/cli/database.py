"""aggregator db"""

from __future__ import annotations

import sys

import click

from aggregator.bootstrap import Environment
from aggregator.cli.show import console
from aggregator.store import migrate, open_database
from aggregator.store.check import faults


@click.group("db", epilog="Examples: aggregator db upgrade; aggregator db check")
def db_command() -> None:
    """Upkeep of the database."""


@db_command.command("upgrade", epilog="Example: aggregator db upgrade")
def upgrade_command() -> None:
    """Bring the database to the schema that this version works with; `aggregator run` does it by itself."""
    changed = migrate.upgrade(open_database(Environment.read().database_url))
    console.print(f"{'upgraded to' if changed else 'already at'} schema {migrate.HEAD}", highlight=False)


@db_command.command("check", epilog="Example: aggregator db check")
def check_command() -> None:
    """Look for damage: the engine's own check, rows that lead nowhere, items missing from the search index."""
    db = open_database(Environment.read().database_url)
    migrate.require_current(db)
    found = faults(db)
    for fault in found:
        console.print(f"[red]{fault}[/]", highlight=False)
    console.print("no faults" if not found else f"{len(found)} faults", highlight=False)
    sys.exit(1 if found else 0)
