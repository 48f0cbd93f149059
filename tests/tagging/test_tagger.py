"""What holds for every text: evidence, carried tags, determinism."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.tagging import Extensions, Tagger, load_taxonomy
from aggregator.tagging.signals import LEAD, factor, total

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


def test_a_source_of_a_company_that_makes_ai_need_not_say_so_in_each_title(tagger: Tagger) -> None:
    assert not tagger.tag("Release 2.3.15").relevant
    assert tagger.tag("Release 2.3.15", given=["company/windsurf"]).relevant
    assert not tagger.tag("Release 2.3.15", given=["company/microsoft"]).relevant


@pytest.mark.parametrize("version", ["GPT-6", "Kimi K3", "GLM-6", "DeepSeek-V4", "Qwen4-235B-A22B", "ERNIE 5.0"])
def test_a_version_that_nobody_listed_is_read(tagger: Tagger, version: str) -> None:
    slugs = {tag.slug for tag in tagger.tag(f"The new AI model {version} is out").tags if tag.axis == "model"}
    assert any("-" in slug for slug in slugs), slugs


@pytest.mark.parametrize(
    ("one", "other", "slug"),
    [
        ("Claude 4.5 Haiku", "Claude Haiku 4.5", "claude-haiku-4-5"),
        ("Claude 4 Sonnet", "Claude Sonnet 4", "claude-sonnet-4"),
        ("Gemini Flash 2.5", "Gemini 2.5 Flash", "gemini-2-5-flash"),
        ("Gemini Flash-Lite 2.5", "Gemini 2.5 Flash-Lite", "gemini-2-5-flash-lite"),
        ("Qwen Max 2.5", "Qwen2.5-Max", "qwen-2-5-max"),
    ],
)
def test_a_version_has_one_slug_in_whichever_order_it_is_written(
    tagger: Tagger, one: str, other: str, slug: str
) -> None:
    for text in (one, other):
        named = {tag.slug for tag in tagger.tag(f"The AI model {text} is out").tags if tag.axis == "model"}
        assert named == {slug, slug.partition("-")[0]}


def test_an_extension_is_found_beside_what_ships() -> None:
    zhiyuan = {"slug": "zhiyuan-x", "name": "Zhiyuan X", "zh": "知远未来", "home": "cn", "ai": True}
    tagger = Tagger(load_taxonomy(Extensions({"company": [zhiyuan]})))
    found = {str(tag) for tag in tagger.tag("知远未来与百度合作").tags}
    assert {"company/zhiyuan-x", "company/baidu", "region/cn"} <= found


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("China's cyberspace regulator seeks comment on AI labelling rules", "draft"),
        ("国家网信办就人工智能管理办法公开征求意见", "draft"),
        ("Commerce Department issues final rule on AI chip exports", "adopted"),
        ("工信部等部门印发人工智能行动方案", "adopted"),
        ("California's AI law takes effect in January", "in-force"),
        ("生成式人工智能服务管理办法8月15日起施行", "in-force"),
        ("Trump revokes Biden's executive order on AI", "repealed"),
        ("Newsom vetoes AI safety bill", "vetoed"),
        ("Governor's AI bill signed into law", "signed"),
        ("Authors sue OpenAI: federal judge hears copyright lawsuit", "in-court"),
        ("法院就人工智能著作权案作出判决", "in-court"),
    ],
)
def test_a_policy_has_the_status_that_the_text_says(tagger: Tagger, title: str, status: str) -> None:
    assert [tag.slug for tag in tagger.tag(title).tags if tag.axis == "status"] == [status]


@pytest.mark.parametrize(
    ("title", "has", "lacks"),
    [
        ("美商务部：允许H20出口中国", "body/us-commerce", "body/mofcom"),
        ("美国务院谈DeepSeek", "body/us-state", "body/cn-state-council"),
        ("越南科技部发布AI战略", "region/vn", "body/most"),
        ("外交部就AI谈合作", "body/cn-mofa", "region/us"),
        ("法国外交部回应AI芯片出口限制", "region/fr", "body/cn-mofa"),
        ("据新华社北京电 OpenAI发布新模型", "topic/release", "topic/policy"),
        ("House passes AI bill 300-120", "body/us-congress", "body/us-state-ags"),
        ("Ohio House passes AI bill", "region/us-ohio", "body/us-congress"),
        ("Australia: House passes AI bill", "region/au", "body/us-congress"),
        ("In Delhi, the House passes AI bill", "region/in", "body/us-congress"),
        ("工信部和财政部印发人工智能补贴政策", "body/cn-mof", "region/us"),
        ("华为发布智能体系统", "topic/release", "topic/policy"),
        ("OpenAI launches ChatGPT for employees", "topic/release", "topic/policy"),
        ("Newsom signs AI bill; Hochul to sign another", "status/signed", "status/vetoed"),
        ("FBI agents use AI facial recognition", "body/fbi", "status/adopted"),
        ("Chinese military companies buy AI from Alibaba", "region/cn", "initiative/chinese-military-companies-list"),
        ("California's SB 53, explained", "topic/policy", "topic/release"),
        ("OpenAI expands Stargate in Texas", "initiative/stargate", "topic/policy"),
        ("ANTHROPIC LAUNCHES CLAUDE SONNET 4.5", "model/claude-sonnet-4-5", "topic/policy"),
        ("混元图像3.0发布", "model/hunyuan-image-3-0", "model/hunyuan-3-0"),
        ("EU AI Act duties for GPAI providers begin", "initiative/eu-ai-act", "body/gpai"),
        ("How confessions can keep language models honest at OpenAI", "company/openai", "topic/release"),
        ("Anthropic opens Seoul office and announces 100 new roles", "company/anthropic", "topic/release"),
        ("Gemini 3 Pro - Everything you need to know", "topic/release", "topic/policy"),
        ("Nvidia gets approval to sell H20 to China", "topic/policy", "topic/release"),
        ("Google's moonshot AI factory", "company/google", "company/moonshot"),
    ],
)
def test_names_that_look_alike_are_told_apart(tagger: Tagger, title: str, has: str, lacks: str) -> None:
    tags = {str(tag) for tag in tagger.tag(title).tags}
    assert has in tags
    assert lacks not in tags


def test_a_source_need_not_say_of_its_own_country_which_it_is(tagger: Tagger) -> None:
    def regions(title: str, given: str) -> list[str]:
        return [tag.slug for tag in tagger.tag(title, "", [given]).tags if tag.axis == "region"]

    title = "Supreme Court declines to hear AI copyright case"
    assert regions(title, "home/us") == ["us"]
    assert regions(title, "home/gb") == []
    assert regions("Lawmakers weigh DeepSeek ban", "home/us") == ["cn", "us"]
    assert regions("British lawmakers weigh chatbot rules", "home/us") == ["gb"]
    assert regions("A robot learns to walk", "home/us") == []


@pytest.mark.parametrize(
    "title",
    [
        "中国人民银行印发《数字人民币管理条例》",
        "工信部公布2026年智能体育典型案例名单",
        "FBI agents sue over firings",
        "FDA bans potato chips dye",
    ],
)
def test_words_that_contain_those_of_ai_are_none(tagger: Tagger, title: str) -> None:
    assert not tagger.tag(title).relevant


@pytest.mark.parametrize(
    "title", ["特朗普推迟签署AI行政令", "Hochul urged to veto RAISE Act", "Newsom may veto AI bill"]
)
def test_what_is_put_off_or_asked_for_has_not_been_done(tagger: Tagger, title: str) -> None:
    assert not [tag for tag in tagger.tag(title).tags if tag.axis == "status"]


def test_what_is_no_policy_has_no_status(tagger: Tagger) -> None:
    assert not tagger.tag("Lakers' draft pick signed, passed his first test").tags


def test_a_mask_hides_signals_too(tagger: Tagger) -> None:
    found = {str(tag) for tag in tagger.tag("AI headphones take on Meta's Ray-Bans").tags}
    assert "topic/policy" not in found


def test_a_public_body_need_not_say_who_it_is(tagger: Tagger) -> None:
    title, region = "Request for Information on Securing Artificial Intelligence Agents", ["region/us"]
    by_office, by_others = (tagger.tag(title, "", region, name) for name in ("NIST News", "A newspaper"))
    assert "topic/policy" in map(str, by_office.tags)
    assert "topic/policy" not in map(str, by_others.tags)
    assert not [tag for tag in by_office.tags if tag.axis == "body"]  # it is said by nobody
    assert not tagger.tag("Careers at our laboratories", "", region, "NIST News").relevant


def test_the_name_of_a_source_vouches_for_a_doubtful_name(tagger: Tagger) -> None:
    title = "Launching the Genesis Mission"
    assert "initiative/genesis-mission" in map(str, tagger.tag(title, publisher="White House: Actions").tags)
    assert "initiative/genesis-mission" not in map(str, tagger.tag(title, publisher="Space News").tags)


def test_a_lab_need_not_say_that_it_is_about_ai(tagger: Tagger) -> None:
    title = "Opening our third office"
    assert tagger.tag(title, publisher="Anthropic News").relevant
    assert not tagger.tag(title, publisher="Garden News").relevant


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("混元3D 世界模型2.0 发布", ["hunyuan"]),
        ("GLM-4.5V, a model that sees", ["glm", "glm-4-5v"]),
        ("Claude 5x faster on AI chips", ["claude"]),
        ("Kimi 3次升级", ["kimi"]),
        ("Gemini 24/7 support", ["gemini"]),
        ("Claude 3rd-party tools", ["claude"]),
        ("Gemini 2.5/3 compared", ["gemini", "gemini-2-5"]),
    ],
)
def test_a_number_that_counts_something_is_no_version(tagger: Tagger, text: str, models: list[str]) -> None:
    assert [tag.slug for tag in tagger.tag(text).tags if tag.axis == "model"] == models


@pytest.mark.parametrize(("start", "counts"), [(0, 1.0), (LEAD, 1.0), (LEAD + 1, 0.5)])
def test_late_words_of_a_summary_count_half(start: int, counts: float) -> None:
    score, _ = total({"title": [], "summary": [(start, start + 4, "word")]}, {"word": 2.0}, 3.0, 9.0, True)
    assert score == 2 * counts
    assert factor("summary", start, 3.0) == counts
    assert factor("title", start, 3.0) == 3.0
