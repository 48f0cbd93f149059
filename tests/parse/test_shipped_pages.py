"""The lists of the shipped feeds.toml, pages and JSON, on documents of the same structure that we wrote ourselves."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aggregator.config import load
from aggregator.errors import ParseError
from aggregator.model import Entry, Feed, KeyDates, Source
from aggregator.parse import parse
from aggregator.parse.document import Document

ROOT = Path(__file__).parent.parent.parent
LISTS = ROOT / "tests" / "data" / "lists"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHIPPED = {source.id: source for source in load(ROOT / "feeds.toml").sources if source.selectors}
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((LISTS / "expected.toml").read_text(encoding="utf-8"))
NOTHING = {"html": "<html><body><p>Nothing of the kind</p></body></html>", "json": '{"nothing": "of the kind"}'}


def test_every_shipped_list_has_a_document() -> None:
    assert EXPECTED.keys() == SHIPPED.keys()
    assert {said["document"] for said in EXPECTED.values()} | {"expected.toml"} == {
        path.name for path in LISTS.iterdir()
    }


@pytest.mark.parametrize("source_id", SHIPPED)
def test_a_shipped_list_is_read(source_id: str) -> None:
    source, expected = SHIPPED[source_id], EXPECTED[source_id]
    found = read(source, (LISTS / expected["document"]).read_bytes())
    assert not found.warning
    assert [told(entry, ZoneInfo(source.timezone)) for entry in found.entries] == expected["entries"]


@pytest.mark.parametrize("source_id", SHIPPED)
def test_a_shipped_list_that_has_changed_names_the_selector(source_id: str) -> None:
    source = SHIPPED[source_id]
    with pytest.raises(ParseError, match="items = "):
        read(source, NOTHING[source.kind].encode())


def test_the_federal_register_says_until_when_rules_may_be_commented_on_and_from_when_they_apply() -> None:
    found = read(SHIPPED["federal-register"], (LISTS / EXPECTED["federal-register"]["document"]).read_bytes())
    days = [entry.key_dates for entry in found.entries]
    assert days == [KeyDates(effective_on=date(2027, 1, 22)), KeyDates(comments_close_on=date(2027, 1, 19))]


def told(entry: Entry, zone: ZoneInfo) -> list[str]:
    day = [f"{entry.published.astimezone(zone):%Y-%m-%d}"] if entry.published else []
    return [entry.title, entry.link, *day]


def read(source: Source, body: bytes) -> Feed:
    document = Document(body, source.url, f"text/{source.kind}", source.selectors, ZoneInfo(source.timezone), NOW)
    return parse(source.kind, document)
