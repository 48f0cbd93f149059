"""The taxonomy as data: what must be in it, and how its mistakes are told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.tagging import Extensions, Tagger, load_taxonomy
from aggregator.tagging.labels import label
from aggregator.tagging.load import read_taxonomy
from tests.shared import shared

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("axis", "least"), [("company", 250), ("model", 120), ("region", 120), ("body", 60), ("initiative", 120)]
)
def test_every_axis_is_well_stocked(axis: str, least: int) -> None:
    assert len(load_taxonomy().entries[axis]) >= least


def test_every_labelled_company_is_known_with_its_home() -> None:
    listed = shared("tagging/companies.csv")
    known = load_taxonomy().entries["company"]
    rows = list(csv.DictReader(listed.read_text(encoding="utf-8").splitlines()))
    assert [row["slug"] for row in rows if row["slug"] not in known] == []
    assert [row["slug"] for row in rows if (getattr(known[row["slug"]], "home", "") or "") != row["home"]] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[company]]\nslug = "x"\nnaem = "X"', "a.toml:3: unknown key 'naem'; did you mean 'name'?"),
        ('[[company]]\nslug = "X!"\nname = "X"', "a.toml:2: 'X!' is not a slug"),
        ('[[company]]\nslug = "x"\nname = "X"\nhome = "nowhere"', "names the region 'nowhere', which is not defined"),
        (
            '[[company]]\nslug = "x"\nname = "X"\nguarded = [{ name = "X", needs = ["@no"], why = "short" }]',
            "a.toml:2: the context '@no' is not defined",
        ),
        (
            '[[company]]\nslug = "x"\nname = "X"\nguarded = [{ name = "X", needs_all = [["@no"]], why = "short" }]',
            "the context '@no' is not defined",
        ),
        (
            '[[topic]]\nslug = "x"\nname = "X"\nneeds = ["bodies"]',
            "counts 'bodies', which is no axis; did you mean \"body\"?",
        ),
        (
            '[[topic]]\nslug = "x"\nname = "X"\naxes = { modell = 1 }',
            "counts 'modell', which is no axis; did you mean \"model\"?",
        ),
        ('[relevance]\ncore_regions = ["china"]', "a.toml:1: no region 'china', which should be core"),
        ('[[initiative]]\nslug = "x"\nname = "X"\nbody = "nope"', "names the body 'nope', which is not defined"),
        ('[[company]]\nslug = "x"\nname = "X"\naliases = ["AI"]', "'AI' is in most texts; put it under guarded"),
        ('[[company]]\nslug = "x"\nname = "百"', "'百' is in most texts; put it under guarded"),
        ('[[model]]\nslug = "x"\nname = "X"\nversion = "("', "a.toml:4: '(' is not a regular expression"),
        ('[[company]]\nslug = "x"\nname = "X"\n[[company]]\nslug = "x"\nname = "Y"', "company 'x' stands twice"),
        ('[[topic]]\nslug = "x"\nname = "X"\n[[topic]]\nslug = "x"\nname = "Y"', "topic 'x' stands twice"),
        (
            '[[topic]]\nslug = "x"\nname = "X"\n[[topic.signals]]\nweight = 1\nwords = ["a", "A"]',
            "a.toml:4: the word 'a' stands twice; keep one of the two",
        ),
        ('[[topic]]\nslug = "x"\nname = "X"\nneeds = ["@no"]', "a.toml:2: the context '@no' is not defined"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_taxonomy({"a.toml": text})
    assert said in str(error.value)


def test_the_version_follows_the_content() -> None:
    shipped = load_taxonomy()
    extended = load_taxonomy(Extensions({"company": [{"slug": "x-1", "name": "X1 Corp"}]}))
    assert shipped.version == load_taxonomy().version != extended.version


@pytest.mark.parametrize(
    ("axis", "slug", "lang", "said"),
    [
        ("company", "baidu", "en", "Baidu"), ("company", "baidu", "zh", "百度"), ("region", "cn", "zh", "中国"),
        ("model", "ernie-4-5", "en", "ERNIE 4.5"), ("model", "hunyuan-turbo-s", "en", "Hunyuan Turbo S"),
        ("model", "qwq-32b", "en", "QwQ 32B"), ("model", "deepseek-r1", "en", "DeepSeek R1"),
        ("model", "gpt-4o", "en", "GPT 4o"), ("topic", "policy", "zh", "政策"),
        ("model", "unheard-of", "en", "unheard-of"),
    ],
)  # fmt: skip
def test_labels_are_what_people_write(axis: str, slug: str, lang: str, said: str) -> None:
    assert label(load_taxonomy(), axis, slug, lang) == said


def test_files_of_a_folder_extend_and_replace_what_ships() -> None:
    text = """
[[company]]
slug = "baidu"
name = "Baidu"
home = "us"

[[topic]]
slug = "gardening"
name = "Gardening"
[[topic.signals]]
weight = 2.0
words = ["greenhouse"]
"""
    tagger = Tagger(load_taxonomy(Extensions(texts={"mine/garden.toml": text})))
    assert {"company/baidu", "region/us", "topic/gardening"} == {
        str(tag) for tag in tagger.tag("Baidu builds a greenhouse").tags
    }


def test_one_more_name_of_a_company_leaves_all_else_as_it_is() -> None:
    table = {"slug": "baidu", "name": "Baidu", "aliases": ["Cloudberry Search"]}
    tagger = Tagger(load_taxonomy(Extensions({"company": [table]})))
    for title in ("Cloudberry Search raises prices", "百度发布文心大模型5.0", "Baidu Cloud raises prices"):
        assert {"company/baidu", "region/cn"} <= {str(tag) for tag in tagger.tag(title).tags}, title


def test_a_mistake_in_a_file_of_a_folder_names_the_file() -> None:
    with pytest.raises(ConfigError, match=r"mine/garden.toml:2: unknown key 'colour'"):
        load_taxonomy(Extensions(texts={"mine/garden.toml": '[[company]]\ncolour = "green"\nslug = "x"\nname = "X"\n'}))


def test_a_status_needs_what_it_says() -> None:
    text = """
[[status]]
slug = "sleepy"
name = "Sleepy"
threshold = 1.0
needs = ["initiative"]
[[status.signals]]
weight = 1.0
words = ["slumbers"]
"""
    tagger = Tagger(load_taxonomy(Extensions(texts={"mine.toml": text})))
    for title, given in (("The ban on AI chips slumbers", False), ("The EU AI Act, a ban on AI, slumbers", True)):
        assert ("status/sleepy" in {str(tag) for tag in tagger.tag(title).tags}) is given
