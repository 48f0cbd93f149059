"""The site under load: requests a second and the slowest of a hundred, beside a bare Flask page under the same server.

    python benchmarks/serve.py --items 100000 --keep /tmp/bench

Needs wrk (Debian: apt install wrk). "Cold" is CPU time of one answer that was not kept, for several addresses.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from rich.console import Console
from rich.table import Table
from werkzeug.test import EnvironBuilder

sys.path.insert(0, str(Path(__file__).parent.parent))

from store import fill

from aggregator.bootstrap import Environment, Service
from aggregator.model import AXES
from aggregator.query import ItemQuery
from aggregator.store import counts
from web import create_app
from web.kept import Kept

SITE = "aggregator.cli.wsgi:application"
BARE = "benchmarks.serve:bare"
PACKED = {"Accept-Encoding": "br"}


class Load(NamedTuple):
    """What wrk measured."""

    rate: float  #: requests a second
    p99: str


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
        "front page": ["/"], "tag page, 50 items": tags, "its Atom": [f"{tag}.atom" for tag in tags],
        "its JSON Feed": [f"{tag}.json" for tag in tags], "its CSV": [f"{tag}.csv" for tag in tags],
    }  # fmt: skip


def show_cold(service: Service) -> None:
    app = create_app(service.db, service)
    table = Table("answer", "median, ms CPU", "slowest", title="cold")
    for name, asked in addresses(service).items():
        took = [cpu(app, address) for _ in range(6) for address in asked][len(asked) :]  # but for the templates
        table.add_row(name, f"{statistics.median(took):.1f}", f"{max(took):.1f}")
    Console(width=100).print(table)


def cpu(app: Flask, address: str) -> float:
    """Milliseconds of CPU time for an answer, with nothing kept."""
    app.extensions["manners"].kept = Kept()
    environ = EnvironBuilder(address).get_environ()
    began = time.process_time()
    b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))
    return (time.process_time() - began) * 1000


def show_loads(service: Service, seconds: int, connections: int) -> None:
    tag = addresses(service)["tag page, 50 items"][0]
    table = Table("warm", "requests/s", "p99", "of the bare page", title=f"{connections} connections, one worker")
    with served(BARE, service) as url:
        least = load(f"{url}/", {}, seconds, connections)
    table.add_row("bare Flask page", f"{least.rate:,.0f}", least.p99, "100 %")
    with served(SITE, service) as url:
        for name, address, headers in asked_for(url, tag):
            found = load(f"{url}{address}", headers, seconds, connections)
            table.add_row(name, f"{found.rate:,.0f}", found.p99, f"{found.rate / least.rate:.0%}")
    Console(width=100).print(table)


def asked_for(url: str, tag: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    for name, address in (("front page", "/"), (tag, tag), (f"{tag}.atom", f"{tag}.atom")):
        yield name, address, {}
        yield f"{name}, packed", address, PACKED
        with urllib.request.urlopen(f"{url}{address}") as answer:
            yield f"{name}, 304", address, {"If-None-Match": answer.headers["ETag"]}


@contextmanager
def served(application: str, service: Service) -> Iterator[str]:
    """The application under granian, with one worker and as many threads as the site has."""
    environment = {
        "AGGREGATOR_FEEDS": str(service.environment.feeds), "AGGREGATOR_DATABASE_URL": service.environment.database_url,
        "PYTHONPATH": str(Path(__file__).parent),
    }  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "1",
        "--blocking-threads", "4",
        "--port", str(port), "--no-log", application,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=os.environ | environment, cwd=Path(__file__).parent.parent)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/")
        yield url
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"nothing answers at {url}")


def load(url: str, headers: dict[str, str], seconds: int, connections: int) -> Load:
    said = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *said, url]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Load(float(re.findall(r"Requests/sec:\s+([\d.]+)", shown)[0]), re.findall(r"99%\s+(\S+)", shown)[0])


if __name__ == "__main__":
    main()
