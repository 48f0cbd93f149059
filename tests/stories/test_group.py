"""Which dispatches become one story."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Dispatch
from aggregator.stories import WINDOW, Grouper, glossary
from tests.stories.samples import ACQUISITION, LAUNCH, MORNING, RULING, dispatch, grouped, stories, told

ALL = [*told(*ACQUISITION), *told(*RULING, first=11), *told(*LAUNCH, first=21)]
APART = {frozenset({1, 2, 3}), frozenset({11, 12}), frozenset({21, 22})}
DAYS = WINDOW // timedelta(hours=1) / 24


def test_reports_of_one_event_are_a_story_across_languages() -> None:
    assert stories(grouped(ALL)) == APART


def test_a_membership_says_in_words_what_is_shared() -> None:
    memberships = grouped(ALL)
    assert memberships[1].reason == ""
    assert "$340m" in memberships[2].reason
    assert "3.4 亿美元" in memberships[3].reason
    assert 0 < memberships[3].likeness < 1


def test_a_story_has_the_id_of_its_first_item() -> None:
    assert {membership.story for membership in grouped(ALL).values()} == {1, 11, 21}


@given(order=st.permutations(ALL))
@settings(max_examples=25)
def test_the_order_within_a_batch_makes_no_difference(order: list[Dispatch]) -> None:
    assert grouped(order) == grouped(ALL)


@given(cut=st.integers(1, len(ALL) - 1), seed=st.permutations(ALL))
@settings(max_examples=25)
def test_a_seeded_grouper_goes_on_as_if_it_had_kept_running(cut: int, seed: list[Dispatch]) -> None:
    ordered = sorted(ALL, key=lambda each: (each.dated, each.id))
    running = Grouper(glossary())
    before = {membership.item: membership for membership in running.add(ordered[:cut])}
    seeded = Grouper(glossary())
    seeded.seed([(each, before[each.id]) for each in seed if each.id in before])
    assert seeded.add(ordered[cut:]) == running.add(ordered[cut:])
    assert len(seeded) == len(running)


def test_seeds_that_the_window_has_left_make_no_difference() -> None:
    old, new, copy = (dispatch(ACQUISITION[0], item, hours=hours) for item, hours in ((1, 0), (2, 200), (3, 201)))
    running = Grouper(glossary())
    seeds = [(each, running.add([each])[0]) for each in (old, new)]
    for known in (seeds, seeds[1:]):
        seeded = Grouper(glossary())
        seeded.seed(known)
        assert seeded.add([copy])[0].copy_of == 2
        assert len(seeded) == 1


def test_a_chain_of_likenesses_is_no_story() -> None:
    chain = told(
        "Harbour pilots in Trieste strike over crane software",
        "Crane software maker Ostrell settles patent row with Belnor",
        "Belnor hires patent lawyer Ingrid Maas for Asian expansion",
        "Ingrid Maas wins chess title in Reykjavik",
    )
    assert len(stories(grouped(chain))) > 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OpenAI opens an office in Dublin", "OpenAI sued over voice recordings"),
        ("Qwen 4.1 scores high in chess puzzles", "A cooking app built on Qwen 4.1"),
        ("Nvidia shares fall on chip worries", "Nvidia hires a new head of robotics"),
        ("英伟达股价下跌", "英伟达任命机器人业务负责人"),
    ],
)
def test_one_name_in_common_is_no_story(one: str, other: str) -> None:
    assert len(stories(grouped(told(one, other)))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Brandel Weekly roundup #12: agents everywhere", "Brandel Weekly roundup #13: agents everywhere"),
        ("Pellucid Studio 2.14.1 fixes the project sidebar", "Pellucid Studio 2.14.2 fixes the project sidebar"),
        ("穗城人工智能简报第十二期", "穗城人工智能简报第十三期"),
    ],
)
def test_a_series_of_one_source_is_many_events(one: str, other: str) -> None:
    batch = [dispatch(one, 1, source="Brandel"), dispatch(other, 2, source="Brandel", hours=3)]
    assert len(stories(grouped(batch))) == 2


@pytest.mark.parametrize(
    "title",
    [
        f"AI日报：{ACQUISITION[2]}",
        f"Morning digest: {ACQUISITION[0]}",
        f"{ACQUISITION[0]} – recap of the week",
        f"{ACQUISITION[0]}; a ruling in Oregon; a factory in Ghent",
        "Quillon 2.1.0",
    ],
)
def test_digests_and_changelogs_join_no_story(title: str) -> None:
    assert len(stories(grouped([*told(*ACQUISITION[:2]), dispatch(title, 9, hours=3)]))) == 2


class TestCopies:
    TEXT = "Quillon said on Monday that it will pay 340 million dollars for Mirrado. " * 6

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"title": ACQUISITION[0].upper()}, "same title as item 1"),
            ({"title": "A deal", "text": TEXT + "(wire)"}, "same text as item 1"),
            ({"title": "Comments", "link": "//quillon.example/deal"}, "same link as item 1"),
        ],
    )
    def test_a_copy_is_known_by_title_text_or_link(self, fields: dict[str, str], reason: str) -> None:
        first = dispatch(ACQUISITION[0], 1, text=self.TEXT, link="//quillon.example/deal")
        copy = grouped([first, dispatch(**{"item": 2, "hours": 2, **fields})])[2]
        assert (copy.story, copy.copy_of, copy.reason, copy.likeness) == (1, 1, reason, 1.0)

    def test_a_source_may_use_a_title_or_a_page_again(self) -> None:
        fields = {"source": "Brandel", "link": "//brandel.example/updates"}
        batch = [dispatch("What we changed in our products", item, hours=item, **fields) for item in (1, 2)]
        assert [membership.copy_of for membership in grouped(batch).values()] == [None, None]

    def test_a_short_title_is_not_enough(self) -> None:
        batch = [dispatch("The AI race", 1), dispatch("The AI race", 2)]
        assert grouped(batch)[2].copy_of is None


class TestWindow:
    def test_a_story_that_goes_on_stays_open(self) -> None:
        batch = [dispatch(ACQUISITION[place % 2], place, hours=place * 24 * DAYS / 2) for place in range(1, 6)]
        assert len(stories(grouped(batch))) == 1

    def test_after_the_window_it_is_another_event(self) -> None:
        later = dispatch(ACQUISITION[1], 2, hours=24 * DAYS + 1)
        assert len(stories(grouped([dispatch(ACQUISITION[0], 1)], [later]))) == 2

    def test_no_story_lasts_for_ever(self) -> None:
        batch = [dispatch(ACQUISITION[0] + "!" * (place % 2), place, hours=place * 72) for place in range(1, 20)]
        assert len(stories(grouped(batch))) > 1

    def test_what_has_left_leaves_nothing_behind(self) -> None:
        grouper = Grouper(glossary())
        grouper.add(ALL)
        grouper.add([dispatch("An unrelated note on herring prices", 99, hours=24 * 30)])
        assert len(grouper) == 1
        assert set(grouper._postings) == set(grouper._frequencies._counts)
        assert all(stories_of == {99} for stories_of in grouper._postings.values())
        assert {original.item for original in grouper._originals.values()} == {99}

    def test_a_late_report_begins_a_story_that_does_not_stay(self) -> None:
        grouper = Grouper(glossary())
        grouper.add([dispatch(RULING[0], 1, hours=24 * 30)])
        assert grouper.add([dispatch(LAUNCH[0], 2)])[0].story == 2
        grouper.add([dispatch(ACQUISITION[0], 3, hours=24 * 30)])
        assert len(grouper) == 2


@given(title=st.text(), text=st.text(), other=st.text(alphabet="年月%$.,0123456789万亿bnm； #"))
@settings(max_examples=60)
def test_any_text_can_be_placed(title: str, text: str, other: str) -> None:
    batch = [
        Dispatch(place, *words, f"{place}", "", MORNING) for place, words in enumerate([(title, text), (other, title)])
    ]
    assert len(grouped(batch)) == 2


def test_an_empty_dispatch_begins_a_story_of_its_own() -> None:
    assert len(stories(grouped([dispatch("", 1), dispatch("", 2), dispatch("!?", "a")]))) == 3


REPRINTED = "Quillon said on Monday that it will pay 340 million dollars for Mirrado. " * 6
QUAY = "Harbour of Porto opens its new quay for grain ships"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("A first headline", REPRINTED), ("Quite another one", f"LISBON (Reuters) - {REPRINTED}")),
        (("A first headline", REPRINTED), ("Quite another one", REPRINTED[:230])),
        ((QUAY, ""), (f"{QUAY} - Reuters", "")),
    ],
)
def test_a_reprint_is_a_copy_whatever_stands_around_it(one: tuple[str, str], other: tuple[str, str]) -> None:
    pair = [dispatch(title, place, text=text) for place, (title, text) in enumerate((one, other), start=1)]
    assert grouped(pair)[2].copy_of == 1
