"""aggregator stories, and aggregator eval --stories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.command import run
from tests.stories.samples import ACQUISITION, RULING

LANGS = ("en", "en", "zh", "en", "en")


def texts(**more: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"k{place}", "title": title, "summary": "", "source": f"paper {place}", "lang": LANGS[place],
            "published": f"2026-03-02T0{place}:00:00Z", **more,
        }
        for place, title in enumerate((*ACQUISITION, *RULING))
    ]  # fmt: skip


def lines(records: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records)


def test_every_text_gets_its_story_and_the_reason() -> None:
    outcome = run("stories", "--jsonl", stdin=lines(texts()))
    assert outcome.code == 0
    assert [(each["id"], each["story"]) for each in outcome.records] == [
        ("k0", "k0"), ("k1", "k0"), ("k2", "k0"), ("k3", "k3"), ("k4", "k3")
    ]  # fmt: skip
    assert outcome.records[0]["reason"] == ""
    assert outcome.records[1]["reason"].startswith("shares ")


def test_answers_stand_in_the_order_of_the_texts() -> None:
    outcome = run("stories", "--jsonl", stdin=lines(texts()[::-1]))
    assert [each["id"] for each in outcome.records] == ["k4", "k3", "k2", "k1", "k0"]


def test_a_title_is_enough() -> None:
    outcome = run("stories", "--jsonl", stdin=lines([{"title": "One"}, {"title": "Two", "published": "some day"}]))
    assert [(each["id"], each["story"]) for each in outcome.records] == [(1, 1), (2, 2)]


def test_links_tell_copies() -> None:
    two = [{"title": name, "source": name, "link": f"https://www.quillon.example/a?utm_source={name}"} for name in "ab"]
    assert [each["story"] for each in run("stories", "--jsonl", stdin=lines(two)).records] == [1, 1]


def test_without_jsonl_stories_are_shown_with_voices_and_reasons() -> None:
    outcome = run("stories", stdin=lines(texts()))
    assert "3 reports, 3 independent" in outcome.out
    assert "shares" in outcome.out
    assert outcome.lines[-1] == "5 items, 2 stories, 2 of several items"


def test_an_id_may_stand_once() -> None:
    outcome = run("stories", "--jsonl", stdin=lines([{"id": 1, "title": "a"}, {"id": 1, "title": "b"}]))
    assert outcome.code == 2
    assert "same id" in outcome.err


def test_a_line_that_is_no_object_is_named() -> None:
    outcome = run("stories", stdin='{"title": "a"}\n[]')
    assert outcome.code == 2
    assert "line 2" in outcome.err


def test_scores_stand_beside_those_of_simple_methods(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    records = [text | {"cluster": "deal" if place < 3 else "court"} for place, text in enumerate(texts())]
    records += [text | {"id": f"other {text['id']}", "source": "other", "cluster": "apart"} for text in texts()[:1]]
    file.write_text(lines(records), encoding="utf-8")
    outcome = run("eval", "--stories", file)
    assert outcome.code == 0
    assert [line.split("≥")[0].strip() for line in outcome.lines[2:4]] == ["title Jaccard", "TF-IDF cosine"]
    assert outcome.lines[1].split()[0] == "ours"
    assert "Put together, yet of two events" in outcome.out
    assert outcome.lines[-1] == "6 texts, 3 events"


def test_texts_to_score_need_labels(tmp_path: Path) -> None:
    file = tmp_path / "unlabelled.jsonl"
    file.write_text(lines(texts()), encoding="utf-8")
    outcome = run("eval", "--stories", file)
    assert outcome.code == 2
    assert "cluster" in outcome.err
