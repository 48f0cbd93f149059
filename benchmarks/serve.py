"""The site under load: requests a second and the slowest of a hundred, beside a bare Flask page under the same server.

    python benchmarks/serve.py --items 100000 --keep /tmp/bench

Needs wrk (Debian: apt install wrk); with nginx installed, that serves the same bytes as a file, too. "Cold" is CPU time
of one answer that was not kept, for several addresses: where its items were shown before, as after a look at a source,
and where nothing is remembered. The last table is of the site while another process stores looks of 40 new items one
after the other, each of which outdates what was kept; the items stay in the database.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path

from flask import Flask
from rich.console import Console
from rich.table import Table
from werkzeug.test import EnvironBuilder

sys.path.insert(0, str(Path(__file__).parent.parent))

from load import as_files, content, free_port, load, running, wait_for
from million import believable
from store import fill

from aggregator.bootstrap import Environment, Service
from aggregator.cli.serve import NICENESS, THREADS
from aggregator.cli.wsgi import site_of
from aggregator.model import AXES, Changes, Identity, SourceState, Status, TaggedItem
from aggregator.query import ItemQuery
from aggregator.store import counts, items
from web.response_cache import ResponseCache

SITE = "aggregator.cli.wsgi:application"
BARE = "benchmarks.serve:bare"
PACKED = {"Accept-Encoding": "br"}
LOOK = 40  # new items
_REMEMBERING = type(lru_cache(len))


def bare() -> Flask:
    """The least that a Flask page can be."""
    app = Flask(__name__)

    @app.get("/")
    def page() -> str:
        return "<!doctype html><title>Nothing</title><h1>Nothing</h1>"

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=5, help="for which each address is asked")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="keep the database in this folder, and use it again")
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed; apt install wrk")
    with tempfile.TemporaryDirectory() as folder:
        service = filled(asked.keep or Path(folder), asked.items)
        show_cold(service)
        show_loads(service, asked.seconds, asked.connections)


def filled(folder: Path, number: int) -> Service:
    folder.mkdir(exist_ok=True)
    (folder / "feeds.toml").write_text("", encoding="utf-8")
    service = Service(Environment(folder / "feeds.toml", f"sqlite:///{folder}/serve-{number}.db"))
    service.prepare()
    if not counts.count(service.db, ItemQuery()).number:
        print(f"{number:,} items stored in {fill(service.db, number):.0f} s")
    return service


def addresses(service: Service) -> dict[str, list[str]]:
    """Listings with a full page of items, by what they are."""
    totals = counts.totals(service.db)
    tags = [f"/{axis}/{slug}" for axis in AXES for slug, number in totals.get(axis, ())[:4] if number >= 50]
    return {
        "front page": ["/"], "newest 50 items": ["/items"], "tag page, 50 items": tags,
        "its Atom": [f"{tag}.atom" for tag in tags], "its JSON Feed": [f"{tag}.json" for tag in tags],
        "its CSV": [f"{tag}.csv" for tag in tags],
    }  # fmt: skip


def show_cold(service: Service) -> None:
    app = site_of(service)
    table = Table("answer", "median, ms CPU", "slowest", "nothing remembered", title="cold")
    for name, asked in addresses(service).items():
        took = [cpu(app, address) for _ in range(6) for address in asked][len(asked) :]  # but for the templates
        anew = [cpu(app, address, forgetful=True) for _ in range(2) for address in asked]
        table.add_row(name, f"{statistics.median(took):.1f}", f"{max(took):.1f}", f"{statistics.median(anew):.1f}")
    Console(width=100).print(table)


def cpu(app: Flask, address: str, *, forgetful: bool = False) -> float:
    """Milliseconds of CPU time for an answer that was not kept."""
    app.extensions["http_caching"].cache = ResponseCache()
    if forgetful:
        modules = [module for name, module in sys.modules.items() if name.startswith(("web.", "aggregator.publish."))]
        for value in [value for module in modules for value in vars(module).values()]:
            if isinstance(value, _REMEMBERING):
                value.cache_clear()
    environ = EnvironBuilder(address).get_environ()
    began = time.process_time()
    b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))
    return (time.process_time() - began) * 1000


def show_loads(service: Service, seconds: int, connections: int) -> None:
    tag = addresses(service)["tag page, 50 items"][0]
    table = Table("warm", "requests/s", "p99, ms", "of the bare page", title=f"{connections} connections, one worker")
    with served(BARE, service) as url:
        least = load(f"{url}/", {}, seconds, connections)
    table.add_row("bare Flask page", *least.cells(), "100 %")
    files = {}
    rest = {}
    with served(SITE, service) as url:
        for name, address, headers in asked_for(url, tag):
            rest[name] = found = load(f"{url}{address}", headers, seconds, connections)
            table.add_row(name, *found.cells(), f"{found.rate / least.rate:.0%}")
            if not headers:
                files[name] = content(f"{url}{address}")
    for name, found in as_files(files, seconds, connections):
        table.add_row(f"{name}, a file under nginx", *found.cells(), f"{found.rate / least.rate:.0%}")
    Console(width=100).print(table)
    table = Table("while items come in", "requests/s", "p99, ms", "p99 at rest, times")
    with served(SITE, service) as url, ingest(service):
        for name, address, headers in asked_for(url, tag):
            found = load(f"{url}{address}", headers, seconds, connections)
            table.add_row(name, *found.cells(), f"{found.p99 / rest[name].p99:.1f}")
    Console(width=100).print(table)


def asked_for(url: str, tag: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    for name, address in (("front page", "/"), (tag, tag), (f"{tag}.atom", f"{tag}.atom")):
        yield name, address, {}
        yield f"{name}, packed", address, PACKED
        with urllib.request.urlopen(f"{url}{address}") as answer:
            yield f"{name}, 304", address, {"If-None-Match": answer.headers["ETag"]}


@contextmanager
def ingest(service: Service) -> Iterator[None]:
    """Another process that stores looks one after the other, and gives way to pages as the scheduler does."""
    process = multiprocessing.get_context("spawn").Process(target=store_looks, args=[service.environment], daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def store_looks(environment: Environment) -> None:
    os.nice(NICENESS)
    db = Service(environment).db
    models, run = list(believable(25 * LOOK)), uuid.uuid4().hex
    for number in count():
        now = datetime.now(UTC)
        new = tuple(anew(model, f"{run}-{number}") for model in models[number % 25 * LOOK :][:LOOK])
        items.apply(db, Changes(SourceState(f"source-{number % 150}", Status.OK, last_look=now), now, new=new))


def anew(model: TaggedItem, run: str) -> TaggedItem:
    entry_id, key = model.item.identity
    return replace(model, item=replace(model.item, identity=Identity(f"{entry_id}-{run}", f"{key}-{run}")))


@contextmanager
def served(application: str, service: Service) -> Iterator[str]:
    """The application under granian, with one worker and as many threads as the site has."""
    environment = {
        "AGGREGATOR_FEEDS": str(service.environment.feeds), "AGGREGATOR_DATABASE_URL": service.environment.database_url,
        "PYTHONPATH": str(Path(__file__).parent),
    }  # fmt: skip
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "1",
        "--blocking-threads", str(THREADS),
        "--port", str(port), "--no-log", application,
    ]  # fmt: skip
    with running(command, environment):
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/")
        yield url


if __name__ == "__main__":
    main()
