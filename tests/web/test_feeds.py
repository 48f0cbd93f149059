"""Every listing is a feed in three formats: found from its page, read by readers, asked for again at no cost."""

from __future__ import annotations

import json
import re
from email.utils import format_datetime

import feedparser
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aggregator.model import AXES, Tag, Tagging, Tier
from aggregator.publish import citations
from aggregator.publish.jsonl import record
from aggregator.store import items
from tests.fakes import FakeWeb
from tests.web.grammar import atom_faults, json_feed_faults
from tests.web.site import LISTINGS, SUFFIXES, Site, edit, entries, local, numbers

FEEDS = [f"{path}.{suffix}" for path in LISTINGS for suffix in SUFFIXES]
SOME = ("/items.atom", "/company/baidu.rss", "/source/model-watch.json", "/region/cn.atom?lang=zh")
FILTERED = "/items?topic=policy&topic=-business&lang=zh&q=AI"


def read(answer: TestResponse) -> list[tuple[str, str, str]]:
    """(id, title, link) of every entry, as a reader takes them."""
    if answer.mimetype.endswith("json"):
        return [(item["id"], item["title"], item["url"]) for item in json.loads(answer.data)["items"]]
    feed = feedparser.parse(answer.data, sanitize_html=False)
    assert not feed.bozo, feed.get("bozo_exception")
    return [(entry.id, entry.title, entry.link) for entry in feed.entries]


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_has_the_entries_of_its_page(site: Site, address: str) -> None:
    path, _, suffix = address.rpartition(".")
    answer = site.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{SUFFIXES[suffix]}; charset=utf-8"
    page = site.page(path)
    assert [(title, link) for _, title, link in read(answer)] == entries(page) != []
    assert [name for name, _, _ in read(answer)] == [f"tag:localhost,2026:item/{number}" for number in numbers(page)]


@pytest.mark.parametrize("page", ["/", *LISTINGS, FILTERED])
def test_a_page_leads_to_its_feeds(site: Site, page: str) -> None:
    shown = site.page(page)
    links = {str(link["type"]): str(link["href"]) for link in shown.select("link[rel=alternate][type]")}
    named = {str(link["type"]): str(link["href"]) for link in shown.select(".feeds a")}
    tables = {"csv": "text/csv", "jsonl": "application/jsonl", "ris": citations.RIS_TYPE, "bib": citations.BIBTEX_TYPE}
    for suffix, kind in tables.items():
        assert named.pop(kind).partition("?")[0].endswith(f".{suffix}")
    assert named == links
    header = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', ",".join(site.get(page).headers.getlist("Link")))
    assert {kind: href for href, kind in header} == links
    path, _, query = ("/items?tier=core" if page == "/" else page).partition("?")
    for suffix, media_type in SUFFIXES.items():
        address = local(links[media_type])
        assert address.partition("?")[0] == f"{path}.{suffix}"
        answer = site.get(address)
        assert (answer.status_code, answer.mimetype) == (200, media_type)
        assert [(t, link) for _, t, link in read(answer)] == entries(site.page(f"{path}?{query}")) != []
    assert len(links) == 3


def test_json_lines_are_what_the_command_prints(site: Site) -> None:
    answer = site.get("/company/baidu.jsonl?tier=all")
    assert answer.headers["Content-Type"] == "application/jsonl; charset=utf-8"
    printed = [record(item) for item in site.items("company=baidu&tier=all")]
    assert [json.loads(line) for line in answer.data.decode().removesuffix("\n").split("\n")] == printed != []


@pytest.mark.parametrize("address", [*SOME, FILTERED.replace("?", ".rss?")])
def test_a_feed_says_where_it_and_its_page_are(site: Site, address: str) -> None:
    answer = site.get(address)
    if answer.mimetype.endswith("json"):
        feed = json.loads(answer.data)
        own, page = feed["feed_url"], feed["home_page_url"]
    else:
        feed = feedparser.parse(answer.data).feed
        (own,) = [link["href"] for link in feed.links if link["rel"] == "self"]
        page = feed.link
    assert site.get(local(own)).data == answer.data
    assert [link for _, _, link in read(answer)] == [link for _, link in entries(site.page(local(page)))]


