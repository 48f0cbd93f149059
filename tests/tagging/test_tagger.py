"""What holds for every text: evidence, carried tags, determinism."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.tagging import Extensions, Tagger, load_taxonomy

PIECES = ["Baidu", "ERNIE 4.5", "文心大模型4.5", "DeepSeek-R1", "工信部", "White House", "SB 53", "发布", "releases",
          "Bernie", "Shenzhen", "深圳", "AI", "人工智能", " ", "，", "\u3000", "İ", "ＡＩ", "Turbo S"]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join)


@given(texts, texts)
def test_evidence_stands_where_it_says(tagger: Tagger, title: str, summary: str) -> None:
    for tag in tagger.tag(title, summary).tags:
        for words in tag.evidence:
            assert {"title": title, "summary": summary}[words.field][words.start : words.end] == words.text


@given(texts)
def test_every_tag_has_evidence_and_a_rule(tagger: Tagger, title: str) -> None:
    for tag in tagger.tag(title).tags:
        assert tag.evidence
        assert all(words.rule for words in tag.evidence)


@given(texts, texts)
def test_the_same_text_earns_the_same_tags(tagger: Tagger, title: str, summary: str) -> None:
    assert tagger.tag(title, summary) == tagger.tag(title, summary)


def test_a_version_brings_its_family_its_company_and_their_home(tagger: Tagger) -> None:
    found = {str(tag) for tag in tagger.tag("ERNIE 4.5").tags}
    assert {"model/ernie-4-5", "model/ernie", "company/baidu", "region/cn"} <= found


def test_a_province_brings_its_country(tagger: Tagger) -> None:
    rules = {str(tag): tag.evidence[0].rule for tag in tagger.tag("Shenzhen opens a park").tags}
    assert rules["region/cn"] == "carried by region/cn-guangdong"


def test_tags_of_the_source_are_given_without_words(tagger: Tagger) -> None:
    tagging = tagger.tag("A quiet day", given=["region/us"])
    assert [(str(tag), tag.evidence[0].rule) for tag in tagging.tags] == [("region/us", "given by the source")]


@pytest.mark.parametrize("version", ["GPT-6", "Kimi K3", "GLM-6", "DeepSeek-V4", "Qwen4-235B-A22B", "ERNIE 5.0"])
def test_a_version_that_nobody_listed_is_read(tagger: Tagger, version: str) -> None:
    slugs = {tag.slug for tag in tagger.tag(f"The new AI model {version} is out").tags if tag.axis == "model"}
    assert any("-" in slug for slug in slugs), slugs


def test_an_extension_is_found_beside_what_ships() -> None:
    zhiyuan = {"slug": "zhiyuan-x", "name": "Zhiyuan X", "zh": "知远未来", "home": "cn", "ai": True}
    tagger = Tagger(load_taxonomy(Extensions({"company": [zhiyuan]})))
    found = {str(tag) for tag in tagger.tag("知远未来与百度合作").tags}
    assert {"company/zhiyuan-x", "company/baidu", "region/cn"} <= found
