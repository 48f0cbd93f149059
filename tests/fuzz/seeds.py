"""What fuzzing starts from: our sample documents, and what the servers of the fault table answer."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.faults import table_answers, table_documents, table_entries, table_kinds, table_packing
from tests.fetch.packing import PACKERS
from tests.fuzz.targets import CODINGS

TESTS = Path(__file__).parent.parent
FINDINGS = TESTS / "fuzz" / "findings"
TABLES = (table_answers, table_documents, table_entries, table_kinds, table_packing)
LONGEST = 5_000  # bytes: what is longer is about limits, and slow
DATES = (
    "2025-03-16T10:30:00+08:00", "Sun, 16 Mar 2025 10:30:00 EST", "Mar. 16th, 2025 at 12:05 a.m.", "3/16/2025 10:30 PM",
    "2025年3月16日 10时30分15秒", "[03-16]", "昨天 23:59", "3 小时前", "1 day ago", "2025-03-16 10:30 GMT+08:00",
)  # fmt: skip
SEARCHES = (
    '"AI rules" -chips 人工智能', '-"百度 文心" x1', "２０２５ İ ß ﬁ", "since 7d", "AND NEAR(a, b) a* ^b",
    "company:baidu,alibaba -topic：policy 「人工 智能」|AI OR “chips”",
)  # fmt: skip
LINKS = ("http://u:p@pub.example:8080/a/../b?utm_source=x&c=%E4%B8#d", "//[::1]/", "https://中文.example/页?词=\udcff")
_WORD = re.compile(rb"""</?[\w:]{1,20}>?|[\w:-]{2,20}=(?=["'])|"\w{2,20}": ?|&#?\w{1,8};|[\w-]{3,20}: """)


def seeds(target: str) -> list[bytes]:
    """Inputs for a target, the short ones first."""
    return sorted({seed for seed in _seeds(target) if len(seed) <= LONGEST}, key=lambda seed: (len(seed), seed))


def findings(target: str = "*") -> list[Path]:
    """What was once found, of one target or of all."""
    return sorted(path for path in FINDINGS.glob(f"{target}/*") if path.is_file())


def dictionary(inputs: Iterable[bytes]) -> str:
    """The words of the inputs' languages, the most frequent first, as libFuzzer reads them."""
    words = Counter(word for seed in inputs for word in set(_WORD.findall(seed)))
    quoted = ("".join(f"\\x{byte:02X}" for byte in word) for word, _ in words.most_common(400))
    return "".join(f'"{word}"\n' for word in quoted)


def _seeds(target: str) -> Iterator[bytes]:
    match target:
        case "answer":
            yield from _answers()
        case "unpack":
            for number, coding in enumerate(CODINGS):
                for size in (1, 40, 2000):
                    yield bytes([number, 7]) + PACKERS[coding.removesuffix(", identity")](b"AI rules " * size)
        case "dates":
            yield from map(str.encode, DATES)
        case "search" | "tags":
            cases = (tomllib.loads(path.read_text("utf-8")) for path in (TESTS / "data" / "tags").glob("*.toml"))
            yield from (str(case.get("text", "")).encode() for told in cases for case in told["case"])
            yield from map(str.encode, SEARCHES)
        case _:
            yield from (link.encode(errors="surrogateescape") for link in LINKS)
            yield from _documents()


def _documents() -> Iterator[bytes]:
    paths = (path for folder in ("feeds", "demo", "attacks") for path in (TESTS / "data" / folder).iterdir())
    yield from (path.read_bytes() for path in paths if path.suffix != ".toml")
    for answer in _answers():
        head, _, body = answer.partition(b"\r\n\r\n")
        told = re.search(rb"Content-Type:[^\r\n]*;[^\r\n]*", head)
        yield told[0] + b"\n" + body if told else body


def _answers() -> Iterator[bytes]:
    for table in TABLES:
        for row in table.ROWS:
            yield from (answer for answer in row.site.values() if isinstance(answer, bytes))
