"""Every attack in tests/data/attacks comes to nothing."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from aggregator.text.html import ALLOWED, excerpt, plain, sanitise, text_of
from tests.text.harmless import assert_harmless, read

ATTACKS = sorted((Path(__file__).parent.parent / "data" / "attacks").glob("*.html"))
TEXT_ALREADY = re.compile("&|CDATA|noembed|textarea|xmp")  # what browsers take for text there, stays text
BASE = "https://base.example/news/"


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("base", ["", BASE])
def test_nothing_dangerous_survives(path: Path, base: str) -> None:
    attack = path.read_bytes().decode()
    clean = sanitise(attack, base)
    assert_harmless(clean)
    assert sanitise(clean, base) == clean
    assert_harmless(excerpt(attack, base, 40)[0])


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_a_second_parser_sees_nothing_dangerous_either(path: Path) -> None:
    clean = sanitise(path.read_bytes().decode(), BASE)
    tree = lxml_html.fragment_fromstring(clean, create_parent="div")
    assert {str(element.tag) for element in tree.iterdescendants()} <= ALLOWED
    assert {name for element in tree.iterdescendants() for name in element.attrib} <= {"href", "rel"}


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_text_of_an_attack_holds_no_markup(path: Path) -> None:
    attack = path.read_bytes().decode()
    for text in (text_of(attack), plain(sanitise(attack))):
        shown = read(html.escape(text))
        assert (shown.tags, shown.other) == ([], [])
        assert "\x00" not in text
    if not TEXT_ALREADY.search(attack):
        assert read(text_of(attack)).tags == []
