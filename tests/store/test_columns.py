"""docs/columns.md has every table and column, in their order, and no other."""

from __future__ import annotations

import re

import pytest
from sqlmodel import SQLModel

import aggregator.store.tables  # noqa: F401 - declares them
from aggregator.store.derived import DERIVED
from tests.pages import pages

SECTIONS = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", pages()["docs/columns.md"], re.MULTILINE | re.DOTALL))
TABLES = SQLModel.metadata.tables


def test_every_table_has_a_section_and_every_section_a_table() -> None:
    assert set(SECTIONS) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_row_and_every_row_a_column(name: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", SECTIONS[name], re.MULTILINE)
    assert [column for column, _ in rows] == TABLES[name].columns.keys()


@pytest.mark.parametrize("name", TABLES)
def test_what_is_derived_and_what_may_be_empty_is_said(name: str) -> None:
    assert ("Derived" in SECTIONS[name]) == (name in DERIVED)
    said = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", SECTIONS[name], re.MULTILINE))
    assert {column for column, words in said.items() if re.search(r"\bnull\b", words)} == {
        column.name for column in TABLES[name].columns if column.nullable
    }
