"""How right the tagger is on labelled texts, where they are at hand: never below what we promise."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from aggregator.tagging import Tagger
from aggregator.tagging.score import Judged, by_field, judged
from tests.shared import shared

BARS = {"company": 0.95, "region": 0.92, "topic policy": 0.85, "topic release": 0.85, "relevant": 0.93}


@pytest.fixture(scope="module")
def texts(tagger: Tagger) -> list[Judged]:
    companies = tagger.taxonomy.entries["company"].keys()
    lines = shared("tagging/dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        judged(record, tagger.tag(record["title"], record["summary"], publisher=record["source"]), companies)
        for record in map(json.loads, lines)
    ]


def f1(texts: Sequence[Judged]) -> dict[str, float]:
    return {score.name: score.f1 for score in by_field(texts)}


@pytest.mark.parametrize("field", BARS)
def test_the_tagger_reaches_the_bar(texts: list[Judged], field: str) -> None:
    assert f1(texts)[field] >= BARS[field]


@pytest.mark.parametrize("field", ["company", "region"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_are_found_in_each_language(texts: list[Judged], lang: str, field: str) -> None:
    assert f1([text for text in texts if text.record["lang"] == lang])[field] >= 0.9
