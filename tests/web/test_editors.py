"""Editors' notes stand at the head of the whole digest, in all of its forms, and change nothing that is closed."""

from __future__ import annotations

import pytest

from tests.web.site import Site, words

DAY = "/digest/2025-03-16"


@pytest.fixture
def noted(closed: Site) -> Site:
    folder = closed.service.environment.feeds.parent / "notes"
    folder.mkdir()
    (folder / "2025-03-16.md").write_text("It was *not* so.\n\n— Ada Example\n", encoding="utf-8")
    closed.service.notice_edit()
    return closed


@pytest.mark.parametrize("address", [DAY, "/", f"/zh{DAY}"])
def test_a_note_heads_its_day(noted: Site, address: str) -> None:
    note = noted.page(address).select_one("main .editor")
    assert note is not None
    assert words(note).endswith("It was not so. — Ada Example")
    assert words(note.select_one("em")) == "not"


@pytest.mark.parametrize("address", [f"{DAY}?region=cn", f"/company/baidu{DAY}", "/digest/2025-W11", "/items"])
def test_it_is_of_nothing_else(noted: Site, address: str) -> None:
    assert noted.page(address).select_one(".editor") is None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (f"{DAY}.md", "It was *not* so.\n\n— Ada Example\n"),
        (f"{DAY}.txt", "It was *not* so.\n\n— Ada Example\n"),
        ("/digest/daily.atom", "It was &lt;em&gt;not&lt;/em&gt; so."),
        ("/digest/daily.json", "It was <em>not</em> so."),
    ],
)
def test_it_is_in_every_form(noted: Site, form: str, said: str) -> None:
    assert said in noted.get(form).text


def test_what_is_closed_stays_as_it_is(closed: Site, request: pytest.FixtureRequest) -> None:
    before = closed.get(f"{DAY}.json").get_json()
    after = request.getfixturevalue("noted").get(f"{DAY}.json").get_json()
    assert after.pop("note") == {"text": "It was *not* so.", "signed": "Ada Example"}
    assert before.pop("note") is None
    assert after == before
