"""corrections.toml: read with feeds.toml, every mistake with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aggregator.config import LiveConfig, load
from aggregator.errors import ConfigError
from aggregator.model import Correction, Tier
from aggregator.references import unknown
from aggregator.tagging import load_taxonomy

FEEDS = '[[source]]\nid = "news"\nurl = "https://news.example/feed"\n'
CORRECTION = """
[[correction]]
link = "https://www.news.example/article/?utm_source=rss"
add = ["company/baidu", "model/ernie-5-0"]
remove = ["region/us"]
tier = "core"
why = "it is about the lab"
"""


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(FEEDS, encoding="utf-8")
    return path


def write(feeds: Path, text: str) -> None:
    (feeds.parent / "corrections.toml").write_text(text, encoding="utf-8")


def test_without_the_file_nothing_is_corrected(feeds: Path) -> None:
    assert load(feeds).corrections.by_key == {}


def test_a_correction_is_for_the_page_that_its_link_names(feeds: Path) -> None:
    write(feeds, CORRECTION)
    corrections = load(feeds).corrections
    assert corrections.by_key == {
        "//news.example/article": Correction(
            "https://www.news.example/article/?utm_source=rss",
            ("company/baidu", "model/ernie-5-0"),
            ("region/us",),
            Tier.CORE,
            "it is about the lab",
        )
    }
    assert list(corrections.unknown(load_taxonomy().knows)) == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('link = "https://www', 'link = "ftp://www', r"corrections.toml:3: 'ftp://.*' is no address"),
        ('"company/baidu"', '"baidu"', "corrections.toml:4: 'baidu' is no tag"),
        ("remove =", "removed =", "corrections.toml:5: unknown key 'removed'; did you mean 'remove'"),
        ('tier = "core"', 'tier = "main"', "corrections.toml:6: tier cannot be 'main'"),
        ("why = ", "# why = ", "corrections.toml:2: 'why' is missing"),
        ("[[correction]]", "[[correction", "corrections.toml:2: this is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line(feeds: Path, before: str, after: str, problem: str) -> None:
    write(feeds, CORRECTION.replace(before, after))
    with pytest.raises(ConfigError, match=problem):
        load(feeds)


def test_two_corrections_of_one_item_are_a_mistake(feeds: Path) -> None:
    write(feeds, CORRECTION + CORRECTION.replace("www.", ""))
    with pytest.raises(ConfigError, match=r"corrections.toml:10: .* is corrected twice"):
        load(feeds)


@pytest.mark.parametrize(("known", "wrong", "line"), [("company/baidu", "company/bidu", 4), ("us", "uz-x", 5)])
def test_a_tag_that_nobody_knows_is_a_mistake(feeds: Path, known: str, wrong: str, line: int) -> None:
    write(feeds, CORRECTION.replace(f'{known}"', f'{wrong}"'))
    (problem,) = unknown(load(feeds), load_taxonomy)
    assert re.match(rf"corrections.toml:{line}: no tag '.*{wrong}'", str(problem))


def test_an_edit_of_the_corrections_is_noticed(feeds: Path) -> None:
    live = LiveConfig(feeds)
    assert not live.poll()
    write(feeds, CORRECTION)
    assert live.poll()
    assert len(live.current.corrections.by_key) == 1
    write(feeds, "[")
    assert live.poll()
    assert live.error
    assert len(live.current.corrections.by_key) == 1


def test_a_link_with_an_anchor_corrects_the_item_of_its_page_too(feeds: Path) -> None:
    write(feeds, CORRECTION.replace("/article/?utm_source=rss", "/article#part"))
    by_key = load(feeds).corrections.by_key
    assert list(by_key) == ["//news.example/article#part", "//news.example/article"]
    assert len(set(by_key.values())) == 1
