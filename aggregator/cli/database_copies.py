"""aggregator db backup, restore, export, import, move"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from aggregator.bootstrap import Environment
from aggregator.cli.show import bars, console, table
from aggregator.errors import StoreError
from aggregator.store import migrate, open_database
from aggregator.store.backup import backup, move, restore
from aggregator.store.db import address_of
from aggregator.store.export import export, import_file


class _NewFile(click.Path):
    """A file to be made, whole or not at all: standard output is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if value == "-":
            self.fail("name a file: standard output cannot take all or nothing", param, ctx)
        return Path(str(super().convert(value, param, ctx)))


_NEW = _NewFile(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, dir_okay=False, exists=True)


def _filled() -> Engine:
    db = open_database(Environment.read().database_url)
    migrate.require_current(db)
    return db


def _to_fill() -> Engine:
    return open_database(Environment.read().database_url)


def _at(url: str) -> Engine:
    try:
        return open_database(url)
    except StoreError as error:
        raise click.UsageError(str(error)) from None


@click.command("backup", epilog="Example: aggregator db backup /var/backups/wire.db")
@click.argument("file", type=_NEW)
def backup_command(file: Path) -> None:
    """Copy the database into FILE while the program runs.

    SQLite is copied as a SQLite file, PostgreSQL as an export.
    """
    with bars() as progress:
        backup(_filled(), file, progress)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@click.command("restore", epilog="Example: aggregator db restore /var/backups/wire.db")
@click.argument("file", type=_THERE)
def restore_command(file: Path) -> None:
    """Fill an empty database from a backup.

    The backup may be a SQLite file or an export, and the database of either engine.
    """
    db = _to_fill()
    with bars() as progress:
        restore(db, file, progress)
    click.echo(f"{file} is restored; `aggregator db check` looks it through")


@click.command("export", epilog="Example: aggregator db export wire.jsonl.gz")
@click.argument("file", type=_NEW)
def export_command(file: Path) -> None:
    """Write everything to FILE as JSON, an object a line. It is compressed if the name ends in .gz."""
    with bars() as progress:
        _show(export(_filled(), file, progress))


@click.command("import", epilog="Example: aggregator db import wire.jsonl.gz")
@click.argument("file", type=_THERE)
def import_command(file: Path) -> None:
    """Fill an empty database from an export of either engine."""
    db = _to_fill()
    with bars() as progress:
        counts = import_file(db, file, progress)
    _show(counts)


@click.command("move", epilog="Example: aggregator db move postgresql://wire:PASSWORD@localhost/wire")
@click.argument("url")
def move_command(url: str) -> None:
    """Copy everything into the empty database at URL.

    It may be of either engine. Stop the program first: what it stores meanwhile would stay behind. Nothing is changed
    where it is now.
    """
    source, target = _filled(), _at(url)
    with bars() as progress:
        counts = move(source, target, progress)
    rows = table("table", "rows here", "rows there", numbers=("rows here", "rows there"))
    for name, (here, there) in counts.items():
        rows.add_row(name, f"{here:,}", f"{there:,}")
    console.print(rows)
    click.echo(f"To use it: AGGREGATOR_DATABASE_URL={address_of(url)}")


def _show(counts: Mapping[str, int]) -> None:
    rows = table("table", "rows", numbers=("rows",))
    for name, number in counts.items():
        rows.add_row(name, f"{number:,}")
    console.print(rows)
