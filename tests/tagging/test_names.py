"""Names that readers write instead of slugs."""

from __future__ import annotations

import pytest

from aggregator.tagging import load_taxonomy
from aggregator.tagging.names import named, nearest, slug_of


@pytest.mark.parametrize(
    ("axis", "name", "slug"),
    [
        ("company", "baidu", "baidu"),
        ("company", "百度", "baidu"),
        ("company", "BAIDU", "baidu"),
        ("company", "Alibaba  Cloud", "alibaba-cloud"),
        ("region", "California", "us-california"),
        ("region", "us-ca", "us-california"),
        ("region", "cn-gd", "cn-guangdong"),
        ("topic", "政策", "policy"),
        ("model", "claude-opus-4-5", "claude-opus-4-5"),
        ("model", "claude-3-5-sonnet", "claude-sonnet-3-5"),
        ("model", "gemini-flash-2-5", "gemini-2-5-flash"),
        ("model", "gpt-5.6", "gpt-5-6"),
        ("model", "ERNIE X1", "ernie-x1"),
        ("model", "DeepSeek-R1", "deepseek-r1"),
        ("model", "文心大模型4.5", "ernie-4-5"),
        ("model", "Claude 3.5 Sonnet", "claude-sonnet-3-5"),
        ("model", "QwQ-32B", "qwq-32b"),
        ("model", "qwen", "qwen"),
        ("model", "ERNIE and more", ""),
        ("model", "nothing-4-5", ""),
        ("company", "facebook", "meta"),
        ("company", "Twitter", "x-corp"),
        ("company", "kimi", "moonshot"),
        ("company", "X", ""),
        ("company", "", ""),
        ("company", "?", ""),
    ],
)
def test_a_name_means_a_slug(axis: str, name: str, slug: str) -> None:
    assert slug_of(load_taxonomy(), axis, name) == slug


def test_signs_alone_name_nothing() -> None:
    assert named(load_taxonomy(), "company", "—") == ""
    assert named(load_taxonomy(), "company", "OpenAI!") == "openai"


def test_the_nearest_come_first() -> None:
    assert nearest(load_taxonomy(), "company", "baidoo", 4)[0] == "baidu"
    assert nearest(load_taxonomy(), "company", "qqqqqqqqqq", 4) == []
