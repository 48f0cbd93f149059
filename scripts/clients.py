"""Real feed readers subscribe to a tag of the site: what each of them sees, and what it costs. Prints a table.

newsboat and rss2email are Debian's packages, reader and feedparser are PyPI's. The site is served on loopback with the
sample feeds in it; then an item is edited by its source, and another one gets other tags.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aggregator.model import Tag, Tagging
from aggregator.publish.opml import read_opml
from aggregator.store import items, migrate
from scripts.subscribers import CLIENTS, Client, even
from tests.fakes import FakeWeb
from tests.web.site import Site, edit, open_site, sample_web, write_feeds

TAG = "company/baidu"
COLUMNS = ("client", "feed", "every item once", "304 when asked again", "an edit", "other tags", "tags by OPML")
EDITS = (  # of one item, in its title and in its text: rss2email looks at nothing else
    ("Baidu launches ERNIE 4.5", "Baidu presents ERNIE 4.5"),
    ("Baidu on Sunday released ERNIE 4.5", "Baidu on Sunday presented ERNIE 4.5"),
)


@dataclass
class Served:
    """The site on loopback, and every request to it: (path, status)."""

    site: Site
    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def noted(status: str, *rest: Any) -> Any:
            self.asked.append((environ["PATH_INFO"], status[:3]))
            return start_response(status, *rest)

        return self.site.application(environ, noted)

    def statuses(self, act: Callable[[], object], path: str) -> list[str]:
        """How a path was answered while something was done."""
        before = len(self.asked)
        act()
        return [status for asked, status in self.asked[before:] if asked == path]


class Silent(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        pass


@contextmanager
def served(site: Site) -> Iterator[Served]:
    """The site, answering until the end of the block."""
    answers = Served(site)
    server = make_server("127.0.0.1", 0, answers, threaded=True, request_handler=Silent)
    answers.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def sample_site(folder: Path) -> Iterator[Site]:
    """The site over a new store that has all sample feeds."""
    write_feeds(folder)
    site = open_site(folder, f"sqlite:///{folder}/aggregator.db")
    try:
        migrate.upgrade(site.service.db)
        site.service.sync_sources()
        site.refresh(sample_web())
        yield site
    finally:
        site.service.db.dispose()


@dataclass
class Follower:
    """A client that follows the tag in one format, and a word for each column."""

    client: Client
    suffix: str
    said: dict[str, str] = field(default_factory=dict)

    @property
    def row(self) -> tuple[str, ...]:
        return (self.client.name, self.suffix, *(self.said.get(column, "") for column in COLUMNS[2:]))

    def note(self, column: str, well: bool, otherwise: object) -> None:
        self.said[column] = "yes" if well else f"NO: {otherwise}"


def followers(folder: Path, address: str, clients: Sequence[type[Client]]) -> list[Follower]:
    made = [(kind, suffix) for kind in clients for suffix in kind.formats]
    return [
        Follower(kind(folder / f"{kind.name}-{suffix}", f"{address}/{TAG}.{suffix}"), suffix) for kind, suffix in made
    ]


def titles(site: Site) -> list[str]:
    return sorted(even(item.heading) for item in site.items(TAG.replace("/", "=")))


def watch(stage: Served, who: Follower, column: str, expected: str, *, news: bool = False) -> None:
    """A look after a change of the site: what the client has, and how its question was answered."""
    client, before = who.client, set(who.client.entries()) if who.said else set()
    statuses = stage.statuses(client.poll, f"/{TAG}.{who.suffix}")
    entries = client.entries()
    found = sorted(map(even, entries.values()))
    if statuses != [expected]:
        who.note(column, False, f"was answered {', '.join(statuses)}")
    elif found != titles(stage.site):
        who.note(column, False, f"has {len(found)} entries with {len({*found} - {*titles(stage.site)})} other titles")
    elif before and before != set(entries):
        who.note(column, False, f"{len({*entries} - before)} new entries")
    elif not news and client.unread():
        who.note(column, False, f"{client.unread()} are unread again")
    else:
        who.note(column, True, "")
    client.read_all()


def play(stage: Served, everyone: list[Follower], samples: FakeWeb) -> None:
    """The story that all of them follow: the first look, a second one, an edit, other tags."""
    site = stage.site
    for who in everyone:
        watch(stage, who, COLUMNS[2], "200", news=True)
    for who in everyone:
        for _ in range(who.client.looks - 1):
            who.client.poll()
        watch(stage, who, COLUMNS[3], "304")
    for before, after in EDITS:
        edit(samples, "pacific-tech-review", before, after)
    site.clock.advance(hours=1)
    site.refresh(samples)
    for who in everyone:
        watch(stage, who, COLUMNS[4], "200", news=True)
    item = site.items(TAG.replace("/", "="))[0]
    tagging = Tagging((*item.tags, Tag("topic", "safety")), item.tier, 5.0, "another-version")
    items.save_taggings(site.service.db, [(item.id, tagging)], site.service.clock())
    for who in everyone:
        watch(stage, who, COLUMNS[5], "200")


def import_lists(stage: Served, folder: Path, everyone: list[Follower]) -> None:
    """The list of all feeds, into every client that takes one."""
    document = stage.site.get("/feeds.opml", base_url=stage.address).data
    (folder / "feeds.opml").write_bytes(document)
    offered = {one.feed for one in read_opml(document)}
    for who in everyone:
        found = who.client.imported(folder / "feeds.opml")
        if found is not None:
            who.note(COLUMNS[6], found == offered, f"{len(found & offered)} of {len(offered)}")
        else:
            who.said[COLUMNS[6]] = "–"


def table(clients: Sequence[type[Client]], folder: Path) -> list[tuple[str, ...]]:
    """A row for each client and format."""
    with sample_site(folder) as site, served(site) as stage:
        everyone = followers(folder, stage.address, clients)
        play(stage, everyone, sample_web())
        import_lists(stage, folder, everyone)
        return [who.row for who in everyone]


def main() -> int:
    missing = [reason for kind in CLIENTS if (reason := kind.missing())]
    with tempfile.TemporaryDirectory() as folder:
        rows = table([kind for kind in CLIENTS if not kind.missing()], Path(folder))
    widths = [max(len(row[column]) for row in (COLUMNS, *rows)) for column in range(len(COLUMNS))]
    for row in (COLUMNS, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(*missing, sep="\n")
    return 1 if any(cell.startswith("NO") for row in rows for cell in row) else 0


if __name__ == "__main__":
    sys.exit(main())
