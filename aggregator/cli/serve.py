"""aggregator run, web, scheduler, worker"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import click

from aggregator.bootstrap import Environment, Service
from aggregator.cli.orphans import when_parent_ends
from aggregator.errors import StoreError
from aggregator.store import migrate

log = logging.getLogger("aggregator")

_WORKERS = 2
_LAST_PORT = 65535
THREADS = 2  # a worker: beside a page that is slow another is made; more would wait for one another
NICENESS = 5  # of fetching: where processors are few, pages come first
_POLL_SECONDS = 0.3
_RESTART_SECONDS = 3
_END_SECONDS = 2
_LAST_SECONDS = 8


def _address(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))(command)
    return click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 for every network.")(command)


@click.command("run", epilog="Example: AGGREGATOR_FEEDS=my-feeds.toml aggregator run --port 8080")
@_address
def run_command(host: str, port: int) -> None:
    """Fetch on schedule and serve the site, all in one go.

    The database is made or upgraded first.
    """
    host = _require_free(host, port)
    service = Service(Environment.read())
    service.verify()
    service.prepare()
    service.db.dispose()
    sources = sum(source.enabled for source in service.config.sources)
    click.echo(f"Fetching {sources} sources of {service.environment.feeds}, on schedule; edits take effect at once.")
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_scheduler, args=(stopping,), name="scheduler")
    keeper.start()
    try:
        _serve(host, port)
    finally:
        stopping.set()
        keeper.join()
    click.echo("Stopped.")


@click.command("web", epilog="Example: aggregator web --host 0.0.0.0 --port 80")
@_address
def web_command(host: str, port: int) -> None:
    """Serve the site only; the scheduler runs elsewhere."""
    host = _require_free(host, port)
    service = Service(Environment.read())
    service.verify()
    migrate.require_current(service.db)
    service.db.dispose()
    _serve(host, port)


@click.command("scheduler", epilog="Example: aggregator scheduler")
@click.option("--parent", type=int, hidden=True)
def scheduler_command(parent: int | None) -> None:
    """Fetch on schedule only; the site is served elsewhere."""
    from aggregator.jobs.local import run_scheduler

    stop = _stop_when_told()
    if parent:
        when_parent_ends(parent, stop.set)
    _keep_at(run_scheduler, Service(Environment.read()), stop)


@click.command("worker", epilog="Example: aggregator worker")
def worker_command() -> None:
    """Fetch on schedule as one of many workers (PostgreSQL).

    Workers of one database share the work, on any number of machines. They take the place of the one scheduler.
    """
    service = Service(Environment.read())
    if service.db.dialect.name != "postgresql":
        remedy = "`aggregator scheduler` does the same in one process; or set AGGREGATOR_DATABASE_URL to postgresql://…"
        raise click.UsageError(f"workers share their work through PostgreSQL; {remedy}")
    from aggregator.jobs.workers import run_worker

    stop = _stop_when_told()
    threading.Thread(target=_end_soon_after, args=(stop,), daemon=True).start()
    _keep_at(run_worker, service, stop)


def _stop_when_told() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _keep_at(work: Callable[[Service, threading.Event], None], service: Service, stop: threading.Event) -> None:
    """Works until it is told to stop, and ends this process."""
    os.nice(NICENESS)
    service.verify()
    migrate.require_current(service.db)
    service.sync_sources()
    code = 0
    try:
        work(service, stop)
    except StoreError as error:
        log.error("%s", error)
        code = 1
    # Threads may still wait for slow servers. The store is whole at any moment, so nobody has to wait for them.
    logging.shutdown()
    os._exit(code)


def _end_soon_after(stop: threading.Event) -> None:
    """What a worker has begun it gives back where it can; what takes longer, others begin anew."""
    stop.wait()
    time.sleep(_LAST_SECONDS)
    os._exit(0)


def _serve(host: str, port: int) -> None:
    """Serves the site until it is told to stop. Ctrl-C reaches the server, which ends its workers."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "aggregator.cli.wsgi:application", factory=True, interface=Interfaces.WSGI, address=host, port=port,
        workers=_WORKERS, blocking_threads=THREADS, log_level=LogLevels.warning, respawn_failed_workers=True,
        workers_kill_timeout=_END_SECONDS,
    )  # fmt: skip
    if sys.stdin.isatty():  # closing the terminal ends what runs in it, and is no wish to begin anew
        server.signal_handler_reload = server.signal_handler_interrupt  # type: ignore[method-assign]
    shown = "localhost" if ip_address(host).is_unspecified else host
    words = f"AI Policy Wire is at http://{f'[{shown}]' if ':' in shown else shown}:{port} - Ctrl-C stops it."
    threading.Thread(target=_announce, args=(host, port, words), daemon=True).start()
    server.serve()


def _announce(host: str, port: int, words: str) -> None:
    """Says where the site is once it answers: who reads it, or a script, will go there at once."""
    while True:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            break
        time.sleep(_POLL_SECONDS)
    click.echo(words)


def _keep_scheduler(stopping: threading.Event) -> None:
    """Runs the scheduler in a process of its own, so that fetching never slows a page; starts it again if it dies."""
    command = [sys.executable, "-m", "aggregator", "scheduler", "--parent", str(os.getpid())]
    while not stopping.is_set():
        # A session of its own: Ctrl-C is for us to pass on.
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True) as process:  # noqa: S603
            while process.poll() is None and not stopping.wait(_POLL_SECONDS):
                pass
            if stopping.is_set():
                process.terminate()
                return
        log.error("the scheduler ended with code %s and is started again", process.returncode)
        stopping.wait(_RESTART_SECONDS)


def _require_free(host: str, port: int) -> str:
    """The address of a host. Says early, and in a sentence, that it is taken, or that there is no such host: the server
    would only say that a worker died.
    """
    try:
        (family, *_, (address, *_rest)), *_others = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise click.UsageError(f"{host} is no host of this machine ({error.strerror}); try --host 127.0.0.1") from None
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            other = port + 1 if port < _LAST_PORT else port - 1
            raise click.UsageError(f"{host}:{port} cannot be served ({error.strerror}); try --port {other}") from None
    return str(address)
