"""Numbers, the glossary, features."""

from __future__ import annotations

import pytest

from aggregator.stories import glossary
from aggregator.stories.features import features, kind_of
from aggregator.stories.glossary import made, stem
from aggregator.stories.likeness import _HOLLOW
from aggregator.stories.numbers import numbers
from aggregator.stories.parties import unlike
from aggregator.text.fold import fold
from tests.stories.samples import dispatch

SAME = [
    ("$1.5bn", "15亿美元"),
    ("US$1.5 billion", "1.5 billion dollars"),
    ("57%", "57 percent"),
    ("57 per cent", "57％"),
    ("8 million users", "800万用户"),
    ("a 27B model", "270亿参数"),
    ("2.4 trillion", "2.4万亿"),
    ("6 gigawatts", "6吉瓦"),
    ("6GW", "6 吉瓦"),
    ("€7.2M", "720万欧元"),
    ("30,000 robots", "3万台"),
    ("94.68 亿元", "95亿元"),
    ("$20 billion", "200亿"),
    ("3 nm", "3纳米"),
    ("$0.2 per million", "0.2美元"),
    ("passed 219-208", "以219比208通过"),
    ("Ascend 960: How it was made", "昇腾960"),
]


def keys(text: str) -> list[str]:
    return [number.key for number in numbers(fold(text))]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_numbers_mean_the_same_in_both_languages(one: str, other: str) -> None:
    assert keys(one)[:1] == keys(other)[:1] != []


@pytest.mark.parametrize(
    "text", ["", "2026", "2026年3月2日", "March 2", "GPT-4", "v2.14.1", "3 of 5 judges", "8:30 am", "1980s style", "x1"]
)
def test_dates_versions_and_small_numbers_tell_nothing(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(("one", "other"), [("$20 million", "$20 billion"), ("$9", "9%"), ("15亿", "15万")])
def test_different_numbers_differ(one: str, other: str) -> None:
    assert keys(one) != keys(other)


@pytest.mark.parametrize(
    "forms",
    [
        ("announce", "announces", "announced", "announcing"),
        ("hire", "hires", "hired", "hiring"),
        ("plan", "plans", "planned", "planning"),
        ("study", "studies", "studied"),
        ("launch", "launches", "launched"),
        ("chip", "chips"),
    ],
)
def test_inflections_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("word", ["news", "gas", "bus", "ai", "x1", "gpu", "文心"])
def test_short_words_and_others_stay_as_they_are(word: str) -> None:
    assert stem(word) in (word, "new")


def test_the_glossary_has_words_in_both_languages() -> None:
    both = set(glossary().english.values()) & {concept for _, concept in glossary().chinese.values()}
    assert len(both) > 300


def test_every_concept_has_both_languages() -> None:
    english, chinese = set(glossary().english.values()), {concept for _, concept in glossary().chinese.values()}
    assert english ^ chinese == set()


def test_the_hollow_concepts_are_in_the_glossary() -> None:
    assert {feature.removeprefix("c:") for feature in _HOLLOW} <= set(glossary().english.values())


@pytest.mark.parametrize("words", [["buy", "收购"], ["buys"], ["收购"]])
def test_no_word_stands_for_two_concepts(words: list[str]) -> None:
    with pytest.raises(ValueError, match="stands in the glossary for another concept"):
        made({"acts": {"acquire": ["buy", "收购"], "shop": words}})


@pytest.mark.parametrize(
    ("english", "chinese", "concept"),
    [
        ("Lawmakers weigh export controls", "议员讨论出口管制", "export_control"),
        ("They sued the maker", "起诉该制造商", "sue"),
        ("Teenagers and chatbots", "青少年与聊天机器人", "teen"),
        ("It bought a data centre", "买下数据中心", "data_center"),
    ],
)
def test_concepts_are_found_in_both_languages(english: str, chinese: str, concept: str) -> None:
    assert f"c:{concept}" in features(dispatch(english), glossary()).weights
    assert f"c:{concept}" in features(dispatch(chinese), glossary()).weights


def test_what_stands_in_the_title_counts_twice() -> None:
    weights = features(dispatch("A lighthouse museum", text="The museum has aquariums"), glossary()).weights
    assert (weights["w:lighthous"], weights["w:museum"], weights["w:aquarium"]) == (1.0, 1.0, 0.5)


def test_names_count_as_tags_and_not_as_words() -> None:
    weights = features(dispatch("Nvidia courts Oregon"), glossary()).weights
    assert "company/nvidia" in weights
    assert "w:nvidia" not in weights


@pytest.mark.parametrize(
    "around",
    [
        "The post Herring appeared first on Fish Daily.",
        "Article URL: https://herring.example/a Comments URL: https://fish.example/b Points: 12 # Comments: 3",
        "点击查看原文>",
    ],
)
def test_what_publishers_write_around_a_text_says_nothing(around: str) -> None:
    assert features(dispatch("", text=around), glossary()).weights == {}


@pytest.mark.parametrize(
    ("feature", "kind"),
    [("w:x", "w"), ("company/x", "company"), ("model/qwen", "family"), ("model/qwen-3-5", "model")],
)
def test_features_have_a_kind(feature: str, kind: str) -> None:
    assert kind_of(feature) == kind


@pytest.mark.parametrize(
    ("one", "other", "axes"),
    [("cn", "tw", set()), ("cn", "us", set()), ("cn", "hk", set()), ("cn", "jp", {"country"}), ("us", "us", set())],
)
def test_of_two_countries_one_may_be_meant_by_the_other(one: str, other: str, axes: set[str]) -> None:
    assert unlike({"country": frozenset({one})}, {"country": {other}}) == axes
