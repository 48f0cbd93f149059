"""Whatever comes in, in whatever order: lists, counts, search index and sightings are as if counted anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from aggregator.model import Edit, Identity, Membership, Sighting, TaggedItem, Tagging, Tier
from aggregator.store import items, known, sources, stories
from aggregator.store.check import faults
from aggregator.store.db import reading, writing
from aggregator.store.retention import prune
from aggregator.store.tables import ITEM
from tests.conftest import opened
from tests.fakes import START
from tests.postgres import Postgres
from tests.samples import make_changes, make_item, make_source, make_tag

DAY = timedelta(days=1)
SOURCES = tuple(make_source(name, source_class=kind) for name, kind in (("news", "media"), ("lab", "lab"), ("odd", "")))
NAMES = st.sampled_from("abcdefgh")
TAGS = st.lists(st.sampled_from(["company/baidu", "topic/policy", "region/cn", "region/us"]), unique=True)
DAYS = st.integers(0, 40)

tagged = st.builds(
    lambda name, tags, tier, lang, day, word: make_item(
        name, tags, tier, lang=lang, title=f"{word} {name}", published=START + day * DAY
    ),
    NAMES, TAGS, st.sampled_from(list(Tier)), st.sampled_from(["", "en", "zh"]), DAYS,
    st.sampled_from(["Zebra", "百度", "Zebra zebra", ""]),
)  # fmt: skip
places = st.integers(0, 20)
source_ids = st.sampled_from([source.id for source in SOURCES])
steps = st.one_of(
    st.tuples(st.just("new"), source_ids, st.lists(tagged, min_size=1, max_size=4, unique_by=lambda t: t.item.link)),
    st.tuples(st.just("edit"), places, tagged),
    st.tuples(st.just("takeover"), source_ids, places, tagged),
    st.tuples(st.just("sighting"), source_ids, places, NAMES),
    st.tuples(st.just("retag"), places, TAGS, st.sampled_from(list(Tier))),
    st.tuples(st.just("document"), source_ids, st.frozensets(NAMES)),
    st.tuples(st.just("listed"), st.sets(source_ids)),
    st.tuples(st.just("group"), places, places),
    st.tuples(st.just("prune"), st.dictionaries(st.sampled_from(list(Tier)), DAYS)),
)


class World:
    """A store to which things happen, a day apart."""

    def __init__(self, db: Engine) -> None:
        self.db = db
        self.now = START
        sources.sync(db, SOURCES, START)

    def take(self, name: str, *values: Any) -> None:
        self.now += DAY
        step: Callable[..., None] = getattr(self, name)
        step(*values)

    def at(self, place: int) -> Any:
        """One of the items that are there, if any."""
        with reading(self.db) as connection:
            there = connection.execute(select(ITEM).order_by(ITEM.c.id)).all()
        return there[place % len(there)] if there else None

    def apply(self, source_id: str, **what: Any) -> None:
        items.apply(self.db, make_changes(source_id, self.now, **what))

    def new(self, source_id: str, given: Sequence[TaggedItem]) -> None:
        with reading(self.db) as connection:
            known = set(connection.scalars(select(ITEM.c.key)))
            ids = set(connection.scalars(text(f"SELECT entry_id FROM sighting WHERE source_id = '{source_id}'")))
        fresh = [t for t in given if t.item.identity.key not in known and t.item.identity.entry_id not in ids]
        self.apply(source_id, new=tuple(fresh))

    def edit(self, place: int, given: TaggedItem) -> None:
        if item := self.at(place):
            self.apply(item.source_id, edits=(Edit(item.id, known_by(item.key, given)),))

    def takeover(self, source_id: str, place: int, given: TaggedItem) -> None:
        if item := self.at(place):
            self.apply(source_id, takeovers=(Edit(item.id, known_by(item.key, given)),))

    def sighting(self, source_id: str, place: int, name: str) -> None:
        if item := self.at(place):
            self.apply(source_id, sightings=(Sighting(item.id, f"id-{name}", "print"),))

    def retag(self, place: int, tags: Sequence[str], tier: Tier) -> None:
        if item := self.at(place):
            tagging = Tagging(tuple(map(make_tag, tags)), tier, 1.0, f"taxonomy of {self.now:%d %m}")
            items.save_taggings(self.db, [(item.id, tagging)], START)

    def document(self, source_id: str, names: frozenset[str]) -> None:
        before, present = frozenset(*known.shown(self.db, [source_id])), frozenset(f"id-{name}" for name in names)
        self.apply(source_id, left=before - present, back=present - before)

    def listed(self, ids: set[str]) -> None:
        sources.sync(self.db, [source for source in SOURCES if source.id in ids], START)

    def group(self, one: int, other: int) -> None:
        waiting = {
            item.id for item in (self.at(one), self.at(other)) if item and item.story_id is None and item.tier != "off"
        }
        stories.place(self.db, [Membership(item_id, min(waiting), "") for item_id in sorted(waiting)], self.now)

    def prune(self, kept: dict[Tier, int]) -> None:
        prune(self.db, {tier: self.now - days * DAY for tier, days in kept.items()}, self.now)


def known_by(key: str, given: TaggedItem) -> TaggedItem:
    return replace(given, item=replace(given.item, identity=Identity(given.item.identity.entry_id, key)))


def faults_after(db: Engine, happened: list[tuple[Any, ...]]) -> list[Any]:
    """What is wrong after any of the steps that take most apart, and at the end."""
    world = World(db)
    found: list[Any] = []
    for step in happened:
        world.take(*step)
        if step[0] in ("prune", "takeover"):
            found += faults(db)
    return found + list(faults(db))


UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@settings(max_examples=60, **UNHURRIED)
@given(st.lists(steps, min_size=3, max_size=25))
def test_any_sequence_leaves_a_whole_store(
    sqlite_template: Path, tmp_path: Path, happened: list[tuple[Any, ...]]
) -> None:
    path = tmp_path / "sequence.db"
    for file in tmp_path.glob("sequence.db*"):
        file.unlink()
    shutil.copyfile(sqlite_template, path)
    for db in opened(f"sqlite:///{path}"):
        assert faults_after(db, happened) == []


@settings(max_examples=10, **UNHURRIED)
@given(st.lists(steps, min_size=3, max_size=25))
def test_any_sequence_leaves_a_whole_store_on_postgresql(
    postgres: Postgres, postgres_template: str, happened: list[tuple[Any, ...]]
) -> None:
    with postgres.database(postgres_template) as url:
        for db in opened(url):
            assert faults_after(db, happened) == []


def test_a_fault_would_be_noticed(db: Engine) -> None:
    world = World(db)
    world.new("news", [replace(make_item("a", ["topic/policy"]))])
    with writing(db) as connection:
        connection.execute(text("UPDATE item SET tier = 'off'"))
    assert len(faults(db)) >= 3
