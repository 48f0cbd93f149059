"""Include and exclude rules: phrases, regular expressions and tags."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from aggregator.errors import ParseError
from aggregator.model import Item
from aggregator.refresh.rules import is_expression, is_tag, worth_keeping, worth_tagging
from tests.samples import make_item, make_source

Rules = tuple[str, ...]
TAGGED = make_item(
    tags=("company/baidu", "topic/chips"),
    title="China’s new chip rules",
    summary="<p>Straße in <b>Be</b>ijing: 芯片 &amp; more</p>",
    link="https://news.example/2025/AI-act",
)
TEXT = f"{TAGGED.item.text}. OpenAI said so of GPUs, GPT4 and AIGs in Spain. {'More. ' * 300}At the end: lithography"


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ("chip", True),  # phrases, in any case, in title, text and link
        ("CHIP RULES", True),
        ("in beijing", True),
        ("芯片 & more", True),
        ("lithography", True),  # far behind what an item keeps
        ("ai", True),
        ("pen", False),  # short ones are words, in singular and plural
        ("GPU", True),
        ("GPT", True),
        ("AIG", True),
        ("gc", False),
        ("aid", False),
        ("rul", False),
        ("ope", False),
        ("strasse", True),
        ("ai-act", True),
        ("news.example", True),
        ("rules straße", False),  # the text begins anew after the title
        ("芯片 &amp;", False),
        ("<b>", False),
        ("nothing", False),
        ("a.*b", False),
        ("and/or", False),
        ("/", True),
        ("//", True),
        (r"/\bchips?\b/", True),  # expressions, in any case
        (r"/\bCHI\b/", False),
        ("/^china’s/", True),
        ("/2025/ai-.{3}$/", True),
        ("/芯(片|料)/", True),
        (r"/\p{Han}{2}/", True),
        (r"/\p{Han}{3}/", False),
        ("/rules.*beijing/", False),
        ("/(?s)rules.*beijing/", True),
    ],
)
def test_phrases_and_expressions_are_looked_for_in_title_text_and_link(rule: str, fits: bool) -> None:
    assert worth_tagging(TAGGED.item, TEXT, make_source(include=(rule,))) is fits
    assert worth_tagging(TAGGED.item, TEXT, make_source(exclude=(rule,))) is not fits
    assert worth_keeping(TAGGED, TEXT, make_source(include=("topic/none", rule))) is fits


@pytest.mark.parametrize(
    ("include", "exclude", "tagged", "kept"),
    [
        ((), (), True, True),
        (("chip",), (), True, True),
        (("nothing", "chip"), (), True, True),
        (("nothing",), (), False, True),
        (("chip",), ("rules",), False, True),
        (("company/baidu",), (), True, True),  # what a tag decides is not decided before there are tags
        (("company/alibaba",), (), True, False),
        (("company/baid",), (), True, False),
        (("nothing", "company/baidu"), (), True, True),
        (("nothing", "company/alibaba"), (), True, False),
        (("chip", "company/alibaba"), (), True, True),
        (("/chips?/", "company/alibaba"), (), True, True),
        ((), ("company/baidu",), True, False),
        ((), ("company/alibaba",), True, True),
        (("topic/chips",), ("company/baidu",), True, False),
        (("chip",), ("company/baidu",), True, False),
        (("company/baidu",), ("/芯片/",), False, True),
    ],
)
def test_an_item_is_kept_if_an_include_rule_fits_and_no_exclude_rule_does(
    include: Rules, exclude: Rules, tagged: bool, kept: bool
) -> None:
    source = make_source(include=include, exclude=exclude)
    assert (worth_tagging(TAGGED.item, TEXT, source), worth_keeping(TAGGED, TEXT, source)) == (tagged, kept)


def test_an_item_without_tags_is_not_kept_for_a_tag() -> None:
    bare = replace(TAGGED, tagging=make_item().tagging)
    assert not worth_keeping(bare, TEXT, make_source(include=("company/baidu",)))
    assert worth_keeping(bare, TEXT, make_source(exclude=("company/baidu",)))


@pytest.mark.parametrize(
    ("rule", "tag", "expression"),
    [
        ("company/baidu", True, False),
        ("topic/", True, False),
        ("initiative/ai-plus", True, False),
        ("companies/baidu", False, False),
        ("chip", False, False),
        ("and/or", False, False),
        ("//", False, False),
        ("/a", False, False),
        ("/a/", False, True),
        ("/company/", False, True),
        ("/a/b/", False, True),
    ],
)
def test_the_sort_of_a_rule_is_seen_in_its_form(rule: str, tag: bool, expression: bool) -> None:
    assert (is_tag(rule), is_expression(rule)) == (tag, expression)


def long_item() -> Item:
    return replace(TAGGED.item, title="a" * 1000 + "!")


@pytest.mark.parametrize("place", ["include", "exclude"])
@pytest.mark.parametrize("rule", ["/(a|aa)+$/", "/(?:a|a)*b/", r"/^(\w|a)*$/"])
def test_an_expression_that_backtracks_for_ever_is_given_up(rule: str, place: str) -> None:
    started = time.process_time()  # of work: a busy machine makes it longer by the clock
    with pytest.raises(ParseError, match=r"the rule /.*/ takes too long; write a simpler one"):
        worth_tagging(long_item(), TAGGED.item.text, make_source(**{place: (rule,)}))
    assert time.process_time() - started < 1.5
