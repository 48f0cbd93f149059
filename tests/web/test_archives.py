"""A feed and its archives hold every item, whatever their number, and lead to each other (RFC 5005)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import feedparser
import pytest
from lxml import etree

from aggregator.query import parse_query
from tests.fakes import START
from tests.web.grammar import ATOM, atom_faults
from tests.web.site import Site, local

NAMES = ATOM | {"fh": "http://purl.org/syndication/history/1.0"}
CHAINS = ["/items.atom?", "/items.atom?tier=all", "/items.atom?topic=policy&topic=release&topic=business"]


def links(document: bytes) -> dict[str, str]:
    return {
        str(link.get("rel")): str(link.get("href"))
        for link in etree.fromstring(document).xpath("a:link", namespaces=NAMES)
    }


def chain(site: Site, address: str) -> list[tuple[str, bytes]]:
    """A feed and all documents behind it, the newest first."""
    found = [(address, site.get(address).data)]
    while older := links(found[-1][1]).get("prev-archive"):
        answer = site.get(local(older))
        assert answer.mimetype == "application/atom+xml"
        found.append((local(older), answer.data))
        assert len(found) < 20
    return found


def ids(document: bytes) -> list[str]:
    return [str(entry.id) for entry in feedparser.parse(document).entries]


@pytest.mark.parametrize("address", CHAINS)
def test_the_chain_of_archives_holds_every_item(site: Site, address: str) -> None:
    query = parse_query(parse_qsl(address.partition("?")[2]), START.date()).relevant_unless_said()
    documents = chain(site, address)
    found = {name for _, document in documents for name in ids(document)}
    assert found == {f"tag:localhost,2026:item/{item.id}" for item in site.items(query)}
    assert len(documents) > 1
    assert all(atom_faults(document) == [] for _, document in documents)


def test_every_month_holds_its_items_and_no_others(site: Site) -> None:
    for place, document in chain(site, "/items.atom")[1:]:
        year, month = map(int, place.removesuffix(".atom").rpartition("/")[2].split("-"))
        dated = [entry.published for entry in feedparser.parse(document).entries]
        assert all(
            datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m") == f"{year}-{month:02}" for moment in dated
        )
        assert dated == sorted(dated, reverse=True) != []


def test_months_lead_to_each_other_and_to_the_feed(site: Site) -> None:
    march, february = (site.get(f"/items/archive/2025-{month}.atom").data for month in ("03", "02"))
    assert links(march)["prev-archive"].endswith("/items/archive/2025-02.atom")
    assert "next-archive" not in links(february)  # March has only begun
    assert {links(each)["current"] for each in (march, february)} == {"http://localhost/items.atom"}
    found = [bool(etree.fromstring(each).xpath("fh:archive", namespaces=NAMES)) for each in (march, february)]
    assert found == [False, True]


def test_a_month_that_is_over_becomes_an_archive(own_site: Site) -> None:
    own_site.clock.advance(days=31)
    february = own_site.get("/items/archive/2025-02.atom").data
    assert links(february)["next-archive"].endswith("/items/archive/2025-03.atom")
    march = etree.fromstring(own_site.get("/items/archive/2025-03.atom").data)
    assert march.xpath("fh:archive", namespaces=NAMES)


def test_a_month_that_is_cut_does_not_say_that_it_is_complete(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.archives._MOST", 3)
    february = etree.fromstring(site.get("/items/archive/2025-02.atom?since=").data)
    assert len(february.xpath("a:entry", namespaces=NAMES)) == 3
    assert not february.xpath("fh:archive", namespaces=NAMES)


def test_a_feed_and_its_archives_are_one_feed(site: Site) -> None:
    documents = [site.get(address).data for address in ("/region/cn.atom", "/region/cn/archive/2025-03.atom")]
    assert len({etree.fromstring(each).findtext("a:id", namespaces=NAMES) for each in documents}) == 1


def test_a_feed_that_shows_everything_has_no_archive(site: Site) -> None:
    assert "prev-archive" not in links(site.get("/source/model-watch.atom").data)
    assert site.get("/source/model-watch/archive/2025-03.atom").status_code == 200


@pytest.mark.parametrize("month", ["2024-01", "2030-01", "2025-13", "2025-3", "9999-12", "0000-01", "x", "٢٠٢٥-٠٣"])
def test_a_month_without_items_is_not_found(site: Site, month: str) -> None:
    assert site.get(f"/items/archive/{month}.atom").status_code == 404
