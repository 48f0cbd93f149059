"""What a digest has, in which section and order; and the same through a filter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digests import compose, cutting_of, day_of
from aggregator.digests.compose import column_of, section_of
from aggregator.digests.select import select
from aggregator.model import Cutting, Extensions, StoredItem, Tier
from aggregator.tagging import tagger_for
from tests.samples import as_query

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = day_of(NOON, ZoneInfo("UTC"))


def cut(item: int, story: int = 0, *tags: str, **parts: Any) -> Cutting:
    """A report of noon in English, of a source of its own, tagged in its title."""
    values: dict[str, Any] = {
        "title": f"Report {item}", "link": f"https://news-{item}.example/{item}", "source": f"source-{item}",
        "source_title": f"Source {item}", "source_class": "media", "dated": NOON, "lang": "en", "tier": Tier.CORE,
        "excerpt": "", "titled": tags,
    }  # fmt: skip
    return Cutting(item, story, tags=tags, **values | parts)


@pytest.mark.parametrize(
    ("tags", "section"),
    [
        (("topic/policy",), "policy"),
        (("topic/release", "topic/business"), "release"),
        (("topic/chips",), "business"),
        (("topic/business", "topic/research"), "business"),
        (("topic/research",), "research"),
        (("topic/safety",), "other"),
        (("topic/policy", "topic/release"), "policy"),
        (("topic/policy", "topic/release", "model/qwen"), "release"),
    ],
)
def test_a_report_stands_in_the_section_of_its_topic(tags: tuple[str, ...], section: str) -> None:
    assert section_of(cut(1, 0, *tags)) == section


@pytest.mark.parametrize(
    ("tags", "titled", "column"),
    [
        (("region/cn",), (), "cn"),
        (("region/us", "region/us-california"), (), "us"),
        (("region/cn", "region/us"), (), ""),
        (("region/cn", "region/us"), ("region/cn",), "cn"),
        (("region/cn", "region/us"), ("region/cn", "region/us"), ""),
        (("region/eu",), ("region/eu",), ""),
    ],
)
def test_a_report_stands_in_the_column_of_its_country(
    tags: tuple[str, ...], titled: tuple[str, ...], column: str
) -> None:
    assert column_of(cut(1, 0, *tags, titled=titled)) == column


BOTH = ("region/cn", "region/us")


@pytest.mark.parametrize(
    ("acting", "titled", "column"),
    [
        (("region/us",), BOTH, "us"),
        (("region/us",), ("region/cn",), "us"),
        (("region/eu",), ("region/cn",), "cn"),
        (BOTH, ("region/cn",), "cn"),
        (BOTH, BOTH, ""),
    ],
)
def test_where_two_countries_are_concerned_it_is_that_of_the_body_that_acts(
    acting: tuple[str, ...], titled: tuple[str, ...], column: str
) -> None:
    assert column_of(cut(1, 0, *BOTH, titled=titled, acting=acting)) == column


@pytest.mark.parametrize(
    ("title", "of_source", "column"),
    [
        ("BIS adds ten Chinese AI firms to Entity List", (), "us"),
        ("Ten Chinese AI firms added to a list", ("region/us",), "us"),
        ("China and the US agree on AI", ("region/us",), "us"),
        ("U.S. Commerce Department adds China's Inspur to Entity List", (), "us"),
        ("美国商务部将中国企业列入实体清单", (), "us"),
        ("中国商务部回应美国芯片管制", (), "cn"),
        ("China's MIIT hits back at Commerce Department chip rules", (), ""),
        ("MIIT answers US curbs on AI chips", (), "cn"),
        ("China and the US talk about AI", (), ""),
        ("Malaysia restricts Nvidia chip exports to China", (), ""),
        ("US allows Nvidia to sell H200 chips to China", (), "us"),
        ("美国限制对华芯片出口", (), "us"),
        ("China's AI labs answer the United States: MIIT and Commerce Department meet", (), ""),
        ("Italy fines DeepSeek over its privacy policy", (), ""),
        ("ChatGPT returns to Italy after ban", (), ""),
        ("EU AI Act: what OpenAI must do by August", (), ""),
        ("DeepSeek opens an office in Italy", (), "cn"),
        ("California signs a law on OpenAI's models", (), "us"),
        ("OpenAI asks for rules on AI", (), "us"),
    ],
)
def test_a_body_acts_in_its_title_or_by_its_own_feed(title: str, of_source: tuple[str, ...], column: str) -> None:
    tags = tagger_for(Extensions()).tag(title, given=of_source).tags
    link, times = "https://news.example/1", (NOON,) * 5
    item = StoredItem(1, "news", "News", "official", link, title, title, "", *times, "en", Tier.CORE, tags)
    assert column_of(cutting_of(item)) == column
    if of_source:  # another source that says where it is at home
        assert column_of(cutting_of(replace(item, source_class="newsletter"))) != "us"


def test_stories_stand_in_the_order_of_the_written_rule() -> None:
    later = NOON + timedelta(hours=1)
    told_twice = [cut(1, 1, "topic/policy"), cut(2, 1, "topic/policy")]
    official = cut(3, 3, "topic/policy", source_class="official")
    newer = cut(4, 4, "topic/policy", dated=later)
    adjacent = cut(5, 5, "topic/policy", tier=Tier.ADJACENT, dated=later)
    older = cut(6, 6, "topic/policy")
    concerned = cut(10, 10, "topic/policy", source_class="lab", dated=later)
    own = cut(11, 11, "topic/release", source_class="lab")
    release = [cut(n, 7, "topic/release") for n in (7, 8, 9)]
    digest = compose(DAY, [cut(12, 12, "topic/release"), older, adjacent, *release, concerned, own, newer, official,
                           *told_twice])  # fmt: skip
    assert [piece.story for piece in digest.pieces] == [1, 3, 4, 6, 5, 10, 7, 11, 12]
    assert digest.reports == 12


def test_copies_are_reports_but_no_voices_and_what_is_off_topic_is_left_out() -> None:
    cuttings = [cut(1, 1), cut(2, 1, copy_of=1), cut(3, 1, source="source-1"), cut(4, 4, tier=Tier.OFF)]
    (piece,) = compose(DAY, cuttings).pieces
    assert (piece.reports, piece.independent) == (3, 1)


def test_reports_without_a_story_are_stories_of_their_own() -> None:
    assert len(compose(DAY, [cut(1), cut(2)]).pieces) == 2


def test_a_story_in_two_languages_has_both_titles() -> None:
    (piece,) = compose(DAY, [cut(1, 1, source_class="official"), cut(2, 1, lang="zh", title="报道")]).pieces
    assert piece.translation
    assert (piece.lead.title, piece.translation.title) == ("Report 1", "报道")


cuttings_of_a_day = st.lists(
    st.builds(
        lambda item, story, topic, hours, tier, lang: cut(
            item, story, f"topic/{topic}", "region/cn", dated=NOON + timedelta(hours=hours), tier=tier, lang=lang
        ),
        st.integers(1, 30), st.integers(1, 6), st.sampled_from(["policy", "release", "chips"]), st.integers(0, 9),
        st.sampled_from(list(Tier)), st.sampled_from(["en", "zh"]),
    ),
    unique_by=lambda cutting: cutting.item,
)  # fmt: skip


@given(cuttings_of_a_day, st.randoms())
def test_the_order_of_arrival_makes_no_difference(cuttings: list[Cutting], chance: Any) -> None:
    shuffled = list(cuttings)
    chance.shuffle(shuffled)
    assert compose(DAY, cuttings) == compose(DAY, shuffled)


@given(cuttings_of_a_day)
def test_a_filter_leaves_stories_whole_and_in_their_order(cuttings: list[Cutting]) -> None:
    whole = compose(DAY, cuttings)
    some = select(whole, as_query("topic=policy"))
    assert list(some.pieces) == [p for p in whole.pieces if any("topic/policy" in c.tags for c in p.cuttings)]
    assert select(whole, as_query("tier=all")) == whole


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("company=baidu", {1}),
        ("company=baidu&company=openai", {1, 2}),
        ("company=-baidu", {2, 3}),
        ("company=baidu&lang=zh", set()),
        ("source=source-3", {3}),
        ("q=chip", {2}),
        ("q=-chip", {1, 3}),
        ("q=芯片|chip", {2, 3}),
        ("since=2026-11-24", set()),
        ("until=2026-11-23&tier=adjacent", {3}),
    ],
)
def test_filters_are_those_of_listings(query: str, found: set[int]) -> None:
    digest = compose(
        DAY,
        [
            cut(1, 1, "company/baidu"),
            cut(2, 2, "company/openai", excerpt="A new chip."),
            cut(3, 3, lang="zh", title="国产芯片", tier=Tier.ADJACENT),
        ],
    )
    assert {piece.story for piece in select(digest, as_query(query)).pieces} == found
