"""The site over a store that the sample feeds fill through the real pipeline, and a reader of its pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from aggregator.bootstrap import Environment, Service
from aggregator.jobs import grouping
from aggregator.model import Report, StoredItem
from aggregator.query import ItemQuery
from aggregator.refresh.context import Context
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import reads
from scripts.demo import FEEDS, feeds_toml
from tests.fakes import Clock, FakeWeb, look
from tests.samples import as_query
from web import create_app

AXIS_PAGES = (
    "/company/baidu",
    "/model/ernie-4-5",
    "/region/cn",
    "/body/white-house",
    "/initiative/ai-plus",
    "/topic/policy",
)
LISTINGS = ("/items", *AXIS_PAGES, "/source/pacific-tech-review")
Pages = dict[str, BeautifulSoup]
SUFFIXES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}


def sample_web() -> FakeWeb:
    """The sample feeds at the addresses that the feeds file gives them."""
    return FakeWeb({f"http://127.0.0.1:80/{path.name}": path.read_bytes() for path in FEEDS.glob("*.xml")})


def write_feeds(folder: Path, more: str = "") -> None:
    (folder / "feeds.toml").write_text(feeds_toml(80) + more, encoding="utf-8")


class Site(FlaskClient):
    """A test client that can read pages, and knows the service behind them."""

    kept: Pages | None = None  #: pages read before, where nothing changes them

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        return super().open(*arguments, **{"buffered": True} | options)  # whole, so that no file stays open

    @property
    def service(self) -> Service:
        return cast("Service", self.application.extensions["context"])

    @property
    def clock(self) -> Clock:
        return cast("Clock", self.service.clock)

    def page(self, address: str, status: int = 200) -> BeautifulSoup:
        """A page, read by the rules of HTML 5 as far as lxml knows them."""
        if self.kept and address in self.kept:
            return self.kept[address]
        answer = self.get(address, follow_redirects=True)
        assert answer.status_code == status, address
        assert answer.mimetype == "text/html", address
        read = BeautifulSoup(answer.text, "lxml")
        if self.kept is not None:
            self.kept[address] = read
        return read

    def items(self, query: str | ItemQuery = "tier=all") -> list[StoredItem]:
        """What the store has, newest first."""
        return list(reads.listing(self.service.db, as_query(query), limit=10_000).items)

    def item(self, title: str) -> StoredItem:
        """The one item with these words in its title."""
        (found,) = [item for item in self.items() if title in item.title]
        return found

    def refresh(self, web: FakeWeb, only: Iterable[str] = ()) -> dict[str, Report]:
        """One look at every source, or at some."""
        wanted = set(only)
        chosen = [source for source in self.service.config.sources if not wanted or source.id in wanted]
        reports = look(web, Context(StoreThread(self.service.db), self.service.clock), *chosen)
        grouping.group(self.service)
        return reports


def open_site(folder: Path, database_url: str) -> Site:
    """The site over a folder with feeds.toml; what goes wrong in it is raised, not shown."""
    service = Service(Environment(folder / "feeds.toml", database_url), Clock())
    app = create_app(service.db, service)
    app.testing = True
    app.test_client_class = Site
    return cast("Site", app.test_client())


@contextmanager
def serving(site: Site) -> Iterator[tuple[str, Callable[[], None]]]:
    """The site on loopback, for browsers: its address, and what ends it before the time."""
    server = make_server("127.0.0.1", 0, site.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def end() -> None:
        server.shutdown()
        server.server_close()

    try:
        yield f"http://127.0.0.1:{server.port}", end
    finally:
        end()


def entries(page: BeautifulSoup | Tag) -> list[tuple[str, str]]:
    """(title, address) of every item shown."""
    return [(link.get_text(), str(link["href"])) for link in page.select("article.item .title a")]


def numbers(page: BeautifulSoup | Tag) -> list[int]:
    """The ids of the items shown."""
    links = page.select("article.item .meta a[aria-label]:not(.reports)")
    return [int(str(link["href"]).rpartition("/")[2]) for link in links]


def words(element: Tag | None) -> str:
    """The text of an element, its white space evened out."""
    assert element is not None
    return " ".join(element.get_text(" ").split())


def links(page: BeautifulSoup) -> list[str]:
    """Where the page leads to within the site."""
    found = [str(link["href"]) for link in page.select("a[href], link[href]")]
    return [link for link in found if not urlsplit(link).netloc]


def local(address: str) -> str:
    """An address of the site without its host."""
    parts = urlsplit(address)
    assert parts.netloc in ("", "localhost"), address
    return parts.path + (f"?{parts.query}" if parts.query else "")


def edit(web: FakeWeb, source_id: str, before: str, after: str) -> None:
    """Changes the words of a sample feed."""
    address = f"http://127.0.0.1:80/{source_id}.xml"
    document = web.documents[address]
    assert isinstance(document, bytes)
    assert before.encode() in document
    web.documents[address] = document.replace(before.encode(), after.encode())
