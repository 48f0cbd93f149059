"""aggregator check, add, opml: feeds.toml is explained, added to, and given to others."""

from __future__ import annotations

import re

import pytest

from aggregator.config import load
from aggregator.publish.opml import Outline, opml
from tests.cli.command import run
from tests.cli.conftest import Files
from tests.fakes import post, rss
from tests.loopback import ALLOWED, Loopback

HEAD = f"# My own sources; hands off!\n{ALLOWED}\n"
PAGE = '<!doctype html><link rel="alternate" type="application/rss+xml" href="/news/feed.xml"><title>News</title>'
BROKEN = """[site]
titel = "Wire"

[[source]]
id = "One Two"
url = "https://one.example/feed"

[[source]]
id = "two"
url = "ftp://two.example/feed"
class = "blog"
interval = "often"

[[source]]
url = "https://three.example/feed"
"""


def one(name: str, more: str = "") -> str:
    return f'[[source]]\nid = "{name}"\nurl = "https://{name}.example/feed"\n{more}\n'


def test_check_of_a_good_file_says_so(files: Files) -> None:
    files.write(one("a") + one("b", "enabled = false"))
    outcome = run("check")
    assert outcome.code == 0
    assert "2 sources, 1 enabled; no mistakes" in " ".join(outcome.out.split())


@pytest.mark.parametrize("command", ["check", "fetch", "run --port 8099", "opml export"])
def test_every_mistake_is_named_with_its_line_and_remedy(files: Files, command: str) -> None:
    files.write(BROKEN)
    outcome = run(*command.split())
    assert outcome.code == 2
    said = outcome.err.splitlines()
    assert [line.partition(" ")[0] for line in said] == [f"feeds.toml:{n}:" for n in (2, 5, 10, 11, 12, 14)]
    assert all(re.fullmatch(r"feeds\.toml:\d+: .+; .+", line) for line in said)
    assert "did you mean 'title'?" in said[0]
    assert '"one-two"' in said[1]
    assert not files.database.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[source]\n", "feeds.toml:1: this is not TOML"),
        (one("a", 'region = "atlantis"'), "feeds.toml:4: no region 'atlantis'"),
        (one("a", 'region = "region/cn"'), "feeds.toml:4: no region 'region/cn'; write \"cn\""),
        (one("a", 'tags = ["baidu"]'), "feeds.toml:4: no tag 'baidu'; write \"company/baidu\""),
        (one("a", 'tags = ["compny/baidu"]'), 'write "company/baidu", or add it as a table'),
        (one("a", 'tags = ["xyzzy/foo"]'), 'write axis/slug, such as "company/baidu"'),
        ('[site]\nurl = "https://a.example/"\n' + one("a"), "feeds.toml:5: this is a feed of the site itself"),
        (one("a", 'tags = ["company/nobody"]'), "feeds.toml:4: no tag 'company/nobody'"),
        (one("a") + one("a"), "feeds.toml:6: id 'a' stands already in line 2"),
        ('[[company]]\nslug = "x"\nnaem = "X"\n', "unknown key 'naem'; did you mean 'name'?"),
    ],
)
def test_check_sees_mistakes_of_every_kind(files: Files, text: str, words: str) -> None:
    files.write(text)
    outcome = run("check")
    assert outcome.code == 2
    assert words in outcome.err


def test_mistakes_in_names_are_placed_too(files: Files) -> None:
    files.write('[site]\n\n[[company]]\nslug = "x"\nname = "X"\nnaem = "Y"\n')
    assert run("check").err.startswith("feeds.toml:6: unknown key 'naem'")


def test_check_online_tries_every_enabled_source(files: Files, loopback: Loopback) -> None:
    loopback.documents |= {
        "/feed.xml": rss(post("a"), post("b")),
        "/page": PAGE.encode(),
        "/news/feed.xml": rss(post("c")),
        "/empty.xml": rss(),
    }
    loopback.types["/feed.xml"] = "text/xml[/x]; charset=utf-8"
    names = {"good": "/feed.xml", "page": "/page", "gone": "/nothing", "empty": "/empty.xml"}
    blocks = [f'[[source]]\nid = "{name}"\nurl = "{loopback.url(path)}"\n' for name, path in names.items()]
    files.write(ALLOWED + "\n".join(blocks) + one("off", "enabled = false"))
    outcome = run("check", "--online")
    assert outcome.code == 1
    rows = {line.split()[0]: line for line in outcome.lines if line}
    assert rows["good"].split()[1:4] == ["2", "2025-03-16", "text/xml[/x]"]
    assert "404 Not Found" in rows["gone"]
    assert rows["empty"].split()[1:3] == ["0", "-"]
    assert "it has no entries" in rows["empty"]
    assert loopback.url("/news/feed.xml") in rows["page"]
    assert "off" not in rows
    assert "But feeds name the host that they are asked from: write the site's address as url" in outcome.out
    assert not files.database.exists()


def test_add_finds_the_feed_of_a_page_and_keeps_what_is_written(files: Files, loopback: Loopback) -> None:
    loopback.documents |= {
        "/": PAGE.encode(),
        "/news/feed.xml": rss(post("a", "One &amp; two"), title='The "News" [1]'),
    }
    files.write(HEAD)
    outcome = run("add", loopback.url("/"))
    assert (outcome.code, outcome.err) == (0, "")
    assert "2025-03-16 One & two" in " ".join(outcome.out.split())
    text = files.feeds.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    (added,) = load(files.feeds).sources
    assert (added.id, added.title, added.lang) == ("127-0-0-1", 'The "News" [1]', "en")
    assert added.url == loopback.url("/news/feed.xml")
    assert run("check").code == 0


