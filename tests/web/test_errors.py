"""What went wrong is said on a page, with what to do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from aggregator.errors import StoreError
from aggregator.model import Tier
from aggregator.store import reads
from aggregator.store.db import writing
from aggregator.store.derived import rebuild
from aggregator.store.retention import prune
from tests.web.site import Site, words


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("/nothing", 404, "may be mistyped"),
        ("/company/nobody-knows", 404, "may be mistyped"),
        ("/company/nobody-knows.atom", 404, "may be mistyped"),
        ("/source/nobody", 404, "may be mistyped"),
        ("/source/nobody.rss", 404, "may be mistyped"),
        ("/item/999999", 404, "may be mistyped"),
        ("/item/99999999999999999999", 404, "may be mistyped"),
        ("/items?compny=baidu", 400, "compny: no such filter; did you mean company?"),
        ("/items.json?since=yesterday", 400, "since: 'yesterday' is no day; write for example since=2026-11-01"),
        ("/items?company=<b>", 400, "company: '<b>' cannot be a value; write for example company=baidu"),
        ("/items?before=x", 400, "before: follow the links «newer» and «older»"),
        ("/items?before=0001-01-01T00:00%2B10:00~1", 400, "before: follow the links"),
        (f"/items?q={'x' * 201}", 400, "q: a search has at most 200 characters"),
    ],
)
def test_an_error_is_a_page_that_says_why(site: Site, address: str, status: int, reason: str) -> None:
    page = site.page(address, status)
    assert reason in words(page.select_one("main"))
    assert str(status) in words(page.select_one(".kicker"))
    assert "all items" in words(page.select_one("main"))


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/company/百度", "/company/baidu"),
        ("/company/Baidu?lang=zh&tier=all", "/company/baidu?lang=zh&tier=all"),
        ("/zh/company/百度", "/zh/company/baidu"),
        ("/company/百度.atom?lang=zh", "/company/baidu.atom?lang=zh"),
        ("/company/百度/digest/2025-W11", "/company/baidu/digest/2025-W11"),
        ("/topic/政策", "/topic/policy"),
        ("/timeline/company/百度", "/timeline/company/baidu"),
        ("/region/California", "/region/us-california"),
        ("/api/v1/tags/company/百度", "/api/v1/tags/company/baidu"),
    ],
)
def test_a_name_leads_to_its_tag(site: Site, address: str, there: str) -> None:
    answer = site.get(address)
    assert (answer.status_code, answer.location) == (301, there)
    assert site.get(there).status_code == 200


def test_a_filter_takes_a_name_for_its_tag(site: Site) -> None:
    for slug, name in (("company=baidu", "company=百度"), ("topic=-policy", "topic=-政策")):
        by_slug, by_name = (site.page(f"/items?{query}") for query in (slug, name))
        assert words(by_name.select_one("main")) == words(by_slug.select_one("main"))
        assert by_name.select(f'a[href*="{slug}"]')
    listed = [site.get(f"/api/v1/items?region={name}").json["items"] for name in ("us-california", "us-ca")]
    assert listed[0] == listed[1] != []
    same = [site.get(f"/compare.csv?a=company/{a}&b=topic/policy").get_data() for a in ("baidu", "百度")]
    assert same[0] == same[1]


def test_a_tag_that_is_not_there_offers_those_that_are_like_it(site: Site) -> None:
    page = site.page("/company/baidoo", 404)
    assert next(str(tag["href"]) for tag in page.select("main .tags a")) == "/company/baidu"
    assert "Did you mean" in words(page.select_one("main"))
    assert not site.page("/company/qqqqqqqqqq", 404).select("main .tags")
    assert not site.page("/nothing", 404).select("main .tags")


def test_a_version_of_a_family_has_its_page_before_anybody_writes_of_it(site: Site) -> None:
    assert site.get("/model/claude-4-5-haiku").location == "/model/claude-haiku-4-5"
    page = site.page("/model/claude-haiku-4-5")
    assert words(page.h1) == "Claude Haiku 4.5"
    assert not page.select("article")
    assert site.get("/model/claude-haiku-4-5.atom").status_code == 200
    site.page("/model/nobodys-4-5", 404)


def test_a_method_that_is_not_allowed_names_those_that_are(site: Site) -> None:
    answer = site.post("/items")
    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.allow or ())


@pytest.mark.parametrize(("error", "status"), [(StoreError("disk full"), 503), (ValueError("a bug"), 500)])
def test_what_goes_wrong_inside_is_a_page_too(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    own_site.application.testing = False
    monkeypatch.setattr(reads, "listing", fail)
    answer = own_site.get("/items")
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert str(error) not in answer.text
    assert "<h1>" in answer.text


@pytest.mark.parametrize("kind", ["item", "story", "api/v1/items", "api/v1/stories"])
def test_what_was_pruned_is_gone_and_what_never_was_is_not_found(own_site: Site, kind: str) -> None:
    db = own_site.service.db
    items = [item for item in own_site.items() if item.story_id]
    oldest = max(items, key=lambda item: item.story_id or 0) if "stor" in kind else min(items, key=lambda item: item.id)
    with writing(db) as connection:  # as if no source had shown them for long
        for item in (item for item in own_site.items() if item.story_id == oldest.story_id):
            connection.execute(text("UPDATE sighting SET gone = 0 WHERE item_id = :it"), {"it": item.id})
            connection.execute(text("UPDATE item SET dated = 0, tier = 'off' WHERE id = :it"), {"it": item.id})
        rebuild(connection)
    later = own_site.clock() + timedelta(days=90)
    assert prune(db, {Tier.OFF: later}, later)[Tier.OFF] >= 1
    number = oldest.id if "item" in kind else oldest.story_id
    assert own_site.get(f"/{kind}/{number}").status_code == (410 if number else 404)
    assert own_site.get(f"/{kind}/99999").status_code == 404


def test_an_added_slash_leads_to_the_same_host_whatever_a_proxy_said(site: Site) -> None:
    for address in ("/digest", "/zh/digest", "/zh/api"):
        answer = site.get(address, headers={"Host": "wire.example"})
        assert (answer.status_code, answer.headers["Location"]) == (308, f"{address}/")


def test_a_wrong_filter_can_be_left_out(site: Site) -> None:
    page = site.page("/items?company=baidu&since=soon&lang=zh", status=400)
    assert "/items?company=baidu&lang=zh" in [a["href"] for a in page.select("main a")]
