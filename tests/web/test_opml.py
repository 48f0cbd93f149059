"""OPML: the sources that the site reads, the feeds that it offers, and lists of other readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.cli import aggregator
from aggregator.config import load
from aggregator.errors import ParseError
from aggregator.model import AXES
from aggregator.publish.opml import Outline, opml, read_opml
from aggregator.text.html import storable
from scripts.demo import SOURCES
from tests.web.site import Site, local

JSON_SOURCE = """
[[source]]
id = "a-list"
url = "https://list.example/api.json"
kind = "json"
selectors = { items = "results", title = "title" }
"""
text = st.text(max_size=20).map(lambda text: text.encode("utf-8", "ignore").decode())
outlines = st.builds(Outline, text, text.map("https://news.example/{}".format), text)


def folders(document: bytes) -> dict[str, list[str]]:
    """The titles of the outlines in each folder."""
    body = etree.fromstring(document).find("body")
    assert body is not None
    return {str(folder.get("text")): [str(outline.get("text")) for outline in folder] for folder in body}


def test_the_sources_are_offered_as_opml(site: Site) -> None:
    answer = site.get("/opml")
    assert (answer.status_code, answer.mimetype) == (200, "text/x-opml")
    root = etree.fromstring(answer.data)
    assert (root.tag, root.get("version"), root.findtext("head/title")) == (
        "opml",
        "2.0",
        "AI Policy Wire (demo): sources",
    )
    found = read_opml(answer.data)
    assert {outline.title for outline in found} == {title for title, *_ in SOURCES.values()}
    assert {outline.feed for outline in found} == {source.url for source in site.service.config.sources}


def test_what_is_no_feed_is_not_offered_as_one(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    path.write_text(path.read_text(encoding="utf-8") + JSON_SOURCE, encoding="utf-8")
    own_site.service.notice_edit()
    assert len(own_site.service.config.sources) == 9
    assert len(read_opml(own_site.get("/opml").data)) == 8


def test_every_tag_has_a_feed_in_the_folder_of_its_axis(site: Site) -> None:
    answer = site.get("/feeds.opml")
    assert answer.mimetype == "text/x-opml"
    found = folders(answer.data)
    tags = {(tag.axis, tag.slug) for item in site.items() if item.relevant for tag in item.tags}
    assert found.pop("Digests") == ["Daily digest", "Weekly digest"]
    assert found.pop("AI Policy Wire (demo)") == found.pop("All AI news") == []  # feeds outside of folders
    assert sum(map(len, found.values())) == len(tags)
    assert len(found) == len(AXES)
    assert "Baidu" in next(names for folder, names in found.items() if "ompan" in folder)


def test_the_feeds_that_are_offered_are_there(site: Site) -> None:
    offered = read_opml(site.get("/feeds.opml").data)
    assert (
        len({outline.feed for outline in offered}) == len({outline.title for outline in offered}) == len(offered) > 50
    )
    assert {"DeepSeek (company)", "DeepSeek (model)", "Baidu"} <= {outline.title for outline in offered}
    for outline in offered[::7]:
        assert site.get(local(outline.feed)).mimetype == "application/atom+xml", outline
        assert outline.title.partition(" (")[0] in site.page(local(outline.page)).get_text()


def test_a_reader_that_imports_the_list_follows_every_tag(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "feeds.opml").write_bytes(site.get("/feeds.opml").data)
    feeds = tmp_path / "feeds.toml"
    monkeypatch.setenv("AGGREGATOR_FEEDS", str(feeds))
    done = CliRunner().invoke(aggregator, ["opml", "import", str(tmp_path / "feeds.opml")])
    assert done.exit_code == 0, done.output
    tags = {(tag.axis, tag.slug) for item in site.items() if item.relevant for tag in item.tags}
    imported = {source.url for source in load(feeds).sources}
    assert imported > {f"http://localhost/{axis}/{slug}.atom" for axis, slug in tags}
    assert "http://localhost/digest/weekly.atom" in imported


def test_a_store_without_items_offers_no_tags(empty_site: Site) -> None:
    offered = {local(outline.feed) for outline in read_opml(empty_site.get("/feeds.opml").data)}
    assert offered == {"/items.atom?tier=core", "/items.atom", "/digest/daily.atom", "/digest/weekly.atom"}


def test_saved_queries_are_offered(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    path.write_text(
        path.read_text(encoding="utf-8") + '[[query]]\nid = "chips"\ntitle = "Chip rules"\nfilter = "topic=chips"\n',
        encoding="utf-8",
    )
    own_site.service.notice_edit()
    assert folders(own_site.get("/feeds.opml").data)["Saved queries"] == ["Chip rules"]
    assert own_site.get("/q/chips.atom").status_code == 200


def test_the_feeds_of_some_tags_and_of_one_kind_are_lists_of_their_own(site: Site) -> None:
    some = site.get("/feeds.opml?company=baidu&company=openai&region=cn").data
    assert [local(outline.feed) for outline in read_opml(some)] == [
        "/company/baidu.atom", "/company/openai.atom", "/region/cn.atom",
    ]  # fmt: skip
    every, companies = (
        [local(o.feed) for o in read_opml(site.get(path).data)] for path in ("/feeds.opml", "/company.opml")
    )
    assert companies == [feed for feed in every if feed.startswith("/company/")] != []
    link = site.page("/subscribe?company=baidu&company=openai").select_one("a[href*='feeds.opml?']")
    assert link
    assert link["href"] == "/feeds.opml?company=baidu&company=openai"
    assert not site.page("/subscribe?company=baidu").select("a[href*='feeds.opml?']")


@pytest.mark.parametrize("asked", ["lang=zh", "q=chips", "company=-baidu", "company=baidu&since=7d", "nonsense=1"])
def test_a_list_of_feeds_is_chosen_by_tags_alone(site: Site, asked: str) -> None:
    assert site.get(f"/feeds.opml?{asked}").status_code == 400
    assert site.get("/company.opml?lang=zh").status_code == 400
    assert site.get("/feeds.opml?company=nobody-at-all").status_code == 404


@given(title=text, found=st.lists(outlines, max_size=4), folder=st.sampled_from(["", "Companies"]))
def test_what_is_written_is_read_back(title: str, found: list[Outline], folder: str) -> None:
    document = opml(title, {folder: found})
    assert read_opml(document) == [Outline(*map(storable, outline)) for outline in found]
    assert etree.fromstring(document).findtext("head/title") == storable(title)


@pytest.mark.parametrize(
    ("document", "titles"),
    [
        ('<opml><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>', ["A"]),
        ('<opml><body><outline text="In"><outline title="B" xmlUrl="x"/></outline></body></opml>', ["B"]),
        ('<opml><body><outline text="no feed" htmlUrl="x"/></body></opml>', []),
        ('<opml><body><outline xmlUrl="https://a.example/?a=1&b=2"/><outline text="C" xmlUrl="y"></body>', ["", "C"]),
        (
            '<!DOCTYPE opml [<!ENTITY e SYSTEM "file:///etc/passwd">]><opml><outline text="&e;" xmlUrl="z"/></opml>',
            [""],
        ),
    ],
)
def test_lists_of_other_readers_are_read(document: str, titles: list[str]) -> None:
    assert [outline.title for outline in read_opml(document.encode())] == titles


@pytest.mark.parametrize("document", ["", " \n", "<html></html>", "no XML at all", "<rss><outline xmlUrl='x'/></rss>"])
def test_what_is_not_opml_is_refused(document: str) -> None:
    with pytest.raises(ParseError, match="not OPML"):
        read_opml(document.encode())
