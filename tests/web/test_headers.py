"""What keeps a smuggled script from running: headers on every answer, and pages that need no exception from them."""

from __future__ import annotations

import re

import pytest
from bs4 import Tag
from flask import url_for

from tests.samples import make_item, store
from tests.web.site import LISTINGS, SUFFIXES, Pages, Site, local

ANSWERS = (
    "/", "/items", "/tags", "/sources", "/about", "/company/baidu", "/source/model-watch", "/item/1", "/opml",
    "/sources.atom", "/feeds.opml", "/healthz", "/search?q=a", "/static/wire.css", "/static/wire.js",
    "/static/icon.svg",
    "/nothing", "/sw.js", "/manifest.webmanifest", "/offline", "/static/icon-192.png",
    "/items?nonsense=1", "/trends", "/trends.csv", "/compare", "/timeline/company/baidu",
    "/company/baidu.csv", *(f"{path}.{suffix}" for path in LISTINGS for suffix in SUFFIXES),
)  # fmt: skip
_LOADS = {
    "img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "embed": "src",
    "object": "data", "form": "action", "base": "href",
}  # fmt: skip
_LOADING_LINKS = {
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
}


def directives(policy: str) -> dict[str, list[str]]:
    """A Content-Security-Policy by directive."""
    return {name: sources for name, *sources in (part.split() for part in policy.split(";") if part.strip())}


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_headers(site: Site, address: str) -> None:
    headers = site.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["worker-src"] == policy["manifest-src"] == ["'self'"]
    assert {source for sources in policy.values() for source in sources} == {"'none'", "'self'"}


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE"])
def test_other_methods_carry_them_too(site: Site, method: str) -> None:
    answer = site.open("/items", method=method)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_answer_not_modified_carries_them_too(site: Site) -> None:
    tag = site.get("/items.atom").headers["ETag"]
    answer = site.get("/items.atom", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/", "/items.atom", "/trends.csv", "/sources.csv", "/timeline/region/cn.json"])
def test_an_answer_has_one_validator_of_a_kind(site: Site, address: str) -> None:
    headers = site.get(address).headers
    assert len(headers.getlist("ETag")) == 1
    assert len(headers.getlist("Last-Modified")) <= 1


def is_inline(element: Tag) -> bool:
    """Whether the element holds script or style itself."""
    handlers = any(name.lower().startswith("on") or name == "style" for name in element.attrs)
    return handlers or element.name == "style" or (element.name == "script" and not element.get("src"))


def test_no_page_holds_script_or_style_itself(read_pages: Pages) -> None:
    inline = {address: [*filter(is_inline, page.find_all(True))] for address, page in read_pages.items()}
    assert inline == {address: [] for address in read_pages}


def loaded(element: Tag) -> str:
    """The address that a browser asks for because of the element, "" if none."""
    if element.name == "link":
        return str(element["href"]) if _LOADING_LINKS & set(element.get("rel") or ()) else ""
    return str(element.get(_LOADS.get(element.name, ""), ""))


def test_nothing_is_loaded_from_elsewhere(read_pages: Pages, site: Site) -> None:
    asked = {loaded(element) for page in read_pages.values() for element in page.find_all(True)} - {""}
    with site.application.test_request_context():
        files = {url_for("static", filename=name) for name in ("wire.css", "wire.js", "icon.svg")}
    others = {"/items", "/search", "/subscribe", "/compare", "/manifest.webmanifest"}
    assert files | others | {f"/zh{address}" for address in others} == asked
    assert all(site.get(local(address)).status_code == 200 for address in asked)
    assert not any(element.has_attr("srcset") for page in read_pages.values() for element in page.find_all(True))


@pytest.mark.parametrize("name", ["wire.css", "feed.css", "wire.js", "icon.svg"])
def test_what_is_loaded_loads_nothing_more(site: Site, name: str) -> None:
    text = site.get(f"/static/{name}").text
    assert "url(" not in text
    assert "@import" not in text
    assert "fetch(" not in text
    known = ("http://www.w3.org/2000/svg", "http://www.w3.org/2005/Atom")  # names, not addresses
    assert "http" not in re.sub("|".join(known), "", text)


def test_links_to_publishers_do_not_hand_over_the_window(read_pages: Pages) -> None:
    outward = [
        link for page in read_pages.values() for link in page.select("a[href]") if str(link["href"]).startswith("http")
    ]
    foreign = [link for link in outward if not str(link["href"]).startswith("http://localhost/")]
    assert len(foreign) > 100
    assert all("noopener" in (link.get("rel") or ()) for link in foreign)


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_what_a_source_is_asked_with_is_not_told(own_site: Site, scheme: str) -> None:
    path = own_site.service.environment.feeds
    private = f'[[source]]\nid = "private"\nurl = "{scheme}://reader:s3cret@paid.example/feed"\n'
    path.write_text(path.read_text(encoding="utf-8") + private, encoding="utf-8")
    own_site.service.notice_edit()
    store(own_site.service.db, make_item("paid", ["company/baidu"]), source_id="private")
    for address in ("/opml", "/api/v1/sources", "/source/private", "/source/private.atom", "/sources"):
        text = own_site.get(address).text
        assert "s3cret" not in text, address
        assert "private" in text or f"{scheme}://paid.example/feed" in text, address
