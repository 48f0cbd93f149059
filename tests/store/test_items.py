"""Writing what a look at a source changes: all of it, or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.errors import StoreError
from aggregator.model import (
    Edit,
    Evidence,
    KnownEntry,
    KnownItem,
    Sighting,
    Tag,
    TaggedItem,
    Tagging,
    Tier,
    standing,
)
from aggregator.store import ConflictError, items, known, reads
from aggregator.store.check import faults
from tests.conftest import opened
from tests.fakes import START
from tests.samples import add_sources, fetch_log, make_changes, make_item, make_source, only, store, titles

HOUR = timedelta(hours=1)
LATER = START + HOUR


def edited(db: Engine, name: str = "a", now: Any = LATER, **parts: Any) -> TaggedItem:
    """Stores an edit of an item that is there."""
    tagged = make_item(name, **parts)
    items.apply(db, make_changes("news", now, edits=(Edit(only(db).id, tagged),)))
    return tagged


def sighted(db: Engine, item_id: int, source_id: str, entry_id: str = "theirs", print_: str = "1") -> None:
    sighting = Sighting(item_id, entry_id, print_)
    items.apply(db, make_changes(source_id, LATER, sightings=(sighting,)))


def test_a_new_item_is_read_back_as_it_was_stored(db: Engine) -> None:
    words = Evidence("title", 0, 2, "百度", "name")
    tags = (Tag("company", "baidu", (words,)), Tag("topic", "policy", ()))
    tagged = replace(make_item(updated=LATER, lang="zh", title="百度"), tagging=Tagging(tags, Tier.ADJACENT, 2.5, "v1"))
    store(db, tagged)
    stored = only(db)
    for field in ("link", "title", "summary", "published", "updated", "lang"):
        assert getattr(stored, field) == getattr(tagged.item, field)
    assert (stored.source_id, stored.source_title, stored.tier) == ("news", "News", Tier.ADJACENT)
    assert stored.tags == tags
    assert stored.first_seen == stored.changed == START
    assert reads.item(db, stored.id) == stored


def test_many_new_items_each_keep_their_own_tags(db: Engine) -> None:
    store(db, *(make_item(str(number), tags=[f"company/c{number}"]) for number in range(1200)))
    assert titles(db, "company=c1199") == ["Title 1199"]
    assert faults(db) == []


@pytest.mark.parametrize(
    ("published", "dated"),
    [(START - HOUR, START - HOUR), (START + HOUR, START), (None, START)],
    ids=["past", "future", "none"],
)
def test_an_item_is_listed_under_its_date_but_never_after_it_was_seen(db: Engine, published: Any, dated: Any) -> None:
    store(db, make_item(published=published, tags=["topic/policy"]))
    assert (only(db).published, only(db).dated) == (published, dated)
    assert faults(db) == []


@pytest.mark.parametrize(("hours", "dated"), [(-3, -3), (5, 0)])
def test_an_item_of_a_day_is_listed_then_or_when_it_was_seen_first(db: Engine, hours: int, dated: int) -> None:
    store(db, make_item(published=START - HOUR, about=START + hours * HOUR))
    assert (only(db).published, only(db).dated) == (START - HOUR, START + dated * HOUR)


def test_known_tells_entries_of_this_source_from_keys_of_all(db: Engine) -> None:
    store(db, make_item("a"), make_item("b"))
    add_sources(db, make_source("other"))
    a, b = (only(db, f"q={name}").id for name in "ab")
    sighted(db, a, "other", "other-a", "seen")
    assert known.sighted(db, {"other": ["id-a", "other-a", "id-x"], "news": ["id-b", "other-a"]}) == {
        "other": {"other-a": KnownEntry(a, "seen", False, "//news.example/a", "Title a", START, standing("", "news"))},
        "news": {"id-b": KnownEntry(b, "print-b", True, "//news.example/b", "Title b", START, standing("", "news"))},
    }
    wanted = {"other": ["//news.example/a", "//nowhere.example", "//news.example/b"], "news": ["//news.example/a"]}
    assert known.holders(db, wanted) == {
        "other": {
            "//news.example/a": KnownItem(a, "Title a", frozenset({"other-a"}), standing("", "news")),
            "//news.example/b": KnownItem(b, "Title b", frozenset(), standing("", "news")),
        },
        "news": {"//news.example/a": KnownItem(a, "Title a", frozenset({"id-a"}), standing("", "news"))},
    }


def test_known_answers_for_more_entries_than_a_statement_may_hold(db: Engine) -> None:
    many = [make_item(str(number)) for number in range(1100)]
    store(db, *many)
    identities = [tagged.item.identity for tagged in many]
    assert len(known.sighted(db, {"news": [identity.entry_id for identity in identities]})["news"]) == 1100
    assert len(known.holders(db, {"news": [identity.key for identity in identities]})["news"]) == 1100


def test_storing_an_item_again_is_a_conflict_that_leaves_everything_as_it_was(db: Engine) -> None:
    store(db, make_item("a", tags=["topic/policy"]))
    before, log = only(db), len(fetch_log(db))
    with pytest.raises(ConflictError):
        items.apply(db, make_changes(now=LATER, new=(make_item("other"), make_item("a", title="Changed"))))
    assert only(db) == before
    assert len(fetch_log(db)) == log
    assert faults(db) == []


def test_seeing_an_entry_again_is_harmless(db: Engine) -> None:
    store(db, make_item("a"))
    before = only(db)
    sighted(db, before.id, "news", "id-a", "print-a")
    assert only(db) == before
    assert len(reads.carriers(db, before.id)) == 1


def test_a_conflict_is_a_store_error() -> None:
    assert issubclass(ConflictError, StoreError)


def test_an_edit_shows_the_new_text_and_keeps_the_earlier_as_a_version(db: Engine) -> None:
    store(db, make_item("a", tags=["company/baidu"]))
    edited(db, title="Corrected", summary="<p>New</p>", tags=["company/alibaba"], tier=Tier.OFF)
    now = only(db)
    assert (now.title, now.summary, now.tier) == ("Corrected", "<p>New</p>", Tier.OFF)
    assert now.slugs("company") == ("alibaba",)
    assert (now.first_seen, now.changed) == (START, LATER)
    assert reads.versions(db, now.id) == [reads.ItemVersion("Title a", "<p>Summary a</p>", LATER)]
    assert faults(db) == []


def test_every_edit_adds_a_version_the_oldest_first(db: Engine) -> None:
    store(db, make_item("a"))
    for hours in (1, 2, 3):
        edited(db, title=f"Edit {hours}", now=START + hours * HOUR)
    assert [version.title for version in reads.versions(db, only(db).id)] == ["Title a", "Edit 1", "Edit 2"]


def test_the_search_index_follows_an_edit(db: Engine) -> None:
    store(db, make_item("a", title="Zebra"))
    edited(db, title="Giraffe")
    assert (titles(db, "q=zebra"), titles(db, "q=giraffe")) == ([], ["Giraffe"])


def test_an_edit_that_nobody_sees_is_no_change(db: Engine) -> None:
    store(db, make_item("a"))
    edited(db, fingerprint="another")
    assert only(db).changed == START
    assert reads.versions(db, only(db).id) == []


@pytest.mark.parametrize("parts", [{"link": "https://news.example/moved"}, {"published": START - HOUR}])
def test_a_changed_link_or_date_is_a_change_without_a_version(db: Engine, parts: dict[str, Any]) -> None:
    store(db, make_item("a"))
    edited(db, **parts)
    assert only(db).changed == LATER
    assert reads.versions(db, only(db).id) == []


def test_nothing_comes_first_again_by_being_dated_anew(db: Engine) -> None:
    store(db, make_item("a", published=START - 9 * HOUR))
    edited(db, published=START + 9 * HOUR, now=START + 3 * HOUR)
    assert only(db).dated == START
    edited(db, published=START + 10 * HOUR, now=START + 5 * HOUR)
    assert only(db).dated == START
    edited(db, published=START - 3 * HOUR, now=START + 6 * HOUR)
    assert only(db).dated == START - 3 * HOUR
    assert faults(db) == []


def test_an_entry_that_drops_its_date_keeps_it(db: Engine) -> None:
    store(db, make_item("a", published=START - HOUR, tags=["topic/policy"]))
    edited(db, published=None, tags=["topic/policy"])
    assert only(db).published == only(db).dated == START - HOUR
    assert faults(db) == []


def test_sources_that_carry_an_item_are_named_once_each_in_the_order_they_were_seen(db: Engine) -> None:
    store(db, make_item("a"))
    add_sources(db, make_source("other"), make_source("another"))
    item_id = only(db).id
    for source_id, entry_id in (("other", "1"), ("other", "2"), ("another", "1"), ("news", "new-id")):
        sighted(db, item_id, source_id, entry_id)
    assert [(carrier.source_id, carrier.seen) for carrier in reads.carriers(db, item_id)] == [
        ("news", START),
        ("another", LATER),
        ("other", LATER),
    ]


def test_a_repeated_sighting_takes_the_new_fingerprint(db: Engine) -> None:
    store(db, make_item("a"))
    sighted(db, only(db).id, "news", "id-a", "newer")
    assert known.sighted(db, {"news": ["id-a"]})["news"]["id-a"].fingerprint == "newer"


def test_tagging_again_replaces_tags_but_is_no_change_to_readers(db: Engine) -> None:
    store(db, make_item("a", tags=["company/baidu", "topic/policy"]), make_item("b", tags=["company/baidu"]))
    before = only(db, "q=a")
    new = Tagging((Tag("company", "alibaba"),), Tier.ADJACENT, 9.0, "taxonomy-2")
    items.save_taggings(db, [(before.id, new)], START)
    assert only(db, "q=a") == replace(before, tags=new.tags, tier=Tier.ADJACENT)
    assert titles(db, "company=baidu") == ["Title b"]
    assert faults(db) == []


def test_of_two_that_store_the_same_item_at_once_one_succeeds(db: Engine, database_url: str) -> None:
    add_sources(db, make_source("left"), make_source("right"))
    barrier = Barrier(2)
    names = [str(number) for number in range(40)]

    def write(source_id: str, order: list[str]) -> bool:
        for engine in opened(database_url):
            barrier.wait(10)
            try:
                items.apply(engine, make_changes(source_id, new=tuple(map(make_item, order))))
            except ConflictError:
                return False
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(write, ("left", "right"), (names, names[::-1])))
    assert sorted(done) == [False, True]
    assert len(titles(db)) == 40
    assert faults(db) == []


def test_an_edit_of_an_item_that_another_source_took_over_is_a_conflict(db: Engine) -> None:
    store(db, make_item("a"))
    add_sources(db, make_source("other"))
    item_id = only(db).id
    items.apply(db, make_changes("other", takeovers=(Edit(item_id, make_item("a", title="Theirs")),)))
    with pytest.raises(ConflictError):
        items.apply(db, make_changes("news", edits=(Edit(item_id, make_item("a", title="Ours")),)))
    assert only(db).title == "Theirs"