def test_a_feed_is_titled_with_what_it_is_about(site: Site) -> None:
    assert "<title>AI Policy Wire (demo) – Baidu</title>" in site.get("/company/baidu.atom").text
    assert json.loads(site.get("/source/keji-qianxian.json").data)["title"] == "AI Policy Wire (demo) – 科技前线"


@pytest.mark.parametrize("path", [*LISTINGS, "/items?tier=off", "/items?q=zeppelin"])
def test_documents_are_valid(site: Site, path: str) -> None:
    base, _, query = path.partition("?")
    assert atom_faults(site.get(f"{base}.atom?{query}").data) == []
    assert json_feed_faults(site.get(f"{base}.json?{query}").data) == []


def test_json_feed_carries_the_evidence_of_every_tag(site: Site) -> None:
    item = site.item("GPT-4.5 is here as a research preview")
    found = json.loads(site.get("/source/model-watch.json").data)["items"]
    (said,) = [entry for entry in found if entry["title"] == item.title]
    assert said["tags"] == [str(tag) for tag in item.tags]
    assert said["_aggregator"]["evidence"].keys() == set(said["tags"])
    assert said["_aggregator"]["source"] == {"id": "model-watch", "title": "Model Watch", "class": "newsletter"}


@pytest.mark.parametrize("address", SOME)
def test_a_reader_that_has_it_is_told_so(site: Site, address: str) -> None:
    first = site.get(address)
    known = {"If-None-Match": first.headers["ETag"]}
    dated = {"If-Modified-Since": first.headers["Last-Modified"]}
    for headers in (known, dated, known | dated, {"If-None-Match": f'"other", {first.headers["ETag"]}'}):
        again = site.get(address, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    for headers in ({"If-None-Match": '"other"'}, {"If-Modified-Since": "Sat, 01 Feb 2025 00:00:00 GMT"}):
        assert site.get(address, headers=headers).status_code == 200


def test_a_head_request_is_answered_like_a_get(site: Site) -> None:
    answer = site.head("/items.atom")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == site.get("/items.atom").headers["ETag"]


def test_a_feed_that_changes_is_sent_again(own_site: Site, samples: FakeWeb) -> None:
    before = own_site.get("/source/pacific-tech-review.atom").headers
    edit(samples, "pacific-tech-review", "Alibaba opens", "Alibaba publishes")
    own_site.clock.advance(hours=1)
    own_site.refresh(samples)
    refreshed = own_site.clock()
    own_site.clock.advance(seconds=1)
    for headers in ({"If-None-Match": before["ETag"]}, {"If-Modified-Since": before["Last-Modified"]}):
        after = own_site.get("/source/pacific-tech-review.atom", headers=headers)
        assert after.status_code == 200
        assert after.headers["Last-Modified"] == format_datetime(refreshed, usegmt=True)


def updated(site: FlaskClient, address: str) -> dict[str, str]:
    """id → updated, of every entry and of the feed itself."""
    feed = feedparser.parse(site.get(address).data)
    return {entry.id: entry.updated for entry in feed.entries} | {"feed": feed.feed.updated}


def test_an_edit_moves_only_the_edited_entry(own_site: Site, samples: FakeWeb) -> None:
    address = "/source/pacific-tech-review.atom"
    before = updated(own_site, address)
    number = own_site.item("Alibaba opens QwQ-32B").id
    edit(samples, "pacific-tech-review", "Alibaba opens", "Alibaba publishes")
    own_site.clock.advance(hours=1)
    own_site.refresh(samples)
    after = updated(own_site, address)
    assert after.keys() == before.keys()
    moved = {name for name in after if after[name] != before[name]}
    assert moved == {f"tag:localhost,2026:item/{number}", "feed"}
    assert after["feed"] == f"{own_site.clock():%Y-%m-%dT%H:%M:%SZ}"


def test_looking_again_changes_nothing(own_site: Site, samples: FakeWeb) -> None:
    before = {address: own_site.get(address).headers["ETag"] for address in SOME}
    samples.etags = False
    own_site.clock.advance(hours=1)
    own_site.refresh(samples)
    assert {address: own_site.get(address).headers["ETag"] for address in SOME} == before


def test_ids_and_links_take_the_public_address_where_there_is_one(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    said = path.read_text(encoding="utf-8").replace("[site]", '[site]\nurl = "https://wire.example/"')
    path.write_text(said, encoding="utf-8")
    own_site.service.reload()
    answer = own_site.get("/company/baidu.atom")
    assert all(name.startswith("tag:wire.example,2026:item/") for name, _, _ in read(answer))
    assert 'href="https://wire.example/company/baidu.atom"' in answer.text
    assert "localhost" not in answer.text
    link = own_site.page("/company/baidu").select_one('link[type="application/atom+xml"]')
    assert link is not None
    assert link["href"] == "https://wire.example/company/baidu.atom"


def test_new_tags_are_no_update(own_site: Site) -> None:
    before = own_site.get("/company/baidu.atom")
    item = own_site.item("ERNIE 4.5")
    tagging = Tagging((*item.tags, Tag("topic", "safety")), Tier.CORE, 5.0, "another-version")
    items.save_taggings(own_site.service.db, [(item.id, tagging)], own_site.clock())
    after = own_site.get("/company/baidu.atom")
    assert after.headers["ETag"] != before.headers["ETag"]
    moments = [re.findall("<updated>.*?</updated>", answer.text) for answer in (before, after)]
    assert moments[0] == moments[1] != []


HEARD_OF_BY_A_HUB = {
    "/items.atom": True, "/items.atom?tier=core": True, "/items.atom?lang=zh": False, "/items.rss?tier=off": False,
}  # fmt: skip


def test_a_hub_is_named_in_every_format(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    hub = "https://hub.example/push"
    path.write_text(path.read_text(encoding="utf-8").replace("[site]", f'[site]\nhub = "{hub}"'), encoding="utf-8")
    own_site.service.reload()
    for nobody_hears_of in ("csv", "ris"):
        assert hub not in str(own_site.get(f"/topic/policy.{nobody_hears_of}").headers.getlist("Link"))
    for suffix in SUFFIXES:
        header = own_site.get(f"/topic/policy.{suffix}").headers.getlist("Link")
        assert header == [f'<{hub}>; rel="hub"', f'<http://localhost/topic/policy.{suffix}>; rel="self"']
    for suffix in ("atom", "rss"):
        found = feedparser.parse(own_site.get(f"/topic/policy.{suffix}").data).feed.links
        assert [link["href"] for link in found if link["rel"] == "hub"] == [hub]
    assert json.loads(own_site.get("/topic/policy.json").data)["hubs"] == [{"type": "WebSub", "url": hub}]
    assert atom_faults(own_site.get("/topic/policy.atom").data) == []
    hubs = {address: hub in own_site.get(address).text for address in HEARD_OF_BY_A_HUB}
    assert hubs == HEARD_OF_BY_A_HUB


@pytest.mark.parametrize("suffix", ["atom", "rss"])
def test_a_feed_names_its_style_sheet_and_its_language(site: Site, suffix: str) -> None:
    document = site.get(f"/items.{suffix}").text
    assert document.splitlines()[1] == '<?xml-stylesheet type="text/css" href="/static/feed.css"?>'
    assert feedparser.parse(document).feed.language == "en"


def test_an_entry_names_its_source(site: Site) -> None:
    for entry in feedparser.parse(site.get("/company/baidu.atom").data).entries:
        (source,) = [source for source in site.service.config.sources if source.title == entry.source.title]
        assert entry.source.id == f"tag:localhost,2026:source/{source.id}"
        links = {link.rel: link.href for link in entry.source.links}
        assert links == {"via": source.url} | ({"alternate": source.site_url} if source.site_url else {})
        assert all(":" in tag.label and tag.label.partition(": ")[2] != tag.term for tag in entry.tags)
        assert {tag.scheme for tag in entry.tags} <= {f"http://localhost/{axis}/" for axis in AXES}


def test_a_feed_of_the_last_days_keeps_its_id(own_site: Site) -> None:
    def said() -> tuple[str, str]:
        read = feedparser.parse(own_site.get("/topic/policy.atom?since=7d&").data).feed
        return read.id, next(link.href for link in read.links if link.rel == "self")

    before = said()
    own_site.clock.advance(days=2)
    assert said() == before
    assert before[1].endswith("/topic/policy.atom?since=7d")
