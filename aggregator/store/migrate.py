"""Bringing a database to the schema that this version of the program works with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from aggregator.errors import StoreError
from aggregator.store.db import address_of, reading, writing
from aggregator.store.statements import take_write_lock

HEAD = "0014"
_MIGRATIONS = Path(__file__).parent / "migrations"


def revision(db: Engine) -> str:
    """The database's revision, "" for an empty one."""
    with reading(db) as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def upgrade(db: Engine) -> bool:
    """Runs what is missing, all in one transaction; True if there was something to do."""
    if revision(db) == HEAD:
        return False
    with writing(db) as connection:
        take_write_lock(connection)
        upgrade_within(connection)
    return True


def upgrade_within(connection: Connection) -> None:
    """Runs what is missing in a transaction that does more; raises StoreError."""
    if _revision(connection) == HEAD:
        return
    # Alembic is slow to import, and most starts have nothing to migrate.
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(connection), "head")
    except CommandError as error:
        raise StoreError(
            f"the database was made by another version of this program ({error}); install that version"
        ) from None


def is_outlived(db: Engine) -> bool:
    """Whether another version of the program has changed the schema, as far as anybody can tell."""
    try:
        return revision(db) != HEAD
    except StoreError:  # it is away; what asks next will say so
        return False


def absence(db: Engine) -> str:
    """That there is no file of the database yet, with the remedy; "" if there is: to look into it would make it."""
    file = db.url.database if db.dialect.name == "sqlite" else None
    if not file or Path(file).exists():
        return ""
    remedy = "`aggregator db upgrade` makes it; if it should be there, look at AGGREGATOR_DATABASE_URL"
    return f"there is no database at {address_of(db.url)}; {remedy}"


def require_current(db: Engine) -> None:
    """Raises StoreError, with the remedy, if the database has another schema than this program."""
    if absent := absence(db):
        raise StoreError(absent)
    place, found = address_of(db.url), revision(db)
    if found != HEAD:
        state = f"has schema {found}" if found else "is empty"
        if found > HEAD:
            raise StoreError(f"the database {place} {state}, of a later version of this program; install that version")
        raise StoreError(f"the database {place} {state}, this program needs {HEAD}; run `aggregator db upgrade`")


def _config(connection: Any) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
