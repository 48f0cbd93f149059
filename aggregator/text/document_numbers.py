"""Numbers of official documents that a text names: laws, bills, orders, rules and standards of China, the United States
and the European Union. A document goes by many names in the press; its number finds them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPEN, _CLOSE = r"[〔［\[【（(]", r"[〕］\]】）)]"
_BEFORE = re.compile(r".*(?:印发|发布|根据|按照|依据|关于|以及|文件|[和与及以《])")  # prose before the agency's sign
# Whose orders and announcements have no sign of an agency before their number.
_AGENCIES = (
    "主席|国务院|工业和信息化部|工信部|国家互联网信息办公室|国家网信办|国家发展和?改革委(?:员会)?|商务部|科学技术部|科技部|公安部"
    "|财政部|教育部|海关总署|(?:国家)?市场监(?:督管理|管)总局|(?:国家)?广(?:播)?电(?:视)?总局|文化和旅游部|国家数据局|国家知识产权局"
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"[\u4e00-\u9fff]{{1,8}}{_OPEN}(?:19|20)\d\d{_CLOSE}第?\d{{1,5}}号",  # 国发〔2025〕11号
        rf"(?:{_AGENCIES})令第[0-9一二三四五六七八九十百零〇]{{1,6}}号",  # 工业和信息化部令第5号
        rf"(?:{_AGENCIES})公告(?:(?:19|20)\d\d年)?第\d{{1,4}}号",  # 商务部公告2025年第62号
        r"\bTC260-\d{3}\b",
        r"\bGB(?:/[TZ])?[ \u00a0]?\d{4,6}(?:\.\d{1,3})?[-—–](?:19|20)\d\d\b",  # GB/T 45654-2025
        r"\bExecutive Order (?:No\. ?)?\d{5}\b",
        r"\b(?:EO|E\.O\.) ?1[34]\d{3}\b",
        r"\bProclamation \d{4,5}\b",
        r"\bM-2\d-\d{2}\b",  # memoranda of the OMB
        r"\bRIN \d{4}-[A-Z]{2}\d{2}\b",
        r"\bPublic Law (?:No\. ?)?\d{2,3}[-–]\d{1,3}\b",
        r"\b\d{2,3} (?:FR|Fed\. Reg\.) \d{1,3},?\d{3}\b",  # 90 FR 8741
        r"\bH\. ?R\. ?\d{1,5}\b",
        r"\b(?:H|S)\. ?(?:J\. ?|Con\. ?)?Res\. ?\d{1,4}\b",
        r"\b(?:Senate|House|Assembly) Bill (?:No\. ?)?\d{1,4}\b",
        r"(?<![\w.])S\. ?\d{2,4}\b",  # of the Senate; no number behind "U.S."
        r"\b(?:[SAH]B|[SAH]\. ?B\.)[ -]?\d{1,4}\b",  # of states: SB 53, AB-2013
        r"\bDocket (?:No\. ?)?[A-Z]{2,6}-\d{4}-\d{4}\b",
        r"\bNIST (?:AI|SP|IR) \d{3,4}-\d{1,3}\b",
        r"\b(?:Regulation|Directive) \(EU\) (?:19|20)\d\d/\d{1,4}\b",
    )
)


def document_numbers(*texts: str) -> tuple[str, ...]:
    """The numbers as they are written, in the order of the texts, each once."""
    return tuple(dict.fromkeys(number for text in texts for number in _in_order(text)))


def _in_order(text: str) -> Iterator[str]:
    found = (match for form in _FORMS for match in form.finditer(text))
    for match in sorted(found, key=lambda match: match.start()):
        yield _BEFORE.sub("", match[0]) if match.re is _FORMS[0] else match[0]
