"""The HTML of the pages: browsers and screen readers need not guess."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.web.site import Pages, links, words

_VOID = {"meta", "link", "input", "br", "hr", "img"}


class Nesting(HTMLParser):
    """Notes every element that is closed out of turn, or not at all."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [tag] if tag not in _VOID else []
        if repeated := [name for name, number in Counter(name for name, _ in attrs).items() if number > 1]:
            self.faults.append(f"<{tag}> has {repeated} twice")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> in line {self.getpos()[0]}")


def test_elements_are_closed_in_turn(pages: dict[str, str]) -> None:
    found = {address: Nesting(html) for address, html in pages.items()}
    assert {address: nesting.faults + nesting.open for address, nesting in found.items()} == {a: [] for a in pages}


def test_every_page_has_one_title_heading_and_main_part(pages: dict[str, str], read_pages: Pages) -> None:
    for address, page in read_pages.items():
        assert pages[address].startswith("<!doctype html>"), address
        assert [len(page.select(name)) for name in ("h1", "main", "head > title")] == [1, 1, 1], address
        assert page.html is not None, address
        assert page.html["lang"] == ("zh-Hans" if address.startswith("/zh/") else "en"), address
        assert words(page.title), address
        assert words(page.h1), address
        assert page.find(["h1", "h2", "h3", "h4"]) is page.h1, address


def test_ids_are_unique_and_what_refers_to_one_finds_it(read_pages: Pages) -> None:
    for address, page in read_pages.items():
        ids = [str(element["id"]) for element in page.select("[id]")]
        assert len(ids) == len(set(ids)), address
        labelled = page.select("[aria-labelledby]")
        referred = {name for found in labelled for name in str(found["aria-labelledby"]).split()}
        referred |= {str(found["for"]) for found in page.select("label[for]")}
        referred |= {link[1:] for link in links(page) if link.startswith("#")}
        assert referred <= set(ids), address


def test_every_field_of_a_form_has_a_label(read_pages: Pages) -> None:
    for address, page in read_pages.items():
        labelled = {str(label["for"]) for label in page.select("label[for]")}
        bare = [field for field in page.select("input:not([type=hidden])") if field.get("id") not in labelled]
        assert all(field.find_parent("label") for field in bare), address


@pytest.mark.parametrize("chinese", [False, True])
def test_titles_name_the_site_and_differ(read_pages: Pages, chinese: bool) -> None:
    plain = [address for address in read_pages if "?" not in address and "/item/" not in address]
    plain = [address for address in plain if address.startswith("/zh/") is chinese]
    titles = [words(read_pages[address].title) for address in plain]
    assert all("AI Policy Wire (demo)" in title for title in titles)
    assert len(set(titles)) == len(titles)
