"""aggregator items, sources, parse, tag, eval, retag: what they print for people and for programs."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from aggregator.cli.show import console
from aggregator.tagging import Tagger
from scripts.demo import FEEDS, SOURCES
from tests.cli.command import run
from tests.cli.conftest import Files

ITEM_FIELDS = {"id", "source", "title", "link", "published", "updated", "summary", "lang", "relevant", "tier", "tags",
               "story"}  # fmt: skip
TAG_FIELDS = {"id", "relevant", "tier", "score", "companies", "models", "regions", "bodies", "initiatives", "topics",
              "statuses", "evidence"}  # fmt: skip
MORE_COMPANIES = """
[[company]]
slug = "tallgrass-ai"
name = "Tallgrass AI"
home = "us"
"""


def test_items_are_objects_with_the_documented_fields(filled: Files) -> None:
    found = run("items", "--jsonl").records
    assert len(found) > 120
    assert all(item.keys() == ITEM_FIELDS for item in found)
    assert {item["source"] for item in found} == SOURCES.keys()
    assert {item["tier"] for item in found} == {"core", "adjacent", "off"}
    assert all(item["relevant"] == (item["tier"] != "off") for item in found)
    dates = [datetime.fromisoformat(item["published"]) for item in found if item["published"]]
    assert dates == sorted(dates, reverse=True)
    assert all(moment.utcoffset() is not None for moment in dates)


@pytest.mark.parametrize(
    ("filters", "rule"),
    [
        (["company=baidu"], lambda item: "company/baidu" in item["tags"]),
        (["company=baidu", "lang=zh"], lambda item: "company/baidu" in item["tags"] and item["lang"] == "zh"),
        (["tier=core", "tier=adjacent"], lambda item: item["relevant"]),
        (["tier=-off", "source=-keji-qianxian"], lambda item: item["relevant"] and item["source"] != "keji-qianxian"),
        (["until=2025-02-28"], lambda item: (item["published"] or "9") < "2025-03"),
    ],
)
def test_filters_of_items_are_those_of_the_site(filled: Files, filters: list[str], rule: type) -> None:
    every = run("items", "--jsonl").records
    assert run("items", "--jsonl", *filters).records == [item for item in every if rule(item)] != []


def test_colons_in_a_title_stay_colons(capsys: pytest.CaptureFixture[str]) -> None:
    console.print("Release :sparkles: v1 :bug: fix")
    assert capsys.readouterr().out == "Release :sparkles: v1 :bug: fix\n"


def test_a_tag_is_found_by_its_other_names(filled: Files) -> None:
    for filters in (("region=us-california", "region=us-ca"), ("company=baidu", "company=百度")):
        by_slug, by_name = (run("items", "--jsonl", words).records for words in filters)
        assert by_slug == by_name != []


def test_items_end_at_the_number_asked_for(filled: Files) -> None:
    every = run("items", "--jsonl").lines
    assert run("items", "--jsonl", "-n", 3).lines == every[:3]
    assert len(run("items").lines) > 50
    assert len(run("items", "-n", 2).lines) < len(run("items", "-n", 9).lines)


def test_items_for_people_are_a_table(filled: Files) -> None:
    outcome = run("items", "q=FlashMLA", "lang=en")
    assert outcome.lines[0].split() == ["dated", "source", "tier", "title", "tags"]
    assert "DeepSeek" in outcome.out
    assert "2025-02-2" in outcome.out


def test_sources_are_objects_with_the_documented_fields(filled: Files) -> None:
    found = json.loads(run("sources", "--json").out)
    fields = {"id", "url", "current_url", "status", "error", "seconds", "last_success", "next_look", "items", "title"}
    fields |= {"why_then", "failures", "moved_to", "silent_since", "warning"}
    assert all(source.keys() == fields for source in found)
    assert {source["id"]: source["title"] for source in found} == {name: said[0] for name, said in SOURCES.items()}
    assert {source["status"] for source in found} == {"ok"}
    assert {source["error"] for source in found} == {None}
    for source in found:
        assert source["items"] == len(run("items", "--jsonl", f"source={source['id']}").lines)
    assert all(source["last_success"] < source["next_look"] for source in found)
    assert all(name in run("sources").out for name in SOURCES)


def test_parse_reads_documents_without_store_or_network(files: Files) -> None:
    paths = sorted(FEEDS.glob("*.xml"))
    found = run("parse", "--jsonl", *paths)
    assert found.code == 0
    assert all(item.keys() == ITEM_FIELDS | {"file"} for item in found.records)
    assert {item["file"] for item in found.records} == set(map(str, paths))
    assert len(found.records) == 130
    assert list(files.folder.iterdir()) == []


def test_parse_goes_on_after_a_document_that_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><title>A page</title>")
    good = FEEDS / "model-watch.xml"
    outcome = run("parse", tmp_path / "page.html", tmp_path / "nothing.xml", good)
    assert outcome.code == 1
    assert len(outcome.lines) == 16
    assert "2025-03-16  Worth reading: Baidu's ERNIE 4.5 and X1 arrive" in outcome.lines
    page, nothing = outcome.err.splitlines()
    assert page == f"{tmp_path}/page.html: the document is a web page, not a feed"
    assert nothing.startswith(f"{tmp_path}/nothing.xml: ")


def test_parse_counts_links_from_the_address_given() -> None:
    path = FEEDS / "chanye-zixun.xml"
    links = [item["link"] for item in run("parse", "--jsonl", "--url", "https://other.example/x/", path).records]
    assert any(link.startswith("https://other.example/") for link in links)


TEXTS = [
    {
        "id": 7,
        "title": "Baidu releases ERNIE 4.5",
        "summary": "𝕏: Beijing's regulator CAC has no objection to the model.",
    },
    {"title": "百度发布文心大模型4.5与X1", "source": "x", "url": "https://x.example/", "lang": "zh"},
    {"title": "Steel tariffs take effect", "summary": None},
]


def test_tag_answers_every_text_with_tags_and_where_they_come_from(files: Files) -> None:
    files.write("")
    outcome = run("tag", "--jsonl", stdin="\n".join(map(json.dumps, TEXTS)))
    first, second, third = outcome.records
    assert first.keys() == second.keys() == third.keys() == TAG_FIELDS
    assert (first["id"], second["id"]) == (7, None)
    assert first["companies"] == second["companies"] == ["baidu"]
    assert "ernie-4-5" in first["models"]
    assert "cac" in first["bodies"]
    assert (third["relevant"], third["tier"], third["companies"]) == (False, "off", [])
    for text, answer in zip(TEXTS, outcome.records, strict=True):
        for said in answer["evidence"]:
            assert said.keys() == {"tag", "field", "start", "end", "text", "rule"}
            assert str(text[said["field"]])[said["start"] : said["end"]] == said["text"]
    assert {said["tag"] for said in first["evidence"]} >= {"company/baidu", "model/ernie-4-5", "body/cac"}


@pytest.mark.parametrize("line", ["Baidu", '["title"]', '{"name": "x"}'])
def test_tag_names_the_line_that_it_cannot_read(files: Files, line: str) -> None:
    files.write("")
    outcome = run("tag", "--jsonl", stdin=f'{{"title": "a"}}\n\n{line}\n')
    assert outcome.code == 2
    assert "line 3 is no" in outcome.err
    assert len(outcome.records) == 1


def test_tag_shows_people_the_words_and_the_rules(files: Files) -> None:
    files.write("")
    outcome = run("tag", stdin=json.dumps(TEXTS[0]))
    assert "Baidu releases ERNIE 4.5" in outcome.lines
    assert any(line.startswith("  company/baidu  “Baidu” (") for line in outcome.lines)
    assert any(line.startswith("  core, score ") for line in outcome.lines)


def test_eval_scores_the_tagger_on_labelled_texts(files: Files) -> None:
    files.write("")
    labelled = [
        {"title": "Baidu releases ERNIE 4.5", "companies": ["baidu"], "regions": ["cn"], "topics": ["release"],
         "relevant": True, "lang": "en"},
        {"title": "Apple pie for everyone", "companies": ["apple"], "regions": [], "topics": [], "relevant": False},
    ]  # fmt: skip
    path = files.folder / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, labelled)), encoding="utf-8")
    outcome = run("eval", path)
    assert outcome.code == 0
    rows = {line.split("  ")[0]: line.split()[-7:] for line in outcome.lines if len(line.split()) > 7}
    assert rows["company"] == ["1.000", "0.500", "0.667", "1", "0", "1", "1.000"]  # keywords find the pie's apple
    assert rows["topic release"][3:6] == ["1", "0", "0"]
    assert rows["relevant"][:3] == ["1.000", "1.000", "1.000"]
    assert rows["company (en)"][:6] == ["1.000", "1.000", "1.000", "1", "0", "0"]
    assert any(line.split() == ["company/apple", "1.000", "0.000", "0.000", "0", "0", "1"] for line in outcome.lines)
    assert outcome.lines[outcome.lines.index("Apple pie for everyone") + 1] == "  missed company apple"
    assert outcome.lines[-1].startswith("2 texts, taxonomy ")


@pytest.mark.parametrize("label", [5, "baidu", [1], {"baidu": 1}])
def test_a_label_that_is_no_list_is_named(files: Files, label: object) -> None:
    files.write("")
    path = files.folder / "labelled.jsonl"
    path.write_text(json.dumps({"title": "Baidu", "companies": label}), encoding="utf-8")
    outcome = run("eval", path)
    assert outcome.code == 2
    assert "'Baidu': companies should be a list of slugs" in " ".join(outcome.err.split())


def test_retag_after_an_edit_of_the_taxonomy(filled: Files, tagger: Tagger) -> None:
    assert run("retag").out == "0 items were tagged again\n"
    before = run("items", "--jsonl").out
    filled.write(filled.feeds.read_text(encoding="utf-8") + MORE_COMPANIES)
    trial = run("retag", "--dry-run")
    assert trial.code == 0
    assert trial.lines[-1].endswith(" items would be tagged again")
    (gained,) = (line.split(maxsplit=3) for line in trial.lines if line.startswith("company/tallgrass-ai"))
    assert gained[1:3] == ["2", "0"]
    assert "Tallgrass AI" in gained[3]
    assert run("items", "--jsonl").out == before
    assert run("retag").out == trial.out.replace("would be", "were")
    assert len(run("items", "--jsonl", "company=tallgrass-ai").records) == 2
    assert run("retag").out == "0 items were tagged again\n"
    assert run("db", "check").out == "no faults\n"


def test_gaps_are_told_with_an_example(filled: Files) -> None:
    found = run("gaps", "--days", "3650", "--jsonl").records
    assert found
    assert [set(gap) for gap in found] == [{"name", "items", "sources", "example"}] * len(found)
    shown = run("gaps", "--days", "3650")
    assert [line.split("  ")[0] for line in shown.lines[1:]] == [gap["name"] for gap in found]
    assert run("gaps", "--days", "1").out.startswith("no unknown name stands in 3 items since ")
