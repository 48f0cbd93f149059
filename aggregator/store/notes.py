"""Notes: what processes tell each other, each under a key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select, update

from aggregator.store.db import reading, writing
from aggregator.store.statements import take_write_lock
from aggregator.store.tables import NOTE
from aggregator.store.version import bump

CONFIG_ERROR = "config_error"  #: what is wrong with feeds.toml, "" if nothing
STORE_ERROR = "store_error"  #: what the database refused last, "" if nothing since


def read(db: Engine, key: str) -> str:
    """What was left under a key, "" if nothing."""
    with reading(db) as connection:
        return read_within(connection, key)


def read_within(connection: Connection, key: str) -> str:
    return connection.scalar(select(NOTE.c.value).where(NOTE.c.key == key)) or ""


def leave(db: Engine, key: str, value: str, now: datetime) -> None:
    """Leaves a note that readers see the consequences of."""
    with writing(db) as connection:
        take_write_lock(connection)
        if read_within(connection, key) != value:
            leave_within(connection, key, value, now)
            bump(connection, now)


def leave_within(connection: Connection, key: str, value: str, now: datetime) -> None:
    if not connection.execute(update(NOTE).where(NOTE.c.key == key).values(value=value, at=now)).rowcount:
        connection.execute(insert(NOTE).values(key=key, value=value, at=now))
