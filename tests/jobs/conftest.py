"""A service with two sources, a fake Web and a small taxonomy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator import tagging
from aggregator.bootstrap import Environment, Service
from aggregator.jobs import fetching
from aggregator.store import sources
from aggregator.tagging.load import read_taxonomy
from tests.fakes import Clock, FakeWeb

FEEDS = """
[fetch]
allow_networks = ["127.0.0.0/8"]

[[source]]
id = "news"
url = "https://news.example/feed"

[[source]]
id = "other"
url = "https://other.example/feed"
title = "The Other"
interval = "2h"
"""
TAXONOMY = """
[[region]]
slug = "cn"
name = "China"

[[company]]
slug = "baidu"
name = "Baidu"
home = "cn"
"""


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(FEEDS, encoding="utf-8")
    return path


@pytest.fixture
def service(
    feeds: Path, database_url: str, clock: Clock, web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service that fetches from the fake Web; its taxonomy is small, so that it is read in no time."""
    monkeypatch.setattr(tagging, "load_taxonomy", lambda added: read_taxonomy({"small.toml": TAXONOMY}, added))
    service = Service(Environment(feeds, database_url), clock)
    monkeypatch.setattr(fetching, "fetcher", lambda *_: web)
    service.prepare()
    yield service
    service.db.dispose()


def due(service: Service) -> list[str]:
    """The ids of the sources to look at now."""
    return [source.id for source in fetching.due(service)]


def listed(service: Service) -> list[str]:
    """The ids of the sources that the store takes from feeds.toml."""
    return sorted(health.id for health in sources.health(service.db, listed_only=True))
