"""The style, the script and the icons: asked for once, and again when they have changed."""

from __future__ import annotations

import brotli
import pytest

from tests.web.site import Site
from web.assets import FOLDER

NAMES = sorted(path.name for path in FOLDER.iterdir())


def loaded(site: Site) -> list[str]:
    page = site.page("/about")
    return [
        str(page.select_one("script")["src"]),
        *(str(link["href"]) for link in page.select('link[rel="stylesheet"]')),
    ]


def test_what_a_page_loads_is_held_for_ever(site: Site) -> None:
    assert len(loaded(site)) == 2
    for address in loaded(site):
        assert "immutable" in site.get(address).headers["Cache-Control"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_otherwise_is_there_but_not_held(site: Site, name: str) -> None:
    for asked in ("", "?v=", "?v=00000000"):
        answer = site.get(f"/static/{name}{asked}")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.data == (FOLDER / name).read_bytes()
        again = site.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_file_goes_packed_with_its_own_type(site: Site) -> None:
    answer = site.get("/static/wire.css", headers={"Accept-Encoding": "br"})
    assert answer.content_type == "text/css; charset=utf-8"
    assert brotli.decompress(answer.data) == (FOLDER / "wire.css").read_bytes()
    assert len(answer.data) < len((FOLDER / "wire.css").read_bytes()) / 3
    assert site.get("/static/icon-192.png").content_type == "image/png"


@pytest.mark.parametrize("name", ["nothing.css", "../app.py", "%2e%2e/app.py", "..%2fapp.py", ""])
def test_nothing_else_is_a_file(site: Site, name: str) -> None:
    assert site.get(f"/static/{name}").status_code == 404
