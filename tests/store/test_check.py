"""Looking for damage: what is found where something is wrong, and what mends it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from aggregator.query import ItemQuery
from aggregator.store import reads, rows
from aggregator.store.check import faults
from aggregator.store.db import writing
from aggregator.store.derived import rebuild
from aggregator.store.lists import number_of
from tests.samples import titles
from tests.store.worlds import fill, works


def test_what_is_derived_is_made_anew(db: Engine) -> None:
    fill(db)
    with writing(db) as connection:
        for statement in (
            f"DELETE FROM posting WHERE list = {number_of('lang', 'en')}",
            "UPDATE total SET core = core + 1",
            f"UPDATE posting SET list = 1 WHERE list = {number_of('topic', 'policy')}",
            "UPDATE total SET list = 2 WHERE axis = 'tier'",
            f"UPDATE posting SET tier = 2 WHERE list = {number_of('topic', 'release')}",
            "DELETE FROM tally",
        ):
            connection.execute(text(statement))
        if connection.dialect.name == "postgresql":
            connection.execute(text("DELETE FROM item_search"))
        else:
            connection.execute(text("INSERT INTO item_search (item_search) VALUES ('delete-all')"))
    assert len(faults(db)) > 5
    with writing(db) as connection:
        rebuild(connection)
    assert faults(db) == []
    assert titles(db, "q=zebra") == ["Zebra"]
    assert works(db)


PARENTS = sorted({key.column.table.name for table in rows.copied() for key in table.foreign_keys})


@pytest.mark.parametrize("parent", PARENTS)
def test_orphans_of_every_foreign_key_are_found(db: Engine, parent: str) -> None:
    fill(db)
    with db.connect() as connection:
        if db.dialect.name == "sqlite":
            connection.execute(text("ROLLBACK"))
            connection.execute(text("PRAGMA foreign_keys = OFF"))
            connection.execute(text("BEGIN"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(f"DELETE FROM {parent}"))
        connection.commit()
        connection.invalidate()
    found = "\n".join(faults(db))
    for table in rows.copied():
        for key in table.foreign_keys:
            said = f"rows of {table.name} refer to a {key.column.table.name} that is not there"
            assert (said in found) == (key.column.table.name == parent != table.name)


@pytest.mark.parametrize("damage", ["DELETE FROM evidence", "UPDATE evidence SET words = '[[], [], [], [], []]'"])
def test_tags_whose_words_are_lost_are_found_and_still_shown(db: Engine, damage: str) -> None:
    fill(db)
    shown = reads.listing(db, ItemQuery(), evidence=False).items
    with writing(db) as connection:
        connection.execute(text(damage))
    number = sum(bool(item.tags) for item in shown)
    assert number
    assert faults(db) == [f"{number} items have not as many words as tags"]
    assert reads.listing(db, ItemQuery()).items == shown


def test_a_check_tells_how_far_it_is(db: Engine) -> None:
    told: list[tuple[str, int, int]] = []
    faults(db, lambda *step: told.append(step))
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2] == len(told) - 1
