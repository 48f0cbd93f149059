"""aggregator db"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime

import click

from aggregator.bootstrap import Environment, Service
from aggregator.cli import database_copies as copies
from aggregator.cli.show import bars, console, table
from aggregator.config.written import length_in_words
from aggregator.jobs import upkeep
from aggregator.model import Tier
from aggregator.store import migrate, open_database, sources
from aggregator.store.check import faults
from aggregator.store.db import together, writing
from aggregator.store.derived import rebuild
from aggregator.store.version import bump


@click.group("db", epilog="Examples: aggregator db check; aggregator db backup wire.db")
def db_command() -> None:
    """Upkeep of the database."""


@db_command.command("upgrade", epilog="Example: aggregator db upgrade")
def upgrade_command() -> None:
    """Bring the database to the schema of this version. `aggregator run` does so by itself."""
    changed = migrate.upgrade(open_database(Environment.read().database_url))
    console.print(f"{'upgraded to' if changed else 'already at'} schema {migrate.HEAD}", highlight=False)


@db_command.command("check", epilog="Example: aggregator db check")
def check_command() -> None:
    """Look the database through for damage.

    It runs the engine's own check, and finds rows that lead nowhere, lists and counts that are wrong, and items that
    are missing from the search index. Exit code: 1 if there are faults.
    """
    db = open_database(Environment.read().database_url)
    migrate.require_current(db)
    with bars() as progress:
        found = faults(db, progress)
    for fault in found:
        console.print(fault, style="red", markup=False, highlight=False)
    console.print("no faults" if not found else f"{len(found)} faults", highlight=False)
    sys.exit(1 if found else 0)


@db_command.command("rebuild", epilog="Example: aggregator db rebuild")
def rebuild_command() -> None:
    """Make lists, counts and the search index anew from the items.

    This is what to do where `db check` finds them wrong.
    """
    db = open_database(Environment.read().database_url)
    migrate.require_current(db)
    with bars() as progress, writing(db) as connection:
        rebuild(connection, progress)
        bump(connection, datetime.now(UTC))
    console.print("lists, counts and the search index are made anew", highlight=False)


@db_command.command("prune", epilog="Example: aggregator db prune --dry-run")
@click.option("--dry-run", is_flag=True, help="Show what would be taken out, and change nothing.")
def prune_command(dry_run: bool) -> None:
    """Delete old items, as feeds.toml says under [store].

    An item goes when it is older than asked to be kept and no source shows it any more. The scheduler does so by
    itself.
    """
    service = Service(Environment.read())
    migrate.require_current(service.db)
    if not service.config.store.keep:
        click.echo("items are kept for ever: feeds.toml has no keep_off, keep_adjacent or keep_core under [store]")
        return
    if dry_run:
        counts = _prunable(service)
    else:
        _require_same_sources(service)
        service.sync_sources()
        with bars() as progress:
            counts = upkeep.prune(service, progress)
    rows = table(
        "tier",
        "kept for",
        "would be pruned" if dry_run else "pruned",
        numbers=("kept for", "would be pruned", "pruned"),
    )
    for tier, number in counts.items():
        rows.add_row(tier, length_in_words(service.config.store.keep[tier]), f"{number:,}")
    console.print(rows)


class _UndoneError(Exception):
    """Nothing of a transaction is to be stored."""


def _prunable(service: Service) -> dict[Tier, int]:
    """By the sources of feeds.toml as it is now, which are not put in force for that."""

    counts: dict[Tier, int] = {}
    with suppress(_UndoneError), together(service.db):
        service.sync_sources()
        counts = upkeep.prunable(service)
        raise _UndoneError
    return counts


def _require_same_sources(service: Service) -> None:
    """What no source shows any more is taken out for ever: a file that was named by mistake must not decide on that."""
    missing = sorted(sources.listed(service.db) - {source.id for source in service.config.sources})
    if missing:
        shown = ", ".join(missing[:3]) + (", …" if missing[3:] else "")
        raise click.ClickException(
            f"{service.environment.feeds} does not name {len(missing)} sources that are in force ({shown}); look at "
            "AGGREGATOR_FEEDS, or let the scheduler or `aggregator fetch` take the edit over first"
        )


for command in (copies.backup_command, copies.restore_command, copies.export_command, copies.import_command,
                copies.move_command):  # fmt: skip
    db_command.add_command(command)
