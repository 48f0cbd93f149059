"""How long it takes to take in a folder of feeds, beside the library `reader`.

    python benchmarks/ingest.py [FOLDER] [--rounds N]

The documents are served on loopback by a process of its own, with ETags. Every pull is a fresh process, the programs
take turns, and the table shows medians. The first pull goes into a new SQLite file, the second gets 304 for everything.

Seconds are those of the pull: opening the database, taking over the list of feeds, asking, reading, storing. CPU
seconds are those of the whole process, start and imports included. Both programs have 16 requests under way at most.
They do not do the same work: this program also sanitises, tags and indexes every item for search; `reader` keeps the
whole content of an entry, this program an excerpt.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import logging
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import quote, unquote

from rich.console import Console
from rich.table import Table

DEMO = Path(__file__).resolve().parent.parent / "tests" / "data" / "demo"
TYPES = {".xml": "application/xml", ".rss": "application/xml", ".atom": "application/xml", ".json": "application/json"}
AT_ONCE = 16
_SPAWN = multiprocessing.get_context("spawn")  # nothing of this process is taken along


class Pull(NamedTuple):
    """What one pull took, and how many items are stored after it."""

    items: int
    seconds: float
    cpu: float


@dataclass(frozen=True)
class Document:
    body: bytes
    etag: str
    type: str


def serve(folder: Path, port: Connection) -> None:
    """Serves the folder's documents from memory and says at which port."""
    documents = {}
    for path in documents_of(folder):
        body = path.read_bytes()
        documents[path.name] = Document(body, f'"{hashlib.sha256(body).hexdigest()[:16]}"', TYPES[path.suffix])

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            document = documents[unquote(self.path[1:])]
            known = self.headers.get("If-None-Match") == document.etag
            body = b"" if known else document.body
            self.send_response(304 if known else 200)
            self.send_header("ETag", document.etag)
            if not known:
                self.send_header("Content-Type", document.type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 128  # a shorter queue makes connections wait a second and be tried again

    server = Server(("127.0.0.1", 0), Handler)
    port.send(server.server_port)
    server.serve_forever()


def documents_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in TYPES)


def pull_ours(urls: list[str], place: Path) -> tuple[int, float]:
    """One pull by this program: items stored, seconds."""
    from aggregator.bootstrap import Environment, Service
    from aggregator.jobs import fetching
    from aggregator.query import ItemQuery
    from aggregator.store import counts

    feeds = place / "feeds.toml"
    fetch = f'[fetch]\nconcurrency = {AT_ONCE}\nper_host = {AT_ONCE}\nallow_networks = ["127.0.0.0/8"]\n'
    sources = (f'[[source]]\nid = "source-{number}"\nurl = "{url}"\n' for number, url in enumerate(urls))
    feeds.write_text(fetch + "".join(sources), encoding="utf-8")
    started = time.perf_counter()
    service = Service(Environment(feeds, f"sqlite:///{place}/ours.db"))
    service.prepare()
    fetching.fetch(service, service.config.sources)
    return counts.count(service.db, ItemQuery()).number, time.perf_counter() - started


def pull_reader(urls: list[str], place: Path) -> tuple[int, float]:
    """One pull by reader: entries stored, seconds."""
    from reader import make_reader

    logging.disable(logging.CRITICAL)
    started = time.perf_counter()
    reader = make_reader(str(place / "reader.db"))
    for url in urls:
        reader.add_feed(url, exist_ok=True)
    reader.update_feeds(workers=AT_ONCE, scheduled=False)  # all of them, due or not
    return reader.get_entry_counts().total, time.perf_counter() - started


def reader_lacks() -> str:
    """Why reader cannot be used, "" if it can. It loads its parser with the first feed."""
    try:
        from reader import make_reader

        make_reader(":memory:").add_feed("http://127.0.0.1/")
    except ImportError as error:
        return str(error)
    return ""


PROGRAMS: dict[str, Callable[[list[str], Path], tuple[int, float]]] = {"ours": pull_ours, "reader": pull_reader}


def measure(program: str, urls: list[str], place: Path, answer: Connection) -> None:
    """One pull in a process of its own; the process's CPU seconds are those of the pull."""
    items, seconds = PROGRAMS[program](urls, place)
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer.send(Pull(items, seconds, used.ru_utime + used.ru_stime))


def in_fresh_process(program: str, urls: list[str], place: Path) -> Pull:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=measure, args=(program, urls, place, theirs))
    process.start()
    theirs.close()
    try:
        pull: Pull = ours.recv()
    except EOFError:
        raise SystemExit(f"{program} ended without an answer") from None
    process.join()
    return pull


def run(folder: Path, programs: list[str], rounds: int) -> dict[tuple[str, str], list[Pull]]:
    """All pulls, by program and run; the programs take turns."""
    ours, theirs = _SPAWN.Pipe()
    server = _SPAWN.Process(target=serve, args=(folder, theirs), daemon=True)
    server.start()
    root = f"http://127.0.0.1:{ours.recv()}"
    urls = [f"{root}/{quote(path.name)}" for path in documents_of(folder)]
    pulls: dict[tuple[str, str], list[Pull]] = {}
    try:
        for number in range(rounds):
            for program in programs if number % 2 == 0 else programs[::-1]:
                with tempfile.TemporaryDirectory() as place:
                    for which in ("first", "304"):
                        pull = in_fresh_process(program, urls, Path(place))
                        pulls.setdefault((program, which), []).append(pull)
    finally:
        server.terminate()
        server.join()
    return pulls


def table(title: str, pulls: dict[tuple[str, str], list[Pull]]) -> Table:
    made = Table(title=title)
    for column in ("program", "run", "items", "seconds", "items/s", "CPU seconds", "seconds: ratio", "CPU: ratio"):
        made.add_column(column, justify="left" if column in ("program", "run") else "right")
    for (program, which), found in sorted(pulls.items(), key=lambda row: row[0][1] == "304"):
        items, seconds, cpu = (median(column) for column in zip(*found, strict=True))
        base = pulls["ours", which]
        ratios = (seconds / median(pull.seconds for pull in base), cpu / median(pull.cpu for pull in base))
        rate = f"{items / seconds:,.0f}" if which == "first" else "-"
        numbers = (f"{items:,.0f}", f"{seconds:.2f}", rate, f"{cpu:.2f}", *(f"{ratio:.2f}" for ratio in ratios))
        made.add_row(program, which, *numbers)
    return made


def main() -> None:
    arguments = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    arguments.add_argument(
        "folder", nargs="?", type=Path, default=DEMO, help="feed documents; sample feeds if left out"
    )
    arguments.add_argument("--rounds", type=int, default=5, help="how often each program pulls (5)")
    options = arguments.parse_args()
    console = Console()
    programs = list(PROGRAMS)
    if missing := reader_lacks():
        console.print(f"reader is left out ({missing}). To compare: pip install reader sgmllib3k", highlight=False)
        programs.remove("reader")
    documents = len(documents_of(options.folder))
    title = f"{documents} documents, median of {options.rounds} rounds"
    console.print(table(title, run(options.folder, programs, options.rounds)))
    console.print("Ratios are to ours. Ours also sanitises, tags and indexes every item for search.", highlight=False)


if __name__ == "__main__":
    main()
