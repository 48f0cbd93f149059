"""Where the time of a first pull goes: the same documents through one stage after the other, in this process."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from server import Site
from sqlalchemy import Engine

from aggregator.bootstrap import Environment, Service
from aggregator.jobs.grouping import group
from aggregator.model import Extensions, Page, ReadResult, Source, SourceState, Status, TaggedItem
from aggregator.refresh.normalise import normalise
from aggregator.refresh.reading import read
from aggregator.refresh.storing import Brought, keep
from aggregator.store import migrate, sources
from aggregator.tagging import tagger_for
from aggregator.text.terms import searchable

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def stages(made: list[Site]) -> Counter[str]:
    """CPU seconds by stage."""
    spent: Counter[str] = Counter()
    tagger = tagger_for(Extensions())
    with tempfile.TemporaryDirectory() as folder:
        service = _service(Path(folder))
        db = service.db
        migrate.upgrade(db)
        listed = [Source(f"source-{n}", f"http://{site.host}/feed.xml", f"Source {n}") for n, site in enumerate(made)]
        sources.sync(db, listed, NOW)
        for source, site in zip(listed, made, strict=True):
            page = Page(source.url, site.bodies[0], "application/xml")
            with timed(spent, "parse"):
                reading = read(source, page, NOW)
            with timed(spent, "normalise"):
                clean = [normalise(found, source, source.url, "", NOW) for found in reading.entries]
            with timed(spent, "tag"):
                tagging = [tagger.tag(item.title, item.text) for item in clean]
            with timed(spent, "search terms"):
                terms = [searchable(item.title, item.text) for item in clean]
            tagged = [TaggedItem(*each) for each in zip(clean, tagging, terms, strict=True)]
            with timed(spent, "store"):
                _store(db, source.id, tagged)
        with timed(spent, "stories"):
            group(service)
        db.dispose()
    return spent


def _service(folder: Path) -> Service:
    feeds = folder / "feeds.toml"
    feeds.touch()
    variables = {"AGGREGATOR_FEEDS": str(feeds), "AGGREGATOR_DATABASE_URL": f"sqlite:///{folder}/stages.db"}
    return Service(Environment.read(variables), lambda: NOW)


@contextmanager
def timed(spent: Counter[str], stage: str) -> Iterator[None]:
    started = time.process_time()
    yield
    spent[stage] += time.process_time() - started


def _store(db: Engine, source_id: str, tagged: list[TaggedItem]) -> None:
    state = SourceState(source_id, Status.OK, last_look=NOW)
    present = frozenset(each.item.identity.entry_id for each in tagged)
    keep(db, [Brought(state, "", ReadResult(tuple(tagged), present), frozenset(), NOW)])
