"""Who leads a story, and how many voices it has."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.model import Membership, StoredItem, StoredStory, Tag, Tier, Voices
from aggregator.stories import story_of
from aggregator.stories.lead import Member
from tests.stories.samples import ACQUISITION, MORNING, dispatch

LONG = "Quillon said on Monday that it will pay 340 million dollars for the Danish company. " * 4
CHINESE = "奎隆公司周一表示，将以三亿四千万美元收购这家丹麦聊天机器人公司，交易预计夏季完成，双方董事会均已批准。"


def report(item: int, *tags: str) -> StoredItem:
    return StoredItem(
        id=item, source_id="news", source_title="News", source_class="", link="", title="A title", heading="A title",
        summary="", published=None, updated=None, first_seen=MORNING, changed=MORNING, dated=MORNING, lang="en",
        tier=Tier.CORE, tags=tuple(Tag(*tag.split("/")) for tag in tags),
    )  # fmt: skip


def member(item: int | str, copy_of: int | str | None = None, **fields: Any) -> Member:
    return dispatch(ACQUISITION[0], item, **fields), Membership(item, 1, "", copy_of)


def told(item: int, text: str, **fields: Any) -> Member:
    return dispatch(ACQUISITION[0], item, text=text, **fields), Membership(item, 1, "")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"source_class": "official", "hours": 5}, {"source_class": "lab", "text": LONG}),
        ({"source_class": "lab", "hours": 5}, {"source_class": "media", "text": LONG}),
        ({"text": LONG, "hours": 5}, {"text": LONG[:100]}),
        ({"text": LONG[:100], "hours": 5}, {}),
        (
            {"text": CHINESE},
            {"hours": -1},
        ),
        ({"text": LONG}, {"text": LONG * 2, "hours": 1}),
    ],
)
def test_official_before_fuller_before_earlier(better: dict[str, Any], worse: dict[str, Any]) -> None:
    assert story_of([member(1, **worse), member(2, **better)]).lead == 2


def test_ties_are_decided_by_id() -> None:
    assert story_of([member(12), member(9), member("a")]).lead == 9


def test_members_stand_in_the_order_of_their_dates() -> None:
    assert story_of([member(1, hours=3), member(2, hours=1), member(3, hours=2)]).members == (2, 3, 1)


@pytest.mark.parametrize(
    ("members", "independent"),
    [
        ([member(1), member(2)], 2),
        ([member(1), member(2, copy_of=1)], 1),
        ([member(1), member(2, copy_of=1), member(3, copy_of=2), member(4)], 2),
        ([member(1, source="Wire"), member(2, source="WIRE")], 1),
        ([member(1, source="Wire"), member(2, source="Paper"), member(3, source="Paper", copy_of=1)], 1),
        ([member(1, source=""), member(2, source="")], 2),
        ([member(1, link="//lab.example/a"), member(2, link="//lab.example/b")], 1),
        ([member(1, link="//lab.example/a"), member(2, link="//paper.example/b")], 2),
        ([member(1, link="//github.com/lab/a"), member(2, link="//github.com/other/b")], 2),
        (
            [
                told(1, "WASHINGTON, Aug 19 (Reuters) - It said"),
                told(2, "It said. (Reuters)"),
                told(3, "据路透社报道，"),
            ],
            1,
        ),
        ([told(1, "新华社北京8月26日电（记者张）"), told(2, "据新华社消息，"), told(3, "According to Xinhua, ")], 1),
        ([told(1, "(AP) - It said"), told(2, "It told Bloomberg News that")], 2),
        ([told(1, "As Reuters reported, "), told(2, "It said", link="//reuters.com/a")], 1),
        ([told(1, "A study of the Reuters Institute"), told(2, "(Reuters) - A study")], 2),
        ([told(1, "It said. " * 50 + "Reuters reported so. " + "It said. " * 50), told(2, "(Reuters) - It said")], 2),
    ],
)
def test_copies_and_what_a_publisher_repeats_are_one_voice(members: list[Member], independent: int) -> None:
    assert story_of(members).voices == (len(members), independent)


def test_a_story_has_the_tags_of_its_lead_and_of_half_its_reports() -> None:
    lead = report(1, "company/a")
    others = report(2, "topic/p", "company/b"), report(3, "topic/p"), report(4)
    story = StoredStory(1, lead, (lead, *others), Voices(4, 4), MORNING)
    assert [str(tag) for tag in story.tags] == ["company/a", "topic/p"]
