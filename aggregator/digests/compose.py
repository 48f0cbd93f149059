"""Which stories a digest has, where each stands, and in which order. Pure.

Sections, for a story as its lead has it:
1. policy: it is about policy, or an official document; if it is about a release as well, and its title names a model, a
   release;
2. releases; business and chips; research; then whatever else is about AI.
Columns: China or the United States, if it concerns one of them; if it concerns both, the one whose public body it is
from, or its title names; else the one that its title names; else neither. Neither, too, if the policy is another's:
Italy's, on a company that is Chinese.
Order within a section: more independent voices first, then the lead whose source stands nearer to the event, then core
before adjacent, then the newer one. On policy a company is an interested party: its own words come last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from aggregator.digests.period import Period
from aggregator.model import Cutting, Digest, Dispatch, Evidence, Membership, Piece, StoredItem, Tier
from aggregator.model.saying import to_say
from aggregator.model.source import standing
from aggregator.stories import story_of
from aggregator.text.html import plain, shorten

SECTIONS = {
    "policy": to_say("Policy"),
    "release": to_say("Releases"),
    "business": to_say("Business and chips"),
    "research": to_say("Research"),
    "other": to_say("Other AI news"),
}
COLUMNS = {"cn": to_say("China"), "us": to_say("United States")}
_BY_BODY = "carried by body/"
_BY_COMPANY = ("carried by company/", "carried by model/")
_EXCERPT = 300  # characters
_BY_TOPIC = (("release", "release"), ("chips", "business"), ("business", "business"), ("research", "research"))


def cutting_of(item: StoredItem) -> Cutting:
    """An item as a digest keeps it; one without a story is a story of its own, and has no address as such (0)."""
    titled = tuple(str(tag) for tag in item.tags if any(words.field == "title" for words in tag.evidence))
    return Cutting(
        item.id, item.story_id or 0, item.heading, item.link, item.source_id, item.source_title, item.source_class,
        item.dated, item.lang, item.tier, shorten(plain(item.summary), _EXCERPT), tuple(map(str, item.tags)), titled,
        item.copy_of, _acting(item),
    )  # fmt: skip


def _acting(item: StoredItem) -> tuple[str, ...]:
    """The regions of the public bodies that publish it or stand in its title; where there are none, the one that its
    title says to act; or else those that it names, and not only by a company that is at home there.
    """
    official = item.source_class == "official"
    regions = [tag for tag in item.tags if tag.axis == "region"]
    of_bodies = [tag for tag in regions if any(_of_a_body(words, official) for words in tag.evidence)]
    named = [tag for tag in regions if any(map(_is_named, tag.evidence))]
    # "Malaysia restricts chips to China": it begins with who does it, and what is done follows at once.
    policy = (words for tag in item.tags if str(tag) == "topic/policy" for words in tag.evidence)
    done = {words.start for words in policy if words.field == "title"}
    actors = [tag for tag in named if any(w.start == 0 and done & {w.end, w.end + 1} for w in tag.evidence)]
    return tuple(map(str, of_bodies or actors or named))


def _of_a_body(words: Evidence, official: bool) -> bool:
    return (official and words.field == "source") or (words.field == "title" and words.rule.startswith(_BY_BODY))


def _is_named(words: Evidence) -> bool:
    return words.field == "title" and not words.rule.startswith(_BY_COMPANY)


def compose(period: Period, cuttings: Iterable[Cutting], failing: Sequence[str] = ()) -> Digest:
    """The digest of a period; in which order the cuttings come makes no difference."""
    stories: defaultdict[tuple[int, int], list[Cutting]] = defaultdict(list)
    for cutting in cuttings:
        if cutting.tier is not Tier.OFF:
            stories[cutting.story, 0 if cutting.story else cutting.item].append(cutting)
    pieces = sorted(map(_piece, stories.values()), key=_place)
    return Digest(period.name, period.start, period.end, period.zone.key, tuple(pieces), tuple(failing))


def _piece(cuttings: list[Cutting]) -> Piece:
    by_item = {cutting.item: cutting for cutting in cuttings}
    story = story_of([(_dispatch(cutting), _membership(cutting)) for cutting in cuttings])
    lead = by_item[int(story.lead)]
    others = tuple(by_item[int(item)] for item in story.members if item != lead.item)
    return Piece(lead.story, section_of(lead), column_of(lead), lead, others, story.voices.independent)


def _dispatch(cutting: Cutting) -> Dispatch:
    return Dispatch(
        cutting.item, cutting.title, cutting.excerpt, cutting.source, cutting.source_class, cutting.dated, cutting.lang,
        cutting.link,
    )  # fmt: skip


def _membership(cutting: Cutting) -> Membership:
    return Membership(cutting.item, cutting.story, "", cutting.copy_of)


def _place(piece: Piece) -> tuple[object, ...]:
    lead = piece.lead
    concerned = piece.section == "policy" and lead.source_class == "lab"
    near, _ = standing("" if concerned else lead.source_class, lead.source)
    without_core = all(cutting.tier is not Tier.CORE for cutting in piece.cuttings)
    return (
        list(SECTIONS).index(piece.section),
        -piece.independent,
        near,
        without_core,
        -lead.dated.timestamp(),
        lead.item,
    )


def section_of(cutting: Cutting) -> str:
    topics = {tag.removeprefix("topic/") for tag in cutting.tags if tag.startswith("topic/")}
    if "policy" in topics and "release" in topics:
        return "release" if any(tag.startswith("model/") for tag in cutting.titled) else "policy"
    if "policy" in topics:
        return "policy"
    return next((section for topic, section in _BY_TOPIC if topic in topics), "other")


def column_of(cutting: Cutting) -> str:
    ours = [column for column in COLUMNS if f"region/{column}" in cutting.tags]
    if cutting.acting and section_of(cutting) == "policy" and not any(f"region/{c}" in cutting.acting for c in ours):
        return ""
    for regions in (cutting.tags, cutting.acting, cutting.titled):
        found = [column for column in ours if f"region/{column}" in regions]
        if len(found) == 1:
            return found[0]
    return ""
