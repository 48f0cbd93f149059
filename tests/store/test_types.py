"""Column types: what goes in comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from aggregator.model import Evidence
from aggregator.store.types import EvidenceColumn

RULES = ("name", "version of a model family", "guarded name: the fruit", "carried by company/baidu", "signal +0.5",
         "signal -1", "given by the source", "corrected: a mistake of ours")  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@given(field=st.sampled_from(("title", "summary", "source")), start=st.integers(0, 9), text=st.text())
def test_evidence_comes_back_as_it_went_in(rule: str, field: str, start: int, text: str) -> None:
    words = Evidence(field, start, start + len(text), text, rule)
    kept = EvidenceColumn().process_bind_param(((words,), ()), sqlite.dialect())
    assert EvidenceColumn().process_result_value(kept, sqlite.dialect()) == ((words,), ())
    assert all(len(str(part)) <= len(str(whole)) for part, whole in zip(kept[0][0], words, strict=True))


def test_evidence_that_was_kept_at_length_is_read_too() -> None:
    kept = [[["title", 0, 5, "Baidu", "name"]]]
    assert EvidenceColumn().process_result_value(kept, sqlite.dialect()) == (
        (Evidence("title", 0, 5, "Baidu", "name"),),
    )
