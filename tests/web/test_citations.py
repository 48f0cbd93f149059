"""Every listing for reference managers: read back, by others' programs, as it was."""

from __future__ import annotations

import re
from dataclasses import replace

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given, settings

from aggregator.model import Entry, StoredItem
from aggregator.publish.citations import BIBTEX_TYPE, RIS_TYPE, bibtex, ris
from aggregator.text.html import plain, storable
from tests.web.entries import CHANNEL, OFTEN, listings, stored
from tests.web.site import LISTINGS, Site, entries


def one_line(text: str) -> str:
    return " ".join(storable(text).split())


def assert_balanced(document: str) -> None:
    """BibTeX itself counts braces, backslash or not, and begins an entry at every @ outside of them."""
    depth, said = 0, "".join(line for line in document.splitlines(True) if not line.startswith("%"))
    assert document.count("@", 0, document.find("@online")) == 0
    for begins, sign in zip("\n" + said, said, strict=False):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
        assert depth or sign != "@" or begins == "\n"
    assert depth == 0


def read_bibtex(document: bytes) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(document.decode(), append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    return [{field.key: field.value for field in entry.fields} | {"key": entry.key} for entry in library.entries]


@pytest.mark.parametrize("path", LISTINGS)
def test_a_listing_can_be_cited(site: Site, path: str) -> None:
    shown = entries(site.page(path))
    answer = site.get(f"{path}.ris")
    assert answer.headers["Content-Type"] == f"{RIS_TYPE}; charset=utf-8"
    found = rispy.loads(answer.text)
    assert [(one["title"], one["urls"][0]) for one in found][: len(shown)] == shown
    answer = site.get(f"{path}.bib")
    assert answer.headers["Content-Type"] == f"{BIBTEX_TYPE}; charset=utf-8"
    cited = read_bibtex(answer.data)
    assert [one["url"] for one in cited][: len(shown)] == [link for _, link in shown]
    assert len(cited) == len(found)


def test_what_is_cited_names_its_source_its_day_and_when_it_was_seen(site: Site) -> None:
    first, *_ = read_bibtex(site.get("/company/baidu.bib?lang=zh").data)
    assert first["langid"] == "chinese"
    assert (first["date"], first["urldate"]) == ("2025-03-16", "2025-03-16")
    assert first["organization"]
    assert "company/baidu" in first["keywords"]
    same, *_ = rispy.loads(site.get("/company/baidu.ris?lang=zh").text)
    assert (same["type_of_reference"], same["date"], same["language"]) == ("ELEC", "2025/03/16/", "zh")
    assert same["secondary_title"] == first["organization"]


def test_a_bibliography_says_what_it_is_of(site: Site) -> None:
    head = site.get("/company/baidu.bib?lang=zh").text.splitlines()[:2]
    assert head[0].startswith("% ")
    assert "Baidu" in head[0]
    assert head[1] == "% http://localhost/company/baidu.bib?lang=zh"


@OFTEN
@given(listings)
def test_ris_says_what_the_items_say(listing: list[StoredItem]) -> None:
    found = rispy.loads(ris(CHANNEL, listing).decode())
    assert [one.get("title", "") for one in found] == [one_line(item.heading) for item in listing]
    assert [one.get("abstract", "") for one in found] == [one_line(plain(item.summary)) for item in listing]
    assert [one.get("keywords", []) for one in found] == [[*map(str, item.tags)] for item in listing]


@settings(OFTEN, max_examples=60)
@given(listings)
def test_bibtex_is_read_whole(listing: list[StoredItem]) -> None:
    document = bibtex(CHANNEL, listing)
    assert_balanced(document.decode())
    found = read_bibtex(document)
    assert [one["key"] for one in found] == [f"{item.source_id}-{item.id}" for item in listing]
    assert [one["date"] for one in found] == [f"{item.dated:%Y-%m-%d}" for item in listing]


@pytest.mark.parametrize(
    "title", ["open { brace", "x}}, url = {https://evil.example/}, note = {{y", "50 % of {A}", "\\}", "@comment{"]
)
def test_no_title_ends_its_field(title: str) -> None:
    item = replace(stored(1, Entry("1", "https://news.example/1", "", ""), []), title=title, heading=title)
    document = bibtex(replace(CHANNEL, title=title, subtitle=title), [item])
    assert_balanced(document.decode())
    (one,) = read_bibtex(document)
    assert one["url"] == item.link


def test_a_body_with_an_and_in_its_name_is_one(site: Site) -> None:
    assert re.search(r"organization = \{\{.+\}\}", site.get("/company/baidu.bib").text)


def test_an_item_can_be_cited(site: Site) -> None:
    page = site.page("/item/1")
    for suffix, media_type in (("ris", "application/x-research-info-systems"), ("bib", "application/x-bibtex")):
        (link,) = (str(a["href"]) for a in page.select(".colophon a") if str(a["href"]).endswith(suffix))
        answer = site.get(link)
        assert answer.content_type.startswith(media_type)
        assert page.select_one("h1").get_text()[:20] in answer.get_data(as_text=True)
    assert site.get("/item/99999999.ris").status_code == 404
