"""Stories whose items go off topic, and come back: an address stays, and nobody is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from aggregator.model import Membership, Tagging, Tier
from aggregator.query import ItemQuery
from aggregator.store import items, stories
from aggregator.store.check import faults
from aggregator.store.errors import ConflictError
from aggregator.store.events import told_since
from aggregator.store.retention import prune
from tests.fakes import START
from tests.samples import add_sources, make_changes, make_item, make_source, number_of_stories, store

YEAR = timedelta(days=365)


@pytest.fixture
def story(db: Engine) -> tuple[int, list[int]]:
    """A story of three items, and their ids."""
    add_sources(db, make_source("news"))
    store(db, *(make_item(name, ["topic/policy"]) for name in "abc"), make_item("later", tier=Tier.OFF))
    ids = [int(str(dispatch.id)) for dispatch in stories.ungrouped(db, 100)]
    stories.place(db, [Membership(item, ids[0], "like it") for item in ids], START)
    (number,) = stories.stories(db, range(1, 9))
    return number, ids


def turn(db: Engine, ids: list[int], tier: Tier) -> None:
    """As a change of the rules does that makes items off topic, or takes that back."""
    items.save_taggings(db, [(item, Tagging((), tier, 1.0, f"taxonomy of {tier}")) for item in ids], START)


def test_a_story_that_comes_back_has_its_address_again(db: Engine, story: tuple[int, list[int]]) -> None:
    number, ids = story
    before = told_since(db, ItemQuery(), START - YEAR, START - YEAR)
    turn(db, ids, Tier.OFF)
    assert (number_of_stories(db), stories.stories(db, [number]), stories.was_there(db, number)) == (0, {}, False)
    assert faults(db) == []
    turn(db, ids, Tier.CORE)
    stories.place(db, [Membership(item, ids[0], "like it") for item in ids], START + YEAR)
    (back,) = stories.stories(db, range(1, 9)).values()
    assert (back.id, {item.id for item in back.items}, back.voices.reports) == (number, set(ids), 3)
    assert told_since(db, ItemQuery(), START - YEAR, START - YEAR) == before == [number]
    assert faults(db) == []


def test_a_story_whose_item_comes_back_into_another_one_leads_there(db: Engine, story: tuple[int, list[int]]) -> None:
    number, ids = story
    turn(db, ids, Tier.OFF)
    store(db, make_item("other", ["topic/policy"]))
    (other,) = (int(str(dispatch.id)) for dispatch in stories.ungrouped(db, 100))
    stories.place(db, [Membership(other, other, "")], START)
    (there,) = stories.stories(db, range(1, 9))
    turn(db, ids, Tier.CORE)
    stories.place(db, [Membership(item, stories.name(there), "like it") for item in ids], START)
    assert (stories.survivor(db, number), number_of_stories(db)) == (there, 1)
    assert faults(db) == []


def test_two_that_come_back_as_one_keep_the_older_address(db: Engine, story: tuple[int, list[int]]) -> None:
    number, ids = story
    store(db, make_item("other", ["topic/policy"]))
    (other,) = (int(str(dispatch.id)) for dispatch in stories.ungrouped(db, 100))
    stories.place(db, [Membership(other, other, "")], START)
    (second,) = set(stories.stories(db, range(1, 9))) - {number}
    turn(db, [*ids, other], Tier.OFF)
    turn(db, [*ids, other], Tier.CORE)
    stories.place(db, [Membership(item, ids[0], "like it") for item in [*ids, other]], START)
    assert (set(stories.stories(db, range(1, 9))), stories.survivor(db, second)) == ({number}, number)
    assert faults(db) == []


@pytest.mark.parametrize("first", [0, 1, 2])
def test_the_first_that_comes_back_has_its_story_again(db: Engine, story: tuple[int, list[int]], first: int) -> None:
    number, ids = story
    turn(db, ids, Tier.OFF)
    for item in (ids[first], *ids[:first], *ids[first + 1 :]):
        turn(db, [item], Tier.CORE)
        there = next(iter(stories.stories(db, range(1, 9))), None)
        stories.place(db, [Membership(item, stories.name(there) if there else item, "like it")], START)
        assert list(stories.stories(db, range(1, 9))) == [number]
        assert faults(db) == []


def test_an_item_that_leaves_a_story_that_goes_on_may_come_back_elsewhere(
    db: Engine, story: tuple[int, list[int]]
) -> None:
    number, ids = story
    turn(db, ids[:1], Tier.OFF)
    turn(db, ids[:1], Tier.CORE)
    stories.place(db, [Membership(ids[0], ids[0], "")], START)
    assert len(stories.stories(db, range(1, 9))) == 2
    assert stories.survivor(db, number) == number
    assert faults(db) == []


def test_a_story_goes_with_its_last_item(db: Engine, story: tuple[int, list[int]]) -> None:
    number, ids = story
    turn(db, ids, Tier.OFF)
    items.apply(db, make_changes(left=frozenset(f"id-{name}" for name in "abc")))
    prune(db, {Tier.OFF: START + YEAR}, START + YEAR)
    with db.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM story")) == 0
    assert stories.was_there(db, number)
    assert faults(db) == []


def test_nothing_is_put_into_a_story_that_rests(db: Engine, story: tuple[int, list[int]]) -> None:
    number, ids = story
    turn(db, ids, Tier.OFF)
    store(db, make_item("late", ["topic/policy"]))
    (late,) = (int(str(dispatch.id)) for dispatch in stories.ungrouped(db, 100))
    with pytest.raises(ConflictError):
        stories.place(db, [Membership(late, stories.name(number), "like it")], START)
