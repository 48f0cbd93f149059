"""The site with the sample feeds in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from aggregator.jobs import closing
from tests.fakes import FakeWeb
from tests.web.site import LISTINGS, Pages, Site, links, local, open_site, sample_web, write_feeds

_MOST = 12  # pages of one kind that a walk looks at


@contextmanager
def opened(folder: Path, database_url: str = "", seconds: float = 60) -> Iterator[Site]:
    """A site that leaves no connection behind; the minute in which it was filled is over."""
    site = open_site(folder, database_url or f"sqlite:///{folder}/aggregator.db")
    site.clock.advance(seconds=seconds)
    try:
        yield site
    finally:
        site.service.db.dispose()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A folder with feeds.toml and a store that has all sample feeds."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copyfile(sqlite_template, folder / "aggregator.db")
    write_feeds(folder)
    with opened(folder, seconds=0) as site:
        site.service.sync_sources()
        assert not any(report.failed for report in site.refresh(sample_web()).values())
    return folder


@pytest.fixture(scope="session")
def site(filled: Path) -> Iterator[Site]:
    """The site, to be read only."""
    with opened(filled) as site:
        site.kept = {}
        yield site


@pytest.fixture
def samples() -> FakeWeb:
    """The sample feeds, to be edited."""
    return sample_web()


@pytest.fixture
def own_site(filled: Path, tmp_path: Path) -> Iterator[Site]:
    """A copy of the site, to be changed."""
    for name in ("aggregator.db", "feeds.toml"):
        shutil.copyfile(filled / name, tmp_path / name)
    with opened(tmp_path) as site:
        yield site


@pytest.fixture
def closed(own_site: Site) -> Site:
    """The site on the morning after, when the day and its week are closed."""
    own_site.clock.advance(hours=19)
    closing.close_digests(own_site.service)
    return own_site


@pytest.fixture
def empty_site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """The site before its first fetch."""
    shutil.copyfile(sqlite_template, tmp_path / "aggregator.db")
    write_feeds(tmp_path)
    with opened(tmp_path) as site:
        site.service.sync_sources()
        yield site


@pytest.fixture(scope="session")
def pages(site: Site) -> dict[str, str]:
    """The HTML of the site's pages by address: a walk along their links, the first few of a kind and language."""
    found: dict[str, str] = {}
    waiting = ["/", *LISTINGS, "/items?q=no+such+words", "/items?region=cn&topic=-business&lang=zh&since=2025-03-01"]
    kinds: dict[str, int] = {}
    waiting += [f"/zh{address}" for address in waiting]
    for address in waiting:
        chinese = address.startswith("/zh/")
        kind = ("zh " if chinese else "") + address.removeprefix("/zh").split("/")[1].split("?")[0]
        if address in found or kinds.get(kind, 0) >= _MOST:
            continue
        answer = site.get(address)
        assert answer.status_code == 200, address
        kinds[kind] = kinds.get(kind, 0) + 1
        if answer.mimetype != "text/html":
            continue
        found[address] = answer.text
        waiting += [local(link) for link in links(BeautifulSoup(answer.text, "lxml")) if link.startswith("/")]
    assert len(found) > 120
    return found


@pytest.fixture(scope="session")
def read_pages(pages: dict[str, str]) -> Pages:
    """The same pages, read."""
    return {address: BeautifulSoup(html, "lxml") for address, html in pages.items()}
