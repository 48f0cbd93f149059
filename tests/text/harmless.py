"""What sanitised HTML may hold, checked with a parser that is not the sanitiser's."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from aggregator.text.html import ALLOWED


class Reader(HTMLParser):
    """Collects the tags, attributes and other markup of a document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.other: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(source)
    reader.close()
    return reader


def assert_harmless(clean: str) -> None:
    found = read(clean)
    assert set(found.tags) <= ALLOWED
    assert found.other == []
    for tag, name, value in found.attributes:
        assert (tag, name) in {("a", "href"), ("a", "rel")}
        if name == "href":
            assert urlsplit(value).scheme in ("http", "https")
        else:
            assert set(value.split()) == {"nofollow", "noopener", "noreferrer"}
