"""Editors' notes: read with feeds.toml, signed, and called like the digest that each is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.config import LiveConfig, load
from aggregator.errors import ConfigError
from aggregator.model import EditorsNote


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text('[[source]]\nid = "news"\nurl = "https://news.example/feed"\n', encoding="utf-8")
    (tmp_path / "notes").mkdir()
    return path


def write(feeds: Path, name: str, text: str) -> None:
    (feeds.parent / "notes" / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("period", ["2026-11-24", "2026-W47"])
@pytest.mark.parametrize("dash", ["—", "--", "–"])
def test_a_note_is_markdown_with_a_signature(feeds: Path, period: str, dash: str) -> None:
    write(feeds, f"{period}.md", f"It was *not* so.\n\nA draft.\n\n{dash} Ada Example\n")
    write(feeds, "plan.txt", "no note")
    write(feeds, ".2026-11-23.md", "a copy of an editor")
    assert load(feeds).notes == {
        period: EditorsNote(
            "It was *not* so.\n\nA draft.", "<p>It was <em>not</em> so.</p>\n<p>A draft.</p>", "Ada Example", "en"
        )
    }


def test_html_in_a_note_is_text(feeds: Path) -> None:
    write(
        feeds,
        "2026-11-24.md",
        "国务院昨日公布的文件并非终稿，各部门仍在征求意见<script>alert(1)</script>[链接](javascript:alert(1))\n— 编辑",
    )
    note = load(feeds).notes["2026-11-24"]
    assert (note.lang, note.signed) == ("zh", "编辑")
    assert "<script" not in note.html
    assert "href" not in note.html


def test_links_headings_and_pictures_of_a_note_are_kept_as_words(feeds: Path) -> None:
    feeds.write_text('[site]\nurl = "https://wire.example"\n', encoding="utf-8")
    write(feeds, "2026-11-24.md", "## So & so\n\n[Our story](/story/12), ![a *chart* <b>](x.png).\n— Ada")
    html = load(feeds).notes["2026-11-24"].html
    assert "<strong>So &amp; so</strong>" in html
    assert 'href="https://wire.example/story/12"' in html
    assert "a *chart* &lt;b&gt;." in html


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("today.md", "It was so.\n— Ada", "notes/today.md:1: it is called like no day and no week; call it like"),
        ("20261124.md", "It was so.\n— Ada", "it is called like no day and no week"),
        ("2026-W54.md", "It was so.\n— Ada", "it is called like no day and no week"),
        ("2026-11-24.md", "It was so.\n\nAnd so.\n", "notes/2026-11-24.md:3: nobody has signed it; end it with"),
        ("2026-11-24.md", "It was so.\n\n---\n", "notes/2026-11-24.md:3: nobody has signed it; end it with"),
        ("2026-11-24.md", "", "notes/2026-11-24.md:1: nobody has signed it"),
        ("2026-11-24.md", "\n— Ada", "notes/2026-11-24.md:1: it says nothing"),
    ],
)
def test_a_mistake_is_named_with_its_line(feeds: Path, name: str, text: str, problem: str) -> None:
    write(feeds, name, text)
    with pytest.raises(ConfigError) as caught:
        load(feeds)
    assert problem in str(caught.value)


def test_a_note_that_is_written_edited_or_taken_away_is_noticed(feeds: Path) -> None:
    live = LiveConfig(feeds)
    for text in ("One.\n— Ada", "Two.\n— Ada"):
        write(feeds, "2026-11-24.md", text)
        assert live.poll()
        assert live.current.notes["2026-11-24"].text == text.partition("\n")[0]
    (feeds.parent / "notes" / "2026-11-24.md").rename(feeds.parent / "notes" / "2026-11-25.md")
    assert live.poll()
    assert list(live.current.notes) == ["2026-11-25"]
    assert not live.poll()
