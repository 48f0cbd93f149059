"""Which correction is of which item: by the key, and on a page with several items by the place on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.config.corrections import load_corrections
from aggregator.tagging.correct import correction_for

PAGE = "news.example/changes"


@pytest.mark.parametrize(
    ("corrected", "key", "link", "applies"),
    [
        ([""], "", "", True),
        (["#v2"], "#v2", "#v2", True),
        (["#v2"], "#v1", "#v1", False),
        (["#v2"], "", "#v2", True),
        (["#v2"], "", "#v1", False),
        (["#comments"], "", "", True),
        (["#v3", "#v2"], "", "#v2", True),
        ([""], "", "#v1", True),
        ([""], "#v1", "#v1", False),
    ],
)
def test_a_correction_is_of_the_item_that_its_link_names(
    tmp_path: Path, corrected: list[str], key: str, link: str, applies: bool
) -> None:
    file = tmp_path / "corrections.toml"
    tables = (f'[[correction]]\nlink = "https://{PAGE}{at}"\ntier = "core"\nwhy = "at {at}"\n' for at in corrected)
    file.write_text("".join(tables), encoding="utf-8")
    found = correction_for(load_corrections(file).by_key, f"//{PAGE}{key}", f"https://www.{PAGE}{link}")
    assert (found.why if found else None) == (f"at {corrected[-1]}" if applies else None)


def test_an_item_without_a_link_has_no_correction(tmp_path: Path) -> None:
    assert correction_for(load_corrections(tmp_path / "corrections.toml").by_key, "news:id", "") is None
