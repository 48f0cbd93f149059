"""Pruning: what is old and no longer shown goes, with all that is about it; everything else stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from aggregator.model import Edit, Membership, Sighting, Source, Tagging, Tier
from aggregator.store import ConflictError, items, known, retention, sources, stories
from aggregator.store.backup import move
from aggregator.store.check import faults
from aggregator.store.db import reading
from aggregator.store.retention import GRACE, prunable, prune
from tests.fakes import START
from tests.samples import add_sources, make_changes, make_item, make_source, number_of_stories, only, store, titles

DAY = timedelta(days=1)
LATER = START + 10 * DAY
LONG_AFTER = LATER + GRACE + DAY
OLD_OFF = {Tier.OFF: LATER}


def shown(db: Engine, *names: str, source_id: str = "news", now: datetime = LATER) -> None:
    """A look at a source's document, which has these entries."""
    before, present = frozenset(*known.shown(db, [source_id])), frozenset(f"id-{name}" for name in names)
    items.apply(db, replace(make_changes(source_id, now), left=before - present, back=present - before))


def store_off(db: Engine, names: Sequence[str], **parts: datetime) -> None:
    store(db, *(make_item(name, ["topic/policy"], Tier.OFF, **parts) for name in names))


@pytest.fixture(autouse=True)
def _newest(db: Engine) -> None:
    """Items a, b and c, which are old and off topic, and a core item as old."""
    store_off(db, "abc")
    store(db, make_item("core"))


