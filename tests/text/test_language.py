"""The language of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.language import detect, is_traditional, primary


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-CN", "zh"),
        ("zh_Hans_CN", "zh"),
        ("EN-us", "en"),
        (" de ", "de"),
        ("yue", "yue"),
        ("", ""),
        ("english", ""),
        ("cn", "zh"),
        ("us", "en"),
        ("eng", "en"),
        ("zho", "zh"),
        ("x-klingon", ""),
        ("12", ""),
    ],
)
def test_primary_language_of_a_tag(tag: str, expected: str) -> None:
    assert primary(tag) == expected


@pytest.mark.parametrize(
    ("text", "hints", "expected"),
    [
        ("国务院印发人工智能行动方案", (), "zh"),
        ("國務院印發人工智慧行動方案", (), "zh"),
        ("OpenAI 与 NVIDIA 宣布在 Texas 共建数据中心", (), "zh"),
        ("OpenAI发布GPT-5", (), "zh"),
        ("Google DeepMind发布Gemini 3 Pro", ("zh-CN", "en"), "zh"),
        ("Xi Jinping (习近平) speaks in Beijing", ("zh",), "en"),
        ("Baidu's Ernie bot, 文心 in Chinese, is open to all from this week on", ("zh",), "en"),
        ("China's 人工智能+ plan explained", ("en",), "en"),
        ("人工智能", ("en",), "zh"),
        ("White House issues AI order", (), "en"),
        ("White House issues AI order", ("zh-CN",), "en"),
        ("White House issues AI order", ("zh", "en-GB"), "en"),
        ("Das KI-Gesetz tritt in Kraft", ("de-DE",), "de"),
        ("Xi Jinping (习近平) speaks in Beijing", (), "en"),
        ("経済産業省はＡＩの指針をまとめた", (), "ja"),
        ("인공지능 기본법 국회 통과", (), "ko"),
        ("", (), "en"),
        ("2025: 100%", ("zh",), "zh"),
        ("2025: 100%", ("nonsense", "fr"), "fr"),
        ("!!!", ("",), "en"),
    ],
)
def test_language_is_told_by_script_then_by_hint(text: str, hints: tuple[str, ...], expected: str) -> None:
    assert detect(text, *hints) == expected


@given(st.text(max_size=200), st.lists(st.text(max_size=8), max_size=3))
def test_answer_is_always_a_language(text: str, hints: list[str]) -> None:
    code = detect(text, *hints)
    assert primary(code) == code != ""


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("立法會討論人工智能監管框架", True),
        ("台積電擴產先進製程,華為推出新晶片", True),
        ("百度发布文心大模型4.5与X1，文心一言提前免费", False),
        ("国务院印发《关于深入实施“人工智能+”行动的意见》", False),
        ("皇后大道的人工智能", False),
        ("Nothing in Chinese", False),
        ("", False),
    ],
)
def test_traditional_chinese_is_told_from_simplified(text: str, traditional: bool) -> None:
    assert is_traditional(text) is traditional
