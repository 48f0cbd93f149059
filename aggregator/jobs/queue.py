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
from aggregator.store.statements import take_write_lock

_SCHEMA = "wire_queue"
_MARK = "made by AI Policy Wire for Procrastinate "  # and its version: what says so may be thrown away
_MADE = text(
    f"SELECT to_regnamespace('{_SCHEMA}') IS NOT NULL, obj_description(to_regnamespace('{_SCHEMA}'), 'pg_namespace')"
)
_MAY_MAKE = text("SELECT has_database_privilege(current_database(), 'CREATE')")
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
        take_write_lock(connection)
        there, said = connection.execute(_MADE).one()
        made_by = (said or "").removeprefix(_MARK) if (said or "").startswith(_MARK) else ""
        if made_by == ours:
            return
        if there and not made_by:
            raise StoreError(
                f"the database has a schema {_SCHEMA} of somebody else; rename it, or use another database"
            )
        if _numbers(made_by) > _numbers(ours):
            raise StoreError(f"the queue is that of a later version (Procrastinate {made_by}); install that version")
        if not connection.scalar(_MAY_MAKE):
            raise StoreError("workers need a schema of their own: GRANT CREATE ON DATABASE … TO the user that they are")
        for statement in (
            f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE",
            f"CREATE SCHEMA {_SCHEMA}",
            f"SET LOCAL search_path = {_SCHEMA}",
            SchemaManager.get_schema().replace("%", "%%"),
            f"COMMENT ON SCHEMA {_SCHEMA} IS '{_MARK}{ours}'",
        ):
            connection.exec_driver_sql(statement)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]
