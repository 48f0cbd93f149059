"""Real feed documents, where they are at hand: a folder `feeds` in $SHARED_DATA, by default ../shared/data."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import feedparser
import pytest
from rich.console import Console
from sqlalchemy import Engine, select

from aggregator.config import load
from aggregator.query import ItemQuery
from aggregator.store import open_database, reads
from aggregator.store.check import faults
from aggregator.store.db import reading
from aggregator.store.tables import SIGHTING
from aggregator.tagging import load_taxonomy
from scripts import account
from tests.fakes import START
from tests.shared import shared
from web import create_app

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "tests" / "data" / "demo"


@pytest.fixture(scope="module")
def real_feeds() -> Path:
    return shared("feeds")


@pytest.fixture(scope="module")
def stored(real_feeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    database = f"sqlite:///{tmp_path_factory.mktemp('real')}/real.db"
    account.ingest(real_feeds, database)
    engine = open_database(database)
    yield engine
    engine.dispose()


def test_every_entry_of_the_sample_feeds_is_accounted_for() -> None:
    said = io.StringIO()
    assert account.main(DEMO, Console(file=said, width=120)) == 0
    assert "unaccounted for: none" in said.getvalue()


def test_every_entry_of_the_real_feeds_is_accounted_for(real_feeds: Path) -> None:
    said = io.StringIO()
    assert account.main(real_feeds, Console(file=said, width=120)) == 0
    assert "unaccounted for: none" in said.getvalue()


def test_entries_that_share_a_page_but_have_ids_of_their_own_are_items_of_their_own(
    real_feeds: Path, stored: Engine
) -> None:
    for path in sorted(real_feeds.glob("*.xml")):
        own = {entry.id for entry in feedparser.parse(path.read_bytes()).entries if entry.get("id")}
        with reading(stored) as connection:
            rows = connection.execute(
                select(SIGHTING.c.entry_id, SIGHTING.c.item_id).where(SIGHTING.c.source_id == path.stem)
            ).all()
        items = {row.item_id for row in rows if row.entry_id in own}
        assert len(items) == len(own), path.stem


def test_items_on_a_company_come_from_several_sources_with_their_evidence(stored: Engine) -> None:
    items = reads.listing(stored, ItemQuery.of("company", "deepseek"), limit=200).items
    assert len({item.source_id for item in items}) >= 3
    for item in items:
        [tag] = [tag for tag in item.tags if str(tag) == "company/deepseek"]
        assert tag.evidence, item.title


def test_the_store_of_the_real_feeds_is_whole(stored: Engine) -> None:
    assert faults(stored) == []


@pytest.mark.parametrize("address", ["/company/deepseek.atom", "/region/cn.rss"])
def test_feeds_of_real_items_are_read_without_complaint(stored: Engine, address: str) -> None:
    look = SimpleNamespace(
        config=load(ROOT / "feeds.toml"),
        taxonomy=load_taxonomy(),
        clock=lambda: START,
        edited=lambda: START,
        reload=lambda: False,
    )
    answer = create_app(stored, look).test_client().get(address)
    read = feedparser.parse(answer.data)
    assert answer.status_code == 200
    assert read.entries
    assert not read.bozo
