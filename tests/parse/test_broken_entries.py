"""An entry that is broken costs itself, and not the document."""

from __future__ import annotations

import pytest

from aggregator.model import Selectors
from aggregator.parse import parse
from aggregator.parse.document import Document

PAGE = "https://pub.example/news"
BROKEN = ("a\tb", "a\nb", "a\x01b", "9" * 5000)


@pytest.mark.parametrize("broken", BROKEN)
def test_characters_that_json_does_not_allow_are_taken_as_they_are(broken: str) -> None:
    said = broken if broken.isdigit() else f'"{broken}"'
    items = f'{{"id": "1", "url": "{PAGE}/1", "title": {said}}}, {{"id": "2", "url": "{PAGE}/2", "title": "Whole"}}'
    document = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{items}]}}'.encode()
    entries = parse("feed", Document(document, PAGE, "application/feed+json")).entries
    assert [entry.title for entry in entries][1:] == ["Whole"]
    selectors = Selectors("items", "title", "url")
    entries = parse("json", Document(document, PAGE, "application/json", selectors)).entries
    assert [entry.title for entry in entries][1:] == ["Whole"]


@pytest.mark.parametrize("broken", ["<url><loc>{}/broken</url>", "<url><loc>{}/broken</loc>", "<url>"])
def test_what_is_not_closed_in_a_sitemap_loses_nothing_behind_it(broken: str) -> None:
    whole = [f"{PAGE}/whole-news-{number}" for number in range(4)]
    urls = [f"<url><loc>{link}</loc></url>" for link in whole]
    body = "".join([*urls[:2], broken.format(PAGE), *urls[2:]])
    document = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'.encode()
    assert set(whole) <= {entry.link for entry in parse("sitemap", Document(document, PAGE, "text/xml")).entries}
