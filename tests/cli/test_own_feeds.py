"""The site's own feeds are no sources: they would bring back what was sent out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from aggregator.model import Entry
from aggregator.publish.atom import atom
from aggregator.publish.channel import written_here
from aggregator.publish.jsonfeed import json_feed
from aggregator.publish.notices import WRITERS, Notice
from aggregator.publish.rss import rss
from tests.cli.command import run
from tests.cli.conftest import Files
from tests.fakes import START
from tests.loopback import ALLOWED, Loopback
from tests.web.test_feed_documents import CHANNEL, stored


@pytest.mark.parametrize("write", [atom, rss, json_feed])
def test_no_feed_of_our_own_is_added(files: Files, loopback: Loopback, write: Callable[..., bytes]) -> None:
    entry = Entry("a", "https://news.example/a", "Title", "<p>Words</p>", START)
    loopback.documents["/items"] = write(CHANNEL, [stored(1, entry, ["company/baidu"])])
    own, other = (f'[site]\nurl = "{site}"\n{ALLOWED}' for site in (CHANNEL.site, "https://other.example"))
    for said, why in ((ALLOWED, "perhaps of this very site"), (own, "a feed of the site itself")):
        files.write(said)
        outcome = run("add", loopback.url("/items"))
        assert outcome.code == 1
        assert why in " ".join(outcome.err.split())
        assert files.feeds.read_text(encoding="utf-8") == said
    files.write(other)
    assert run("add", loopback.url("/items")).code == 0


NOTICE = Notice("digest/1", "A day", "https://news.example/d", START, "<p>Words</p>")


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize(("site", "own"), [("", True), (CHANNEL.site, True), ("https://other.example", False)])
def test_a_feed_of_our_digests_is_known_in_every_format(write: Callable[..., bytes], site: str, own: bool) -> None:
    assert written_here(write(CHANNEL, [NOTICE]), site) is own


@pytest.mark.parametrize("write", [atom, rss, json_feed])
def test_nor_is_one_read_that_stands_in_feeds_toml(
    files: Files, loopback: Loopback, write: Callable[..., bytes]
) -> None:
    entry = Entry("a", "https://news.example/a", "Title", "<p>Words</p>", START)
    loopback.documents["/items"] = write(CHANNEL, [stored(1, entry, ["company/baidu"])])
    files.write(f'{ALLOWED}[[source]]\nid = "me"\nurl = "{loopback.url("/items")}"\n')
    assert run("fetch").code == 1
    (told,) = json.loads(run("sources", "--json").out)
    assert "perhaps of this very site" in told["error"]
    assert run("items", "--jsonl").records == []


def test_no_address_of_the_site_itself_is_added(files: Files) -> None:
    files.write('[site]\nurl = "https://wire.example"\n')
    outcome = run("add", "https://wire.example/topic/policy.atom")
    assert outcome.code == 2
    assert "belongs to the site itself" in outcome.err


def test_a_name_that_only_begins_alike_is_another_site(files: Files) -> None:
    files.write('[site]\nurl = "https://wire.example"\n[[source]]\nid = "a"\nurl = "https://wire.example.org/feed"\n')
    assert run("check").code == 0
