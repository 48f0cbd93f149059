"""Migrations: an empty database becomes the one that the tables declare."""

from __future__ import annotations

import ast
import sys
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, insert, inspect, text
from sqlmodel import SQLModel

import aggregator.store.migrations
from aggregator.errors import StoreError
from aggregator.model import Evidence, Tag
from aggregator.query import ItemQuery
from aggregator.store import counts, migrate, reads, search
from aggregator.store.check import faults
from aggregator.text.terms import searchable
from tests.samples import START, make_item, store, titles

MIGRATIONS = Path(aggregator.store.migrations.__file__).parent


def family(column: dict[str, Any]) -> tuple[str, bool | None, bool]:
    """What matters of a column: its type, whether it knows of zones, whether it may be null."""
    kind = column["type"]
    return type(kind).__name__, getattr(kind, "timezone", None), column["nullable"]


def description(db: Engine) -> dict[str, dict[str, Any]]:
    """Every table as the database itself describes it; the search index apart, which SQLModel cannot declare."""
    inspector = inspect(db)
    names = [n for n in inspector.get_table_names() if n != "alembic_version" and not n.startswith("item_search")]
    return {
        name: {
            "columns": {column["name"]: family(column) for column in inspector.get_columns(name)},
            "primary key": inspector.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(unique["column_names"] for unique in inspector.get_unique_constraints(name)),
            "indexes": sorted((i["name"], i["column_names"], i["unique"]) for i in inspector.get_indexes(name)),
            "foreign keys": sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                for key in inspector.get_foreign_keys(name)
            ),
        }
        for name in names
    }


def test_migrations_make_the_tables_that_are_declared(empty_db: Engine) -> None:
    migrate.upgrade(empty_db)
    migrated = description(empty_db)
    with empty_db.begin() as connection:
        connection.execute(text("DROP TABLE item_search"))
    SQLModel.metadata.drop_all(empty_db)
    SQLModel.metadata.create_all(empty_db)
    declared = description(empty_db)
    assert migrated.keys() == declared.keys() == set(SQLModel.metadata.tables)
    for name, table in declared.items():
        assert migrated[name] == table


def test_an_empty_database_has_no_revision(empty_db: Engine) -> None:
    assert migrate.revision(empty_db) == ""


def test_upgrading_says_whether_there_was_something_to_do(empty_db: Engine) -> None:
    assert migrate.upgrade(empty_db) is True
    assert migrate.upgrade(empty_db) is False
    assert migrate.revision(empty_db) == migrate.HEAD


def test_upgrading_again_keeps_what_is_stored(db: Engine) -> None:
    store(db, make_item("kept"))
    migrate.upgrade(db)
    assert titles(db) == ["Title kept"]


NEWS = {"baidu": "Baidu opens ERNIE 4.5", "qwen": "Alibaba releases QwQ-32B", "law": "California passes an AI bill"}
TAGS = [("baidu", "topic", "release"), ("baidu", "company", "baidu"), ("qwen", "topic", "release")]
EARNED = {"baidu": ["title", 0, 5, "Baidu", "name"], "release": ["title", 6, 11, "opens", "signal +1"]}


def test_the_first_schema_becomes_the_newest_with_every_row(empty_db: Engine) -> None:
    with empty_db.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    _fill_the_first_schema(empty_db)
    migrate.upgrade(empty_db)
    assert faults(empty_db) == []
    assert sorted(titles(empty_db, "tier=all")) == sorted(NEWS.values())
    assert titles(empty_db, "company=baidu") == [NEWS["baidu"]]
    assert sorted(titles(empty_db, "topic=release&source=news")) == sorted([NEWS["baidu"], NEWS["qwen"]])
    assert titles(empty_db, "q=QwQ") == [NEWS["qwen"]]
    item = reads.listing(empty_db, ItemQuery.of("company", "baidu")).items[0]
    assert item.tags == (
        Tag("company", "baidu", (Evidence(*EARNED["baidu"]),)),
        Tag("topic", "release", (Evidence(*EARNED["release"]),)),
    )
    day = START.date()
    assert counts.trend(empty_db, "topic", "release", day, day) == {day: 2}


