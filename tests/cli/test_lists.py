"""aggregator opml, and what is appended to feeds.toml: lists come in and go out, and nothing is lost on the way."""

from __future__ import annotations

import errno
import os
import tomllib
from pathlib import Path

import pytest

from aggregator.config import load
from aggregator.config.edit import append_sources
from aggregator.errors import ConfigError
from aggregator.publish.opml import Outline, opml, read_opml
from scripts.demo import SOURCES
from tests.cli.command import run
from tests.cli.conftest import Files
from tests.loopback import ALLOWED

HEAD = f"# My own sources; hands off!\n{ALLOWED}\n"


def one(name: str, more: str = "") -> str:
    return f'[[source]]\nid = "{name}"\nurl = "https://{name}.example/feed"\n{more}\n'


def test_who_exports_passwords_is_told_so(files: Files) -> None:
    files.write(HEAD + '[[source]]\nid = "a"\nurl = "https://u:SECRET@a.example/feed?x=a|b"\n')
    exported = run("opml", "export")
    assert "SECRET" in exported.out
    assert "with a password or a key in the address: 1; keep the file" in exported.err
    again = run("opml", "import", "-", stdin=exported.out.encode())
    assert "0 sources added" in again.out


def test_opml_goes_out_and_comes_in_again(filled: Files) -> None:
    exported = run("opml", "export")
    assert exported.code == 0
    assert {outline.title for outline in read_opml(exported.out.encode())} == {title for title, *_ in SOURCES.values()}
    before = load(filled.feeds).sources
    filled.feeds.unlink()
    path = filled.folder / "feeds.opml"
    path.write_bytes(exported.out.encode())
    assert run("opml", "import", path).code == 0
    after = load(filled.feeds).sources
    assert [(source.url, source.title) for source in after] == [(source.url, source.title) for source in before]
    again = run("opml", "import", path)
    assert (again.code, again.out.split()[0]) == (0, "0")
    assert run("check").code == 0


def test_import_adds_what_is_new_and_keeps_the_rest(files: Files) -> None:
    files.write(HEAD + one("a"))
    feeds = [
        Outline("A", "https://a.example/feed"),
        Outline('B "1"\n', "https://b.example/x"),
        Outline("", "https://b.example/y"),
    ]
    document = opml("mine", {"News": feeds, "": feeds[:2]})
    outcome = run("opml", "import", "-", stdin=document)
    assert outcome.code == 0
    text = files.feeds.read_text(encoding="utf-8")
    assert text.startswith(HEAD + one("a").rstrip())
    assert [source["id"] for source in tomllib.loads(text)["source"]] == ["a", "b-example", "b-example-2"]


def test_import_takes_what_it_can(files: Files) -> None:
    feeds = [
        Outline("No address", "feed://[a"),
        Outline("No scheme", "https://a.example/feed", "www.a.example"),
        Outline("例子", "https://例子.中国/feed"),
        Outline("A space", "https://b.example/my feed"),
    ]
    outcome = run("opml", "import", "-", stdin=opml("mine", {"": feeds}))
    assert outcome.code == 0
    assert outcome.err == "left out, for it is not a web address: 'feed://[a'\n"
    found = {source.id: (source.url, source.site_url) for source in load(files.feeds).sources}
    assert found == {
        "a-example": ("https://a.example/feed", ""),
        "source": ("https://例子.中国/feed", ""),
        "b-example": ("https://b.example/my%20feed", ""),
    }


def test_import_reads_what_people_write_by_hand(files: Files) -> None:
    files.write("")
    document = (
        '<OPML version="2.0"><body><Outline TEXT="AT&T" xmlurl="https://a.example/rss?cat=ai&lang=en&region=us"/>'
        '<outline text="odd&#1; &amp; even" xmlUrl="https://b.example/?a=1&amp;b=2"/></body></OPML>'
    )
    (files.folder / "list.opml").write_text(document, encoding="utf-8")
    outcome = run("opml", "import", files.folder / "list.opml")
    assert "2 sources added" in outcome.out
    assert [(source.title, source.url) for source in load(files.feeds).sources] == [
        ("AT&T", "https://a.example/rss?cat=ai&lang=en&region=us"),
        ("odd & even", "https://b.example/?a=1&b=2"),
    ]


def test_import_of_a_list_without_feeds_says_so(files: Files) -> None:
    files.write("")
    (files.folder / "list.opml").write_bytes(opml("Empty", {}))
    outcome = run("opml", "import", files.folder / "list.opml")
    assert (outcome.code, files.feeds.read_text()) == (1, "")
    assert "the list names no feed" in outcome.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_stays_its_owners(files: Files) -> None:
    files.write(one("a"))
    os.chown(files.feeds, 1234, 1234)
    append_sources(files.feeds, [one("b")])
    assert (files.feeds.stat().st_uid, files.feeds.stat().st_gid) == (1234, 1234)


def test_what_cannot_be_written_is_told_and_leaves_nothing_behind(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write(one("a"))
    before = files.feeds.read_text()

    def full(*_: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ConfigError, match="nothing was added: Device or resource busy; let the file and its folder"):
        append_sources(files.feeds, [one("b")])
    assert [path.name for path in files.folder.iterdir()] == ["feeds.toml"]
    assert files.feeds.read_text() == before


def test_what_is_no_file_is_not_replaced() -> None:
    with pytest.raises(ConfigError, match="this is no file"):
        append_sources(Path("/dev/null"), [one("b")])


@pytest.mark.parametrize("document", [b"", b"<html></html>", b"no XML"])
def test_import_of_something_else_is_refused(files: Files, document: bytes) -> None:
    files.write(HEAD)
    outcome = run("opml", "import", "-", stdin=document)
    assert (outcome.code, outcome.err) == (1, "Error: the document is not OPML\n")
    assert files.feeds.read_text(encoding="utf-8") == HEAD
