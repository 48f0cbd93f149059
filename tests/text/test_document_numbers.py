"""Numbers of official documents: found as they are written, and nothing else taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.document_numbers import document_numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("国务院关于深入实施“人工智能+”行动的意见（国发〔2025〕11号）", ["国发〔2025〕11号"]),
        ("广东省印发粤府办〔2024〕2号和深府[2025]18号文件", ["粤府办〔2024〕2号", "深府[2025]18号"]),
        ("标识办法（国信办通字〔2025〕2号）自9月起施行", ["国信办通字〔2025〕2号"]),
        ("GB/T 45654-2025 and GB 45438—2025 take effect", ["GB/T 45654-2025", "GB 45438—2025"]),
        ("Executive Order 14179 revokes EO 14110.", ["Executive Order 14179", "EO 14110"]),
        ("Newsom signs SB 53, vetoes S.B. 1047 and AB-1018", ["SB 53", "S.B. 1047", "AB-1018"]),
        ("H.R. 5885 and S. 2714 in the U.S. 2025 session", ["H.R. 5885", "S. 2714"]),
        ("Public Law 117-167, 90 FR 8741, Docket No. BIS-2025-0001", [
            "Public Law 117-167", "90 FR 8741", "Docket No. BIS-2025-0001",
        ]),
        ("Regulation (EU) 2024/1689 and NIST AI 600-1", ["Regulation (EU) 2024/1689", "NIST AI 600-1"]),
        ("根据工业和信息化部令第5号、国家互联网信息办公室令第15号和商务部公告2025年第62号", [
            "工业和信息化部令第5号", "国家互联网信息办公室令第15号", "商务部公告2025年第62号",
        ]),
        ("中华人民共和国主席令第七十五号；TC260-003", ["主席令第七十五号", "TC260-003"]),
        ("OMB memo M-25-21, RIN 0694-AJ90, Proclamation 10908", ["M-25-21", "RIN 0694-AJ90", "Proclamation 10908"]),
        ("Senate Bill 53, Assembly Bill 1018, H.Res. 12 and H.J. Res. 5", [
            "Senate Bill 53", "Assembly Bill 1018", "H.Res. 12", "H.J. Res. 5",
        ]),
        ("SB 53 again: SB 53", ["SB 53"]),
        ("the U.S. 100 billion plan, CNSB 12, 2025年第18号, 88 FRA 1234, GB 2025 figures, ERNIE 4.5", []),
        ("M-1-2, 公告第8号, the Senate bill", []),
    ],
)  # fmt: skip
def test_numbers_are_found_as_they_are_written(text: str, found: list[str]) -> None:
    assert document_numbers(text) == tuple(found)


def test_the_title_comes_first_and_nothing_twice() -> None:
    assert document_numbers("SB 53 is law", "EO 14179 and SB 53") == ("SB 53", "EO 14179")


@given(st.text(), st.sampled_from(["国发〔2025〕11号", "Executive Order 14179", "H.R. 5885"]), st.text())
def test_a_number_stands_in_the_text_and_is_found_between_others(before: str, number: str, after: str) -> None:
    text = f"{before}（{number}）{after}"
    assert number in document_numbers(text)
    assert all(one in text for one in document_numbers(text))
