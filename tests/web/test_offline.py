"""The site as an app: installed, and read without a connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from struct import unpack

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from aggregator.jobs.closing import close_digests
from tests.browsing import Visit, visiting
from tests.loopback import eventually
from tests.web.site import Site, serving, words
from web import offline
from web.offline import short_name
from web.response_cache import ResponseCache

KEPT = ["2025-03-15", "2025-03-14", "2025-03-13"]  # the newest that are closed


@pytest.fixture
def closed_site(own_site: Site) -> Site:
    close_digests(own_site.service)
    return own_site


@contextmanager
def reading(browser: Browser, site: Site) -> Iterator[tuple[Visit, Callable[[], None]]]:
    """A visit with the service worker at work, and what takes the site away from it."""

    def stop() -> None:
        end()
        visit.expected = "ERR_CONNECTION_REFUSED"

    with serving(site) as (address, end), visiting(browser, address, worker=True) as visit:
        visit.go("/about")
        visit.page.evaluate("navigator.serviceWorker.ready")
        assert eventually(lambda: visit.page.evaluate("navigator.serviceWorker.controller !== null"))
        yield visit, stop


def kept(page: Page) -> list[str]:
    """Where the list of kept digests leads."""
    return [str(link.get_attribute("href")) for link in page.locator("#kept a").all()]


def in_order(page: Page) -> list[str]:
    """The paths of all that the browser keeps, the last one last."""
    paths = "keys.map(key => new URL(key.url).pathname)"
    found = page.evaluate(
        f"caches.keys().then(async ([name]) => (await caches.open(name)).keys()).then(keys => {paths})"
    )
    return [str(path) for path in found]


@pytest.mark.parametrize(
    ("prefix", "told", "dated"),
    [
        ("", "The site cannot be reached. This is the copy of", r"\d+ \w+ 20\d\d"),
        ("/zh", "现在无法连接本站。这是", r"20\d\d年\d+月\d+日"),
    ],
)
def test_the_newest_digests_are_there_without_the_site_and_say_of_when(
    browser: Browser, closed_site: Site, prefix: str, told: str, dated: str
) -> None:
    with reading(browser, closed_site) as (visit, stop):
        page = visit.go(f"{prefix}/digest/{KEPT[1]}")
        title, items = page.title(), page.locator("article.item").count()
        assert not page.locator("#copy").is_visible()
        stop()
        page.reload()
        assert (page.title(), page.locator("article.item").count()) == (title, items)
        notice = page.locator("#copy").inner_text()
        assert told in notice
        assert page.locator("#copy b").inner_text() in notice
        assert page.evaluate(f"/{dated}/.test(document.querySelector('#copy b').textContent)")
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "the style is kept along"
        for path in ("/", "/company/baidu", "/items?q=AI", f"/digest/{KEPT[1]}?topic=policy", "/digest/2025-03-01"):
            page = visit.go(prefix + path)
            assert page.locator("h1").inner_text() == ("离线阅读" if prefix else "Reading offline")
            assert page.locator("#copy").is_visible()
            assert kept(page) == [f"{prefix}/digest/{day}" for day in KEPT]
        page.locator("#kept a").last.click()
        page.wait_for_url(f"**{prefix}/digest/{KEPT[2]}")
        assert page.locator("#copy b").inner_text()


def test_the_last_that_were_read_or_published_are_kept(browser: Browser, closed_site: Site) -> None:
    with reading(browser, closed_site) as (visit, stop):
        for path in (f"/digest/{KEPT[2]}", "/digest/2025-03-01"):
            visit.go(path)
            assert eventually(lambda path=path: in_order(visit.page)[-1] == path)
        closed_site.clock.advance(days=1)
        close_digests(closed_site.service)
        browser_itself = visit.page.context.new_cdp_session(visit.page)
        browser_itself.send("ServiceWorker.enable")
        browser_itself.send("ServiceWorker.stopAllWorkers")  # as browsers do after a while
        visit.go("/about")
        assert eventually(lambda: in_order(visit.page)[-1] == "/zh/offline")  # what a look keeps last
        stop()
        assert kept(visit.go("/")) == [f"/digest/{day}" for day in ("2025-03-16", KEPT[2], "2025-03-01")]
        assert kept(visit.go("/zh/")) == [f"/zh/digest/{day}" for day in ("2025-03-16", *KEPT[:2])]


def test_what_is_no_page_is_left_alone(browser: Browser, closed_site: Site) -> None:
    with reading(browser, closed_site) as (visit, stop):
        stop()
        ask = "path => fetch(path, {cache: 'no-store'}).then(answer => answer.status, () => 'no answer')"
        for path in ("/items.atom", "/api/v1/tags", f"/digest/{KEPT[0]}.md", f"/digest/{KEPT[0]}", "/about"):
            assert visit.page.evaluate(ask, path) == "no answer"
        with pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED"):
            visit.page.goto(f"{visit.site}/items.atom")


def test_a_new_version_throws_away_what_the_one_before_kept(
    browser: Browser, closed_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(browser, closed_site) as (visit, _):
        (before,) = visit.page.evaluate("caches.keys()")
        monkeypatch.setattr(offline, "_FILES", offline._FILES[:-1])
        closed_site.application.extensions[
            "http_caching"
        ].cache = ResponseCache()  # a new program has made no answer yet
        visit.page.evaluate("navigator.serviceWorker.ready.then(worker => worker.update())")
        assert eventually(lambda: before not in visit.page.evaluate("caches.keys()"))
        names = ("offline", *(f"digest/{day}" for day in KEPT))
        pages = [f"{prefix}/{name}" for prefix in ("", "/zh") for name in names]
        assert sorted(in_order(visit.page)) == sorted([*pages, "/static/wire.css", "/static/wire.js"])


def test_the_worker_is_asked_for_anew_and_has_one_address(site: Site) -> None:
    answer = site.get("/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert site.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert site.get("/zh/sw.js").headers["Location"] == "/sw.js"
    assert "{" + "{" not in answer.text


@pytest.mark.parametrize(("prefix", "lang"), [("", "en"), ("/zh", "zh-Hans")])
def test_the_manifest_names_the_site_and_its_icons(site: Site, prefix: str, lang: str) -> None:
    (link,) = site.page(f"{prefix}/").select("link[rel=manifest]")
    answer = site.get(str(link["href"]))
    assert answer.mimetype == "application/manifest+json"
    told = json.loads(answer.text)
    assert (told["name"], told["short_name"], told["lang"]) == ("AI Policy Wire (demo)", "AI Policy", lang)
    assert (told["start_url"], told["scope"]) == (f"{prefix}/", "/")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in told["icons"]:
        picture = site.get(icon["src"]).data
        assert picture.startswith(b"\x89PNG")
        assert "{}x{}".format(*unpack(">II", picture[16:24])) == icon["sizes"]
        assert len(picture) < 10_000


@pytest.mark.parametrize("address", ["/favicon.ico", "/apple-touch-icon.png"])
def test_a_browser_that_asks_for_an_icon_by_custom_gets_it(site: Site, address: str) -> None:
    found = site.get(address, follow_redirects=True)
    assert (found.status_code, found.mimetype) == (200, "image/png")


def test_a_name_below_an_icon_is_short() -> None:
    names = ("Wire", "AI Policy Wire", "Twelve signs", "中美人工智能政策与发布新闻通讯", "Antidisestablishmentarian")
    short = ["Wire", "AI Policy", "Twelve signs", "中美人工智能政策与发布新", "Antidisestab"]
    assert [short_name(name) for name in names] == short


def test_the_page_for_readers_offline_lists_the_newest_closed_days(closed_site: Site) -> None:
    page = closed_site.page("/offline")
    assert [str(link["href"]) for link in page.select("#kept a")] == [f"/digest/{day}" for day in KEPT]


def test_before_a_day_is_closed_it_says_so(empty_site: Site) -> None:
    assert words(empty_site.page("/offline").select_one("#kept")) == "None is closed yet."
