"""Names that count only where they act, and bodies whose research is no policy."""

from __future__ import annotations

import pytest

from aggregator.model import Extensions
from aggregator.tagging import tagger_for


def tags(title: str) -> set[str]:
    return {str(tag) for tag in tagger_for(Extensions()).tag(title, "").tags}


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("House passes AI bill", "body/us-congress"),
        ("House panel advances chip security act", "body/us-congress"),
        ("Senate Judiciary hears from AI CEOs", "body/us-congress"),
        ("Cursor raises $2 billion", "company/cursor"),
        ("Cursor agents write code with Claude", "company/cursor"),
        ("NIH bans AI-written grant applications", "topic/policy"),
    ],
)
def test_a_name_that_acts_counts(title: str, tag: str) -> None:
    assert tag in tags(title)


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("House prices: AI forecasts a slump in 2027", "body/us-congress"),
        ("House of the Dragon season 3 AI trailer", "body/us-congress"),
        ("Senate of the University of Oxford debates AI", "body/us-congress"),
        ("Cursor moves on its own in Windows 11, Microsoft says", "company/cursor"),
        ("NASA uses AI to map lunar craters", "topic/policy"),
        ("中科院团队用人工智能预测蛋白质结构", "topic/policy"),
        ("US Open uses IBM AI for commentary", "topic/policy"),
    ],
)
def test_one_that_does_not_is_a_word_like_others(title: str, tag: str) -> None:
    assert tag not in tags(title)
