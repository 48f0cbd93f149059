"""A counter that every write of what readers see increases: what was rendered at one value may be kept under it.

It is a note, so that all processes see it. A write of a source's state alone does not count, unless the source begins
or ceases to fail, or has another name: there is one every few seconds.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Text,
    bindparam,
    case,
    cast,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from aggregator.errors import StoreError
from aggregator.store.db import reading
from aggregator.store.tables import NOTE

_KEY = "version"
_QUICKLY = f"SELECT value FROM note WHERE key = '{_KEY}'"  # noqa: S608 - our own name
_NOW = bindparam("now", type_=NOTE.c.at.type)
_A_SECOND = {"sqlite": "1000000", "postgresql": "interval '1 second'"}
# By the database, so that no write is lost. What is stored later is of a later moment, whenever its writer began.
_BUMPS = {
    dialect: update(NOTE)
    .where(NOTE.c.key == _KEY)
    .values(
        value=cast(cast(NOTE.c.value, BigInteger) + 1, Text),
        at=case((NOTE.c.at < _NOW, _NOW), else_=NOTE.c.at + literal_column(second)),
    )
    for dialect, second in _A_SECOND.items()
}


class StoreVersion(NamedTuple):
    """The state of what readers see, and since when it is so."""

    number: str = ""  #: "" before the first write
    since: datetime | None = None


NONE = StoreVersion()


def bump(connection: Connection, now: datetime) -> None:
    """Says that readers see something else; the last thing that a transaction does, for others wait for it."""
    if not connection.execute(_BUMPS[connection.dialect.name], {"now": now}).rowcount:
        connection.execute(insert(NOTE).values(key=_KEY, value="1", at=now))


def current(db: Engine, known: StoreVersion = NONE) -> StoreVersion:
    """The version now; asking costs next to nothing where it is still the known one. Raises StoreError."""
    errors: tuple[type[Exception], ...] = (DBAPIError, db.dialect.loaded_dbapi.Error)
    try:
        raw = db.raw_connection()
        try:
            row = raw.cursor().execute(_QUICKLY).fetchone()
        finally:
            raw.close()
    except errors as error:
        raise StoreError(f"the database cannot be read: {error}") from error
    if row is None or row[0] == known.number:
        return known if row else NONE
    with reading(db) as connection:
        return StoreVersion(*connection.execute(select(NOTE.c.value, NOTE.c.at).where(NOTE.c.key == _KEY)).one())
