"""What looks after the site, and what crawls it, is told the truth."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from lxml import etree

from aggregator.errors import StoreError
from aggregator.model import Tier
from aggregator.store import activity, notes
from tests.fakes import START, FakeWeb
from tests.web.site import Site, local


def test_a_site_that_was_fetched_is_ready(site: Site) -> None:
    answer = site.get("/readyz")
    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "ready\n", "no-store")


def test_a_site_before_its_first_fetch_is_not_ready(empty_site: Site) -> None:
    answer = empty_site.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "no source has been looked at yet\n")


def test_a_schedule_that_stands_still_is_noticed(own_site: Site, samples: FakeWeb) -> None:
    own_site.clock.advance(hours=6)
    assert own_site.get("/readyz").status_code == 503
    assert "a source has been due for" in own_site.get("/readyz").text
    own_site.refresh(samples)
    assert own_site.get("/readyz").status_code == 200


def test_a_database_that_is_gone_is_noticed(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise StoreError("gone")

    monkeypatch.setattr(activity, "pulse", fail)
    answer = own_site.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the database cannot be read\n")


def test_a_broken_edit_is_told_and_makes_nobody_ill(own_site: Site) -> None:
    assert "mistakes" not in own_site.get("/healthz").text
    notes.leave(own_site.service.db, notes.CONFIG_ERROR, "feeds.toml:3: a mistake", own_site.clock())
    answer = own_site.get("/healthz")
    assert (answer.status_code, answer.text.splitlines()[0]) == (200, "ok")
    assert "feeds.toml has mistakes, the last good version is in force: see /sources" in answer.text


def test_a_full_disk_is_noticed(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'wire_trouble{what="store"} 0' in own_site.get("/metrics").text
    monkeypatch.setattr(activity, "room_left", lambda _: 4096)
    assert own_site.get("/readyz").text == "the disk of the database is full\n"
    assert 'wire_trouble{what="store"} 1' in own_site.get("/metrics").text


def values(text: str) -> dict[str, float]:
    """name{labels} → number, of every sample; each has its help and its type."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, number = re.fullmatch(r"(wire_[a-z_]+(?:\{[a-z]+=\"[a-z_]+\"\})?) ([0-9.e+]+)", line).groups()  # type: ignore[union-attr]
            assert f"# TYPE {name.partition('{')[0]} gauge\n" in text
            found[name] = float(number)
    return found


def test_metrics_say_what_is_stored(own_site: Site) -> None:
    own_site.clock.now = START + timedelta(minutes=10)
    answer = own_site.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = values(answer.text)
    items = own_site.items()
    for tier in Tier:
        assert found[f'wire_items{{tier="{tier}"}}'] == sum(item.tier == tier for item in items)
    assert found['wire_sources{status="ok"}'] == len(own_site.service.config.sources)
    assert found["wire_seconds_since_last_success"] == 600
    assert found["wire_last_look_timestamp_seconds"] == START.timestamp()
    assert (found['wire_trouble{what="configuration"}'], found['wire_trouble{what="store"}']) == (0, 0)


def test_metrics_say_that_feeds_toml_has_mistakes(own_site: Site) -> None:
    own_site.service.environment.feeds.write_text("[[source", encoding="utf-8")
    own_site.service.notice_edit()
    found = values(own_site.get("/metrics").text)
    assert (found['wire_trouble{what="configuration"}'], found['wire_trouble{what="store"}']) == (1, 0)


def test_metrics_of_an_empty_site_are_zero(empty_site: Site) -> None:
    found = values(empty_site.get("/metrics").text)
    assert found['wire_items{tier="core"}'] == 0
    assert found['wire_sources{status="never"}'] == 8


def test_crawlers_find_every_page_of_a_tag(site: Site) -> None:
    robots = site.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /*?" in robots.text
    (place,) = re.findall(r"^Sitemap: (\S+)$", robots.text, re.MULTILINE)
    root = etree.fromstring(site.get(local(place)).data)
    found = [local(str(loc.text)) for loc in root.iter("{*}loc")]
    assert {f"/{tag}" for item in site.items() if item.relevant for tag in item.tags} <= set(found)
    assert len(set(found)) == len(found)
    assert all(site.get(address).status_code == 200 for address in found[::9])
    both = [{link.get("hreflang"): local(link.get("href")) for link in url.iter("{*}link")} for url in root]
    assert all(page["zh-Hans"] == f"/zh{page['en']}" for page in both)
    assert found == [path for page in both[::2] for path in page.values()]


def test_there_is_a_contact_only_if_one_is_named(own_site: Site) -> None:
    assert own_site.get("/.well-known/security.txt").status_code == 404
    path = own_site.service.environment.feeds
    said = path.read_text(encoding="utf-8").replace("[site]", '[site]\nsecurity = "mailto:holes@wire.example"')
    path.write_text(said, encoding="utf-8")
    own_site.service.reload()
    answer = own_site.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:holes@wire.example"
    expires = datetime.fromisoformat(fields["Expires"])
    assert START < expires < START + timedelta(days=365)


@pytest.mark.parametrize("address", ["/readyz", "/metrics", "/robots.txt", "/sitemap.xml", "/api/", "/api/v1/tags"])
def test_head_is_answered(site: Site, address: str) -> None:
    assert (site.head(address).status_code, site.head(address).data) == (200, b"")
