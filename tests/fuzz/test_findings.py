"""What fuzzing once found stays mended. Fuzzing itself is no part of `make test`: see tests/fuzz/__main__.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import targets
from tests.fuzz.seeds import FINDINGS, findings, seeds
from tests.fuzz.targets import TARGETS

HANDFUL = 5
pytestmark = pytest.mark.filterwarnings("ignore::bs4.XMLParsedAsHTMLWarning", "ignore::UserWarning:bs4")


def test_every_folder_is_that_of_a_target() -> None:
    assert {path.name for path in FINDINGS.iterdir()} <= TARGETS.keys()


@pytest.mark.parametrize("path", findings(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_finding_stays_mended(path: Path) -> None:
    """The target asserts: see `promises`."""
    TARGETS[path.parent.name](path.read_bytes())


def test_a_broken_promise_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "sanitise", lambda source, _base="": source)
    with pytest.raises(AssertionError):
        TARGETS["html"](b"<script>alert(1)</script>")


@pytest.mark.parametrize("target", TARGETS)
def test_promises_hold_of_a_handful(target: str) -> None:
    given = seeds(target)
    assert len(given) >= HANDFUL
    for seed in given[:: len(given) // HANDFUL]:
        TARGETS[target](seed)