def _fill_the_first_schema(db: Engine) -> None:
    """Rows as the first version of the program wrote them, by the database's own description of its tables."""
    tables = MetaData()
    tables.reflect(db)
    now = int(START.timestamp()) * 1_000_000 if db.dialect.name == "sqlite" else START
    moments = dict.fromkeys(("published", "first_seen", "changed", "dated", "seen", "at"), now)

    def add(table: str, **known: Any) -> None:
        columns = [column for column in tables.tables[table].columns if column.name in known or not column.nullable]
        said = moments | known
        values = {c.name: said[c.name] if c.name in said else c.type.python_type() for c in columns}
        connection.execute(insert(tables.tables[table]).values(values))

    with db.begin() as connection:
        add("source", id="news", url="https://news.example/feed", title="News", enabled=True, listed=True, rhythm="{}")
        ids = {name: number for number, name in enumerate(NEWS, 1)}
        for name, title in NEWS.items():
            tier = "core" if name != "law" else "off"
            add("item", id=ids[name], key=name, source_id="news", title=title, lang="en", tier=tier, score=1.0)
            add("sighting", source_id="news", entry_id=name, item_id=ids[name], fingerprint=name)
            search.index(connection, [(ids[name], searchable(title, ""))])
        for name, axis, slug in TAGS:
            add("item_tag", item_id=ids[name], axis=axis, slug=slug, evidence=[EARNED[slug]])


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]


def test_a_database_of_a_later_version_is_refused_with_a_remedy(db: Engine) -> None:
    with db.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"another version of this program.*9999.*; (use|install|run)"):
        migrate.upgrade(db)
    with pytest.raises(StoreError, match=r"has schema 9999, of a later version of this program; install that version"):
        migrate.require_current(db)


def test_what_needs_the_newest_schema_says_how_to_get_it(empty_db: Engine) -> None:
    wanted = r"there is no database at .*" if empty_db.dialect.name == "sqlite" else r"is empty.*"
    with pytest.raises(StoreError, match=f"{wanted}`aggregator db upgrade`"):
        migrate.require_current(empty_db)
    migrate.upgrade(empty_db)
    assert migrate.require_current(empty_db) is None


def test_an_upgrade_that_fails_halfway_leaves_nothing_behind(empty_db: Engine) -> None:
    with empty_db.begin() as connection:
        connection.execute(text("CREATE TABLE item_tag (in_the_way integer)"))
    with pytest.raises(StoreError, match="item_tag"):
        migrate.upgrade(empty_db)
    assert inspect(empty_db).get_table_names() == ["item_tag"]
    assert migrate.revision(empty_db) == ""


STARTING = """
import sys
from datetime import UTC, datetime
from alembic import command
from aggregator.store import migrate, open_database, sources
from aggregator.model import Source
db = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
migrate.upgrade(db)
sources.sync(db, [Source("news", "https://news.example/feed", "News")], datetime(2025, 3, 16, tzinfo=UTC))
print(migrate.revision(db))
db.dispose()
"""


def test_two_processes_that_start_together_both_find_the_schema(empty_url: str) -> None:
    arguments = [sys.executable, "-c", STARTING, empty_url]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(Popen(arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)) for _ in range(2)
        ]
        assert [process.stdout.readline() for process in processes if process.stdout] == ["ready\n"] * 2
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=30) for process in processes]
    assert said == [(f"{migrate.HEAD}\n", "")] * 2


@pytest.mark.parametrize("path", sorted(MIGRATIONS.rglob("*.py")), ids=lambda path: path.name)
def test_a_migration_imports_none_of_our_code(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").partition(".")[0])
    assert imported <= {"alembic", "hashlib", "sqlalchemy"}
