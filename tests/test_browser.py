"""The site in a browser: the whole way of a reader, on a wide screen and on a narrow one, with scripts and without.

Pictures of the pages are left in tests/output. UPDATE_PICTURES=1 also writes the one that the README shows.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browsing import OUTPUT, visiting
from tests.web.grammar import atom_faults

ROOT = Path(__file__).parent.parent
ITEM = "/item/1"
PAGES = {
    "front": "/", "tag": "/company/baidu", "item": ITEM, "sources": "/sources",
    "trends": "/trends?weeks=13&until=2025-W11", "trends-companies": "/trends?by=company&weeks=13&until=2025-W11",
    "compare": "/compare?a=region/cn&b=region/us&weeks=13&until=2025-W11", "timeline": "/timeline/region/cn",
}  # fmt: skip
CHINESE = {
    f"zh-{name}": f"/zh{path}"
    for name, path in (PAGES | {"digest": "/digest/2025-W10", "about": "/about", "tags": "/tags"}).items()
}


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, True), (390, False)])
def test_a_reader_filters_opens_a_tag_and_follows_its_feed(
    browser: Browser, demo: str, width: int, scripts: bool
) -> None:
    with visiting(browser, demo, width, java_script_enabled=scripts) as visit:
        page = visit.go("/")
        page.get_by_role("link", name="Items", exact=True).click()
        page.wait_for_url("**/items")  # loaded: the script has opened the filters where there is room for them
        company = page.get_by_role("checkbox", name=re.compile("^Baidu"))
        if not company.is_visible():
            page.get_by_text("Filter", exact=True).click()
        company.check()
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**/items?*company=baidu*")
        assert page.locator("article.item").count() == page.locator("article.item a.tag", has_text="Baidu").count() > 3
        page.locator("article.item a.tag", has_text="Baidu").first.click()
        page.wait_for_url("**/company/baidu")
        assert page.get_by_role("heading", level=1).inner_text().startswith("Baidu")
        with page.expect_response("**/*.atom") as answer, page.expect_request("**/feed.css"):
            page.get_by_role("link", name="Atom", exact=True).click()
        assert answer.value.headers["content-type"] == "application/xml; charset=utf-8"  # a feed, as browsers style it
        assert atom_faults(page.request.get(answer.value.url).body()) == []


def test_nothing_stands_out_at_the_side_of_a_narrow_screen(browser: Browser, demo: str) -> None:
    with visiting(browser, demo, 390) as visit:
        others = ("/items", "/tags", "/about", "/region/cn", "/items?q=zeppelin", "/zh/items")
        for path in (*PAGES.values(), *CHINESE.values(), *others):
            page = visit.go(path)
            if page.locator(".facets").count():
                page.locator(".facets > summary").click()
            for width in (390, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert visit.overhang == 0, (path, width)


def test_a_word_without_an_end_stands_out_nowhere(browser: Browser, demo: str) -> None:
    with visiting(browser, demo, 390) as visit:
        for path in ("/", "/items", "/story/1", "/item/1"):
            page = visit.go(path)
            page.evaluate(
                "document.querySelectorAll('h1, h3 a, .title a').forEach(e => e.textContent = 'x'.repeat(300))"
            )
            assert visit.overhang <= 0, path


def test_a_search_is_two_keys_and_its_words_away(browser: Browser, demo: str) -> None:
    with visiting(browser, demo) as visit:
        page = visit.go("/")
        page.keyboard.press("/")
        page.keyboard.type("joke DeepSeek")
        assert page.locator("#q").input_value() == "joke DeepSeek"
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("DeepSeek")
        page.keyboard.press("Enter")
        page.wait_for_url("**/items?q=DeepSeek")
        assert page.locator("article.item").count() > 3


def test_keys_move_between_items_and_open_one(browser: Browser, demo: str) -> None:
    with visiting(browser, demo) as visit:
        page = visit.go("/")
        links = page.locator("article.item .title a")
        focused = page.locator(":focus")
        page.keyboard.press("j")
        assert focused.inner_text() == links.nth(0).inner_text()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert focused.inner_text() == links.nth(1).inner_text()
        links.nth(4).focus()
        page.keyboard.press("k")
        assert focused.inner_text() == links.nth(3).inner_text()
        links.nth(1).focus()
        address = str(links.nth(1).get_attribute("href"))
        page.keyboard.press("o")
        page.wait_for_url(address)
        assert urlsplit(address).hostname != "127.0.0.1"
        assert visit.abroad == [address]
        visit.abroad.clear()  # the reader has asked for it


@pytest.mark.parametrize(
    ("prefix", "switch"), [("", "Keys work on this site"), ("/zh", "在本站启用快捷键")], ids=["en", "zh"]
)
def test_keys_can_be_switched_off_and_stay_so(browser: Browser, demo: str, prefix: str, switch: str) -> None:
    def moved() -> bool:
        page.keyboard.press("j")
        return page.locator("article.item :focus").count() == 1

    with visiting(browser, demo) as visit:
        page = visit.go(f"{prefix}/items")
        assert moved()
        page.keyboard.press("?")
        page.wait_for_url(f"**{prefix}/about#keys")
        assert page.get_by_label(switch).is_checked()
        page.get_by_label(switch).uncheck()
        page.reload()
        page.keyboard.press("/")
        assert page.locator("#q:focus").count() == 0
        assert not page.get_by_label(switch).is_checked()
        visit.go(f"{prefix}/items")
        assert not moved()
        page.reload()
        assert not moved()
        visit.go(f"{prefix}/about").get_by_label(switch).check()
        visit.go(f"{prefix}/items")
        assert moved()


def test_without_script_there_are_no_keys_to_switch(browser: Browser, demo: str) -> None:
    with visiting(browser, demo, java_script_enabled=False) as visit:
        assert not visit.go("/about").get_by_label("Keys work on this site").is_visible()


def test_the_first_tab_leads_past_the_masthead(browser: Browser, demo: str) -> None:
    with visiting(browser, demo) as visit:
        page = visit.go("/")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to the content"
        page.keyboard.press("Enter")
        page.wait_for_url("**/#main")
        page.keyboard.press("?")
        page.wait_for_url("**/about#keys")


def test_a_reader_changes_the_language_and_keeps_the_place(browser: Browser, demo: str) -> None:
    with visiting(browser, demo) as visit:
        page = visit.go("/items?company=baidu&topic=release")
        page.get_by_role("link", name="中文").click()
        page.wait_for_url("**/zh/items?company=baidu&topic=release")
        assert page.locator("article.item").count() > 0
        assert re.search(r"[0-9]+月[0-9]+日$|前$", page.locator("article.item time").first.inner_text())
        page.keyboard.press("?")
        page.wait_for_url("**/zh/about#keys")
        page.get_by_role("link", name="English").click()
        page.wait_for_url("**/about")


@pytest.mark.parametrize("width", [1280, 390])
def test_pictures_of_the_pages_in_light_and_dark(browser: Browser, demo: str, width: int) -> None:
    OUTPUT.mkdir(exist_ok=True)
    grounds = {}
    for scheme in ("light", "dark"):
        with visiting(browser, demo, width, color_scheme=scheme, reduced_motion="reduce") as visit:
            for name, path in (PAGES | CHINESE).items():
                page = visit.go(path)
                page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}.png", full_page=name != "front")
            grounds[scheme] = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert grounds["light"] != grounds["dark"]
    assert all(
        (OUTPUT / f"{name}-{width}-{scheme}.png").stat().st_size > 5000
        for name in PAGES | CHINESE
        for scheme in grounds
    )
    if width == 1280 and os.environ.get("UPDATE_PICTURES"):
        (ROOT / "docs").mkdir(exist_ok=True)
        shutil.copyfile(OUTPUT / "front-1280-light.png", ROOT / "docs" / "front-page.png")
