"""The queue that workers share: Procrastinate's tables, in a schema of their own beside the store's.

Nothing in it lasts. What was in it falls due again, so that a queue may be thrown away at any time.
"""

from __future__ import annotations

from importlib.metadata import version

from procrastinate import PsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, text

from aggregator.errors import StoreError
from aggregator.store.db import asked_of_postgres, writing
from aggregator.store.statements import one_at_a_time

_SCHEMA = "queue"
_MADE_BY = text(f"SELECT obj_description(to_regnamespace('{_SCHEMA}'), 'pg_namespace')")
_CONNECTIONS = 4  # for the queue itself, which takes moments
_PATIENCE = 5.0  # seconds until a database is taken to be away


def connector(db: Engine) -> PsycopgConnector:
    """Connections to the queue in the store's database."""
    address = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    asked = asked_of_postgres(db.url, f"-c search_path={_SCHEMA}")
    return PsycopgConnector(conninfo=address, kwargs=asked, min_size=1, max_size=_CONNECTIONS, timeout=_PATIENCE)


def prepare(db: Engine) -> None:
    """Makes the tables; anew, where they are of an earlier version of Procrastinate. Raises StoreError."""
    ours = version("procrastinate")
    with writing(db) as connection:
        one_at_a_time(connection)
        made_by = connection.scalar(_MADE_BY) or ""
        if made_by == ours:
            return
        if made_by and _numbers(made_by) > _numbers(ours):
            raise StoreError(f"the queue is that of a later version (Procrastinate {made_by}); install that version")
        for statement in (
            f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE",
            f"CREATE SCHEMA {_SCHEMA}",
            f"SET LOCAL search_path = {_SCHEMA}",
            SchemaManager.get_schema().replace("%", "%%"),
            f"COMMENT ON SCHEMA {_SCHEMA} IS '{ours}'",
        ):
            connection.exec_driver_sql(statement)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]
