"""Who a headline is about, and where. Headlines that name others tell of other events, however alike their words are:
one state's governor vetoes a bill on AI as another's does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import add

from aggregator.model import Evidence, Tag

Parties = Mapping[str, frozenset[str]]  #: slugs by axis; states and provinces apart from countries
PLACES = frozenset({"state", "country"})
_ONE = ({"cn", "us"}, {"cn", "hk"}, {"cn", "tw"})  # a headline of what lies between them may name either
# A paper of state, without what kind it is: measures, for trial use, a draft for comment. 《》 has newspapers, too.
_PAPER = re.compile(
    r"《([^《》]{2,60}?)(?:管理|服务|暂行|实施|行动|工作|专项|试行|总体){0,3}"
    r"(?:办法|规定|条例|意见|方案|计划|指南|标准|指引|要求|规划|法案|法)(?:[（(][^《》（）()]{0,20}[）)])?》"
)
_BILL = re.compile(r"(?<![\w.])(SB|AB|HB|SF|HF|LB|H\.? ?R\.?|S\.) ?(\d{1,5})\b")
_CHAMBERS = {
    "house": re.compile(r"(?<!White )\bHouse\b|众议院"),
    "senate": re.compile(r"\bSenat|参议院"),
    "assembly": re.compile(r"\bAssembly\b"),
}
_BEHIND = ("-backed", "-owned", "-funded")  # of who stands behind another one, and does nothing here
_VERSION = re.compile(r"([a-z0-9]+?)-(?:[a-z]+-)*([a-z]?\d+[a-z]?(?:-\d{1,2}(?![0-9a-z]))?)")


def parties(title: str, tags: Iterable[Tag]) -> Parties:
    """Those that a title names: companies, also such that a model brings along; bodies, with their countries; places;
    versions of models by family and number; laws and programmes, bills by their numbers, what stands in 《》, and the
    chambers of a parliament.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    found["document"].update(_PAPER.findall(title))
    found["bill"].update("".join(bill).lower().replace(".", "") for bill in _BILL.findall(title))
    found["chamber"].update(name for name, named in _CHAMBERS.items() if named.search(title))
    for tag in tags:
        titled = [words for words in tag.evidence if words.field == "title"]
        own = not all(words.carried for words in titled)
        if tag.axis == "company" and any(not title.startswith(_BEHIND, words.end) for words in titled):
            found["company"].add(tag.slug)
        elif tag.axis == "region" and any(map(_names_place, titled)):
            found["state" if "-" in tag.slug else "country"].add(tag.slug)
        elif tag.axis == "body" and own:
            found["body"].add(tag.slug)
        elif tag.axis == "model" and titled and (version := _VERSION.match(tag.slug)):
            found["model"].add("-".join(version.groups()))
        elif tag.axis == "initiative" and own:
            found["initiative"].add(tag.slug)
    return {axis: frozenset(slugs) for axis, slugs in found.items() if slugs}


def _names_place(words: Evidence) -> bool:
    return not words.carried or words.rule.startswith(("carried by body/", "carried by initiative/"))


def unlike(one: Parties, other: Mapping[str, Iterable[str]]) -> set[str]:
    """The axes on which two name others; a name that extends another one is no other: qwen-3 and qwen-3-8.

    Countries are not held against each other where one may be meant by the other's name, or where two companies or a
    body are the same: headlines of a deal name the country of either side.
    """
    shared = {axis: set(one[axis]).intersection(other[axis]) for axis in one.keys() & other.keys()}
    found = {axis for axis in shared if not (_alike if axis == "document" else _akin)(one[axis], other[axis])}
    if shared.get("initiative") and not shared.get("company") and _is_of_a_part(one, other):
        found.add("state")
    if shared.get("company") and len(one["company"]) > 1 and _each_has_own(one["company"], set(other["company"])):
        found.add("company")
    if shared.get("initiative"):  # which the Senate and the House number each for itself
        found.discard("bill")
    if "country" in found:
        named = {*one["country"], *other["country"]}
        same = len(shared.get("company", ())) > 1 or shared.get("body")
        if same or "eu" in named or any(named <= pair for pair in _ONE):
            found.remove("country")
    return found


def _is_of_a_part(one: Parties, other: Mapping[str, Iterable[str]]) -> bool:
    """Whether a province does what is its country's as well: the country's own plan is another act."""
    local, whole = (one, other) if one.get("state") else (other, one)
    return bool(local.get("state")) and not whole.get("state") and bool(whole.get("country") or whole.get("body"))


def _each_has_own(some: frozenset[str], others: set[str]) -> bool:
    """Whether one company deals with another in each of two headlines: OpenAI with Oracle, OpenAI with Amazon."""
    return bool(some - others) and bool(others - some)


def _akin(some: Iterable[str], others: Iterable[str]) -> bool:
    return any(
        one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-") for one in some for other in others
    )


def _alike(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether titles of papers may be one paper's: they are shortened, and drafts lose a word when they become law."""
    return any(
        2 * len(_pairs(one) & _pairs(other)) >= min(len(one), len(other)) - 1 for one in some for other in others
    )


def _pairs(text: str) -> set[str]:
    return set(map(add, text, text[1:]))