def test_add_takes_a_sitemap_where_there_is_no_feed(files: Files, loopback: Loopback) -> None:
    files.write(HEAD)
    page = "<url><loc>https://news.example/ai-plan-2025</loc><lastmod>2025-03-16</lastmod></url>"
    named = "http://www.sitemaps.org/schemas/sitemap/0.9"
    loopback.documents["/sitemap.xml"] = f'<urlset xmlns="{named}">{page}</urlset>'.encode()
    outcome = run("add", loopback.url("/sitemap.xml"))
    assert (outcome.code, outcome.err) == (0, "")
    assert [source.kind for source in load(files.feeds).sources] == ["sitemap"]
    assert "2025-03-16" in outcome.out


def test_add_of_a_page_whose_feed_is_there_says_so(files: Files, loopback: Loopback) -> None:
    files.write(HEAD)
    loopback.documents |= {"/": PAGE.encode(), "/news/feed.xml": rss(post("a"))}
    loopback.types["/"] = "text/html"
    assert run("add", loopback.url("/")).code == 0
    before = files.feeds.read_text()
    again = run("add", loopback.url("/"))
    assert (again.code, files.feeds.read_text()) == (2, before)
    assert "is there already, as" in again.err


def test_add_begins_a_file_unless_there_is_nothing_to_add(files: Files) -> None:
    assert run("add", "http://10.0.0.1/").code == 1  # which is not public
    assert not files.feeds.exists()


def test_import_leaves_out_what_is_the_sites_own(files: Files) -> None:
    files.write('[site]\nurl = "https://wire.example"\n')
    feeds = [Outline("Ours", "https://wire.example/items.atom"), Outline("A", "https://a.example/feed")]
    outcome = run("opml", "import", "-", stdin=opml("mine", {"": feeds}))
    assert outcome.err == "left out, for it belongs to the site itself: https://wire.example/items.atom\n"
    assert [source.id for source in load(files.feeds).sources] == ["a-example"]
    assert run("check").code == 0


def test_add_takes_an_id_and_gives_a_free_one(files: Files, loopback: Loopback) -> None:
    for name in ("a", "b", "c"):
        loopback.documents[f"/{name}"] = rss(post(name))
    files.write(HEAD)
    assert run("add", loopback.url("/a")).code == 0
    assert run("add", loopback.url("/b")).code == 0
    assert run("add", "--id", "my-own", loopback.url("/c")).code == 0
    assert [source.id for source in load(files.feeds).sources] == ["127-0-0-1", "127-0-0-1-2", "my-own"]


@pytest.mark.parametrize(("said", "lang"), [("en-US", "en"), ("EN", "en"), ("zh_CN", "zh"), ("English", ""), ("", "")])
def test_add_takes_the_language_only_where_it_is_one(files: Files, loopback: Loopback, said: str, lang: str) -> None:
    loopback.documents["/"] = rss(post("a"), lang=said)
    files.write(HEAD)
    assert run("add", loopback.url("/")).code == 0
    assert load(files.feeds).sources[0].lang == lang


@pytest.mark.parametrize(
    ("address", "options", "code", "words"),
    [
        ("/nothing", [], 1, "404 Not Found"),
        ("/empty", [], 1, "the document is empty"),
        ("/a.xml", ["--id", "Not An Id"], 2, "--id not-an-id"),
        ("/a.xml", ["--id", "there"], 2, "--id there is taken"),
        ("/taken.xml", [], 2, "is there already, as there"),
    ],
)
def test_add_changes_nothing_where_it_cannot_add(
    files: Files, loopback: Loopback, address: str, options: list[str], code: int, words: str
) -> None:
    loopback.documents |= {"/empty": b"", "/a.xml": rss(post("a")), "/taken.xml": rss(post("b"))}
    text = f'{HEAD}[[source]]\nid = "there"\nurl = "{loopback.url("/taken.xml")}"\n'
    files.write(text)
    outcome = run("add", *options, loopback.url(address))
    assert outcome.code == code
    assert words in outcome.err
    assert files.feeds.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "address", ["no address", "ftp://a.example/", "http://[::1", "http://a.example:x/", "http://", "[/b]"]
)
def test_add_explains_what_is_no_address(files: Files, address: str) -> None:
    files.write(HEAD)
    outcome = run("add", address)
    assert outcome.code == 2
    assert f"{address!r} is not a web address" in outcome.err
    assert files.feeds.read_text(encoding="utf-8") == HEAD


def test_add_keeps_the_password_wherever_the_feed_is_found(files: Files, loopback: Loopback) -> None:
    loopback.documents |= {"/feed": rss(post("a")), "/page": b'<html><link rel="alternate" type="application/rss+xml" '
                           b'href="/feed"></html>'}  # fmt: skip
    loopback.types["/page"] = "text/html"
    files.write(HEAD)
    guarded = loopback.url("/page").replace("//", "//user:secret@")
    outcome = run("add", guarded)
    assert outcome.code == 0
    assert "secret" not in outcome.out
    assert [source.url for source in load(files.feeds).sources] == [guarded.replace("/page", "/feed")]


def test_an_index_is_tried_with_its_parts(files: Files, loopback: Loopback) -> None:
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    part = f"<urlset {names}><url><loc>{loopback.url('/china-ai-rules')}</loc></url></urlset>"
    index = f"<sitemapindex {names}><sitemap><loc>{loopback.url('/part.xml')}</loc></sitemap></sitemapindex>"
    loopback.documents |= {"/index.xml": index.encode(), "/part.xml": part.encode()}
    files.write(f'{HEAD}[[source]]\nid = "map"\nkind = "sitemap"\nurl = "{loopback.url("/index.xml")}"\n')
    outcome = run("check", "--online")
    assert "an index; parts that are read: 1" in " ".join(outcome.out.split())
    assert "it has no entries" not in outcome.out
