"""Edits of feeds.toml while the service runs: sources come and go, mistakes do no harm, items are tagged again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.bootstrap import Environment, Service
from aggregator.errors import ConfigError, StoreError
from aggregator.jobs import fetching, upkeep
from aggregator.model import Limits
from aggregator.store import notes, reads, sources, states
from tests.fakes import FakeWeb, post, rss
from tests.jobs.conftest import FEEDS, due, listed
from tests.samples import ALL, only, titles

MORE = FEEDS + '[[source]]\nid = "third"\nurl = "https://third.example/feed"\n'
ZEBRA = FEEDS + '[[company]]\nslug = "zebra-ai"\nname = "Zebra AI"\nhome = "cn"\n'
BROKEN = FEEDS.replace('"2h"', '"soon"')


def test_an_edit_of_the_file_takes_effect(service: Service, feeds: Path) -> None:
    assert service.notice_edit() == ""
    feeds.write_text(MORE, encoding="utf-8")
    assert "3 sources" in service.notice_edit()
    assert listed(service) == due(service) == ["news", "other", "third"]
    feeds.write_text(FEEDS, encoding="utf-8")
    upkeep.notice_edit(service)
    assert listed(service) == due(service) == ["news", "other"]


def test_sources_that_another_command_put_in_force_do_not_stay_so(service: Service) -> None:
    sources.sync(service.db, service.config.sources[:1], service.clock())
    assert listed(service) == ["news"]
    assert "another command" in service.notice_edit()
    assert listed(service) == ["news", "other"]
    assert service.notice_edit() == ""
    # By a second scheduler, which would do so again.
    sources.sync(service.db, service.config.sources[:1], service.clock())
    assert service.notice_edit() == ""


def test_a_source_that_was_edited_while_it_was_looked_at_is_looked_at_again(service: Service) -> None:
    listed = service.config.sources
    moved = [replace(listed[0], url="https://else.example/feed"), *listed[1:]]
    before = sources.settings(listed, service.limits)
    for after, again in (
        (before, []),
        (sources.settings(moved, service.limits), ["news"]),
        (sources.settings(listed, replace(service.limits, items=9)), ["news", "other"]),
    ):
        _not_due(service)
        sources.look_again(service.db, before, after)
        assert due(service) == again


def test_a_source_that_is_put_back_and_a_document_that_may_be_longer_are_looked_at(service: Service) -> None:
    _not_due(service)
    for some in (service.config.sources[:1], service.config.sources):
        sources.sync(service.db, some, service.clock())
    assert due(service) == ["other"]
    _not_due(service)
    sources.sync(service.db, service.config.sources, service.clock(), Limits(items=5))
    assert due(service) == ["news", "other"]


def _not_due(service: Service) -> None:
    for source in service.config.sources:
        states.postpone(service.db, source.id, service.clock() + timedelta(days=1), "it is asked once a day")
    assert due(service) == []


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (BROKEN, "'soon' is not a length of time"),
        (FEEDS + "[[source", "this is not TOML"),
        (FEEDS.replace('title = "The Other"', 'region = "atlantis"'), "no region 'atlantis'"),
        (FEEDS + '[[company]]\nname = "No slug"\n', "slug"),
        (
            FEEDS.replace('title = "The Other"', 'kind = "html"\nselectors = { items = "ul[", title = "a" }'),
            "a selector cannot be read",
        ),
    ],
    ids=["value", "syntax", "reference", "taxonomy", "selector"],
)
def test_a_broken_edit_changes_nothing_but_a_note_until_it_is_mended(
    service: Service, feeds: Path, mistake: str, said: str
) -> None:
    feeds.write_text(mistake, encoding="utf-8")
    assert "the last good one stays in force" in service.notice_edit()
    assert said in notes.read(service.db, notes.CONFIG_ERROR)
    assert [source.title for source in service.config.sources] == ["news", "The Other"]
    assert listed(service) == due(service) == ["news", "other"]
    assert service.notice_edit() == ""
    feeds.write_text(MORE, encoding="utf-8")
    assert "3 sources" in service.notice_edit()
    assert notes.read(service.db, notes.CONFIG_ERROR) == ""
    assert "third" in listed(service)


def test_the_note_that_all_may_read_has_no_password(service: Service, feeds: Path) -> None:
    twice = '[[source]]\nid = "{}"\nurl = "http://u:geheim@wire.example/feed"\n'
    hook = '[[webhook]]\nid = "h"\nurl = "hooks.example/T0/geheim"\nsecret = "env:H"\n'
    feeds.write_text(twice.format("a") + twice.format("b") + hook, encoding="utf-8")
    said = service.notice_edit()
    assert "geheim" in said  # the log is the operator's
    note = notes.read(service.db, notes.CONFIG_ERROR)
    assert "geheim" not in note
    assert note.count("\n") == said.count("\n") - 1
    assert "… is not a web address; see the log" in note


def test_an_edit_is_taken_over_when_the_store_can(
    service: Service, feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise StoreError("the database is locked")

    feeds.write_text(MORE, encoding="utf-8")
    assert service.reload()  # as the site does, which comes first
    with monkeypatch.context() as while_locked:
        while_locked.setattr(sources, "sync", locked)
        with pytest.raises(StoreError):
            service.notice_edit()
    assert "3 sources" in service.notice_edit()
    assert listed(service) == ["news", "other", "third"]
    assert service.notice_edit() == ""


def test_a_file_that_disappears_is_a_mistake_too(service: Service, feeds: Path) -> None:
    feeds.unlink()
    upkeep.notice_edit(service)
    assert "the file is not there" in notes.read(service.db, notes.CONFIG_ERROR)
    assert due(service) == ["news", "other"]


def test_a_service_does_not_start_with_a_broken_file(feeds: Path, sqlite_url: str) -> None:
    feeds.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"feeds.toml:\d+: 'soon'"):
        Service(Environment(feeds, sqlite_url))


CORRECTION = """
[[correction]]
link = "https://news.example/a"
add = ["company/baidu"]
remove = ["region/cn"]
tier = "core"
why = "{}"
"""


def correct(feeds: Path, service: Service, text: str) -> None:
    (feeds.parent / "corrections.toml").write_text(text, encoding="utf-8")
    upkeep.notice_edit(service)
    upkeep.retag(service)


def test_a_correction_wins_survives_tagging_again_and_ends_with_its_table(
    service: Service, web: FakeWeb, feeds: Path
) -> None:
    web.documents["https://news.example/feed"] = rss(
        post("a", "An office opens in China"),
        post("b", "Baidu grows"),
    )
    fetching.refresh_due(service)
    correct(feeds, service, CORRECTION.format("first"))
    item = only(service.db, "q=office&tier=core")
    assert [(str(tag), [words.rule for words in tag.evidence]) for tag in item.tags] == [
        ("company/baidu", ["corrected: first"])
    ]
    assert list(upkeep.outdated(service)) == []
    feeds.write_text(ZEBRA, encoding="utf-8")
    upkeep.notice_edit(service)
    upkeep.retag(service)
    assert only(service.db, "q=office&tier=core").tags == item.tags
    correct(feeds, service, CORRECTION.format("second"))
    assert only(service.db, "q=office&tier=core").tags[0].evidence[0].rule == "corrected: second"
    correct(feeds, service, "")
    assert only(service.db, "q=office").slugs("region") == ("cn",)
    assert list(upkeep.outdated(service)) == []


def test_what_comes_in_is_corrected_at_once(service: Service, web: FakeWeb, feeds: Path) -> None:
    correct(feeds, service, CORRECTION.format("known before"))
    web.documents["https://news.example/feed"] = rss(post("a", "An office opens"))
    fetching.refresh_due(service)
    assert titles(service.db, "company=baidu") == ["An office opens"]
    assert list(upkeep.outdated(service)) == []


def test_two_corrections_that_change_places_are_both_noticed(service: Service, web: FakeWeb, feeds: Path) -> None:
    web.documents["https://news.example/feed"] = rss(post("a", "An office opens"), post("b", "A garden closes"))
    fetching.refresh_due(service)
    one, two = (f'[[correction]]\nlink = "https://news.example/{{}}"\nadd = ["{tag}"]\nwhy = "so"\n' for tag in
                ("company/baidu", "region/cn"))  # fmt: skip
    correct(feeds, service, one.format("a") + two.format("b"))
    assert titles(service.db, "company=baidu") == ["An office opens"]
    correct(feeds, service, one.format("b") + two.format("a"))
    assert titles(service.db, "company=baidu") == ["A garden closes"]
    assert titles(service.db, "region=cn") == ["An office opens"]


def test_an_edit_that_moves_an_entry_keeps_its_correction(service: Service, web: FakeWeb, feeds: Path) -> None:
    correct(feeds, service, CORRECTION.format("it stays"))
    web.documents["https://news.example/feed"] = rss(post("a", "An office opens", guid="1"))
    fetching.refresh_due(service)
    web.documents["https://news.example/feed"] = rss(post("moved", "An office opens again", guid="1"))
    fetching.fetch(service, service.config.sources)
    assert titles(service.db, "company=baidu") == ["An office opens again"]
    assert list(upkeep.outdated(service)) == []


def test_what_a_source_gives_follows_feeds_toml_and_stays_when_it_is_taken_out(
    service: Service, web: FakeWeb, feeds: Path
) -> None:
    def with_tags(tags: str) -> str:
        return FEEDS.replace('title = "The Other"', f"tags = [{tags}]")

    def edited(text: str) -> None:
        feeds.write_text(text, encoding="utf-8")
        upkeep.notice_edit(service)
        upkeep.retag(service)

    edited(with_tags('"company/baidu"'))
    web.documents["https://other.example/feed"] = rss(post("a", "An office opens"))
    fetching.refresh_due(service)
    edited(with_tags('"region/cn"'))
    assert titles(service.db, "region=cn") == ["An office opens"]
    assert titles(service.db, "company=baidu") == []
    start = FEEDS.index("[[source]]", FEEDS.index("[[source]]") + 1)
    end = FEEDS.find("[[source]]", start + 1)
    without = FEEDS[:start] + (FEEDS[end:] if end > 0 else "")
    edited(without)
    assert list(upkeep.outdated(service)) == []
    edited(ZEBRA.replace(FEEDS[start : end if end > 0 else None], ""))
    assert titles(service.db, "region=cn") == ["An office opens"]
    assert {item.source_id for item in reads.listing(service.db, ALL).items} == {"other"}