def test_what_is_old_and_gone_is_pruned_and_everything_else_stays(db: Engine) -> None:
    items.apply(db, make_changes(now=LATER, edits=(Edit(only(db, "q=a").id, make_item("a", (), Tier.OFF, title="A")),)))
    store_off(db, ["young"], published=LATER)
    store(db, make_item("last", published=LATER), now=LATER)
    shown(db, "b", "young")
    assert prunable(db, OLD_OFF, LONG_AFTER) == prune(db, OLD_OFF, LONG_AFTER) == {Tier.OFF: 2}
    assert sorted(titles(db)) == ["Title b", "Title core", "Title last", "Title young"]
    assert titles(db, "q=a") == titles(db, "q=c") == []
    assert faults(db) == []
    with reading(db) as connection:
        for table in ("item", "sighting", "item_search"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 4
        assert connection.scalar(text("SELECT count(*) FROM item_version")) == 0


@pytest.mark.parametrize(("days", "kept"), [(0, True), (6.9, True), (7.1, False)])
def test_what_has_just_left_the_document_waits_for_some_days(db: Engine, days: float, kept: bool) -> None:
    shown(db)
    assert prune(db, OLD_OFF, LATER + days * DAY) == {Tier.OFF: 0 if kept else 3}


def test_what_comes_back_into_the_document_stays(db: Engine) -> None:
    shown(db)
    shown(db, "a", now=LATER + DAY)
    prune(db, OLD_OFF, LONG_AFTER)
    assert sorted(titles(db)) == ["Title a", "Title core"]


def test_what_another_source_shows_stays(db: Engine) -> None:
    add_sources(db, make_source("other"))
    sighting = Sighting(only(db, "q=a").id, "id-theirs", "print")
    items.apply(db, make_changes("other", sightings=(sighting,)))
    shown(db)
    prune(db, OLD_OFF, LONG_AFTER)
    assert sorted(titles(db)) == ["Title a", "Title core"]
    shown(db, source_id="other", now=LONG_AFTER)
    prune(db, OLD_OFF, LONG_AFTER + GRACE + DAY)
    assert titles(db) == ["Title core"]
    assert faults(db) == []


@pytest.mark.parametrize("left", [[], [replace(make_source(), enabled=False)]], ids=["unlisted", "disabled"])
def test_a_source_that_is_not_looked_at_shows_nothing(db: Engine, left: list[Source]) -> None:
    assert prune(db, OLD_OFF, LONG_AFTER) == {Tier.OFF: 0}
    sources.sync(db, left, START)
    assert prune(db, OLD_OFF, LONG_AFTER) == {Tier.OFF: 3}


def test_a_look_that_reads_no_document_takes_nothing_for_gone(db: Engine) -> None:
    items.apply(db, make_changes(now=LATER))
    assert prune(db, OLD_OFF, LONG_AFTER) == {Tier.OFF: 0}


def test_each_tier_has_its_own_time_and_none_means_for_ever(db: Engine) -> None:
    shown(db)
    store(db, make_item("last", published=LONG_AFTER), now=LONG_AFTER)
    assert prune(db, {}, LONG_AFTER) == {}
    assert prune(db, {Tier.OFF: START - DAY, Tier.ADJACENT: LATER}, LONG_AFTER) == {Tier.OFF: 0, Tier.ADJACENT: 0}
    assert prune(db, {Tier.CORE: LATER}, LONG_AFTER) == {Tier.CORE: 1}


def test_the_newest_item_stays_so_that_no_id_is_given_twice(db: Engine) -> None:
    last = only(db, "q=core").id
    shown(db)
    assert prune(db, {Tier.CORE: LATER, Tier.OFF: LATER}, LONG_AFTER) == {Tier.CORE: 0, Tier.OFF: 3}
    store(db, make_item("next"))
    assert only(db, "q=next").id > last


def test_pruning_goes_on_where_a_batch_ended(db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    store_off(db, list("defgh"))
    store(db, make_item("last"))
    shown(db, "b", "e")
    told: list[tuple[str, int, int]] = []
    assert prune(db, OLD_OFF, LONG_AFTER, lambda *step: told.append(step)) == {Tier.OFF: 6}
    assert sorted(titles(db)) == ["Title b", "Title core", "Title e", "Title last"]
    assert told[-1] == ("items of the tier off", 6, 6)
    assert faults(db) == []


def test_a_story_is_counted_anew_or_goes_with_its_last_item(db: Engine) -> None:
    ids = {name: only(db, f"q={name}").id for name in ("a", "b", "c", "core")}
    items.save_taggings(db, [(ids[name], Tagging((), Tier.ADJACENT, 2.0, "taxonomy-2")) for name in "abc"], START)
    together = [Membership(ids["a"], ids["a"], ""), Membership(ids["core"], ids["a"], "")]
    alone = [Membership(ids[name], ids[name], "") for name in "bc"]
    stories.place(db, [*together, *alone], START)
    with reading(db) as connection:
        told = {row.lead_id: row.id for row in connection.execute(text("SELECT lead_id, id FROM story"))}
    merging = [Membership(ids["b"], stories.name(told[ids["c"]]), "")]
    stories.place(db, merging, START, {told[ids["b"]]: stories.name(told[ids["c"]])})
    shown(db)
    assert prune(db, {Tier.ADJACENT: OLD_OFF[Tier.OFF]}, LONG_AFTER) == {Tier.ADJACENT: 3}
    (story,) = stories.stories(db, told.values()).values()
    assert (story.lead.id, story.voices.reports, story.changed) == (ids["core"], 1, START)
    assert stories.survivor(db, told[ids["b"]]) is None
    assert faults(db) == []


def test_an_edit_of_an_item_that_is_pruned_meanwhile_is_a_conflict(db: Engine) -> None:
    item_id = only(db, "q=a").id
    shown(db)
    prune(db, OLD_OFF, LONG_AFTER)
    for changes in (
        make_changes(edits=(Edit(item_id, make_item("a")),)),
        make_changes(takeovers=(Edit(item_id, make_item("a")),)),
        make_changes(sightings=(Sighting(item_id, "other-id", "print"),)),
    ):
        with pytest.raises(ConflictError):
            items.apply(db, changes)
    assert faults(db) == []


def number_of_a_story(db: Engine, name: str) -> int:
    """The number that the story of a new item got, which is no more."""
    store(db, make_item(name, ["topic/policy"]))
    item_id = only(db, f"q={name}").id
    stories.place(db, [Membership(item_id, item_id, "")], START)
    number = only(db, f"q={name}").story_id or 0
    items.save_taggings(db, [(item_id, Tagging((), Tier.OFF, 0.0, f"taxonomy of {name}"))], START)
    return number


def test_no_number_of_a_story_is_given_twice_not_even_after_a_move(db: Engine, empty_db: Engine) -> None:
    numbers = [number_of_a_story(db, name) for name in ("first", "second", "third")]
    move(db, empty_db)
    numbers.append(number_of_a_story(empty_db, "fourth"))
    assert number_of_stories(db) == 0
    assert numbers == sorted(set(numbers))
