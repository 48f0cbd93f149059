"""Items are put into stories by many at once, and while all are grouped anew: each stands in one that is there."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, text

from aggregator.bootstrap import Service
from aggregator.jobs import grouping
from aggregator.model import Edit, Membership, Tier
from aggregator.store import items, stories
from aggregator.store.check import faults
from aggregator.store.db import writing
from aggregator.store.errors import ConflictError
from aggregator.store.statements import take_write_lock
from tests.fakes import START
from tests.samples import add_sources, make_changes, make_item, make_source, number_of_stories, store

LAUNCH = "Baidu launches ERNIE 4.5 and reasoning model ERNIE X1"


def filled(db: Engine, *names: str) -> list[int]:
    """Items without a story; their ids."""
    add_sources(db, make_source("news"))
    store(db, *(make_item(name, ["topic/policy"], title=f"{LAUNCH} {name}") for name in names))
    return [int(str(dispatch.id)) for dispatch in stories.ungrouped(db, 100)]


def alone(*ids: int) -> list[Membership]:
    """Each in a story of its own."""
    return [Membership(item, item, "") for item in ids]


def test_two_that_group_the_same_items_at_once_make_each_story_once(db: Engine) -> None:
    ids = filled(db, "a", "b", "c")
    said: list[str] = []

    def group() -> None:
        try:
            stories.place(db, alone(*ids), START)
            said.append("placed")
        except ConflictError:
            said.append("too late")

    threads = [Thread(target=group) for _ in range(2)]
    with writing(db) as connection:
        take_write_lock(connection)
        for thread in threads:
            thread.start()
        if db.dialect.name == "postgresql":
            _until_both_wait(db)
    for thread in threads:
        thread.join()
    assert sorted(said) == ["placed", "too late"]
    assert number_of_stories(db) == 3
    assert faults(db) == []


def _until_both_wait(db: Engine) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with db.connect() as connection:
            if connection.scalar(waiting) == 2:
                return
    raise AssertionError("they do not wait for each other")


def test_what_comes_in_while_all_is_grouped_anew_follows_its_story(db: Engine) -> None:
    first, second = filled(db, "a", "b")
    stories.place(db, alone(first, second), START)
    kept, gone = (story for story, _ in sorted(by_story(db).items()))
    (late,) = filled(db, "late")
    stories.place(db, [Membership(late, stories.name(gone), "like it")], START)
    stories.place(db, [Membership(second, stories.name(kept), "same")], START, {gone: stories.name(kept)})
    assert by_story(db) == {kept: {first, second, late}}
    assert faults(db) == []


def test_an_item_that_turns_off_topic_leaves_its_story(db: Engine) -> None:
    first, second = filled(db, "a", "b")
    stories.place(db, [Membership(first, first, ""), Membership(second, first, "same title")], START)
    gardening = make_item("a", [], title="Gardening tips", tier=Tier.OFF, published=START - timedelta(days=1))
    items.apply(db, make_changes(edits=(Edit(first, gardening),)))
    (story,) = stories.stories(db, range(1, 9)).values()
    assert (story.lead.id, story.voices.reports) == (second, 1)
    edited = make_item("b", [], title="Gardening tips, too", tier=Tier.OFF)
    items.apply(db, make_changes(edits=(Edit(second, edited),)))
    assert number_of_stories(db) == 0
    assert faults(db) == []


def test_what_has_changed_since_it_was_read_is_not_put_into_a_story(db: Engine) -> None:
    first, second = filled(db, "a", "b")
    gardening = make_item("a", [], title="Gardening tips", tier=Tier.OFF)
    items.apply(db, make_changes(edits=(Edit(first, gardening),)))
    for unfit in (first, 99):  # off topic, and pruned
        with pytest.raises(ConflictError):
            stories.place(db, alone(second, unfit), START)
    stories.place(db, alone(first, second, 99), START, {})  # of all anew, what fits stays
    assert [story.lead.id for story in stories.stories(db, range(1, 9)).values()] == [second]
    assert faults(db) == []


def test_nothing_is_put_into_a_story_that_is_no_more(db: Engine) -> None:
    first, second = filled(db, "a", "b")
    stories.place(db, alone(first, second), START)
    kept, gone = (story for story, _ in sorted(by_story(db).items()))
    stories.place(db, [Membership(second, stories.name(kept), "same")], START, {gone: stories.name(kept)})
    (late,) = filled(db, "late")
    with pytest.raises(ConflictError):
        stories.place(db, [Membership(late, stories.name(gone), "like it")], START)
    assert by_story(db) == {kept: {first, second}}


def by_story(db: Engine) -> dict[int, set[int]]:
    with db.connect() as connection:
        rows = connection.execute(text("SELECT story_id, id FROM item WHERE story_id IS NOT NULL")).all()
    return {story: {item for other, item in rows if other == story} for story, _ in rows}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("INSERT INTO story (lead_id, reports, independent, first, last, changed)"
         " SELECT lead_id, 1, 1, first, last, changed FROM story WHERE id = 1", "1 stories have no item"),
        ("UPDATE story SET reports = 0 WHERE id = 1",
         "1 stories that rest have items, or none that remembers them"),
        ("INSERT INTO story (lead_id, reports, independent, first, last, changed)"
         " SELECT 99, 0, 0, first, last, changed FROM story WHERE id = 1",
         "1 stories that rest have items, or none that remembers them"),
        ("UPDATE story SET merged_into = 2 WHERE id = 1", "1 stories that are part of another one still have items"),
    ],
)  # fmt: skip
def test_stories_that_cannot_be_are_found(db: Engine, damage: str, said: str) -> None:
    stories.place(db, alone(*filled(db, "a", "b")), START)
    with db.begin() as connection:
        connection.execute(text(damage))
    assert said in faults(db)
    assert set(stories.stories(db, [1, 2, 3])) <= {1, 2}


def test_a_service_groups_what_waits(service: Service) -> None:
    filled(service.db, "a", "b")
    assert grouping.group(service) == 2
    assert grouping.group(service) == 0
    assert faults(service.db) == []
