"""Which items are tagged again: those of another taxonomy, and those of which people say something else now."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from aggregator.model import Tagging, Tier
from aggregator.store import items, outdated
from tests.fakes import START
from tests.samples import add_sources, make_item, make_source, only, store


@pytest.fixture(autouse=True)
def _source(db: Engine) -> None:
    add_sources(db, make_source("news"))


def test_items_of_another_taxonomy_are_found_in_batches(db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outdated, "BATCH", 2)
    store(db, *(make_item(str(number)) for number in range(5)))
    batches = outdated.outdated(db, "taxonomy-2", {}, {})
    first = next(batches)
    assert [item.title for item in first] == ["Title 0", "Title 1"]
    items.save_taggings(db, [(item.id, Tagging((), Tier.OFF, 0, "taxonomy-2")) for item in first], START)
    assert [[item.title for item in batch] for batch in batches] == [["Title 2", "Title 3"], ["Title 4"]]
    assert [[item.title for item in batch] for batch in outdated.outdated(db, "taxonomy-1", {}, {})] == [
        ["Title 0", "Title 1"]
    ]


def test_an_item_that_is_corrected_or_no_longer_so_is_outdated(db: Engine) -> None:
    store(db, make_item("a"), make_item("b"))
    key = only(db, "q=a").key
    assert [
        [i.title for i in batch] for batch in outdated.outdated(db, "taxonomy-1", {}, {key: "taxonomy-1+mine"})
    ] == [["Title a"]]
    items.save_taggings(db, [(only(db, "q=a").id, Tagging((), Tier.OFF, 0, "taxonomy-1+mine"))], START)
    assert list(outdated.outdated(db, "taxonomy-1", {}, {key: "taxonomy-1+mine"})) == []
    assert [[i.title for i in batch] for batch in outdated.outdated(db, "taxonomy-1", {}, {})] == [["Title a"]]


def test_an_item_that_is_corrected_and_of_another_taxonomy_is_found_once(db: Engine) -> None:
    store(db, make_item("a"), make_item("b"))
    corrected = {only(db, "q=a").key: "taxonomy-2+mine"}
    found = [item.title for batch in outdated.outdated(db, "taxonomy-2", {}, corrected) for item in batch]
    assert sorted(found) == ["Title a", "Title b"]
