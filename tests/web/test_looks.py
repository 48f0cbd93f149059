"""Every page of the site as a browser shows it: both languages, light and dark, wide and narrow.

Pictures of all of them are left in tests/output/pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from aggregator.jobs.closing import close_digests
from tests.browsing import OUTPUT, visiting
from tests.web.conftest import opened
from tests.web.site import serving, write_feeds

PICTURES = OUTPUT / "pages"
PAGES = {
    "front": "/", "items": "/items", "tag": "/company/baidu", "source": "/source/pacific-tech-review",
    "saved": "/q/chips", "search": "/search", "item": "/item/1", "story": "/story/1", "tags": "/tags",
    "calendar": "/calendar",
    "sources": "/sources", "about": "/about", "subscribe": "/subscribe", "archive": "/digest/",
    "digest": "/digest/2025-W11", "tag_digest": "/region/cn/digest/2025-03-14", "offline": "/offline",
    "trends": "/trends?weeks=13&until=2025-W11", "timeline": "/timeline/region/cn", "api": "/api/",
    "compare": "/compare?a=region/cn&b=region/us&weeks=13&until=2025-W11",
}  # fmt: skip
OTHERS = {
    "found": "/items?q=DeepSeek&sort=relevance", "nothing": "/items?q=zeppelin",
    "filtered": "/items?company=baidu&topic=-business", "day": "/digest/2025-03-16",
}  # fmt: skip
QUERY = '\n[[query]]\nid = "chips"\ntitle = "Chips"\nfilter = "topic=chips"\n'
AS_IT_SHOULD_BE: tuple[list[object], int, int] = ([], 0, 0)  # axe's complaints, layout shift, overhang in pixels
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(one => window.shifted += one.hadRecentInput ? 0 : one.value))
  .observe({type: 'layout-shift', buffered: true});
"""


@pytest.fixture(scope="module")
def address(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site with its past days closed, on loopback."""
    folder = tmp_path_factory.mktemp("looks")
    shutil.copyfile(filled / "aggregator.db", folder / "aggregator.db")
    write_feeds(folder, QUERY)
    with opened(folder) as site:
        close_digests(site.service)
        with serving(site) as (served, _):
            yield served


def test_every_page_is_looked_at(filled: Path) -> None:
    with opened(filled) as site:
        names = {rule.endpoint.partition(".")[2] for rule in site.application.url_map.iter_rules()}
    assert {name.removesuffix("_page") for name in names if name.endswith("_page")} == set(PAGES)


@pytest.mark.parametrize("prefix", ["", "/zh"], ids=["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_open_to_everyone_and_stand_still(
    browser: Browser, address: str, prefix: str, scheme: str, width: int
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    found: dict[str, object] = {}
    with visiting(browser, address, width, color_scheme=scheme, reduced_motion="reduce") as visit:
        visit.page.add_init_script(SHIFTS)
        for name, path in (PAGES | OTHERS).items():
            page = visit.go(prefix + path)
            shifted = page.evaluate("window.shifted")  # before the picture, for which the window grows
            page.screenshot(path=PICTURES / f"{name}-{prefix[1:] or 'en'}-{scheme}-{width}.png", full_page=True)
            faults = [(fault["id"], fault["nodes"][0]["target"]) for fault in Axe().run(page).response["violations"]]
            if (seen := (faults, shifted, visit.overhang)) != AS_IT_SHOULD_BE:
                found[name] = seen
    assert found == {}


def test_the_front_page_is_light(address: str, browser: Browser) -> None:
    with visiting(browser, address) as visit:
        sizes: list[int] = []
        visit.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        visit.go("/").wait_for_load_state("networkidle")
        assert 0 < sum(sizes) < 60_000
