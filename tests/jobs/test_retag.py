"""What is tagged again after an edit: whatever the taxonomy, a source or a correction say otherwise now."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.bootstrap import Service
from aggregator.jobs import fetching, upkeep
from aggregator.store import counts, outdated
from tests.fakes import FakeWeb, post, rss
from tests.jobs.conftest import FEEDS
from tests.samples import ALL, only, titles

ZEBRA = FEEDS + '[[company]]\nslug = "zebra-ai"\nname = "Zebra AI"\nhome = "cn"\n'


def test_items_are_tagged_again_when_the_taxonomy_changes(service: Service, web: FakeWeb, feeds: Path) -> None:
    web.documents["https://news.example/feed"] = rss(post("a", "Zebra AI opens an office"), post("b", "Baidu grows"))
    fetching.refresh_due(service)
    before = only(service.db, "q=zebra")
    assert titles(service.db, "company=zebra-ai") == []
    feeds.write_text(ZEBRA, encoding="utf-8")
    upkeep.notice_edit(service)
    upkeep.retag(service)
    after = only(service.db, "company=zebra-ai")
    assert (after.title, after.changed) == (before.title, before.changed)
    assert after.slugs("region") == ("cn",)
    assert titles(service.db, "company=baidu") == ["Baidu grows"]
    assert list(upkeep.outdated(service)) == []


def test_tagging_again_keeps_the_tags_that_a_source_gives(service: Service, web: FakeWeb, feeds: Path) -> None:
    given = FEEDS.replace('title = "The Other"', 'tags = ["company/baidu"]')
    feeds.write_text(given, encoding="utf-8")
    upkeep.notice_edit(service)
    web.documents["https://other.example/feed"] = rss(post("a", "An office opens"))
    fetching.refresh_due(service)
    feeds.write_text(ZEBRA.replace('title = "The Other"', 'tags = ["company/baidu"]'), encoding="utf-8")
    upkeep.notice_edit(service)
    upkeep.retag(service)
    assert titles(service.db, "company=baidu") == ["An office opens"]


def test_what_a_source_gives_reaches_its_corrected_items_too(service: Service, web: FakeWeb, feeds: Path) -> None:
    web.documents["https://other.example/feed"] = rss(post("a", "An office opens"), post("b", "A plant opens"))
    fetching.refresh_due(service)
    correction = '[[correction]]\nlink = "https://news.example/a"\nadd = ["region/cn"]\nwhy = "it is there"\n'
    (feeds.parent / "corrections.toml").write_text(correction, encoding="utf-8")
    feeds.write_text(FEEDS.replace('title = "The Other"', 'tags = ["company/baidu"]'), encoding="utf-8")
    upkeep.notice_edit(service)
    upkeep.retag(service)
    assert sorted(titles(service.db, "company=baidu&tier=all")) == ["A plant opens", "An office opens"]
    assert list(upkeep.outdated(service)) == []
    feeds.write_text(FEEDS.partition('[[source]]\nid = "other"')[0], encoding="utf-8")
    upkeep.notice_edit(service)
    upkeep.retag(service)
    assert list(upkeep.outdated(service)) == []


def test_more_items_than_a_batch_are_all_tagged_again(
    service: Service, web: FakeWeb, feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outdated, "BATCH", 3)
    web.documents["https://news.example/feed"] = rss(*(post(str(n), f"Zebra AI {n}") for n in range(8)))
    fetching.refresh_due(service)
    feeds.write_text(ZEBRA, encoding="utf-8")
    upkeep.notice_edit(service)
    assert [len(batch) for batch, _ in upkeep.outdated(service)] == [3, 3, 2]
    upkeep.retag(service)
    assert counts.count(service.db, ALL).number == len(titles(service.db, "company=zebra-ai")) == 8
