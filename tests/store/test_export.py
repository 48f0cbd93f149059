"""The whole store as lines of JSON, and back, from either engine to either."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from aggregator.errors import StoreError
from aggregator.store import migrate, rows
from aggregator.store.check import faults
from aggregator.store.derived import DERIVED
from aggregator.store.export import export, import_file
from aggregator.store.lines import form_of
from tests.conftest import opened
from tests.samples import make_item, store
from tests.store.worlds import content, fill, is_empty, works


@pytest.fixture
def exported(sqlite_db: Engine, tmp_path: Path) -> Path:
    fill(sqlite_db)
    export(sqlite_db, tmp_path / "wire.jsonl")
    return tmp_path / "wire.jsonl"


@pytest.mark.parametrize("name", ["wire.jsonl", "wire.jsonl.gz"])
def test_what_is_exported_is_imported_again(db: Engine, empty_db: Engine, tmp_path: Path, name: str) -> None:
    fill(db)
    counts = export(db, tmp_path / name)
    assert import_file(empty_db, tmp_path / name) == counts == {table: len(all_) for table, all_ in content(db).items()}
    assert all(counts.values())
    assert content(empty_db) == content(db)
    assert faults(empty_db) == []
    assert works(empty_db)


def test_the_name_says_whether_it_is_compressed(exported: Path, sqlite_db: Engine) -> None:
    packed = exported.with_name("wire.jsonl.gz")
    export(sqlite_db, packed)
    assert gzip.decompress(packed.read_bytes()) == exported.read_bytes()


def test_both_engines_write_the_same(exported: Path, postgres_url: str, tmp_path: Path) -> None:
    for db in opened(postgres_url):
        import_file(db, exported)
        export(db, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_text() == exported.read_text()


def test_every_line_is_an_object_and_parents_come_first(exported: Path) -> None:
    header, *lines = map(json.loads, exported.read_text().splitlines())
    assert header["counts"] == {name: sum(line["table"] == name for line in lines) for name in header["counts"]}
    order = list(dict.fromkeys(line["table"] for line in lines))
    for table in rows.copied():
        for key in table.foreign_keys:
            assert order.index(key.column.table.name) < order.index(table.name) or key.column.table is table
    item = next(line["row"] for line in lines if line["table"] == "item")
    assert item["first_seen"] == "2025-03-16T12:00:00Z"


def test_every_table_is_exported_or_named_as_derived(db: Engine) -> None:
    there = {name for name in inspect(db).get_table_names() if not name.startswith("item_search")} - {"alembic_version"}
    assert there == {table.name for table in rows.copied()} | DERIVED == set(SQLModel.metadata.tables)


def test_every_column_has_a_form() -> None:
    assert all(form_of(column) for table in rows.copied() for column in table.columns)


def test_a_filled_database_takes_no_import(exported: Path, db: Engine) -> None:
    store(db, make_item("mine"))
    before = content(db)
    with pytest.raises(StoreError, match=r"not empty.* \d of source.* \d of item.*AGGREGATOR_DATABASE_URL"):
        import_file(db, exported)
    assert content(db) == before


def test_a_file_that_is_there_is_not_overwritten(exported: Path, db: Engine) -> None:
    before = exported.read_bytes()
    with pytest.raises(StoreError, match=r"wire.jsonl is there already.*another file"):
        export(db, exported)
    assert exported.read_bytes() == before
    assert list(exported.parent.glob(".*")) == []


def test_a_place_that_cannot_be_written_is_named(db: Engine, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/x.jsonl cannot be written: No such file.*another place"):
        export(db, tmp_path / "nowhere" / "x.jsonl")


def without_last(lines: list[str]) -> list[str]:
    return lines[:-1]


def within_a_line(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1][:20]]


def only_header(lines: list[str]) -> list[str]:
    return lines[:1]


def nothing(lines: list[str]) -> list[str]:
    return []


def other_program(lines: list[str]) -> list[str]:
    return ['{"title": "A feed"}\n', *lines]


def earlier_schema(lines: list[str]) -> list[str]:
    return [lines[0].replace(f'"schema":"{migrate.HEAD}', '"schema":"0001'), *lines[1:]]


def other_schema(lines: list[str]) -> list[str]:
    return [lines[0].replace('"schema":"', '"schema":"9'), *lines[1:]]


def other_table(lines: list[str]) -> list[str]:
    return [*lines, '{"table":"users","row":{}}\n']


def other_type(lines: list[str]) -> list[str]:
    return [line.replace('"interval":1800', '"interval":"soon"') for line in lines]


def other_word(lines: list[str]) -> list[str]:
    return [line.replace('"tier":"core"', '"tier":"zzz"') for line in lines]


def missing_column(lines: list[str]) -> list[str]:
    return [line.replace('"interval":1800,', "") for line in lines]


def no_time(lines: list[str]) -> list[str]:
    return [line.replace("2025-03-16T12:00:00Z", "2025-03-16") for line in lines]


def twice(lines: list[str]) -> list[str]:
    return [lines[0], lines[1], *lines[1:]]


def no_parent(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith('{"table":"source"')]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (without_last, r"line \d+: the file ends, with \d+ rows of \w+ where its header announces \d+; .*another copy"),
        (within_a_line, r"line \d+: .*another copy"),
        (only_header, r"line 2: the file ends, with 0 rows"),
        (nothing, "line 1: this is no header of an export; make one with `aggregator db export`"),
        (other_program, "line 1: this is no header"),
        (other_schema, "line 1: the file has schema 9.*later version.*install that version"),
        (earlier_schema, "line 1: the file has schema 0001.*version that made it"),
        (other_table, r"line \d+: this is no row of a table"),
        (other_type, r"line \d: interval is 'soon'; it should be a whole number"),
        (other_word, r"line \d+: tier is 'zzz'; it should be one of core, adjacent, off"),
        (missing_column, r"line \d: a row has address, body_hash"),
        (no_time, r"line \d+: \w+ is '2025-03-16'; it should be a time such as"),
        (twice, r"line \d+: these rows or some of the 2 before are refused: \w+ does not take them"),
        (no_parent, r"line \d+: these rows or some of the \d before are refused: \w+ does not take them"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_leaves_the_database_empty(
    exported: Path, empty_db: Engine, spoil: Callable[[list[str]], list[str]], words: str
) -> None:
    exported.write_text("".join(spoil(exported.read_text().splitlines(keepends=True))), encoding="utf-8")
    with pytest.raises(StoreError, match=f"wire.jsonl, {words}"):
        import_file(empty_db, exported)
    assert is_empty(empty_db)


@pytest.fixture
def packed(exported: Path, sqlite_db: Engine) -> Iterator[bytes]:
    export(sqlite_db, exported.with_name("wire.jsonl.gz"))
    return exported.with_name("wire.jsonl.gz").read_bytes()


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b[:-4], lambda b: b[:200] + b"x" * 9 + b[209:]]
)
def test_a_compressed_file_that_is_damaged_is_refused(
    packed: bytes, empty_db: Engine, tmp_path: Path, damage: Any
) -> None:
    (tmp_path / "bad.gz").write_bytes(damage(packed))
    with pytest.raises(StoreError, match=r"bad.gz, line \d+: .*another copy"):
        import_file(empty_db, tmp_path / "bad.gz")
    assert is_empty(empty_db)


def test_a_file_that_is_not_there_is_named(empty_db: Engine, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none.jsonl cannot be read: No such file"):
        import_file(empty_db, tmp_path / "none.jsonl")
