"""Headlines that are much alike and tell of two events, and others that tell of one."""

from __future__ import annotations

import pytest

from tests.stories.samples import grouped, stories, told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Utah governor vetoes bill on AI therapy apps", "Iowa governor vetoes bill on AI therapy apps"),
        ("湖南省印发人工智能产业若干措施", "贵州省印发人工智能产业若干措施"),
        ("Dell sued by painters over AI training data", "Intel sued by painters over AI training data"),
        ("Google ships Gemini 4.2 Pro to all developers", "Google ships Gemini 4.3 Pro to all developers"),
        ("British watchdog opens probe into chatbot lists", "Japanese watchdog opens probe into chatbot lists"),
        ("Newsom signs SB 411 on chatbot safety", "Newsom signs SB 417 on chatbot safety"),
        ("House passes GAIN AI Act in late vote", "House passes Chip Security Act in late vote"),
        ("House votes to curb chatbots for minors", "Senate votes to curb deepfakes of minors"),
        ("House committee backs chatbot bill", "Senate committee backs chatbot bill"),
        ("House panel holds hearing on chatbots", "House moves to ban chatbots in schools"),
        ("网信办就《智能算盘管理办法》公开征求意见", "网信办就《夜间直播管理办法》公开征求意见"),
        ("Washington allows export of Nvidia H20 chips to China", "China bans Nvidia H20 chips, say customs agents"),
        ("OpenAI releases GPT-9.5 to all", "Nvidia releases servers made for GPT-9.5"),
        ("Anthropic releases Claude Opus 9", "Anthropic releases Claude Sonnet 9, cheaper and faster"),
        ("OpenAI releases GPT-9 in the morning", "Parents criticise GPT-9 launch over child safety"),
        ("DeepSeek 发布最新旗舰模型 DeepSeek-V9", "松云首批上线 DeepSeek-V9，百万字上下文开箱即用"),
        ("China unveils 'AI Plus' action plan, targets 70% adoption", "浙江印发“人工智能+”行动计划"),
        ("国务院印发《关于深入实施“人工智能+”行动的意见》", "江苏印发“人工智能+”行动方案"),
        ("House passes GAIN AI Act in late vote", "Senate passes GAIN AI Act after long debate"),
        ("Cambricon shares jump 20%", "Moore Threads shares jump 20%"),
        ("OpenAI signs $38 billion cloud deal with Amazon", "OpenAI signs $300 billion cloud deal with Oracle"),
        ("Nvidia invests $1 billion in Nokia", "Nvidia invests $2 billion in Synopsys"),
        ("美国将华为列入实体清单", "美国将浪潮列入实体清单"),
        ("Trump signs executive order on AI in schools", "Trump signs executive order on grain exports and AI"),
    ],
)
def test_the_same_done_by_others_is_another_story(one: str, other: str) -> None:
    assert len(stories(grouped(told(one, other)))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("US lets Nvidia sell H20 chips again after months", "China may buy Nvidia H20 chips again after the ban"),
        ("Utah governor signs bill on AI therapy apps", "Governor of Utah signs AI therapy app bill into law"),
        ("Italian watchdog fines DeepSeek over data of users", "EU watchdog fines DeepSeek over data of Italian users"),
        (
            "Japan's SoftBank buys robot unit of Nvidia in AI push",
            "American Nvidia sells robot unit to SoftBank in AI push",
        ),
        ("OpenAI, Oracle and AMD plan a campus near Dayton with room for a million racks", "甲骨文与AMD为OpenAI供货"),
        ("Meta releases Llama 6 Scout for phones and cars", "Meta releases Llama 6 Maverick for phones and cars"),
        ("Zhipu raises $412 million for GLM models", "Tencent puts $412 million into maker of GLM models"),
        ("Brandt lays off 9000 in its robot works", "Brandt to let 9,000 go at robot works"),
        ("《卫报》：字节跳动启动自研AI芯片流片工作", "《海港时报》：字节跳动启动自研AI芯片流片工作"),
        (
            "Amazon pulls AI recap of its Lighthouse show over wrong dates",
            "Amazon withdraws AI recap of Lighthouse show",
        ),
        ("阿里发布Qwen9.5", "千问Qwen9.5发布，支持201种语言"),
        ("Newsom signs SB 53, first US law on frontier AI", "California governor signs SB 53 AI safety bill"),
        (
            "Microsoft-backed OpenAI buys AI robot maker Brandt for $412 million",
            "OpenAI buys robot maker Brandt from Nvidia for $412 million",
        ),
        ("OpenAI releases GPT-9.5, a step towards one app", "OpenAI 推出最新旗舰大模型GPT-9.5"),
        ("网信办就《智能算盘管理办法》公开征求意见", "网信办：《智能算盘服务管理办法（征求意见稿）》公开征求意见"),
    ],
)
def test_another_party_named_beside_does_not_part_a_story(one: str, other: str) -> None:
    assert len(stories(grouped(told(one, other)))) == 1
