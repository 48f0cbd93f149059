"""Values that look right and never work: told by `check`, with the line where they stand."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from aggregator.bootstrap import Environment, Service
from aggregator.cli import wsgi
from aggregator.config.values import fit_address
from aggregator.errors import ConfigError
from aggregator.tomlcheck import lines_of

SOURCE = '[[source]]\nid = "a"\nurl = "https://a.example/feed"\n'
MAIL = """
[smtp]
host = "mail.example.org"
sender = "wire@example.org"
[[mail]]
id = "daily"
cadence = "daily"
recipients = ["ann@example.org"]
filter = "topic=nosuch"
"""


def refused(folder: Path, text: str) -> str:
    """What is said of a file that is not taken."""
    feeds = folder / "feeds.toml"
    feeds.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        Service(Environment(feeds, "sqlite:///none.db")).verify()
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MAIL, "feeds.toml:9: no tag topic/nosuch; write a slug of the taxonomy"),
        ('[fetch]\nparse_memory = "9999999999GB"\n', "feeds.toml:2: 9,999,999,999,000,000,000 bytes are more than"),
        (SOURCE.replace("a.example/", "a.example:0/"), "feeds.toml:3: 'https://a.example:0/feed' is not a web address"),
        ('[site]\ntitle = " "\n', "feeds.toml:2: ' ' is no title"),
        ('[[query]]\nid = "q"\ntitle = " "\nfilter = "topic=policy"\n', "feeds.toml:3: ' ' is no title"),
        (SOURCE + 'kind = "json"\n[source.selectors]\nitems = ""\ntitle = "t"\n', "feeds.toml:6: '' does not fit"),
        (
            '[[region]]\nslug = "aa"\nname = "Aaland"\nparent = "bb"\n'
            '[[region]]\nslug = "bb"\nname = "Beeland"\nparent = "aa"\n',
            "feeds.toml:2: region 'aa' is part of itself; take a parent away",
        ),
        (
            '[[company]]\nslug = "x-co"\nname = "Xco"\n[[company]]\nslug = "x-co"\nname = "Xcorp"\n',
            "feeds.toml:5: company 'x-co' stands twice in feeds.toml; merge the two",
        ),
    ],
)
def test_what_would_never_work_is_told(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('title = "x" # """\n[fetch]\ninterval = 1\n', 3),
        ('title = "a\u2028b"\n[fetch]\ninterval = 1\n', 3),
        ('title = """one\n[site]\n"""\n[fetch]\ninterval = 1\n', 5),
        ("title = '''one''' # '''\n[fetch]\ninterval = 1\n", 3),
        ('title = """a # b\n""" # """\n[fetch]\ninterval = 1\n', 4),
    ],
)
def test_lines_are_counted_as_toml_counts_them(text: str, line: int) -> None:
    assert lines_of(text)["fetch", "interval"] == line


def test_a_worker_that_starts_anew_waits_for_a_file_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text("garbage", encoding="utf-8")
    monkeypatch.setenv("AGGREGATOR_FEEDS", str(feeds))
    tried = threading.Event()

    def mended(_seconds: float) -> None:
        tried.set()
        feeds.write_text('[site]\ntitle = "Mended"\n', encoding="utf-8")

    monkeypatch.setattr(time, "sleep", mended)
    assert wsgi._service().config.site.title == "Mended"
    assert tried.is_set()


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("https://n.example/feed\u200e", "https://n.example/feed"),
        ("feed://n.example/rss", "http://n.example/rss"),
        ("feed:https://n.example/rss", "https://n.example/rss"),
        ("HTTPS://N.example/a b", "https://n.example/a%20b"),
        ("https://n.example:0/feed", ""),
        ("ftp://n.example/feed", ""),
        ("", ""),
    ],
)
def test_an_address_of_another_program_is_made_fit_or_refused(told: str, address: str) -> None:
    assert fit_address(told) == address
