"""A browser that looks at the site, and the visits of a reader who notes what should not have been."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, Route, sync_playwright

from scripts.browser import NAMES

OUTPUT = Path(__file__).parent / "output"
HEIGHTS = {1280: 900, 390: 844}
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_NO_WORKER = "Service Worker registration blocked by Playwright"  # said where a visit does without one


@contextmanager
def launched() -> Iterator[Browser]:
    """The Chromium that is installed, or Playwright's own."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, NAMES)), None) or playwright.chromium.executable_path
        if not Path(found).exists():
            pytest.skip(f"no Chromium is installed ({', '.join(NAMES)}); `make browser` installs one")
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """A page, and what a reader would rather not have had."""

    def __init__(self, page: Page, site: str, *, whole: bool = False) -> None:
        self.page = page
        self.site = site
        self.faults: list[str] = []
        self.abroad: list[str] = []
        self.expected = _NO_WORKER  #: what the console may say
        page.on("console", lambda said: self._note(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", self._close)
        if not whole:
            page.route("**/*", self._let_through)

    def _note(self, words: str) -> None:
        self.faults += [] if self.expected in words or _NO_WORKER in words else [words]

    def _close(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog says {dialog.message}")
        dialog.dismiss()

    def _let_through(self, route: Route, request: Request) -> None:
        if request.url.startswith(f"{self.site}/"):
            route.continue_()
        else:
            self.abroad.append(request.url)
            route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")

    def go(self, path: str, status: int = 200) -> Page:
        self.expected = _NO_WORKER if status == 200 else f"the server responded with a status of {status}"
        answer = self.page.goto(self.site + path)
        assert answer is not None
        assert answer.status == status, path
        return self.page

    @property
    def overhang(self) -> int:
        """How many pixels of the page stand out at the side."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@contextmanager
def visiting(
    browser: Browser, site: str, width: int = 1280, *, worker: bool = False, **settings: Any
) -> Iterator[Visit]:
    """A visit on which nothing must go wrong and nothing be asked of anybody else.

    With the service worker, requests cannot be looked through one by one: it makes some of them itself.
    """
    size = {"width": width, "height": HEIGHTS[width]}
    context = browser.new_context(viewport=size, service_workers="allow" if worker else "block", **settings)
    context.set_default_timeout(10_000)
    try:
        visit = Visit(context.new_page(), site, whole=worker)
        yield visit
        assert visit.faults == []
        assert visit.abroad == []
    finally:
        context.close()
