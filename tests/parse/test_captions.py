"""What an item says of its pictures, or says twice, does not take the place of its own words."""

from __future__ import annotations

import json

import pytest

from aggregator.model import Limits
from aggregator.parse import parse
from aggregator.parse.captions import without_captions
from aggregator.parse.document import Document
from tests.parse.reading import NOW

SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
PHOTO = (
    "<media:content url='x'><media:title>Photo</media:title><media:description>By us</media:description>"
    "</media:content>"
)
OWN = "<title>Title</title><description>Words</description>"


def feed(*items: str) -> bytes:
    told = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {SPACES}><channel><title>News</title>{told}</channel></rss>'.encode()


@pytest.mark.parametrize(
    ("item", "title", "summary"),
    [
        (PHOTO + OWN, "Title", "Words"),
        (OWN + PHOTO, "Title", "Words"),
        ("<itunes:summary>Other</itunes:summary><dc:description>Other</dc:description>" + OWN, "Title", "Words"),
        ("<dc:title>Other</dc:title>" + OWN, "Title", "Words"),
        ("<dc:title>Title</dc:title><dc:description>Words</dc:description>", "Title", "Words"),
        ("<title>Title</title><itunes:summary>Words</itunes:summary>", "Title", "Words"),
        ("<title>Title</title><description></description><itunes:summary>Words</itunes:summary>", "Title", "Words"),
        (
            "<title> </title><media:title>Title</media:title><description>Words</description>",
            "Title",
            "Words",
        ),
        (f"<media:title/>{OWN}<media:title>x</media:title>", "Title", "Words"),
        (f"<media:content><media:description/></media:content>{OWN}{PHOTO}", "Title", "Words"),
        (
            "<title>Title</title><description><![CDATA[a <media:title>b</media:title>]]></description>",
            "Title",
            "a <media:title>b</media:title>",
        ),
    ],
)
def test_an_item_has_its_own_title_and_description_where_it_has_them(item: str, title: str, summary: str) -> None:
    (entry,) = parse("feed", Document(feed(item), "https://a.example/feed")).entries
    assert (entry.title, entry.summary) == (title, summary)


@pytest.mark.parametrize("piece", [b"<dc:title>", b"<media:description/>", b"<![CDATA[", b"<!--", b"<item><dc:title>x"])
def test_a_document_in_which_much_is_left_open_is_read_once(piece: bytes) -> None:
    body = b"<rss><media:x/>" + piece * (1_000_000 // len(piece))
    assert without_captions(body) == body  # in time that grows with the square, not before the test is given up


@pytest.mark.parametrize("link", ['<link href="https://a.example/1"/>', "<link>https://a.example/1</link>"])
def test_a_link_of_rss_may_be_an_attribute(link: str) -> None:
    (entry,) = parse("feed", Document(feed(f"<title>A</title>{link}"), "https://a.example/feed")).entries
    assert entry.link == "https://a.example/1"


@pytest.mark.parametrize("days", [[*range(1, 11)], [*range(10, 0, -1)], [1, *range(10, 1, -1)]])
def test_of_a_document_that_is_too_long_the_newest_entries_are_kept(days: list[int]) -> None:
    items = (f"<title>{day}</title><pubDate>{day:02} Mar 2025 00:00:00 GMT</pubDate>" for day in days)
    read = parse("feed", Document(feed(*items), "https://a.example/feed", now=NOW, limits=Limits(items=3)))
    assert {entry.title for entry in read.entries} >= {"9", "10"}  # an old one may be pinned to the top
    assert read.warning == "7 of 10 entries were left out (max_items)"


def test_a_picture_inside_an_entry_is_no_summary() -> None:
    content = '<content type="image/png">iVBORw0KGgo=</content>'
    entry = f"<entry><id>1</id><title>Title</title>{content}</entry>"
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id>{entry}</feed>'.encode()
    (read,) = parse("feed", Document(body, "https://a.example/feed")).entries
    assert (read.title, read.summary) == ("Title", "")


@pytest.mark.parametrize(("identifier", "link"), [("https://a.example/1", "https://a.example/1"), ("1", "")])
def test_an_item_of_json_feed_may_have_its_address_as_its_id(identifier: str, link: str) -> None:
    items = [{"id": identifier, "content_text": "Words"}]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items}).encode()
    (read,) = parse("feed", Document(body, "https://a.example/feed")).entries
    assert read.link == link


def test_links_inside_a_content_count_from_its_base() -> None:
    link = '&lt;a href="rel"&gt;x&lt;/a&gt; &lt;a href="https://c.example/"&gt;y&lt;/a&gt;'
    content = f'<content type="html" xml:base="https://o.example/d/">{link}</content>'
    entry = f'<entry><id>1</id><title>Title</title><link href="https://a.example/1"/>{content}</entry>'
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id>{entry}</feed>'.encode()
    (read,) = parse("feed", Document(body, "https://a.example/feed")).entries
    assert read.summary == '<a href="https://o.example/d/rel">x</a> <a href="https://c.example/">y</a>'
