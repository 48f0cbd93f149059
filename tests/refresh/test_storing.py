"""Looks that are stored many at once leave what they leave one after the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from aggregator.model import Identity, ReadResult, Report, SourceState, Status, TaggedItem
from aggregator.refresh import storing
from aggregator.refresh.storing import Brought, keep
from aggregator.store import ConflictError, items, known
from aggregator.store.check import faults
from aggregator.store.db import reading
from aggregator.store.tables import FETCH, ITEM, SIGHTING
from tests.conftest import opened
from tests.fakes import START
from tests.samples import add_sources, fetch_log, make_item, make_source, only

CLASSES = {"paper": "media", "press": "media", "ministry": "official", "blog": ""}
HOUR = timedelta(hours=1)
Document = dict[str, tuple[int, int]]  # entry id → the number of its page, and of its wording


def entry(entry_id: str, page: int, wording: int) -> TaggedItem:
    parts = {"identity": Identity(entry_id, f"//news.example/{page}"), "fingerprint": f"{page} {wording}"}
    return make_item(f"{page} {wording}", ["topic/policy", f"company/firm-{page}"], **parts)


def brought(db: Engine, source_id: str, document: Document, hours: int = 0) -> Brought:
    """What a look at a source brings that has this document now."""
    state = SourceState(source_id, Status.OK, last_look=START + hours * HOUR, last_success=START)
    (shown,) = known.shown(db, [source_id])
    wanted = [entry(entry_id, *of) for entry_id, of in document.items()]
    fresh = tuple(each for each in wanted if shown.get(each.item.identity.entry_id) != each.item.fingerprint)
    news = ReadResult(fresh, frozenset(document))
    return Brought(state, CLASSES[source_id], news, frozenset(shown), START + hours * HOUR)


def stored(db: Engine) -> tuple[Any, ...]:
    """All that looks leave, whatever the items are numbered."""
    with reading(db) as connection:
        rows = connection.execute(select(ITEM)).all()
        keys = {row.id: row.key for row in rows}
        seen = connection.execute(select(SIGHTING)).all()
        looks = connection.execute(select(FETCH.c.source_id, FETCH.c.new, FETCH.c.edited, FETCH.c.sighted)).all()
    return (
        {(row.key, row.source_id, row.title, row.tags, row.first_seen, row.changed) for row in rows},
        {(row.source_id, row.entry_id, keys[row.item_id], row.fingerprint, row.gone) for row in seen},
        sorted(map(tuple, looks)),
    )


@pytest.fixture
def desks(db: Engine) -> Engine:
    add_sources(db, *(make_source(name, source_class=of) for name, of in CLASSES.items()))
    return db


def test_looks_that_bring_the_same_page_make_one_item(desks: Engine) -> None:
    looks = [brought(desks, name, {f"id-{name}": (1, 0), f"own-{name}": (number, 0)}) for number, name in
             enumerate(("paper", "press", "blog"), start=2)]  # fmt: skip
    assert [(report.new, report.sighted) for report in keep(desks, looks)] == [(2, 0), (1, 1), (1, 1)]
    assert len(fetch_log(desks)) == 3
    assert faults(desks) == []


def test_a_source_of_higher_standing_takes_over_what_came_with_it(desks: Engine) -> None:
    looks = [brought(desks, name, {"id": (1, number)}) for number, name in enumerate(("paper", "ministry"))]
    assert [report.sighted for report in keep(desks, looks)] == [0, 1]
    assert (only(desks).source_id, only(desks).title) == ("ministry", "Title 1 1")
    assert faults(desks) == []


def test_a_source_that_is_looked_at_twice_is_told_of_twice(desks: Engine) -> None:
    looks = [brought(desks, "paper", {"a": (1, 0)}), brought(desks, "paper", {"a": (1, 0), "b": (2, 0)})]
    assert [(report.new, report.found) for report in keep(desks, looks)] == [(1, 1), (1, 2)]
    assert faults(desks) == []


def test_one_that_contradicts_the_store_is_decided_again(desks: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    look = brought(desks, "paper", {"a": (1, 0), "b": (2, 0)})
    keep(desks, [brought(desks, "press", {"a": (1, 0)})])
    answers = iter([{"paper": {}}])  # what was known before the other look came
    asked = known.holders
    monkeypatch.setattr(storing.known, "holders", lambda db, wanted: next(answers, None) or asked(db, wanted))
    assert [(report.new, report.sighted) for report in keep(desks, [look])] == [(1, 1)]
    assert faults(desks) == []


def test_what_is_refused_again_and_again_is_an_error(desks: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any) -> None:
        raise ConflictError("another process was quicker")

    monkeypatch.setattr(items, "apply", refuses)
    with pytest.raises(ConflictError):
        keep(desks, [brought(desks, "paper", {"a": (1, 0)})])


pages = st.integers(0, 4)
documents = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]), st.tuples(pages, st.integers(0, 2)), max_size=4
).filter(lambda document: len({page for page, _ in document.values()}) == len(document))
looks_at_once = st.dictionaries(st.sampled_from(sorted(CLASSES)), documents, min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(looks_at_once, min_size=1, max_size=3))
def test_many_at_once_leave_what_one_after_the_other_leaves(
    sqlite_template: Path, tmp_path: Path, hours: list[dict[str, Document]]
) -> None:
    with fresh(sqlite_template, tmp_path / "one.db") as one, fresh(sqlite_template, tmp_path / "many.db") as many:
        for hour, told in enumerate(hours):
            reports: list[Report] = []
            for look in [brought(one, name, document, hour) for name, document in told.items()]:
                reports += keep(one, [look])
            assert keep(many, [brought(many, name, document, hour) for name, document in told.items()]) == reports
            assert stored(many) == stored(one)
        assert faults(many) == []


@contextmanager
def fresh(template: Path, path: Path) -> Iterator[Engine]:
    shutil.copyfile(template, path)
    for db in opened(f"sqlite:///{path}"):
        add_sources(db, *(make_source(name, source_class=of) for name, of in CLASSES.items()))
        yield db
