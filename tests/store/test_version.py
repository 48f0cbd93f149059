"""The store's version: it grows with every write of what readers see, and with no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from aggregator.errors import StoreError
from aggregator.model import Edit, Sighting, Status, Tagging, Tier
from aggregator.store import activity, items, notes, open_database, sources, states, version
from tests.fakes import START
from tests.samples import add_sources, make_changes, make_item, make_source, make_tag, only, store

LATER = START + timedelta(hours=1)


def number(db: Engine) -> int:
    return int(version.current(db).number)


def test_a_store_without_writes_has_no_version(db: Engine) -> None:
    assert version.current(db) == version.NONE


def test_new_items_and_edits_are_a_new_version(db: Engine) -> None:
    store(db, make_item("a"))
    before = version.current(db)
    edit = Edit(only(db).id, make_item("a", title="Another title"))
    items.apply(db, make_changes(now=LATER, edits=(edit,)))
    after = version.current(db)
    assert (int(after.number), after.since) == (int(before.number) + 1, LATER)


def test_a_sighting_by_another_source_is_a_new_version(db: Engine) -> None:
    store(db, make_item("a"))
    add_sources(db, make_source("other"))
    before = number(db)
    sighting = Sighting(only(db).id, "entry", "print")
    for expected in (before + 1, before + 1):  # known already, it changes nothing
        items.apply(db, make_changes("other", sightings=(sighting,)))
        assert number(db) >= expected


def test_new_tags_are_a_new_version(db: Engine) -> None:
    store(db, make_item("a"))
    before = number(db)
    items.save_taggings(db, [(only(db).id, Tagging((make_tag("topic/policy"),), Tier.CORE, 1.0, "other"))], START)
    assert number(db) == before + 1
    items.save_taggings(db, [(only(db).id, Tagging((make_tag("topic/policy"),), Tier.CORE, 1.0, "other"))], START)
    assert number(db) == before + 1


def test_only_a_source_that_begins_or_ceases_to_fail_is_a_new_version(db: Engine) -> None:
    store(db, make_item("a"))
    start = number(db)
    grown = []
    for status, error in (
        ("ok", ""),
        ("not_modified", ""),
        ("error", "404"),
        ("error", "404"),
        ("error", "500"),
        ("ok", ""),
    ):
        changes = make_changes(now=LATER)
        items.apply(db, replace(changes, state=replace(changes.state, status=Status(status), error=error)))
        grown.append(number(db) - start)
    assert grown == [0, 0, 1, 1, 2, 3]


def test_settings_and_notes_are_a_new_version(db: Engine) -> None:
    add_sources(db, make_source("a"))
    before = number(db)
    notes.leave(db, notes.CONFIG_ERROR, "a mistake", LATER)
    sources.sync(db, [make_source("a", title="Another")], START)
    assert number(db) == before + 2


def test_no_two_versions_are_of_one_second(db: Engine) -> None:
    store(db, make_item("a"))
    edit = Edit(only(db).id, make_item("a", title="Another title"))
    items.apply(db, make_changes(now=LATER, edits=(edit,)))
    items.save_taggings(db, [(only(db).id, Tagging((), Tier.OFF, 0.0, "by a clock that is behind"))], START)
    assert version.current(db).since == LATER + timedelta(seconds=1)


def test_the_version_that_is_known_is_given_back_as_it_is(db: Engine) -> None:
    add_sources(db, make_source("a"))
    known = version.current(db)
    assert version.current(db, known) is known


def test_a_database_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        version.current(open_database(f"sqlite:///{tmp_path}/empty.db"))


def test_the_next_look_is_that_of_the_first_source(db: Engine) -> None:
    add_sources(db, make_source("a"), make_source("b"))
    assert activity.next_look(db) is None  # both are due
    for source_id, then in (("a", LATER), ("b", START)):
        states.postpone(db, source_id, then, "later")
    assert activity.next_look(db) == START
    assert activity.pulse(db) == activity.Pulse(2, None, None, START)
    assert activity.statuses(db) == {"never": 2}
    assert activity.tiers(db) == dict.fromkeys(Tier, 0)
