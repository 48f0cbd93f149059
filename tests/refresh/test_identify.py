"""Who an entry is: tables of documents, and what holds for every document."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Entry, Identity
from aggregator.refresh.identify import fingerprint, identify, own_key
from tests.fakes import START


def entry(id_: str = "", link: str = "", title: str = "Title", **parts: object) -> Entry:
    """An entry; "/x" is short for a link of one site."""
    link = f"https://site.example{link}" if link.startswith("/") else link
    return replace(Entry(id_, link, title, "Summary", START), **parts)  # type: ignore[arg-type]


def keys(*entries: Entry) -> list[str]:
    return [identity.key.removeprefix("//site.example") for identity, _ in identify("src", entries)[0]]


def own(link: str) -> str:
    """The key of an entry by what it says."""
    return f"src:{fingerprint(entry('', link))}"


def entry_ids(*entries: Entry) -> list[str]:
    return [identity.entry_id for identity, _ in identify("src", entries)[0]]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("1", "/a"), entry("2", "/b")], ["/a", "/b"]),
        ([entry("1", "/a?utm_source=rss"), entry("2", "/b#top")], ["/a", "/b"]),
        ([entry("1", "/log#v1"), entry("2", "/log#v2")], ["/log#v1", "/log#v2"]),
        ([entry("1", "/log#v1"), entry("2", "/log#v1")], ["src:1", "src:2"]),
        ([entry("1", "/list"), entry("2", "/list"), entry("3", "/c")], ["src:1", "src:2", "/c"]),
        ([entry("1", "/"), entry("2", "/b")], [own("/"), "/b"]),
        ([entry("1", "https://site.example"), entry("2", "")], [own("https://site.example"), own("")]),
        ([entry("1", "/?p=7"), entry("2", "/#news")], ["?p=7", "#news"]),
        (
            [entry("1", "mailto:a@b.example"), entry("2", "javascript:1")],
            [own("mailto:a@b.example"), own("javascript:1")],
        ),
        ([entry("1", "/a"), entry("1", "/b")], ["/a", "/b"]),
    ],
    ids=["own links", "tracking", "anchors", "one anchor twice", "shared", "home", "none", "query", "no web", "one id"],
)
def test_across_sources_an_entry_is_its_link_if_that_is_its_alone(entries: list[Entry], expected: list[str]) -> None:
    assert keys(*entries) == expected


A, B = "https://site.example/a", "https://site.example/b"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("1", "/a"), entry("2", "/a")], ["1", "2"]),
        ([entry("1", "/a"), entry("1", "/b")], [f"1 {A}", f"1 {B}"]),
        ([entry("", "/a"), entry("", "/b")], [A, B]),
        ([entry("1", ""), entry("1", "")], ["1"]),
        ([entry("1", "/a"), entry("1", "/a", "Another title")], ["1"]),
        ([entry("", "/a"), entry("", "/a")], None),
        ([entry(A, "/b"), entry("", "/a")], [f"{A} {B}", f"{A} {A}"]),
    ],
    ids=["ids", "one id, two links", "links", "id only", "twice", "no id, one link", "id is another's link"],
)
def test_within_a_source_an_entry_is_its_id_or_its_link(entries: list[Entry], expected: list[str] | None) -> None:
    found = entry_ids(*entries)
    assert found == expected if expected else len(found) == 1


def test_entries_without_id_that_share_a_link_are_told_apart_by_title() -> None:
    assert len(set(entry_ids(entry("", "/a", "One"), entry("", "/a", "Two")))) == 2


def test_an_id_that_was_used_for_several_links_stays_what_it_was_when_one_of_them_is_left() -> None:
    both = entry_ids(entry("x", "/1"), entry("x", "/2"))
    familiar = dict.fromkeys(both, "")
    ((identity, _),), _ = identify("src", [entry("x", "/1", "Edited")], "", familiar)
    assert identity.entry_id == both[0]
    ((identity, _),), _ = identify("src", [entry("x", "/3")], "", familiar)
    assert identity.entry_id == "x"


def test_entries_with_neither_id_nor_link_are_told_apart_by_title_and_date() -> None:
    dated = entry(title="One", published=START - timedelta(days=1))
    assert len(set(entry_ids(entry(title="One"), entry(title="Two"), dated))) == 3
    assert len(set(keys(entry(title="One"), entry(title="Two"), dated))) == 3


def test_what_a_document_holds_twice_is_kept_once_and_named() -> None:
    first, again = entry("1", "/a", "First"), entry("1", "/a", "Again")
    identified, merged = identify("src", [first, entry("2", "/b"), again])
    assert [kept.title for _, kept in identified] == ["First", "Title"]
    assert [(gone.title, gone.entry_id) for gone in merged] == [("Again", "1")]
    assert "same id and same link" in merged[0].why


def test_relative_links_count_from_the_document() -> None:
    identified, _ = identify("src", [entry("1", "../a")], "https://other.example/feeds/rss")
    assert identified[0][0] == Identity("1", "//other.example/a")


def test_the_key_of_an_entry_without_a_link_belongs_to_its_source() -> None:
    assert own_key("one", "1") != own_key("two", "1")
    assert keys(entry("1")) == keys(entry("another id at every look")) == [own("")]


@pytest.mark.parametrize(
    "change",
    [{"title": "x"}, {"summary": "x"}, {"link": "x"}, {"published": None}, {"updated": START}],
    ids=lambda change: next(iter(change)),
)
def test_a_fingerprint_changes_with_everything_that_is_shown(change: dict[str, object]) -> None:
    assert fingerprint(entry("1", "/a")) != fingerprint(replace(entry("1", "/a"), **change))  # type: ignore[arg-type]


def test_a_fingerprint_does_not_change_with_the_id() -> None:
    assert fingerprint(entry("1", "/a")) == fingerprint(entry("2", "/a"))


@pytest.mark.parametrize("unstorable", ["a\x00b", "a\ud800b", "a\ufffeb"])
def test_an_identity_can_be_stored_whatever_the_entry_says(unstorable: str) -> None:
    ((identity, _),), _ = identify("src", [entry(unstorable)])
    assert identity == Identity("ab", f"src:{fingerprint(entry(unstorable))}")


@pytest.mark.parametrize("long", ["x" * 10_000, "智能" * 5_000])
def test_an_identity_is_short_enough_for_an_index(long: str) -> None:
    entries = [entry(long), entry(long + "2"), entry("3", f"/?{long[:1900]}")]
    identities = [identity for identity, _ in identify("src", entries)[0]]
    assert all(len(text.encode()) <= 2000 for identity in identities for text in identity)
    assert len(set(identities)) == 3


SOME = {
    "id": st.sampled_from(["", "1", "2", "a long id", "id\x00", A]),
    "link": st.sampled_from(["", "/", A, B, "/a", f"{A}#one", f"{A}#two", f"{A}?utm_source=x", "mailto:x", "http://["]),
    "title": st.sampled_from(["", "One", "Two"]),
    "published": st.sampled_from([None, START]),
}
ENTRIES = st.lists(st.builds(Entry, summary=st.just(""), **SOME), max_size=8)
BASE = "https://site.example/feed"


@given(ENTRIES)
def test_every_entry_is_identified_or_merged(entries: list[Entry]) -> None:
    identified, merged = identify("src", entries, BASE)
    assert len(identified) + len(merged) == len(entries)
    assert not Counter(kept for _, kept in identified) - Counter(entries)
    assert {gone.entry_id for gone in merged} <= {identity.entry_id for identity, _ in identified}


@given(ENTRIES)
def test_no_two_entries_of_a_document_have_the_same_identity(entries: list[Entry]) -> None:
    identities = [identity for identity, _ in identify("src", entries, BASE)[0]]
    assert len({identity.entry_id for identity in identities}) == len(identities)
    assert len({identity.key for identity in identities}) == len(identities)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_a_document_does_not_change_identities(entries: list[Entry], chance: object) -> None:
    shuffled = entries.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    before = Counter(identity for identity, _ in identify("src", entries, BASE)[0])
    assert Counter(identity for identity, _ in identify("src", shuffled, BASE)[0]) == before


@given(ENTRIES)
def test_identities_can_be_stored(entries: list[Entry]) -> None:
    for identity, _ in identify("src", entries, BASE)[0]:
        assert all(text and "\x00" not in text and text.encode() for text in identity)
