"""Cases as data: what a text must earn, and what it must not. `texts` are several of the same kind."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from aggregator.tagging import Tagger

CASES = Path(__file__).parent.parent / "data" / "tags"


def cases(name: str) -> list[Any]:
    read = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [
        pytest.param({**case, "text": text}, id=text[:40])
        for case in read
        for text in case.get("texts") or [case["text"]]
    ]


@pytest.mark.parametrize("case", [*cases("mission"), *cases("traps"), *cases("kinds")])
def test_case(tagger: Tagger, case: dict[str, Any]) -> None:
    tagging = tagger.tag(case["text"])
    found = {str(tag) for tag in tagging.tags}
    assert set(case.get("has", ())) <= found
    assert [tag for tag in found for pattern in case.get("lacks", ()) if fnmatchcase(tag, pattern)] == []
    assert tagging.tier == case.get("tier", tagging.tier)
