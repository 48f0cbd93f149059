"""Search finds the same on both engines, in English and in Chinese."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from aggregator.query import ItemQuery
from aggregator.store import counts, reads
from tests.samples import make_item, store, titles

TEXTS = {
    "baidu": ("百度发布文心大模型X1", "<p>百度今日宣布人工智能新进展。</p>"),
    "alibaba": ("阿里巴巴开源通义千问", "<p>与百度竞争</p>"),
    "ministry": ("工业和信息化部：人工智能产业条例", ""),
    "taiwan": ("臺灣通過人工智慧基本法", ""),
    "ernie": ("Baidu’s ERNIE 4.5 goes open source", "<p>The model &amp; its code are on GitHub.</p>"),
    "chips": ("U.S. tightens export controls on AI chips", "<p>Commerce Department said open questions remain</p>"),
    "cafe": ("Café RÉSUMÉ: naïve models", ""),
    "dashes": ("GPT-4o, Qwen3-32B and DeepSeek-R1 compared", ""),
    "mixed": ("英伟达H20芯片获准对华出口", "<p>Nvidia may sell H20 to China</p>"),
    "wide": ("ＡＩ　Ａｃｔ enters into force", ""),
}


@pytest.fixture(scope="module")
def library(shared_db: Engine) -> Engine:
    """All texts, stored."""
    store(shared_db, *(make_item(name, title=title, summary=text) for name, (title, text) in TEXTS.items()))
    return shared_db


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("百度", "baidu alibaba"),
        ("人工智能", "baidu ministry"),
        ("智能", "baidu ministry"),
        ("工智", "baidu ministry taiwan"),
        ('"人工智能产业"', "ministry"),
        ("产", "ministry"),
        ("人工智能 -产", "baidu"),
        ("化部人", ""),
        ("完", ""),
        ("百度 开源", "alibaba"),
        ("百度 -开源", "baidu"),
        ("-百度 人工智能", "ministry"),
        ("台湾", "taiwan"),
        ("臺灣", "taiwan"),
        ("大模型x1", "baidu"),
        ("H20芯片", "mixed"),
        ("baidu", "ernie"),
        ("BAIDU", "ernie"),
        ("open source", "ernie"),
        ("open", "ernie chips"),
        ('"open source"', "ernie"),
        ('"open questions"', "chips"),
        ('"source open"', ""),
        ('-"open source" open', "chips"),
        ('"export controls" -nvidia', "chips"),
        ("model", "ernie cafe"),
        ('"model"', "ernie"),
        ('"models"', "cafe"),
        ("chip", "chips"),
        ("remark question", ""),
        ("codes question|chip", ""),
        ("export control", "chips"),
        ('"export control"', ""),
        ("-models gpt|百度|ernie", "baidu alibaba dashes"),
        ("code", "ernie"),
        ("amp", ""),
        ("ERNIE 4.5", "ernie"),
        ('"4 5"', "ernie"),
        ("café", "cafe"),
        ("CAFÉ résumé", "cafe"),
        ("cafe", ""),
        ("GPT-4o", "dashes"),
        ("gpt", "dashes"),
        ("qwen3", "dashes"),
        ("qwen", ""),
        ("ai act", "wide"),
        ("U.S.", "chips"),
        ("AND OR NOT", "dashes"),
        ("the* model:", "ernie"),
        ("1=1 --", ""),
        ("ernie) OR (gpt", "ernie dashes"),
        ("百度|baidu", "baidu alibaba ernie"),
        ('"open source" OR 开源 OR 条例', "ernie alibaba ministry"),
        ("百度 开源 OR 人工智能", "baidu alibaba"),
        ("百度 OR baidu -开源 -github", "baidu"),
        ("-百度 -baidu -ai", "ministry taiwan cafe dashes mixed"),
        ("-zebra", " ".join(TEXTS)),
        ("NEAR(ernie gpt)", ""),
        ("NOT ernie", ""),
        ("!@#$%^&*()", ""),
        ('""', ""),
        ("\\ %_", ""),
        ("zebra", ""),
    ],
)
def test_a_search_finds_the_same_on_both_engines(library: Engine, query: str, found: str) -> None:
    listed = reads.listing(library, ItemQuery(q=query)).items
    assert {item.link.rpartition("/")[2] for item in listed} == set(found.split())
    assert counts.count(library, ItemQuery(q=query)).number == len(listed)


@pytest.mark.parametrize("query", ['"source China"', '"芯片中国"', '"alpha beta"'])
def test_a_phrase_does_not_reach_from_the_title_into_the_summary(db: Engine, query: str) -> None:
    store(db, make_item(title="Open source 芯片 alpha", summary="<p>China 中国 beta</p>"))
    store(db, make_item("b", title="芯片", summary="<p>中国</p>"), make_item("c", title="Alpha", summary="<p>beta</p>"))
    store(db, make_item("d", title="Open source", summary="China"))
    assert titles(db, ItemQuery(q=query)) == []
