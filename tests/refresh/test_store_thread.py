"""One thread works with the store: what waits for it is stored together, and nobody pays for another's mistake."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from aggregator.errors import StoreError
from aggregator.refresh import store_thread as module
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import ConflictError, notes
from aggregator.store.db import writing
from aggregator.store.tables import NOTE
from tests.fakes import START

NAMES = [f"note {number}" for number in range(10)]


@pytest.fixture
def store(db: Engine) -> Iterator[StoreThread]:
    with closing(StoreThread(db)) as store:
        yield store


def all_at_once(store: StoreThread, *works: Callable[[], Any], alike: Sequence[tuple[Any, Any]] = ()) -> list[Any]:
    """The answers, or errors, of works that all wait while the store is busy; `alike` are works with a value each."""

    async def run() -> list[Any]:
        free = threading.Event()
        orders: list[Awaitable[Any]] = [asyncio.ensure_future(store.do(work)) for work in (free.wait, *works)]
        orders += [asyncio.ensure_future(store.do_alike(work, value)) for work, value in alike]
        await asyncio.sleep(0)
        free.set()
        return list(await asyncio.gather(*orders, return_exceptions=True))[1:]

    return asyncio.run(run())


def leaves(db: Engine, name: str) -> Callable[[], str]:
    """Work that stores a note, and answers its name."""

    def work() -> str:
        notes.leave(db, name, "left", START)
        return name

    return work


def left(db: Engine) -> list[str]:
    return [name for name in NAMES if notes.read(db, name)]


def test_what_waits_is_stored_together_where_there_is_one_writer(
    db: Engine, store: StoreThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LONGEST", 60)  # a machine that stalls is no matter
    ends: list[Any] = []
    event.listen(db, "commit", ends.append)
    assert all_at_once(store, *(leaves(db, name) for name in NAMES)) == left(db) == NAMES
    assert len(ends) == (1 if db.dialect.name == "sqlite" else len(NAMES))


def fails(db: Engine) -> None:
    with writing(db) as connection:
        connection.execute(text("INSERT INTO note (key, value, at) VALUES ('half', '', 0)"))
        raise RuntimeError("a bug")


def contradicts(db: Engine) -> None:
    """What SQLite notices at the end of a transaction only."""
    with writing(db) as connection:
        if db.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(text("INSERT INTO item_version (item_id, title, summary, until) VALUES (9, '', '', 0)"))


@pytest.mark.parametrize(("mistake", "error"), [(fails, RuntimeError), (contradicts, StoreError)])
def test_a_mistake_costs_its_own_work_only(
    sqlite_db: Engine, mistake: Callable[[Engine], None], error: type[Exception]
) -> None:
    works: list[Callable[[], Any]] = [leaves(sqlite_db, name) for name in NAMES]
    works.insert(4, lambda: mistake(sqlite_db))
    with closing(StoreThread(sqlite_db)) as store:
        answers = all_at_once(store, *works)
    assert isinstance(answers.pop(4), error)
    assert answers == left(sqlite_db) == NAMES
    assert notes.read(sqlite_db, "half") == ""


def test_work_that_sees_a_conflict_may_try_again_within(sqlite_db: Engine) -> None:
    def tries_again() -> str:
        try:
            with writing(sqlite_db) as connection:
                connection.execute(text("INSERT INTO note (key, value, at) VALUES ('half', '', 0)"))
                connection.execute(text("INSERT INTO note (key, value, at) VALUES ('half', '', 0)"))
        except ConflictError:
            return leaves(sqlite_db, NAMES[1])()
        return "no conflict"

    with closing(StoreThread(sqlite_db)) as store:
        assert all_at_once(store, leaves(sqlite_db, NAMES[0]), tries_again) == left(sqlite_db) == NAMES[:2]
    assert notes.read(sqlite_db, "half") == ""


def test_what_nobody_waits_for_any_more_is_not_done(db: Engine, store: StoreThread) -> None:
    async def run() -> list[str]:
        free = threading.Event()
        busy, given_up, other = (
            asyncio.ensure_future(store.do(work)) for work in (free.wait, leaves(db, NAMES[0]), leaves(db, NAMES[1]))
        )
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait([given_up])
        await asyncio.sleep(0)
        free.set()
        await busy
        return [await asyncio.wait_for(other, 10)]

    assert asyncio.run(run()) == [NAMES[1]]
    assert left(db) == [NAMES[1]]


def test_nobody_is_forgotten_where_a_transaction_cannot_begin(
    sqlite_db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def refused(_: Engine) -> Iterator[None]:
        raise StoreError("the database is away")
        yield

    monkeypatch.setattr(module, "together", refused)
    with closing(StoreThread(sqlite_db)) as store:
        assert all_at_once(store, *(leaves(sqlite_db, name) for name in NAMES)) == left(sqlite_db) == NAMES


@dataclass
class Leaving:
    """Leaves the notes that are named, many at once; there is one that it cannot leave."""

    calls: list[list[str]] = field(default_factory=list)

    def all(self, db: Engine, names: Sequence[str]) -> list[str]:
        self.calls.append(list(names))
        with writing(db) as connection:
            connection.execute(insert(NOTE), [{"key": name, "value": "left", "at": START} for name in names])
        if "bad" in names:
            raise RuntimeError("a bug")
        return [name.upper() for name in names]

    def other(self, _: Engine, names: Sequence[str]) -> list[str]:
        return [f"other {name}" for name in names]


def test_work_that_takes_many_values_gets_all_that_wait_for_it(db: Engine, store: StoreThread) -> None:
    leaving = Leaving()
    orders = [(leaving.all, NAMES[0]), (leaving.other, "a"), (leaving.all, NAMES[1]), (leaving.other, "b")]
    assert all_at_once(store, alike=orders) == [NAMES[0].upper(), "other a", NAMES[1].upper(), "other b"]
    assert leaving.calls == ([NAMES[:2]] if db.dialect.name == "sqlite" else [NAMES[:1], NAMES[1:2]])
    assert left(db) == NAMES[:2]


def test_a_value_that_cannot_be_stored_costs_no_other(db: Engine, store: StoreThread) -> None:
    leaving = Leaving()
    *answers, error = all_at_once(store, alike=[(leaving.all, name) for name in (*NAMES, "bad")])
    assert answers == [name.upper() for name in NAMES]
    assert isinstance(error, RuntimeError)
    assert left(db) == NAMES
    alone = [[name] for name in (*NAMES, "bad")]
    assert leaving.calls == ([[*NAMES, "bad"], *alone] if db.dialect.name == "sqlite" else alone)


def test_nobody_waits_for_an_answer_that_was_forgotten(store: StoreThread) -> None:
    def forgets(_: Engine, values: Sequence[int]) -> list[int]:
        return list(values[1:])

    answers = all_at_once(store, alike=[(forgets, 1), (forgets, 2)])
    assert all(isinstance(answer, ValueError) for answer in answers)


def test_what_waits_is_done_before_the_thread_ends(sqlite_db: Engine) -> None:
    async def run() -> list[asyncio.Future[str]]:
        store = StoreThread(sqlite_db)
        orders = [asyncio.ensure_future(store.do(leaves(sqlite_db, name))) for name in NAMES]
        await asyncio.sleep(0)
        store.close()
        return await asyncio.gather(*orders)

    assert asyncio.run(run()) == left(sqlite_db) == NAMES


def test_nobody_waits_for_a_thread_that_has_ended(sqlite_db: Engine) -> None:
    async def run() -> None:
        store = StoreThread(sqlite_db)
        store.close()
        with pytest.raises(RuntimeError, match="has ended"):
            await asyncio.wait_for(store.do(leaves(sqlite_db, NAMES[0])), 10)

    asyncio.run(run())
